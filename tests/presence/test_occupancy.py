"""Occupancy: head counts per quarter hour by hand, their uncertainty, and what was known when."""

import datetime as dt

import pytest

from fazri_lib import presence
from fazri_lib.presence import Counted, Grid, Params

START = dt.datetime(2026, 3, 2, 9)
QUARTER = dt.timedelta(minutes=15)


def segment(person, start_min, end_min, zone="LAB", confidence=1.0):
    """A segment in the form of `islands.segments`, in minutes after the start."""
    start, end = (START + dt.timedelta(minutes=m) for m in (start_min, end_min))
    return {"entity_id": person, "zone_id": zone, "started_at": start, "until_at": end, "confidence": confidence}


def nowhere():
    """A segment long before, so that a table without segments has its types."""
    return segment(0, -10_000, -9_999)


@pytest.fixture
def counts(load, rows_of):
    """Occupancy rows of segments, ordered by zone, quarter and version."""

    def counts(live, settled=None, *, hours=1, heard=(36,)):
        zones = load([{"zone_id": zone, "name": zone, "security": "low"} for zone in ("CAFE", "LAB")], "zones")
        grid = Grid(zones, START, START + dt.timedelta(hours=hours))
        first = presence.quarter_of(dt.datetime(2026, 3, 2))
        known = load([{"quarter": first + quarter} for quarter in heard])
        unclear = {row["entity_id"] for row in live if row["confidence"] < 1.0 or settled is not None}
        certain = [row for row in live if row["entity_id"] not in unclear] or [nowhere()]
        others = [row for row in live if row["entity_id"] in unclear] or [nowhere()]
        tables = [load(rows) for rows in (certain, others, others if settled is None else settled)]
        rows = rows_of(presence.occupancy(Counted(*tables), grid, known, Params()))
        return sorted(rows, key=lambda row: (row["zone_id"], row["ts"], row["known_at"]))

    return counts


def in_lab(rows):
    """The figures that hold, of the lab."""
    return [row["people"] for row in rows if row["zone_id"] == "LAB" and row["superseded_at"] is None]


def test_the_count_is_the_mean_over_the_quarter(counts):
    """One person for a whole quarter and a third of the next, another for two thirds of the first."""
    rows = counts([segment(1, 0, 20), segment(2, 5, 15)])
    assert in_lab(rows) == [1.666667, 0.333333, 0.0, 0.0]


def test_zones_without_anybody_are_zero(counts):
    """Every zone has every quarter, people or not."""
    rows = counts([segment(1, 0, 15)])
    assert [row["people"] for row in rows if row["zone_id"] == "CAFE"] == [0.0] * 4


def test_one_person_counts_once(counts):
    """Two segments of one person in one zone: the stronger one counts, they do not add up."""
    rows = counts([segment(1, 0, 15), segment(1, 0, 15, confidence=0.25)])
    assert in_lab(rows)[0] == 1.0


def test_three_holders_of_a_card_are_one_expected_person(counts):
    """Three claims of a third: one person expected, with the interval of three coins; capped at zero below."""
    row = counts([segment(person, 0, 15, confidence=1 / 3) for person in (1, 2, 3)])
    first = next(r for r in row if r["zone_id"] == "LAB")
    spread = (3 * (1 / 3) * (2 / 3)) ** 0.5
    assert first["people"] == pytest.approx(1, abs=1e-5)
    assert first["people_lo"] == 0.0
    assert first["people_hi"] == pytest.approx(1 + 1.96 * spread, abs=1e-4)


def test_certain_people_leave_no_doubt(counts):
    """With certain claims the interval is the count itself."""
    first = next(r for r in counts([segment(1, 0, 15)]) if r["zone_id"] == "LAB")
    assert (first["people_lo"], first["people_hi"]) == (1.0, 1.0)


def test_a_figure_is_known_at_the_end_of_its_quarter(counts):
    """Without later evidence there is one version, known when the quarter is over."""
    rows = counts([segment(1, 0, 15)])
    assert {row["known_at"] - row["ts"] for row in rows} == {QUARTER}


def test_later_evidence_is_a_second_version(counts):
    """An attended booking known afterwards raises the settled figure; the one known at once stays for views of then."""
    rows = counts([segment(1, 0, 15)], [segment(1, 0, 15), segment(2, 0, 15)])
    versions = [row for row in rows if row["zone_id"] == "LAB" and row["ts"] == START]
    assert [row["people"] for row in versions] == [1.0, 2.0]
    assert versions[0]["superseded_at"] == versions[1]["known_at"] == START + QUARTER + dt.timedelta(hours=6)


def test_silence_of_all_sources_is_an_outage(counts):
    """The last row of any source became known at 03:15: until 09:15 that is within six hours, then it is not."""
    rows = counts([segment(1, 0, 15, "CAFE")], heard=(13,))
    assert [row["quality"] for row in rows if row["zone_id"] == "LAB"] == ["measured", "outage", "outage", "outage"]
    assert {row["quality"] for row in counts([segment(1, 0, 15)])} == {"measured"}


def test_a_stay_outside_the_grid_is_left_out(counts):
    """Quarters before and after the grid do not appear."""
    rows = counts([segment(1, -60, 120)])
    assert in_lab(rows) == [1.0] * 4
