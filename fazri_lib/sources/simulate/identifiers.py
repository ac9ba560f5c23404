"""Cards, devices and faces, who holds them and when: the truth behind `holders` and behind the directories."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fazri_lib.sources.simulate.accounts import Accounts, build_accounts
from fazri_lib.sources.simulate.devices import NEVER_S, Devices, build_devices
from fazri_lib.sources.simulate.draws import BoolArray, IntArray, Stream, TextArray, draws, some
from fazri_lib.sources.simulate.population import Archetype, People
from fazri_lib.sources.simulate.span import FIRST_DAY, Span, instant

_FACE_SHARE = 0.92
_DESK_SHARE = 0.4
_LOST_SHARE, _HANDED_ON_SHARE = 0.02, 0.01
_OFFICE_OPENS_H = 10
_DAYS_UNTIL_HANDED_ON = 2
_FIRST_ISSUE = (dt.date(2024, 9, 2) - FIRST_DAY).days
_LAST_ISSUE = -10


@dataclass(frozen=True, slots=True)
class Holdings:
    """What everybody carries.

    Attributes:
        accounts: numbers and addresses.
        devices: phones, laptops and tablets.
        face: face id by person, empty for none that a camera knows.
        first_card: card by person until `switch_s`, empty for none.
        second_card: card by person from `switch_s` on.
        switch_s: when the second card replaced the first, seconds since 1970 UTC, `NEVER_S` for never.
        issued_s: when the first card was issued.
        is_shared: whether somebody else holds the first card at the same time.
    """

    accounts: Accounts
    devices: Devices
    face: TextArray
    first_card: TextArray
    second_card: TextArray
    switch_s: IntArray
    issued_s: IntArray
    is_shared: BoolArray

    def card_at(self, person: IntArray, ts: IntArray) -> TextArray:
        """Return the card that each person carries at each moment, empty for none."""
        return np.where(ts < self.switch_s[person], self.first_card[person], self.second_card[person])

    def cards(self) -> pd.DataFrame:
        """Return who holds which card: person, id_value, from_s, to_s, in the order of issue."""
        first, second = np.flatnonzero(self.first_card != ""), np.flatnonzero(self.switch_s < NEVER_S)
        rows = pd.DataFrame(
            {
                "person": np.concatenate([first, second]),
                "id_value": np.concatenate([self.first_card[first], self.second_card[second]]),
                "from_s": np.concatenate([self.issued_s[first], self.switch_s[second]]),
                "to_s": np.concatenate([self.switch_s[first], np.full(len(second), NEVER_S)]),
            }
        )
        return rows.sort_values(["from_s", "person"], ignore_index=True)


def build_holdings(people: People, span: Span, seed: int) -> Holdings:
    """Return everybody's cards, devices and faces: shared desk cards, lost cards and cards handed on included."""
    rng = draws(seed, Stream.IDENTIFIERS)
    count, visitor = people.count, people.archetype == Archetype.VISITOR
    has_face = (rng.random(count) < _FACE_SHARE) & ~visitor
    face = np.where(has_face, np.char.add("F", (100_000 + rng.permutation(count)).astype(str)), "")
    numbers = 100_000 + rng.permutation(2 * count)
    first = np.where(visitor, "", np.char.add("C", numbers[:count].astype(str)))
    second = np.char.add("C", numbers[count:].astype(str))
    switch_s = np.full(count, NEVER_S, dtype=np.int64)
    is_shared = _share_desk_cards(rng, people, first)
    _replace_cards(rng, span, np.flatnonzero(~visitor & ~is_shared), (first, second, switch_s))
    issued = rng.integers(_FIRST_ISSUE, _LAST_ISSUE, count)
    mornings = np.array([_morning(number) for number in range(_FIRST_ISSUE, _LAST_ISSUE)])
    issued_s = mornings[issued - _FIRST_ISSUE]
    accounts, devices = build_accounts(people, seed), build_devices(people, span, seed)
    return Holdings(accounts, devices, face, first, second, switch_s, issued_s, is_shared)


def _morning(number: int) -> int:
    return instant(FIRST_DAY + dt.timedelta(days=number), _OFFICE_OPENS_H)


def _share_desk_cards(rng: np.random.Generator, people: People, first: TextArray) -> BoolArray:
    """Give the card of one to two others who work at the same kind of desk, in place; return who shares."""
    office = people.of(Archetype.OFFICE)
    at_desk = rng.permutation(office)[: max(2, round(_DESK_SHARE * len(office)))]
    is_shared = np.zeros(people.count, dtype=bool)
    sizes = rng.integers(2, 4, len(at_desk))
    start = 0
    for size in sizes:
        members = at_desk[start : start + size]
        if len(members) > 1:
            first[members] = first[members[0]]
            is_shared[members] = True
        start += size
    return is_shared


def _replace_cards(
    rng: np.random.Generator, span: Span, owners: IntArray, cards: tuple[TextArray, TextArray, IntArray]
) -> None:
    """Lose some cards, and hand some that were given back on to the next person, in place."""
    first, second, switch_s = cards
    last = span.days - 1 - _DAYS_UNTIL_HANDED_ON
    if last < 1:
        return
    lost, handed = max(1, round(_LOST_SHARE * len(owners))), max(1, round(_HANDED_ON_SHARE * len(owners)))
    chosen = rng.permutation(some(rng, owners, lost + 2 * handed))
    mornings = np.array([_morning(number) for number in range(1, last + 1)])
    switch_s[chosen] = mornings[rng.integers(0, last, len(chosen))]
    givers, takers = chosen[lost : lost + handed], chosen[lost + handed : lost + 2 * handed]
    givers = givers[: len(takers)]
    second[takers] = first[givers]
    switch_s[takers] = switch_s[givers] + _DAYS_UNTIL_HANDED_ON * 86_400
