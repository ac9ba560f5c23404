"""Dates, as of birth: in whatever form they are written, compared by their parts and their digits."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from fazri_lib.resolution.comparison import Comparison, Key, Level, Prepared, any_missing, equal
from fazri_lib.resolution.normal import mapped, taken

if TYPE_CHECKING:
    from fazri_lib.resolution.spec import ColumnField

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_LAST_MONTH = 12
_DAY_DIGITS, _YEAR_DIGITS = 2, 4


class Parts(NamedTuple):
    """A date's parts as digits, empty where it has none."""

    year: str
    month: str
    day: str


def prepare(field: str, spec: ColumnField, records: pd.DataFrame) -> Prepared:
    """Return a date made ready.

    Args:
        field: its name in the spec.
        spec: its column.
        records: the columns as texts.
    """
    column = records[spec.column]
    if "source" in records:  # each file has its own way of writing dates
        parts = pd.concat([_read(part) for _, part in column.groupby(records["source"])]).reindex(column.index)
    else:
        parts = _read(column)
    columns = {f"{field}__{name}": mapped_parts(parts, form) for name, form in _FORMS.items()}
    keys = tuple(Key(f"{field}: {name}", (f"{field}__{column}",)) for name, column in _KEYS.items())
    return Prepared(columns, _comparison(field), keys)


def _read(column: pd.Series) -> pd.Series:
    column = mapped(column, _in_digits)
    is_day_first = _day_comes_first(column)
    return mapped(column, lambda text: read_date(text, is_day_first=is_day_first))


def mapped_parts(parts: pd.Series, form: str) -> pd.Series:
    """Return what a form such as "ym" (year and month) takes of the parts, None unless all are there."""
    chosen = {"y": 0, "m": 1, "d": 2}
    codes, different = pd.factorize(parts, use_na_sentinel=True)
    picked = [[one[chosen[letter]] for letter in form] for one in different]
    return taken(codes, ["".join(some) if all(some) else None for some in picked], parts.index)


_FORMS = {"day": "ymd", "year": "y", "month": "m", "of_month": "d", "ym": "ym", "md": "md", "yd": "yd"}
_KEYS = {"date": "day", "year and month": "ym", "month and day": "md", "year and day": "yd", "year": "year"}


def _day_comes_first(column: pd.Series) -> bool:
    """Tell whether dates as 03/04/1999 are day first: when some first number is more than twelve, or none says."""
    firsts = column.dropna().astype(str).str.extract(r"^\s*(\d{1,2})[/.\- ](\d{1,2})[/.\- ]\d{4}")
    numbers = firsts.dropna().astype(int)
    return bool((numbers[0] > _LAST_MONTH).sum() >= (numbers[1] > _LAST_MONTH).sum())


def read_date(text: str, *, is_day_first: bool = True) -> Parts | None:
    """Return the parts of a written date, None of what is no date. Impossible days are kept: they are slips.

    Args:
        text: as 1971-06-24, 19710624, 24/06/1971, 24 June 1971, 1971-06 or 1971.
        is_day_first: how 03/04/1999 is meant.
    """
    lowered = _in_digits(text).strip().lower()
    compact = re.fullmatch(r"(\d{4})(\d{2})(\d{2})(?:\.0)?", lowered)
    if compact:
        return Parts(*compact.groups())
    tokens = re.findall(r"\d+|[a-z]+", lowered)
    named = [_MONTHS[token[:3]] for token in tokens if token[:3] in _MONTHS]
    numbers = [token for token in tokens if token.isdigit()][: 2 if named else 3]
    if not numbers or any(len(number) not in {1, _DAY_DIGITS, _YEAR_DIGITS} for number in numbers):
        return None
    if sum(len(number) > _DAY_DIGITS for number in numbers) > 1:
        return None  # two years: no day and no month has four digits
    return _ordered(numbers, named, year_first=len(numbers[0]) == _YEAR_DIGITS, is_day_first=is_day_first)


def _in_digits(text: str) -> str:
    """Return a text with its digits as 0 to 9, whatever script or width they are written in."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in plain)


def _ordered(numbers: list[str], named: list[int], *, year_first: bool, is_day_first: bool) -> Parts | None:
    if named:
        year, day = (numbers[0], numbers[1:]) if year_first else (numbers[-1], numbers[:-1])
        month = f"{named[0]:02d}"
        return Parts(year, month, day[0].zfill(2) if day else "") if len(year) == _YEAR_DIGITS else None
    if year_first:
        padded = [number.zfill(2) for number in numbers[1:]] + ["", ""]
        return Parts(numbers[0], padded[0], padded[1])
    if len(numbers) == 3 and len(numbers[2]) == _YEAR_DIGITS:  # noqa: PLR2004 - year, month and day
        first, second = (number.zfill(2) for number in numbers[:2])
        return Parts(numbers[2], second, first) if is_day_first else Parts(numbers[2], first, second)
    return None


def _comparison(field: str) -> Comparison:
    day, year, month, of_month = (f"{field}__{part}" for part in ("day", "year", "month", "of_month"))
    same_year, same_month, same_day = map(equal, (year, month, of_month))  # fewer columns than ym, md and yd
    same_md = f"({same_month} and {same_day})"
    slips = f"hamming({day}_l, {day}_r)"
    near = f"abs(cast({year}_l as integer) - cast({year}_r as integer)) <= 2"
    swapped = f"{slips} <= 2 and damerau_levenshtein({day}_l, {day}_r) <= 1"
    levels = (
        Level("equal", equal(day), day),
        Level("one digit slipped, or two exchanged", f"{slips} <= 1 or ({swapped})"),
        Level("day and month exchanged", f"{same_year} and {month}_l = {of_month}_r and {of_month}_l = {month}_r"),
        Level("day and month equal", same_md),
        Level("year and month or year and day equal", f"{same_year} and ({same_month} or {same_day})"),
        Level("two digits slipped", f"{slips} <= 2"),
        Level("year equal", same_year),
        Level("near years", near),
        Level("differs", "ELSE"),
    )
    return Comparison(field, any_missing(year), levels, f"{near} or {slips} <= 2 or {same_md}")
