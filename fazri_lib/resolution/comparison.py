"""What a kind of field gives to the engine: prepared columns, a comparison of ordered levels, keys to find pairs by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

CLOSE = 0.88
"""Jaro-Winkler similarity from which two names or places are close; as in Splink's and fastLink's own defaults."""


class Level(NamedTuple):
    """One degree of agreement.

    Attributes:
        label: what it says, for people.
        condition: SQL on the columns `*_l` and `*_r` of a pair; the first level that holds counts.
        shared: prepared column whose frequency of the shared (or nearly shared) value counts; empty where none does.
    """

    label: str
    condition: str
    shared: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Levels from the strongest agreement down to none.

    Nearly all pairs of two people differ, so that is asked first, cheaply, and the other levels see what is left.

    Attributes:
        field: name of the field in the spec.
        unknown: SQL that holds where nothing can be compared: that says nothing.
        levels: as they are tried; the condition of the last but one does not count, it takes the rest.
        agrees: SQL that holds where anything agrees; where it does not, the last level is reached.
    """

    field: str
    unknown: str
    levels: tuple[Level, ...]
    agrees: str

    def __len__(self) -> int:
        """Return the number of levels, the rest included."""
        return len(self.levels)


@dataclass(frozen=True, slots=True)
class Key:
    """Values that records of one person tend to share.

    Attributes:
        name: of the key.
        columns: prepared columns; a value in any of them meets the same value in any other.
    """

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A field made ready.

    Attributes:
        columns: prepared columns by name, texts (or lists of texts), None where unknown.
        comparison: how a pair is compared on it.
        keys: how pairs are found by it.
    """

    columns: dict[str, pd.Series]
    comparison: Comparison
    keys: tuple[Key, ...]


def close(column: str, other: str = "") -> str:
    """Return SQL that holds where two texts are close, the same included."""
    return f"jaro_winkler_similarity({column}_l, {other or column}_r) >= {CLOSE}"


def equal(column: str, other: str = "") -> str:
    """Return SQL that holds where two values are known and equal."""
    return f"{column}_l = {other or column}_r"


def any_missing(column: str) -> str:
    """Return SQL that holds where one of two values is unknown."""
    return f"({column}_l is null or {column}_r is null)"
