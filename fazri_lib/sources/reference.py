"""The campus's reference files: zones, walks between them, access points, calendar; read and checked as a whole."""

from __future__ import annotations

import csv
import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.errors import SettingsError, nearest
from fazri_lib.schema import COLUMNS, EXTRACT_TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from fazri_lib.settings import Settings

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LEVELS = {
    "access": ("public", "booking", "membership", "residents", "restricted"),
    "security": ("low", "medium", "high"),
    "off_hours_severity": ("low", "medium", "high", "critical"),
}
DEFAULTS = {"access": "public", "security": "medium", "off_hours_severity": "high"}
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
_TRUE, _FALSE = {"true", "yes", "1"}, {"false", "no", "0", ""}
_NULLABLE = {"int64": pd.Int64Dtype(), "float64": pd.Float64Dtype()}
_LISTS = ("closed_weekdays", "allowed_roles", "allowed_departments")
_KEYS = {
    "zones": ["zone_id"],
    "access_points": ["sensor_id"],
    "zone_walks": ["zone_id", "other_zone_id"],
    "calendar": ["local_date"],
}


@dataclass(frozen=True, slots=True)
class Reference:
    """Reference frames in the columns of the extract's tables of the same name; all but `zones` may be empty."""

    zones: pd.DataFrame
    zone_walks: pd.DataFrame
    access_points: pd.DataFrame
    calendar: pd.DataFrame


def read_reference(home: Path, settings: Settings) -> Reference:
    """Read and check the reference files of a campus folder.

    Raises:
        SettingsError: a file is missing (only zones must be there), or a line of one is wrong.
    """
    files = settings.reference
    zones = zones_of(home / files.zones)
    known = set(zones["zone_id"])
    return Reference(
        zones,
        _optional(home / files.zone_walks, "zone_walks", lambda path: zone_walks_of(path, known)),
        _optional(home / files.access_points, "access_points", lambda path: access_points_of(path, known)),
        _optional(home / files.calendar, "calendar", calendar_of),
    )


def zones_of(path: Path) -> pd.DataFrame:
    """Read the zones file.

    Raises:
        SettingsError: it is missing, or a line of it is wrong.
    """
    lines = _Lines(path, "zones")
    frame = lines.frame
    for column in _LISTS:
        frame[column] = frame[column].str.replace(r"\s*,\s*", ",", regex=True)
    lines.check("opens", "closes", valid=_CLOCK.fullmatch, expected="hh:mm")
    lines.check("closed_weekdays", valid=_are_weekdays, expected=f"some of {','.join(WEEKDAYS)}")
    for column, allowed in LEVELS.items():
        lines.check(column, valid=allowed.__contains__, expected=f"one of {', '.join(allowed)}")
    for at, (opens, closes) in enumerate(zip(frame["opens"], frame["closes"], strict=True)):
        if bool(opens) != bool(closes):
            raise lines.fault(at, "closes" if opens else "opens", "a time, as the other of opens and closes has one")
    for column in ("capacity", "longest_stay_h", "latitude", "longitude"):
        lines.check(column, valid=_is_number(column), expected="a number, not negative")
    for column, default in DEFAULTS.items():
        frame[column] = frame[column].replace("", default)
    return _typed(frame, "zones")


def access_points_of(path: Path, zones: Iterable[str]) -> pd.DataFrame:
    """Read the access points file; arguments and errors as of `zone_walks_of`."""
    lines = _Lines(path, "access_points")
    lines.check("zone_id", valid=set(zones).__contains__, expected="a zone of the zones file")
    return _typed(lines.frame, "access_points")


def zone_walks_of(path: Path, zones: Iterable[str]) -> pd.DataFrame:
    """Read the walks file; each pair comes back in both directions, the way back as long unless it is listed.

    Args:
        path: the file.
        zones: zones that there are.

    Raises:
        SettingsError: a line of it is wrong.
    """
    lines = _Lines(path, "zone_walks")
    lines.check("zone_id", "other_zone_id", valid=set(zones).__contains__, expected="a zone of the zones file")
    lines.check("distance_m", valid=_is_number("distance_m"), expected="metres, not negative")
    there = _typed(lines.frame, "zone_walks")
    back = there.rename(columns={"zone_id": "other_zone_id", "other_zone_id": "zone_id"})
    both = pd.concat([there, back[list(there.columns)]]).drop_duplicates(["zone_id", "other_zone_id"])
    return both.sort_values(["zone_id", "other_zone_id"], ignore_index=True)


def calendar_of(path: Path) -> pd.DataFrame:
    """Read the calendar; errors as of `zones_of`."""
    lines = _Lines(path, "calendar")
    lines.check("local_date", valid=_is_date, expected="a day as 2025-09-01")
    lines.check("is_holiday", "is_term", "is_exam", valid=_is_truth, expected="true or false")
    return _typed(lines.frame, "calendar")


class _Lines:
    """A reference file as a frame of texts, in the schema's columns, whose faults name file, line and column."""

    def __init__(self, path: Path, table: str) -> None:
        self.path = path
        contract = EXTRACT_TABLES[table]
        header, rows = _read(path)
        self._refuse_header(header, list(contract.column_names), _KEYS[table])
        self.frame = pd.DataFrame(rows, columns=header, dtype=str).reindex(columns=contract.column_names, fill_value="")
        self.frame = self.frame.fillna("").apply(lambda column: column.str.strip())
        for column in _KEYS[table]:
            self.check(column, valid=bool, expected="a value", is_empty_allowed=False)
        if table == "zones":
            self.frame["name"] = self.frame["name"].where(self.frame["name"] != "", self.frame["zone_id"])
        twice = self.frame.duplicated(_KEYS[table])
        if twice.any():
            raise self.fault(int(twice.argmax()), _KEYS[table][0], "each only once")

    def check(
        self, *columns: str, valid: Callable[[str], object], expected: str, is_empty_allowed: bool = True
    ) -> None:
        """Refuse the first line whose value is not valid."""
        for column in columns:
            for at, value in enumerate(self.frame[column]):
                if not valid(value) and not (is_empty_allowed and value == ""):
                    raise self.fault(at, column, expected)

    def fault(self, at: int, column: str, expected: str) -> SettingsError:
        """Return the error of a data row."""
        value = self.frame.loc[at, column]
        got = "none" if value == "" else repr(str(value)[:40])
        return SettingsError(
            f"{self.path.name} row {at + 1}: column {column}; expected {expected}, got {got}; mend that row"
        )

    def _refuse_header(self, header: list[str], known: list[str], needed: list[str]) -> None:
        for name in header:
            if name not in known or header.count(name) > 1:
                raise SettingsError(
                    f"{self.path.name}: unknown or repeated column {name}{nearest(name, known)}; "
                    f"expected some of {', '.join(known)}"
                )
        for name in needed:
            if name not in header:
                raise SettingsError(
                    f"{self.path.name}: has no column {name}; expected {', '.join(needed)} at least; add it"
                )


def _read(path: Path) -> tuple[list[str], list[list[str]]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            header, *rows = [row for row in csv.reader(file, strict=True) if any(cell.strip() for cell in row)]
    except OSError as error:
        raise SettingsError(f"{path.name} cannot be read: {error.strerror}; see [reference] in fazri.toml") from error
    except (ValueError, csv.Error) as error:
        raise SettingsError(f"{path.name} is no CSV file with a header; expected one in UTF-8; mend it") from error
    for number, row in enumerate(rows, 1):
        if len(row) != len(header):
            raise SettingsError(
                f"{path.name} row {number}: expected {len(header)} fields, got {len(row)}; mend that row"
            )
    return [name.strip() for name in header], rows


def _optional(path: Path, table: str, read: Callable[[Path], pd.DataFrame]) -> pd.DataFrame:
    return (
        read(path)
        if path.is_file()
        else _typed(pd.DataFrame(columns=EXTRACT_TABLES[table].column_names, dtype=str), table)
    )


def _typed(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return a frame of texts in the types of the schema, empty texts as missing values."""
    filled = frame.reset_index(drop=True).replace("", pd.NA)
    typed = {}
    for name in EXTRACT_TABLES[table].column_names:
        kind, column = COLUMNS[name].type, filled[name]
        if kind == "boolean":
            typed[name] = frame[name].reset_index(drop=True).str.lower().isin(_TRUE)
        elif kind == "date":
            typed[name] = column.map(dt.date.fromisoformat).astype(object)
        else:
            typed[name] = column.astype(_NULLABLE.get(kind, pd.StringDtype(na_value=np.nan)))
    return pd.DataFrame(typed)


def _are_weekdays(value: str) -> bool:
    return all(day.strip() in WEEKDAYS for day in value.split(","))


def _is_number(column: str) -> Callable[[str], bool]:
    is_signed = column in {"latitude", "longitude"}

    def is_number(value: str) -> bool:
        try:
            number = int(value) if column == "capacity" else float(value)
        except ValueError:
            return False
        return is_signed or number >= 0

    return is_number


def _is_date(value: str) -> bool:
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_truth(value: str) -> bool:
    return value.lower() in _TRUE | _FALSE
