"""Moments as people write them, and back."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from fazri_lib.errors import SettingsError
from fazri_lib.schema import local_of, utc_of

Moment = str | dt.date | dt.datetime | None


def instant(value: Moment, time_zone: str, *, is_end: bool = False) -> dt.datetime | None:
    """Return a moment as UTC without a zone; nothing for None or an empty text.

    Args:
        value: ISO 8601 text, datetime or date; without an offset it is campus time.
        time_zone: of the campus.
        is_end: whether a date alone means the end of that day instead of its start.

    Raises:
        SettingsError: it cannot be read as a moment.
    """
    if value is None or value == "":
        return None
    moment, is_date = _read(value)
    if is_date and is_end:
        moment += dt.timedelta(days=1)
    return utc_of(moment, time_zone) if moment.tzinfo is None else moment.astimezone(dt.UTC).replace(tzinfo=None)


def aware(moment: dt.datetime) -> dt.datetime:
    """Return a UTC moment without a zone as one that says so."""
    return moment.replace(tzinfo=dt.UTC)


def spoken(moment: dt.datetime, time_zone: str) -> str:
    """Return a UTC moment as campus time in words, as Sat 13 Sep 2025 14:00."""
    return f"{local_of(pd.Timestamp(moment).to_pydatetime(), time_zone):%a %d %b %Y %H:%M}"


def _read(value: str | dt.date) -> tuple[dt.datetime, bool]:
    if isinstance(value, dt.datetime):
        return pd.Timestamp(value).to_pydatetime(), False
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time()), True
    try:
        return dt.datetime.fromisoformat(value), len(value) == len("2025-09-13")
    except (TypeError, ValueError) as error:
        raise SettingsError(
            f"a moment cannot be read; expected 2025-09-13 or 2025-09-13T14:00, got {value!r}; "
            "it is campus time unless it ends with an offset"
        ) from error
