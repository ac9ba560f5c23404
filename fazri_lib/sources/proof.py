"""Which format a time column is written in is proven from the column, or the file is refused.

Where a contract lists both orders of day and month, the column must hold a row that only one of them can read; rows
that prove both contradict each other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fazri_lib.errors import FileRefusedError
from fazri_lib.sources.times import ORDERED, TimeColumn, is_plausible, parsed, read_by, rival, swapped

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

    from fazri_lib.sources.staging import Staged

_TWELVE = 12
DAY_FIRST, MONTH_FIRST = "day first", "month first"


@dataclass(frozen=True, slots=True)
class Evidence:
    """First rows of a column that only one order can read, and that both can with different results."""

    day_first: int | None = None
    month_first: int | None = None
    either: int | None = None

    def joined(self, other: Evidence) -> Evidence:
        """Return the evidence of two parts of a column."""
        pairs = zip(
            (self.day_first, self.month_first, self.either),
            (other.day_first, other.month_first, other.either),
            strict=True,
        )
        return Evidence(*(min((row for row in pair if row is not None), default=None) for pair in pairs))


def _first(*rows: int | None) -> int | None:
    return min((row for row in rows if row is not None), default=None)


def order(form: str) -> str:
    """Return which of day and month a format has first."""
    return DAY_FIRST if form.index("%d") < form.index("%m") else MONTH_FIRST


@dataclass(frozen=True, slots=True)
class Facts:
    """What one pass over a staged time column found.

    Attributes:
        first: earliest time, as the file writes it.
        last: latest time.
        unread: first row with a value that was not read.
        only: first row that only the staged order of day and month can read: its day is over 12.
        either: first row that the other order reads as another day.
    """

    first: dt.datetime | None
    last: dt.datetime | None
    unread: int | None = None
    only: int | None = None
    either: int | None = None


def facts_of(backend: Backend, staged: ir.Table, times: Mapping[str, TimeColumn]) -> dict[str, Facts]:
    """Return the facts of all time columns of a staged file, by their names in it."""
    asked: dict[str, ir.Value] = {}
    for column in times.values():
        if column.is_typed or column.formats:
            read = column.read(staged)
            asked |= {f"first_{column.column}": read.min(), f"last_{column.column}": read.max()}
        if not column.is_typed:
            asked[f"unread_{column.column}"] = staged.row.min(where=column.is_unread(staged))
        if column.ordered:
            ts = staged[column.column + ORDERED]
            asked[f"only_{column.column}"] = staged.row.min(where=ts.day() > _TWELVE)
            asked[f"either_{column.column}"] = staged.row.min(where=ts.day() != ts.month())
    found = backend.to_pyarrow(staged.aggregate(**asked)).to_pylist()[0] if asked else {}
    names = ("first", "last", "unread", "only", "either")
    return {
        column.column: Facts(*(found.get(f"{name}_{column.column}") for name in names)) for column in times.values()
    }


def proven(staged: Staged, guessed: TimeColumn, facts: Facts, refuse: Refusal) -> TimeColumn:
    """Return the formats in which a whole staged column is written.

    Args:
        staged: the staged file.
        guessed: the column, with the formats by which it was staged.
        facts: of that column.
        refuse: makes the error from row positions.

    Raises:
        FileRefusedError: rows contradict each other about day and month, or none decides.
    """
    backend, formats = staged.backend, staged.contract.time.formats
    unread = staged.table.filter(guessed.is_unread(staged.table)).select("row", text=staged.table[guessed.column])
    others = [form for form in formats if form not in guessed.formats]
    hits = _hits(backend, unread.text, others, is_wide=guessed.is_wide) if facts.unread is not None else {}
    found = [form for form in hits if hits[form]]
    evidence = _evidence_of_read(facts, guessed).joined(_evidence_of_unread(backend, unread, found, formats))
    side = _decided(evidence, guessed, refuse)
    plain = [form for form in found if not rival(form, formats)]
    ordered = [
        form if order(form) == side else swapped(form) for form in (*guessed.ordered, *found) if rival(form, formats)
    ]
    return replace(guessed, plain=(*guessed.plain, *plain), ordered=tuple(dict.fromkeys(ordered)))


@dataclass(frozen=True, slots=True)
class Refusal:
    """Makes the errors of one column: names the file, the column, rows by their number and the setting that decides."""

    file: str
    column: str
    origin: str
    number: Callable[[int], int]

    def contradiction(self, evidence: Evidence) -> FileRefusedError:
        """Two rows prove two orders."""
        assert evidence.day_first is not None
        assert evidence.month_first is not None
        return FileRefusedError(
            f"{self.file}: column {self.column} has two date orders; expected one, got row "
            f"{self.number(evidence.day_first)} that can only be day first and row "
            f"{self.number(evidence.month_first)} that can only be month first; "
            f"mend the file, or list one order in [time] formats of {self.origin}"
        )

    def ambiguity(self, row: int) -> FileRefusedError:
        """No row proves an order."""
        return FileRefusedError(
            f"{self.file}: column {self.column} can be read day first or month first, as row {self.number(row)}, "
            f"and no row tells which; expected a day over 12; list one order in [time] formats of {self.origin}"
        )

    def unreadable(self, bad: int, rows: int, examples: Sequence[int]) -> FileRefusedError:
        """More than half of a column is empty or unreadable."""
        named = " and ".join(str(self.number(row)) for row in examples)
        return FileRefusedError(
            f"{self.file}: column {self.column} is empty or unreadable in {bad:,} of {rows:,} rows, as in row {named}; "
            f"expected most rows filled; mend the file, or [columns] and [time] formats of {self.origin}"
        )


def _decided(evidence: Evidence, guessed: TimeColumn, refuse: Refusal) -> str:
    if evidence.day_first is not None and evidence.month_first is not None:
        raise refuse.contradiction(evidence)
    if evidence.day_first is not None:
        return DAY_FIRST
    if evidence.month_first is not None:
        return MONTH_FIRST
    if evidence.either is not None:
        raise refuse.ambiguity(evidence.either)
    return order(guessed.ordered[0]) if guessed.ordered else DAY_FIRST


def _hits(backend: Backend, text: ir.StringValue, formats: Sequence[str], *, is_wide: bool) -> dict[str, int]:
    if not formats:
        return {}
    counts = {f"f{at}": is_plausible(parsed(text, form), is_wide=is_wide).sum() for at, form in enumerate(formats)}
    row = backend.to_pyarrow(text.as_table().aggregate(**counts)).to_pylist()[0]
    return {form: row[f"f{at}"] or 0 for at, form in enumerate(formats)}


def _evidence_of_read(facts: Facts, guessed: TimeColumn) -> Evidence:
    if not guessed.ordered:
        return Evidence()
    if order(guessed.ordered[0]) == DAY_FIRST:
        return Evidence(day_first=facts.only, either=facts.either)
    return Evidence(month_first=facts.only, either=facts.either)


def _evidence_of_unread(backend: Backend, unread: ir.Table, found: Sequence[str], formats: Sequence[str]) -> Evidence:
    sides: dict[str, list[str]] = {DAY_FIRST: [], MONTH_FIRST: []}
    for form in found:
        other = rival(form, formats)
        if other:
            sides[order(form)].append(form)
            sides[order(other)].append(other)
    if not sides[DAY_FIRST]:
        return Evidence()
    day, month = (read_by(unread.text, list(dict.fromkeys(sides[side]))) for side in (DAY_FIRST, MONTH_FIRST))
    only_day, only_month = day.notnull() & month.isnull(), month.notnull() & day.isnull()
    return Evidence(**_first_rows(backend, unread, day_first=only_day, month_first=only_month, either=day != month))


def _first_rows(backend: Backend, table: ir.Table, **conditions: ir.BooleanValue) -> dict[str, Any]:
    first = {name: table.row.min(where=condition) for name, condition in conditions.items()}
    return dict(backend.to_pyarrow(table.aggregate(**first)).to_pylist()[0])
