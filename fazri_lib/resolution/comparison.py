"""What a kind of field gives to the engine: prepared columns, a comparison of ordered levels, keys to find pairs by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

LISTED = "_list"
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
        field: name of the field in the spec; with a suffix where a field is compared in two cases.
        unknown: SQL that holds where nothing can be compared: that says nothing.
        levels: as they are tried; the condition of the last but one does not count, it takes the rest.
        agrees: SQL that holds where anything agrees; where it does not, the last level is reached.
        case_of: the field, where this is one of its two cases.
        is_ordered: whether a weaker level can never speak for one person more than a stronger one.
    """

    field: str
    unknown: str
    levels: tuple[Level, ...]
    agrees: str
    case_of: str = ""
    is_ordered: bool = False

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
        columns: prepared columns by name, texts (lists of texts where the name ends in `LISTED`), None where unknown.
        comparison: how a pair is compared on it.
        keys: how pairs are found by it.
        repeats: field whose values this one repeats, as an e-mail address the name; empty for none.
        is_shared: whether several people may well have the same value.
    """

    columns: dict[str, pd.Series]
    comparison: Comparison
    keys: tuple[Key, ...]
    repeats: str = ""
    is_shared: bool = False


def close(column: str, other: str = "") -> str:
    """Return SQL that holds where two texts are close, the same included."""
    return f"jaro_winkler_similarity({column}_l, {other or column}_r) >= {CLOSE}"


def equal(column: str, other: str = "") -> str:
    """Return SQL that holds where two values are known and equal."""
    return f"{column}_l = {other or column}_r"


def any_missing(column: str) -> str:
    """Return SQL that holds where one of two values is unknown."""
    return f"({column}_l is null or {column}_r is null)"


def told_apart(prepared: Sequence[Prepared]) -> tuple[Comparison, ...]:
    """Return the comparisons of fields, those that repeat another field in their two cases."""
    named = {one.comparison.field: one.comparison for one in prepared}
    return tuple(
        comparison
        for one in prepared
        for comparison in (split(one.comparison, named[one.repeats]) if one.repeats else (one.comparison,))
    )


def levels_apart(prepared: Sequence[Prepared], levels: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return levels of the fields' comparisons as levels of `told_apart`.

    Args:
        prepared: the fields.
        levels: of each pair and field, 0 the strongest, -1 unknown.
    """
    place = {one.comparison.field: number for number, one in enumerate(prepared)}
    columns = []
    for number, one in enumerate(prepared):
        if not one.repeats:
            columns.append(levels[:, number])
            continue
        other = place[one.repeats]
        is_alike = levels[:, other] != len(prepared[other].comparison) - 1
        columns += [np.where(is_alike, levels[:, number], -1), np.where(is_alike, -1, levels[:, number])]
    return np.column_stack(columns).astype(np.int8)


def split(comparison: Comparison, other: Comparison) -> tuple[Comparison, Comparison]:
    """Return a comparison as two: for pairs that agree on another one, and for those that do not.

    Where two fields repeat each other, as an e-mail address the name in it, agreement on one says less once the other
    agrees; the two halves learn that apart. Pairs of which the other comparison is unknown count as agreeing.

    Args:
        comparison: to be split.
        other: the one that it depends on.
    """
    field = comparison.field
    alike = (
        f"({other.unknown} or coalesce({other.agrees}, false))"  # as `levels_apart`: not the last level of the other
    )
    return (
        replace(comparison, field=f"{field}_alike", unknown=f"({comparison.unknown} or not {alike})", case_of=field),
        replace(comparison, field=f"{field}_unlike", unknown=f"({comparison.unknown} or {alike})", case_of=field),
    )
