"""Incidents at doors are in the swipes as their type says, and nothing like them happens by chance."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from fazri_lib.sources.simulate import build_campus, live_day
from fazri_lib.sources.simulate.doors import BEHIND_S

HOUR = pd.Timedelta(hours=1)


@pytest.fixture(scope="module")
def swipes(folder):
    """Swipes by time."""
    return folder.swipes().sort_values("ts")


@pytest.fixture(scope="module")
def stays(folder):
    """True stays."""
    return folder.truth("stays")


@pytest.fixture(scope="module")
def quiet_day():
    """A Tuesday of 200 people on which nothing is planted, and its campus."""
    campus = dataclasses.replace(build_campus(200, 3, 2), schedule={}, episodes=())
    return campus, live_day(campus, campus.span.day(1))


def of_type(folder, kind):
    """The incidents of one type, of which there must be some."""
    found = folder.truth("incidents").query("type == @kind").astype({"entity_id": "int64"})
    assert len(found) >= 2
    return found


def test_tailgating(folder, swipes, stays):
    """Somebody else swipes, the person is in within ten seconds, has no swipe, and their device is heard there."""
    wifi = folder.wifi()
    for event in of_type(folder, "tailgating").itertuples():
        there = swipes[swipes["zone"] == event.zone_id]
        assert (there[there["ts"] == event.started_at]["entity_id"] != event.entity_id).all()
        assert len(there[there["ts"] == event.started_at])
        assert pd.Timedelta(0) < event.ended_at - event.started_at < pd.Timedelta(seconds=10)
        entry = stays.query("entity_id == @event.entity_id and started_at == @event.ended_at")
        assert entry["zone_id"].tolist() == [event.zone_id]
        until = entry["ended_at"].iloc[0]
        own = there[
            (there["entity_id"] == event.entity_id) & there["ts"].between(event.started_at - 600 * HOUR / 3600, until)
        ]
        assert own.empty
        heard = wifi[(wifi["entity_id"] == event.entity_id) & wifi["ts"].between(event.ended_at, until)]
        assert event.zone_id in set(heard["zone_id"])


def test_excessive_access(folder, swipes):
    """More than ten swipes of one card in one zone and clock hour, and only where it is planted."""
    hourly = swipes.assign(hour=swipes["ts"].dt.floor("h")).drop_duplicates("row")
    counts = hourly.groupby(["card_id", "zone", "hour"]).size()
    found = of_type(folder, "excessive_access")
    planted = {(event.zone_id, event.started_at.floor("h")) for event in found.itertuples()}
    assert {(zone, hour) for (_, zone, hour), count in counts.items() if count > 10} == planted
    assert (found["started_at"].dt.floor("h") == found["ended_at"].dt.floor("h")).all()


def test_location_mismatch(folder, swipes):
    """The card is read in one zone and the device heard in another within five minutes, at a walk that is possible."""
    wifi, walks = folder.wifi(), folder.reference("zone_walks").set_index(["zone_id", "other_zone_id"])["distance_m"]
    for event in of_type(folder, "location_mismatch").itertuples():
        read = swipes[(swipes["entity_id"] == event.entity_id) & (swipes["ts"] == event.ended_at)]
        heard = wifi[(wifi["entity_id"] == event.entity_id) & (wifi["ts"] == event.started_at)]
        assert event.zone_id in set(read["zone"])
        apart_s = (event.ended_at - event.started_at).total_seconds()
        assert 0 < apart_s <= 300
        assert all(walks[event.zone_id, zone] / apart_s < 3 for zone in heard["zone_id"])
        assert len(heard)


def test_entry_without_exit(folder, swipes):
    """The person swipes in at a zone with a reader at the way out, and does not swipe out."""
    for event in of_type(folder, "entry_without_exit").itertuples():
        own = swipes[(swipes["entity_id"] == event.entity_id) & (swipes["zone"] == event.zone_id)]
        inside = own[own["ts"].between(event.started_at, event.ended_at)]
        assert inside["ts"].iloc[0] == event.started_at
        assert not inside["reader"].str.endswith("-OUT").any()


def test_everybody_else_swipes_out(quiet_day):
    """On a day without incidents every stay of a card holder in a zone with two readers ends with a swipe."""
    campus, day = quiet_day
    places, out = campus.society.places, day.swipes.take(day.swipes.sensor == 1)
    has_card = campus.holdings.first_card != ""
    stays = day.stays.take(places.has_exit_reader[day.stays.zone] & has_card[day.stays.person])
    assert stays.count > 10
    assert set(zip(stays.person, stays.end_s - 1, strict=True)) == set(zip(out.person, out.ts_s, strict=True))


def test_nobody_slips_in_by_chance(quiet_day):
    """On a day without incidents nobody with a card comes in right behind somebody else's swipe without their own."""
    campus, day = quiet_day
    places, stays = campus.society.places, day.stays
    read = set(zip(day.swipes.person, day.swipes.ts_s, strict=True))
    is_missed = np.array([pair not in read for pair in zip(stays.person, stays.start_s, strict=True)])
    has_card = campus.holdings.first_card != ""
    missed = stays.take(places.has_reader[stays.zone] & has_card[stays.person] & stays.is_entered & is_missed)
    assert missed.count
    entered = day.swipes.take(day.swipes.sensor == 0)
    for zone, start_s in zip(missed.zone, missed.start_s, strict=True):
        since_s = start_s - entered.ts_s[entered.zone == zone]
        assert not ((since_s >= 0) & (since_s <= BEHIND_S)).any()


def test_a_quiet_day_has_no_incident_but_missed_bookings(quiet_day):
    """What nobody plants does not happen."""
    _, day = quiet_day
    assert {event.type for event in day.incidents} <= {"booking_no_show"}
    assert day.lookalikes == []
