"""Campus time and UTC: the stated rule at changes of the clocks, against Python's own zone data everywhere else."""

import datetime as dt
from zoneinfo import ZoneInfo

import ibis
import pytest

from fazri_lib.schema import local_of, to_local, to_utc, utc_of
from fazri_lib.schema.localtime import changes

BERLIN = "Europe/Berlin"
YEAR_2026 = (dt.datetime(2026, 1, 1), dt.datetime(2026, 12, 31))


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-03-29 01:59:59", "2026-03-29 00:59:59"),  # last second before the gap
        ("2026-03-29 02:30:00", "2026-03-29 01:30:00"),  # does not exist: moves on to 03:30
        ("2026-03-29 03:00:00", "2026-03-29 01:00:00"),  # first second after the gap
        ("2026-10-25 01:59:59", "2026-10-24 23:59:59"),  # before the fold
        ("2026-10-25 02:30:00", "2026-10-25 00:30:00"),  # exists twice: the earlier one
        ("2026-10-25 03:00:00", "2026-10-25 02:00:00"),  # after the fold
        ("2026-07-01 00:00:00", "2026-06-30 22:00:00"),
    ],
)
def test_the_offset_before_the_change_applies(load, collect, local, utc):
    """In a gap the time moves forward by it, in a fold it is the earlier instant; scalars and both engines agree."""
    wall, instant = dt.datetime.fromisoformat(local), dt.datetime.fromisoformat(utc)
    assert utc_of(wall, BERLIN) == instant
    rows = load([{"wall": wall}])
    for span in (None, YEAR_2026):
        assert collect(rows.select(ts=to_utc(rows.wall, BERLIN, span))).column(0)[0].as_py() == instant


@pytest.mark.parametrize(
    "zone", ["UTC", "Asia/Kolkata", BERLIN, "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo"]
)
def test_every_hour_of_two_years_as_python_says(duck, zone):
    """From UTC to wall clock and back: equal to zoneinfo for each hour of 2018 and 2026, back again outside folds."""
    hours = [dt.datetime(year, 1, 1) + dt.timedelta(hours=h) for year in (2018, 2026) for h in range(8760)]
    rows = ibis.memtable({"ts": hours})
    span = (hours[0], hours[-1])
    rows = rows.mutate(wall=to_local(rows.ts, zone, span))
    rows = rows.mutate(back=to_utc(rows.wall, zone, (hours[0], hours[-1])))
    got = duck.to_pyarrow(rows).to_pylist()
    info = ZoneInfo(zone)
    for row in got:
        aware = row["ts"].replace(tzinfo=dt.UTC).astimezone(info)
        assert row["wall"] == aware.replace(tzinfo=None) == local_of(row["ts"], zone)
        if not aware.fold:
            assert row["back"] == row["ts"]


def test_changes_are_found_to_the_second():
    """Berlin changes twice a year at 01:00 UTC."""
    found = [change.at for change in changes(BERLIN) if change.at.year == 2026]
    assert found == [dt.datetime(2026, 3, 29, 1), dt.datetime(2026, 10, 25, 1)]
    assert changes("Asia/Kolkata") == ()
