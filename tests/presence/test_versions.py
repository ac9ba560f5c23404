"""Versions of logged rows, what they say about presence, devices that nobody holds, and coverage."""

import datetime as dt

import pytest

from fazri_lib import presence
from fazri_lib.presence import Params

NINE, TEN, ELEVEN = (dt.datetime(2026, 3, 2, hour) for hour in (9, 10, 11))


def row(number, **other):
    """A swipe at nine, with what is given changed."""
    base = {
        "observation_id": number,
        "source": "swipes",
        "kind": "observation",
        "ts": NINE,
        "local_ts": NINE,
        "local_date": NINE.date(),
        "zone_id": "LAB",
        "id_key": 5,
        "ts_resolution_s": 1.0,
        "known_at": NINE,
    }
    return base | other


def booking(number, attended, **other):
    """A booking from nine to ten."""
    return row(number, source="bookings", kind="booking", ended_at=TEN, is_attended=attended, outcome_at=TEN, **other)


@pytest.fixture
def traits(load):
    """What each source's sightings are worth."""
    return load([{"source": "swipes", "hold_min": 30.0}, {"source": "bookings", "hold_min": 0.0}])


def test_a_booking_is_a_plan_until_its_end(load, rows_of):
    """Its outcome is empty from its start and stands from its end on."""
    rows = rows_of(presence.versions(load([booking(1, attended=True)], "lake.observations")))
    assert sorted((r["known_at"], r["superseded_at"], r["is_attended"]) for r in rows if r["superseded_at"]) == [
        (NINE, TEN, None)
    ]
    assert [(r["known_at"], r["is_attended"]) for r in rows if not r["superseded_at"]] == [(TEN, True)]


def test_other_rows_have_one_version(load, rows_of):
    """A sighting, and a booking whose outcome was never given, stay as they are."""
    rows = rows_of(presence.versions(load([row(1), booking(2, attended=None)], "lake.observations")))
    assert [(r["observation_id"], r["superseded_at"]) for r in rows] == [(1, None), (2, None)]


def test_only_attended_bookings_speak_for_presence(load, rows_of, traits):
    """A sighting speaks until its hold is over, an attended booking until its end, a plan not at all."""
    lake = load(
        [row(1), booking(2, attended=True), booking(3, attended=False), row(4, zone_id=None)], "lake.observations"
    )
    rows = rows_of(presence.sightings(presence.versions(lake), traits))
    said = {(r["observation_id"], r["is_attended"]): (r["is_presence"], r["until_at"]) for r in rows}
    assert said[1, None] == (True, NINE + dt.timedelta(minutes=30))
    assert said[2, True] == (True, TEN)
    assert [said[key][0] for key in ((2, None), (3, None), (3, False), (4, None))] == [False] * 4


def test_an_unknown_device_is_somebody_perhaps(load, rows_of, traits):
    """An identifier that nobody holds counts with the stated probability, a held one and an empty one do not."""
    lake = load([row(1), row(2, id_key=6), row(3, id_key=None)], "lake.observations")
    sightings = presence.sightings(presence.versions(lake), traits)
    claims = load([{"observation_id": 1, "entity_id": 9, "ts": NINE, "probability": 1.0}], "claims")
    rows = rows_of(presence.anonymous(sightings, claims, Params(anonymous_probability=0.4)))
    assert [(r["observation_id"], r["entity_id"], r["probability"]) for r in rows] == [(2, 6, 0.4)]


def test_coverage_counts_orphans_shared_and_late_rows(load, rows_of):
    """Four rows of one hour: one held by one, one by two, one by nobody, one late without identifier."""
    rows = [
        row(1),
        row(2),
        row(3),
        row(4, id_key=None, known_at=NINE + dt.timedelta(hours=7)),
        row(5, ts=ELEVEN, known_at=ELEVEN),
    ]
    claims = [
        {"observation_id": o, "entity_id": e, "ts": NINE, "probability": 1.0}
        for o, e in ((1, 7), (2, 7), (2, 8), (5, 7))
    ]
    got = rows_of(presence.coverage(load(rows, "observations"), load(claims, "claims"), Params()))
    assert [(r["hour_at"], r["rows"], r["orphan_rows"], r["shared_rows"], r["late_rows"]) for r in got] == [
        (NINE, 4, 1, 1, 1),
        (ELEVEN, 1, 0, 0, 0),
    ]
