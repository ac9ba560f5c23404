"""Impossible travel: answers by hand for walks, clocks and shared cards."""

from __future__ import annotations

import datetime as dt

import pytest

from fazri_lib.anomaly.impossible_travel import impossible_travel

ANN, BEN, CYD = 11, 12, 13
NOON = dt.datetime(2026, 6, 3, 12)


def after(seconds: float) -> dt.datetime:
    """So many seconds after noon."""
    return NOON + dt.timedelta(seconds=seconds)


@pytest.fixture
def campus(scene):
    """Three zones: A and B are 150 m apart, B and C 300 m, A and C are not listed (150 m)."""
    for zone in "ABC":
        scene.zone(zone)
    scene.walk("A", "B", 150)
    scene.walk("B", "C", 300)
    return scene


def test_exactly_the_limit(campus):
    """150 m in 50 s by exact clocks is 3.0 m/s, which is not over it; in 49 s it is, for sure."""
    campus.seen("A", NOON, ANN, ts_resolution_s=0.0)
    campus.seen("B", after(50), ANN, ts_resolution_s=0.0)
    early = campus.seen("A", NOON, BEN, ts_resolution_s=0.0)
    late = campus.seen("B", after(49), BEN, ts_resolution_s=0.0)
    (row,) = campus.found(impossible_travel)
    assert (row["entity_id"], row["score"], row["severity"], row["evidence"]) == (BEN, 1.0, "critical", [early, late])
    assert (row["zone_id"], row["started_at"], row["ended_at"], row["known_at"]) == ("B", NOON, after(49), after(49))
    assert row["reason"] == (
        "Zone A and Zone B, 150 m apart, within 49 s at most: at least 3.0 m/s, the limit is 3 m/s."
    )


def test_second_clocks(campus):
    """By clocks of a second, 48 s are at most 49: sure. 49 s may have been 50: not certain. 50 s: even chances."""
    for person, gap_s in ((ANN, 48), (BEN, 49), (CYD, 50)):
        campus.seen("A", NOON, person)
        campus.seen("B", after(gap_s), person)
    scores = {row["entity_id"]: (row["score"], row["severity"]) for row in campus.found(impossible_travel)}
    assert scores == {ANN: (1.0, "critical"), BEN: (0.999999, "critical"), CYD: (0.5, "high")}


def test_minute_clocks(campus):
    """The same minute on two minute clocks, 150 m apart: P(less than 50 s) = 1 - (10/60)^2; a minute later .35."""
    for person, gap_s in ((ANN, 0), (BEN, 60)):
        campus.seen("A", NOON, person, ts_resolution_s=60.0)
        campus.seen("B", after(gap_s), person, ts_resolution_s=60.0)
    found = {row["entity_id"]: row for row in campus.found(impossible_travel)}
    assert found[ANN]["score"] == round(1 - 1 / 36, 6)
    assert found[BEN]["score"] == round(50**2 / 2 / 60**2, 6)
    assert [found[person]["severity"] for person in (ANN, BEN)] == ["high", "medium"]


def test_order_of_coarse_clocks(campus):
    """A minute clock writes the minute's start: 12:00 and 12:00:40 may be in either order, but never 100 s apart."""
    campus.seen("B", NOON, ANN, ts_resolution_s=60.0)
    campus.seen("C", after(40), ANN, ts_resolution_s=0.0)
    (row,) = campus.found(impossible_travel)
    assert (row["score"], row["severity"]) == (1.0, "critical")


def test_walks_that_are_not_listed(campus):
    """Pairs without a walk are 150 m apart, or what the settings say."""
    campus.seen("A", NOON, ANN)
    campus.seen("C", after(45), ANN)
    campus.seen("A", NOON, BEN)
    campus.seen("NEW", after(45), BEN)
    assert {row["entity_id"] for row in campus.found(impossible_travel)} == {ANN, BEN}
    assert "Zone A and NEW, 150 m" in {row["entity_id"]: row for row in campus.found(impossible_travel)}[BEN]["reason"]
    assert campus.found(impossible_travel, default_walk_m=100.0) == []
    assert campus.found(impossible_travel, speed_limit_m_s=4.0) == []


def test_campus_without_walks(scene):
    """Without any walk listed every pair is 150 m apart."""
    scene.seen("A", NOON, ANN)
    scene.seen("B", after(40), ANN)
    assert [row["score"] for row in scene.found(impossible_travel)] == [1.0]


def test_shared_cards(campus):
    """Two sightings of a card with three holders accuse each with a ninth; one of them and a face with a third."""
    third = dict.fromkeys((ANN, BEN, CYD), 1 / 3)
    campus.seen("A", NOON, third)
    campus.seen("B", after(10), third)
    assert [row["score"] for row in campus.found(impossible_travel)] == [round(1 / 9, 6)] * 3
    campus.seen("B", after(7200), third)
    campus.seen("C", after(7210), ANN, source="cameras")
    assert [row["score"] for row in campus.found(impossible_travel)] == [round(1 / 9, 6)] * 3 + [round(1 / 3, 6)]


def test_several_sightings_in_one_zone(campus):
    """A jump is not missed when a weak sighting, or one by a coarse clock, stands between the two sure ones."""
    sure = campus.seen("A", NOON, ANN)
    campus.seen("A", after(1), {ANN: 0.1, BEN: 0.9})
    weak = campus.seen("B", after(2), {ANN: 0.1, CYD: 0.9})
    jump = campus.seen("B", after(3), ANN)
    found = [row for row in campus.found(impossible_travel) if row["entity_id"] == ANN]
    assert [(row["score"], row["evidence"]) for row in found] == [(0.1, [sure, weak]), (1.0, [sure, jump])]


def test_source_that_reports_late(campus):
    """A row that becomes known an hour late is compared with what happened around it, and found from then on."""
    campus.seen("A", NOON, ANN)
    campus.seen("A", after(2400), ANN)
    campus.seen("B", after(20), ANN, source="wifi", known_at=after(3600))
    (row,) = campus.found(impossible_travel)
    assert (row["evidence"], row["started_at"], row["known_at"]) == ([1, 3], NOON, after(3600))


def test_repeats_within_an_hour(campus):
    """To and fro between two zones is told once an hour, another pair of zones by itself."""
    for seconds in (0, 20, 40, 5000):
        campus.seen("A", after(seconds), ANN)
        campus.seen("B", after(seconds + 10), ANN)
    campus.seen("C", after(60), ANN)
    found = [(row["started_at"], row["reason"][:17]) for row in campus.found(impossible_travel)]
    assert sorted(found) == [
        (NOON, "Zone A and Zone B"),
        (after(40), "Zone A and Zone C"),
        (after(50), "Zone B and Zone C"),
        (after(5000), "Zone A and Zone B"),
    ]


def test_bookings_are_never_certain(campus):
    """A booking, even an attended one, is compared with nothing."""
    campus.seen("A", NOON, ANN)
    campus.seen("B", NOON, ANN, kind="booking", source="bookings", is_attended=True, known_at=after(3600))
    assert campus.found(impossible_travel) == []


def test_far_zones_and_coarse_clocks(campus):
    """Back to one hour: 11 km in 59 minutes are too fast; a clock of two hours is not judged."""
    campus.walk("A", "FAR", 11_000)
    campus.seen("A", NOON, ANN)
    campus.seen("FAR", after(59 * 60), ANN)
    campus.seen("A", NOON, BEN)
    campus.seen("FAR", after(61 * 60), BEN)
    campus.seen("A", NOON, CYD)
    campus.seen("B", NOON, CYD, ts_resolution_s=7200.0)
    assert [row["entity_id"] for row in campus.found(impossible_travel)] == [ANN]


def test_loan_and_camera_six_seconds_apart(campus):
    """A loan and a camera frame six seconds apart in two buildings are a finding: a loan is presence."""
    campus.seen("A", NOON, ANN, kind="transaction", source="library")
    campus.seen("B", after(6), ANN, source="cameras")
    (row,) = campus.found(impossible_travel)
    assert row["reason"] == (
        "Zone A and Zone B, 150 m apart, within 7 s at most: at least 21.4 m/s, the limit is 3 m/s."
    )
