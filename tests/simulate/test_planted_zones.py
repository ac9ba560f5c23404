"""Incidents of zones and sensors are what their type says."""

from __future__ import annotations

import json

import pandas as pd
import pytest

MINUTE = pd.Timedelta(minutes=1)


@pytest.fixture(scope="module")
def occupancy(folder):
    """Head counts with hour of the week and whether the day is a normal one."""
    rows = folder.truth("occupancy")
    local = rows["ts"].dt.tz_convert("Europe/Berlin")
    calendar = folder.reference("calendar").set_index("local_date")
    flags = calendar.loc[local.dt.strftime("%Y-%m-%d"), ["is_holiday", "is_exam"]].to_numpy()
    return rows.assign(
        clock=local.dt.strftime("%H:%M"),
        is_normal=(local.dt.day_of_week.to_numpy() < 5) & ~(flags == "true").any(axis=1) & ~(flags == True).any(axis=1),  # noqa: E712
    )


def of_type(folder, name, kind):
    """The events of one type, of which there must be some, none of them anybody's."""
    found = folder.truth(name).query("type == @kind")
    assert len(found) >= 2
    assert found["entity_id"].isna().all()
    return found


def people_in(occupancy, event):
    """Head counts of an event's zone during it, and the median of the same quarter hours of all normal days."""
    zone = occupancy[occupancy["zone_id"] == event.zone_id]
    during = zone[(zone["ts"] >= event.started_at) & (zone["ts"] < event.ended_at)]
    usual = zone[zone["is_normal"]].groupby("clock")["people"].median()
    return during["people"].mean(), usual[during["clock"]].mean()


def test_underuse(folder, occupancy):
    """A zone that is open has less than a fifth of its usual people in its peak."""
    for event in of_type(folder, "incidents", "underuse").itertuples():
        people, usual = people_in(occupancy, event)
        assert people < 0.2 * usual


def test_occupancy_outside_forecast(folder, occupancy):
    """A zone has less than half or more than one and a half times its usual people, and never more than fit."""
    capacity = folder.reference("zones").set_index("zone_id")["capacity"]
    for event in of_type(folder, "incidents", "occupancy_outside_forecast").itertuples():
        people, usual = people_in(occupancy, event)
        assert people < 0.5 * usual or people > 1.5 * usual
        assert people <= capacity[event.zone_id]


def test_unbooked_use(folder):
    """People are in a bookable room for an hour at a time at which nobody has booked it."""
    bookings, stays = folder.raw("bookings.csv"), folder.truth("stays")
    for name in ("starts_at", "ends_at"):
        bookings[name] = pd.to_datetime(bookings[name]).dt.tz_localize("Europe/Berlin").dt.tz_convert("UTC")
    for event in of_type(folder, "incidents", "unbooked_use").itertuples():
        room = bookings[bookings["room"] == event.zone_id]
        assert not ((room["starts_at"] < event.ended_at) & (room["ends_at"] > event.started_at)).any()
        there = stays[(stays["zone_id"] == event.zone_id) & (stays["started_at"] < event.ended_at - 50 * MINUTE)]
        assert len(there[there["ended_at"] > event.started_at + 50 * MINUTE]) >= 2


def test_booking_no_show(folder):
    """Every booking that nobody came to is an incident of its booker, who was not in the room."""
    missed = folder.raw("bookings.csv").query("attended == 'NO'")
    found = folder.truth("incidents").query("type == 'booking_no_show'").astype({"entity_id": "int64"})
    assert len(found) == len(missed) >= 2
    both = found.merge(folder.truth("stays"), on=["entity_id", "zone_id"], suffixes=("", "_true"))
    assert not ((both["started_at_true"] < both["ended_at"]) & (both["ended_at_true"] > both["started_at"])).any()


def sensor_rows(folder):
    """Rows of all sensors: time, zone, sensor."""
    swipes = folder.swipes().rename(columns={"reader": "sensor_id", "zone": "zone_id"})
    lines = (folder.path / "raw" / "cameras.jsonl").read_text().splitlines()
    cameras = pd.DataFrame(json.loads(line) for line in lines).rename(
        columns={"camera": "sensor_id", "zone": "zone_id"}
    )
    cameras["ts"] = pd.to_datetime(cameras["at"]).dt.tz_localize("Europe/Berlin").dt.tz_convert("UTC")
    columns = ["ts", "zone_id", "sensor_id"]
    return pd.concat([swipes[columns], folder.wifi()[columns], cameras[columns]])


def test_silent_sensors(folder):
    """A sensor of the zone, busy on other days at the time, writes nothing for four hours while people are there.

    So does the reader under announced maintenance, of which a note tells.
    """
    rows, stays = sensor_rows(folder), folder.truth("stays")
    for name, kind in (("incidents", "silent_sensor"), ("lookalikes", "reader_outage")):
        for event in of_type(folder, name, kind).itertuples():
            zone = rows[rows["zone_id"] == event.zone_id]
            heard = zone[zone["ts"].between(event.started_at, event.ended_at - pd.Timedelta(seconds=1))]
            silent = set(zone["sensor_id"]) - set(heard["sensor_id"])
            assert silent
            assert zone[zone["sensor_id"].isin(silent)]["ts"].dt.date.nunique() > 10
            assert event.ended_at - event.started_at >= pd.Timedelta(hours=4)
            there = stays[(stays["zone_id"] == event.zone_id) & (stays["started_at"] < event.ended_at)]
            assert (there["ended_at"] > event.started_at).sum() >= 2
            assert kind == "silent_sensor" or str(event.started_at.date()) in folder.notes("card reader of")


def test_clock_skew(folder):
    """The swipes of a skewed reader lie some minutes, always the same, from the moment their person came in."""
    swipes, stays = folder.swipes(), folder.truth("stays")
    for event in of_type(folder, "incidents", "clock_skew").itertuples():
        inside = swipes[(swipes["zone"] == event.zone_id) & swipes["ts"].between(event.started_at, event.ended_at)]
        entries = stays[stays["zone_id"] == event.zone_id].sort_values("started_at")
        both = inside.merge(entries, on="entity_id")
        shift_s = (both["ts"] - both["started_at"]).dt.total_seconds()
        commonest = shift_s.value_counts()
        assert 240 <= abs(commonest.index[0]) <= 720
        assert commonest.iloc[0] > 0.8 * inside["row"].nunique()


def test_data_integrity(folder):
    """All swipes of a reader are in the log twice for a while; no others of cards that one person holds are."""
    swipes = folder.swipes()
    holders = swipes.groupby("row")["entity_id"].transform("size")
    found = of_type(folder, "incidents", "data_integrity")
    swipes = swipes[holders == 1]
    twice = swipes[swipes.duplicated(["ts", "card_id", "reader"], keep=False)]
    assert len(twice) >= 6 * len(found)
    for row in twice.itertuples():
        meets = found[(found["zone_id"] == row.zone) & (found["started_at"] <= row.ts) & (found["ended_at"] > row.ts)]
        assert len(meets) == 1


def test_fire_drill(folder):
    """Nobody is in the building from two minutes after the alarm to the twentieth; people come back; a note tells."""
    drills, stays = of_type(folder, "lookalikes", "fire_drill"), folder.truth("stays")
    back = 0
    for event in drills.itertuples():
        zone = stays[stays["zone_id"] == event.zone_id]
        left = zone[
            (zone["started_at"] < event.started_at)
            & (zone["ended_at"].between(event.started_at, event.started_at + 2 * MINUTE))
        ]
        assert len(left)
        assert zone[(zone["started_at"] < event.ended_at) & (zone["ended_at"] > event.started_at + 2 * MINUTE)].empty
        assert str(event.started_at.date()) in folder.notes("fire drill")
        back += zone["started_at"].between(event.ended_at, event.ended_at + 5 * MINUTE).sum()
    assert back >= 2
