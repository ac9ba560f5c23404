"""Phones, laptops and tablets: who has which along, under which address it is heard, whether a directory lists it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.sources.simulate.draws import BoolArray, FloatArray, IntArray, Stream, TextArray, draws

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.population import People
    from fazri_lib.sources.simulate.span import Span

NEVER_S = int(np.iinfo(np.int64).max)
"""A moment that does not come."""
KINDS = ("phone", "laptop", "tablet")
"""Kinds of devices by number."""
PHONE = 0

_SHARES = np.array(
    [
        (0.96, 0.7, 0.15),
        (0.95, 0.6, 0.12),
        (0.96, 0.85, 0.15),
        (0.94, 0.6, 0.2),
        (0.93, 0.3, 0.05),
        (0.92, 0.0, 0.0),
        (0.88, 0.0, 0.0),
        (0.85, 0.1, 0.05),
    ]
)
"""Who has a phone, a laptop, a tablet on campus Wi-Fi, by archetype."""
_CARRIED = (0.975, 0.45, 0.3)
_CARRIED_SPREAD = (0.02, 0.35, 0.25)
_REGISTERED = (0.95, 0.45, 0.35)
_ROTATES_SHARE, _LEARNT_SHARE = 0.15, 0.4
_WEEK_S, _DAY_S, _ROTATES_AT_S = 7 * 86_400, 86_400, 4 * 3600
_TAIL = 16**5


@dataclass(frozen=True, slots=True)
class Devices:
    """Everybody's devices, by kind and person.

    Attributes:
        is_owned: who has one.
        is_listed: whether the network directory lists it.
        carried: probability to have it along on a day.
        first: position of its first address in `address`.
        rotates: whether the address changes weekly.
        is_learnt: whether the network directory learns each new address.
        turns_s: when the address changes for the first time.
        address: all addresses.
    """

    is_owned: BoolArray
    is_listed: BoolArray
    carried: FloatArray
    first: IntArray
    rotates: BoolArray
    is_learnt: BoolArray
    turns_s: IntArray
    address: TextArray

    @property
    def is_known(self) -> BoolArray:
        """Whose phone has an address that a directory lists at all times."""
        known: BoolArray = self.is_listed[PHONE] & (~self.rotates[PHONE] | self.is_learnt[PHONE])
        return known

    def position_at(self, kind: IntArray, person: IntArray, ts_s: IntArray) -> IntArray:
        """Return where in `address` each device's address of that moment stands."""
        weeks = np.maximum((ts_s - self.turns_s[kind, person]) // _WEEK_S + 1, 0)
        return self.first[kind, person] + np.where(self.rotates[kind, person], weeks, 0)

    def held(self, until_s: int) -> pd.DataFrame:
        """Return whose the addresses are that are used before a moment.

        Returns:
            `kind`, `person`, `id_value`, `from_s`, `to_s`; `NEVER_S` where there is no such end.
        """
        owned = np.argwhere(self.is_owned)
        weeks = _weeks(self.rotates, self.turns_s, until_s)[self.is_owned]
        nth = np.arange(weeks.sum()) - np.repeat(np.cumsum(weeks) - weeks, weeks)
        kind, person = np.repeat(owned, weeks, axis=0).T
        rotates = self.rotates[kind, person]
        turn = self.turns_s[kind, person] + (nth - 1) * _WEEK_S
        return pd.DataFrame(
            {
                "kind": kind,
                "person": person,
                "id_value": self.address[self.first[kind, person] + nth],
                "from_s": np.where(rotates & (nth > 0), turn, NEVER_S),
                "to_s": np.where(rotates, turn + _WEEK_S, NEVER_S),
            }
        )


def build_devices(people: People, span: Span, seed: int) -> Devices:
    """Return everybody's devices."""
    rng, shape = draws(seed, Stream.DEVICES), (len(KINDS), people.count)
    is_owned = rng.random(shape) < _SHARES[people.archetype].T
    is_listed = is_owned & (rng.random(shape) < _column(_REGISTERED)) & (people.roles != "")
    carried = np.clip(rng.normal(_column(_CARRIED), _column(_CARRIED_SPREAD), shape), 0.02, 1.0)
    rotates = is_owned & (rng.random(shape) < _ROTATES_SHARE)
    rotates[PHONE + 1 :] = False
    is_learnt = rotates & is_listed & (rng.random(shape) < _LEARNT_SHARE)
    turns_s = span.start_s + rng.integers(0, 7, shape) * _DAY_S + _ROTATES_AT_S
    weeks = _weeks(rotates, turns_s, span.end_s).ravel()
    first = (np.cumsum(weeks) - weeks).reshape(shape)
    count = int(weeks.sum())
    numbers = rng.permutation(count) * _TAIL + rng.integers(0, _TAIL, count)
    return Devices(is_owned, is_listed, carried, first, rotates, is_learnt, turns_s, _hexadecimal(numbers))


def _weeks(rotates: BoolArray, turns_s: IntArray, until_s: int) -> IntArray:
    """How many addresses each device uses before a moment."""
    return np.where(rotates, np.maximum((until_s - 1 - turns_s) // _WEEK_S + 2, 1), 1)


def _column(values: tuple[float, ...]) -> FloatArray:
    return np.array(values)[:, None]


def _hexadecimal(numbers: IntArray) -> TextArray:
    """Return numbers as DH and ten hexadecimal digits."""
    digits = (numbers[:, None] >> np.arange(36, -1, -4)) & 15
    letters = np.array([ord(letter) for letter in "0123456789abcdef"], dtype=np.uint32)[digits]
    head = np.broadcast_to(np.array([ord("D"), ord("H")], dtype=np.uint32), (len(numbers), 2))
    return np.ascontiguousarray(np.concatenate([head, letters], axis=1)).view("<U12").ravel()
