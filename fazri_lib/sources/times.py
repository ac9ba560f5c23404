"""Time formats, and the time columns of a staged file.

`%z` at the end of a format takes an offset (`+02:00`, `+0200`, `Z`); it, `epoch_s` and `epoch_ms` give instants, all
else wall-clock time. Two formats that differ only in the order of day and month are *rivals*; proof.py decides.
"""

from __future__ import annotations

import datetime as dt
import functools
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import ibis

from fazri_lib.schema.localtime import FIRST_YEAR, LAST_YEAR
from fazri_lib.sources.duckdb_functions import epoch_us, make_timestamp, try_strptime, try_strptime_offset

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import ibis.expr.types as ir

_BARE_OFFSET = r"\s*([+-]\d{2})(\d{2})$"
EPOCHS = {"epoch_s": (r"^\d{9,10}(\.\d+)?$", 6), "epoch_ms": (r"^\d{12,13}(\.\d+)?$", 3)}
_SPAN = dt.datetime(FIRST_YEAR, 1, 1), dt.datetime(LAST_YEAR, 1, 1)
_WIDE = dt.datetime(1900, 1, 1), dt.datetime(9999, 12, 31, 23, 59, 59)
WALL, ORDERED, INSTANT, RESOLUTION = "_wall", "_ordered", "_instant", "_resolution"
_DAY_S, _HOUR_S, _MINUTE_S = 86_400.0, 3_600.0, 60.0


def is_instant(form: str) -> bool:
    """Return whether a format tells the instant, whatever the time zone."""
    return form.endswith("%z") or form in EPOCHS


def swapped(form: str) -> str:
    """Return the format with the places of day and month exchanged."""
    return form.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")


def rival(form: str, formats: Iterable[str]) -> str | None:
    """Return the other order of a format, if it is a candidate as well."""
    other = swapped(form)
    return other if other != form and other in formats else None


def resolution_s(form: str) -> float:
    """Return how finely a format writes, in seconds."""
    if "%f" in form or form == "epoch_ms":
        return 0.001
    if "%S" in form or form == "epoch_s":
        return 1.0
    if "%M" in form:
        return _MINUTE_S
    return _HOUR_S if "%H" in form or "%I" in form else _DAY_S


def parsed(text: ir.StringValue, form: str) -> ir.TimestampValue:
    """Return texts read by one format, null where it does not fit: an instant in UTC, or wall-clock time."""
    if form in EPOCHS:
        pattern, digits = EPOCHS[form]
        number = ibis.ifelse(text.strip().re_search(pattern), text.strip(), ibis.null("string"))
        return cast("ir.TimestampValue", make_timestamp((number.cast("decimal(24,6)") * 10**digits).cast("int64")))
    if not form.endswith("%z"):
        return cast("ir.TimestampValue", try_strptime(text, form))
    with_colon = text.strip().re_replace(_BARE_OFFSET, r"\1:\2")
    return ibis.coalesce(
        _instant(text, form), try_strptime(text, f"{form.removesuffix('%z')}Z"), _instant(with_colon, form)
    )


def _instant(text: ir.StringValue, form: str) -> ir.TimestampValue:
    return cast("ir.TimestampValue", make_timestamp(epoch_us(try_strptime_offset(text, form))))


def read_by(text: ir.StringValue, formats: Sequence[str]) -> ir.TimestampValue:
    """Return texts read by the first format that fits, null where none does."""
    read = [parsed(text, form) for form in formats]
    return ibis.coalesce(*read) if len(read) > 1 else read[0]


def is_plausible(ts: ir.TimestampValue, *, is_wide: bool = False) -> ir.BooleanValue:
    """Return whether a time lies in the years that campus time is known for; a wide one may be a birth or no end."""
    return ts.between(*(_WIDE if is_wide else _SPAN))


@dataclass(frozen=True, slots=True)
class TimeColumn:
    """A time column of a staged file: its text, and beside it the times read by the formats of each sort.

    Attributes:
        column: its name in the staged table.
        plain: formats that have no rival among the candidates, in the order in which they are tried.
        ordered: formats that have one, all of them day first or all month first.
        is_typed: whether the file holds times instead of text; then `is_instant` says which.
        is_instant: whether typed times are instants.
        is_wide: whether births and ends that never come are plausible.
    """

    column: str
    plain: tuple[str, ...] = ()
    ordered: tuple[str, ...] = ()
    is_typed: bool = False
    is_instant: bool = False
    is_wide: bool = False

    @property
    def formats(self) -> tuple[str, ...]:
        """All its formats."""
        return self.plain + self.ordered

    @property
    def _walls(self) -> tuple[str, ...]:
        return tuple(form for form in self.plain if not is_instant(form))

    @property
    def _instants(self) -> tuple[str, ...]:
        return tuple(form for form in self.plain if is_instant(form))

    def _is_plausible(self, ts: ir.TimestampValue) -> ir.BooleanValue:
        return is_plausible(ts, is_wide=self.is_wide)

    def parts(self, text: ir.StringValue) -> dict[str, ir.Value]:
        """Return the columns to stage: what each sort of formats read, and the text where none did."""
        formats = {WALL: self._walls, ORDERED: self.ordered, INSTANT: self._instants}
        parts = {self.column + suffix: read_by(text, given) for suffix, given in formats.items() if given}
        is_read = functools.reduce(
            operator.or_, [self._is_plausible(part) for part in parts.values()], ibis.literal(value=False)
        )
        unread = ibis.ifelse(is_read, ibis.null("string"), text)
        return {self.column: unread, **parts, **self._resolutions(text)}

    def _resolutions(self, text: ir.StringValue) -> dict[str, ir.Value]:
        sizes = {form: resolution_s(form) for form in self.formats}
        if len(set(sizes.values())) <= 1:
            return {}
        branches = [(parsed(text, form).notnull(), ibis.literal(size, "float64")) for form, size in sizes.items()]
        return {self.column + RESOLUTION: ibis.cases(*branches, else_=ibis.null("float64"))}

    def wall(self, table: ir.Table) -> ir.TimestampValue | None:
        """Return the wall-clock times of a staged table, None when it has none."""
        if self.is_typed:
            return None if self.is_instant else cast("ir.TimestampValue", table[self.column])
        found = [table[self.column + suffix] for suffix in (WALL, ORDERED) if self.column + suffix in table.columns]
        return ibis.coalesce(*found) if found else None

    def instant(self, table: ir.Table) -> ir.TimestampValue | None:
        """Return the instants of a staged table, None when it has none."""
        if self.is_typed:
            return cast("ir.TimestampValue", table[self.column]) if self.is_instant else None
        name = self.column + INSTANT
        return cast("ir.TimestampValue", table[name]) if name in table.columns else None

    def walls_and_instants(self, table: ir.Table) -> tuple[ir.TimestampValue | None, ir.TimestampValue | None]:
        """Return the plausible wall-clock times and instants of a staged table, None for what it has none of."""
        never = ibis.null("timestamp")
        wall, instant = (
            None if part is None else ibis.ifelse(self._is_plausible(part), part, never)
            for part in (self.wall(table), self.instant(table))
        )
        return wall, instant

    def read(self, table: ir.Table) -> ir.TimestampValue:
        """Return the plausible times of a staged table as they were read, null where there is none."""
        found = [part for part in self.walls_and_instants(table) if part is not None]
        return ibis.coalesce(*found) if found else ibis.null("timestamp")

    def is_unread(self, table: ir.Table) -> ir.BooleanValue:
        """Return whether the file has a value there that could not be read."""
        text = table[self.column]
        is_filled = text.notnull() if self.is_typed else ibis.ifelse(text.isnull(), "", text.strip()) != ""
        return ibis.ifelse(self.read(table).isnull(), is_filled, ibis.literal(value=False))

    def resolution_s(self, table: ir.Table) -> ir.FloatingValue:
        """Return how finely each row's time is written, in seconds."""
        if self.column + RESOLUTION in table.columns:
            return cast("ir.FloatingValue", table[self.column + RESOLUTION])
        return ibis.literal(resolution_s(self.formats[0]) if self.formats else 1.0, "float64")
