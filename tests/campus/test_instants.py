"""Moments as people write them."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from fazri_lib.campus.instants import aware, instant, spoken
from fazri_lib.errors import SettingsError

ZONE = "Asia/Kolkata"


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_is_no_moment(nothing):
    """None and an empty text leave the default."""
    assert instant(nothing, ZONE) is None


@pytest.mark.parametrize(
    "written",
    [
        "2025-09-13T18:00",
        "2025-09-13 18:00",
        "2025-09-13T18:00+05:30",
        "2025-09-13T12:30Z",
        "2025-09-13T14:30+02:00",
        dt.datetime(2025, 9, 13, 18),
        dt.datetime(2025, 9, 13, 12, 30, tzinfo=dt.UTC),
        pd.Timestamp("2025-09-13 18:00"),
        pd.Timestamp("2025-09-13 12:30", tz="UTC"),
    ],
)
def test_naive_is_campus_time_and_an_offset_counts(written):
    """18:00 in Kolkata is 12:30 UTC, however it is written."""
    assert instant(written, ZONE) == dt.datetime(2025, 9, 13, 12, 30)


@pytest.mark.parametrize("day", ["2025-09-13", dt.date(2025, 9, 13)])
def test_a_date_is_its_start_or_its_end(day):
    """As a start it is midnight, as an end the midnight after it."""
    assert instant(day, ZONE) == dt.datetime(2025, 9, 12, 18, 30)
    assert instant(day, ZONE, is_end=True) == dt.datetime(2025, 9, 13, 18, 30)


@pytest.mark.parametrize("wrong", ["yesterday", "13/09/2025", "2025-13-01", 5])
def test_what_cannot_be_read_is_refused(wrong):
    """The message shows the form that is expected."""
    with pytest.raises(SettingsError, match="2025-09-13T14:00"):
        instant(wrong, ZONE)


def test_moments_are_told_in_campus_time():
    """12:30 UTC is 18:00 in Kolkata, and an aware instant says UTC."""
    assert spoken(dt.datetime(2025, 9, 13, 12, 30), ZONE) == "Sat 13 Sep 2025 18:00"
    assert aware(dt.datetime(2025, 9, 13, 12, 30)).tzinfo is dt.UTC
