"""Identifiers, names and contacts that nobody ever had: made from the seed alone, never from the campus."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.sources.simulate.names import FIRST_NAMES, LAST_NAMES, without_marks

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.draws import IntArray, TextArray

_LETTERS = np.array(list("bcdfghjklmnpqrst"))
_CODE_LENGTH, _REF_LENGTH = 10, 9
_INITIALS = np.array(list("ABCDEFGHJKLMNPQRSTUVWXYZ"))
_FIRST_BIRTH, _BIRTH_DAYS = np.datetime64("1901-01-01"), 7000
"""Births of people who would be over a hundred: no date of birth of anybody alive can be one of these."""


def codes(rng: np.random.Generator, stem: str, count: int) -> TextArray:
    """Return `count` identifiers of one kind, each once, as card-kdmfqrltbc."""
    numbers = rng.integers(0, 16**_CODE_LENGTH, count)
    while len(again := np.flatnonzero(pd.Series(numbers).duplicated())):
        numbers[again] = rng.integers(0, 16**_CODE_LENGTH, len(again))
    return np.char.add(f"{stem}-", _spelt(numbers, _CODE_LENGTH))


def reference_numbers(first: int, count: int) -> TextArray:
    """Return consecutive numbers of a system's own rows, written in letters: none can be part of a number elsewhere."""
    return _spelt(np.arange(first, first + count, dtype=np.int64), _REF_LENGTH)


def names(rng: np.random.Generator, count: int) -> TextArray:
    """Return names from the simulator's lists with a middle name cut to two letters.

    No initial with a family name, as in H. Richter, nor first name with an initial, is part of such a name.
    """
    first, last = rng.choice(FIRST_NAMES, count), rng.choice(LAST_NAMES, count)
    second = np.char.add(rng.choice(_INITIALS, count), rng.choice(_LETTERS, count))
    middle = np.char.add(np.char.add(" ", second), ". ")
    return np.char.add(np.char.add(first, middle), last)


def emails(names: TextArray) -> TextArray:
    """Return an address for each name, each once: first.initial.last and a number."""
    plain = np.char.lower(without_marks(names, is_german=True))
    local = np.char.replace(np.char.replace(plain, ". ", "."), " ", ".")
    numbers = np.arange(1, len(names) + 1).astype(str)
    return np.char.add(np.char.add(local, numbers), "@copy.example")


def phones(rng: np.random.Generator, count: int) -> TextArray:
    """Return telephone numbers under a country code that does not exist."""
    return np.char.add("+999 ", (1_000_000 + rng.permutation(9_000_000)[:count]).astype(str))


def births(rng: np.random.Generator, count: int) -> IntArray:
    """Return dates of birth as days since 1970."""
    days: IntArray = (_FIRST_BIRTH + rng.integers(0, _BIRTH_DAYS, count)).astype(np.int64)
    return days


def _spelt(numbers: IntArray, length: int) -> TextArray:
    digits = (numbers[:, None] >> (4 * np.arange(length)[::-1])) & 15
    spelt: TextArray = np.ascontiguousarray(_LETTERS[digits]).view(f"<U{length}").ravel()
    return spelt
