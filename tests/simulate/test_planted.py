"""Incidents are what their type says, look-alikes are not, and nothing else breaks a rule."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from fazri_lib.sources.simulate import INCIDENTS, LOOKALIKES, build_campus, live_day
from fazri_lib.sources.simulate.bookings import booked
from fazri_lib.sources.simulate.crowds import crowded_span
from fazri_lib.sources.simulate.draws import NOWHERE
from fazri_lib.sources.simulate.quiet import underuse
from fazri_lib.sources.simulate.rooms import late_booker, unbooked_use
from fazri_lib.sources.simulate.scene import Scene
from fazri_lib.sources.simulate.trespass import abnormal_dwell, curfew, department_violation, off_hours

EVENT_COLUMNS = ["type", "entity_id", "zone_id", "started_at", "ended_at"]


@pytest.fixture(scope="module")
def incidents(folder):
    """Incidents with their zone and the role of their person."""
    return folder.truth("incidents").merge(folder.reference("zones"), on="zone_id").join(folder.roles(), on="entity_id")


def of_type(events, kind):
    """The events of one type, of which there must be some."""
    found = events[events["type"] == kind]
    assert len(found) >= 2
    return found


@pytest.mark.parametrize(("name", "types"), [("incidents", INCIDENTS), ("lookalikes", LOOKALIKES)])
def test_shape(folder, name, types):
    """Every type is planted, in the columns of the contract, with a length."""
    events = folder.truth(name)
    assert list(events.columns) == EVENT_COLUMNS
    assert set(events["type"]) == set(types)
    assert (events["started_at"] < events["ended_at"]).all()
    assert str(events["started_at"].dtype) == "datetime64[us, UTC]"


def test_people_were_really_there(folder):
    """An incident of a person in a zone is a stay of the truth; so are permitted nights and guests."""
    stays = folder.truth("stays")
    for name, kinds in (
        ("incidents", ("off_hours", "curfew", "role_violation", "department_violation", "abnormal_dwell")),
        ("lookalikes", ("night_work", "guest_department", "late_booker")),
    ):
        events = folder.truth(name)
        events = events[events["type"].isin(kinds)].astype({"entity_id": "int64"})
        assert len(events.merge(stays, on=["entity_id", "zone_id", "started_at", "ended_at"])) == len(events)


def test_off_hours(incidents):
    """Who is there off hours comes an hour after closing at the earliest and goes before the zone opens."""
    found = of_type(incidents, "off_hours")
    local = found["started_at"].dt.tz_convert("Europe/Berlin")
    assert local.dt.hour.isin([0, 1]).all()
    assert (found["opens"] != "").all()


def test_role_violation(incidents):
    """A student is in a zone whose roles leave students out."""
    found = of_type(incidents, "role_violation")
    assert (found["role"] == "student").all()
    assert not found["allowed_roles"].str.contains("student").any()


def test_department_violation(incidents):
    """A student is in a laboratory of departments that are not the student's."""
    found = of_type(incidents, "department_violation")
    assert not any(
        department in names.split(",")
        for department, names in zip(found["department"], found["allowed_departments"], strict=True)
    )


def test_overcrowding(folder, incidents):
    """Only during the planted crowds a zone holds more people than fit, and then it does for more than an hour."""
    found = of_type(incidents, "overcrowding")
    assert found["entity_id"].isna().all()
    assert (found["ended_at"] - found["started_at"] > pd.Timedelta(hours=1)).all()
    occupancy = folder.truth("occupancy").merge(folder.reference("zones")[["zone_id", "capacity"]], on="zone_id")
    over = occupancy[occupancy["people"] > occupancy["capacity"]]
    assert len(over) >= 4 * len(found)
    for zone_id, ts in zip(over["zone_id"], over["ts"], strict=True):
        spans = found[
            (found["zone_id"] == zone_id)
            & (found["started_at"] < ts + pd.Timedelta(minutes=15))
            & (found["ended_at"] > ts)
        ]
        assert len(spans) == 1


def test_impossible_travel(folder, incidents):
    """The card is read in two zones at least 200 m apart in less than a minute: over 3 m/s."""
    found = of_type(incidents, "impossible_travel")
    swipes, cards = folder.raw("swipes.csv"), folder.truth("holders").query("id_type == 'card_id'")
    swipes["ts"] = pd.to_datetime(swipes["swiped_at"]).dt.tz_localize("Europe/Berlin").dt.tz_convert("UTC")
    walks = folder.reference("zone_walks").set_index(["zone_id", "other_zone_id"])["distance_m"]
    for event in found.itertuples():
        own = swipes[swipes["card_id"].isin(cards.loc[cards["entity_id"] == event.entity_id, "id_value"])]
        first, second = (own[own["ts"] == moment].iloc[-1] for moment in (event.started_at, event.ended_at))
        assert second["zone"] == event.zone_id
        assert walks[first["zone"], second["zone"]] / (event.ended_at - event.started_at).total_seconds() > 3


def test_quick_walks_are_possible(folder):
    """A quick walk covers its distance at 2.2 m/s at most, and the device is heard at its start."""
    found = of_type(folder.truth("lookalikes"), "quick_walk").astype({"entity_id": "int64"})
    stays = folder.truth("stays")
    arrivals = found.merge(
        stays, left_on=["entity_id", "zone_id", "ended_at"], right_on=["entity_id", "zone_id", "started_at"]
    )
    departures = found.merge(stays, left_on=["entity_id", "started_at"], right_on=["entity_id", "ended_at"])
    assert len(arrivals) == len(departures) == len(found)
    seconds = (found["ended_at"] - found["started_at"]).dt.total_seconds().to_numpy()
    walks = folder.reference("zone_walks").set_index(["zone_id", "other_zone_id"])["distance_m"]
    distance = np.array([walks[pair] for pair in zip(departures["zone_id_y"], found["zone_id"], strict=True)])
    assert (distance / seconds > 2).all()
    assert (distance / seconds <= 2.2).all()


def test_curfew(folder, incidents):
    """A resident comes into the hostel between midnight and four, with a swipe and an association there."""
    found = of_type(incidents, "curfew")
    assert set(found["zone_id"]) == {"HOSTEL"}
    assert (found["role"] == "student").all()
    assert found["started_at"].dt.tz_convert("Europe/Berlin").dt.hour.isin([0, 1, 2, 3]).all()
    swipes, wifi = folder.swipes(), folder.wifi()
    skewed = folder.truth("incidents").query("type == 'clock_skew' and zone_id == 'HOSTEL'")
    for event in found.itertuples():
        own = swipes[(swipes["entity_id"] == event.entity_id) & (swipes["zone"] == "HOSTEL")]
        assert len(skewed) or (own["ts"] == event.started_at).any()
        heard = wifi[(wifi["entity_id"] == event.entity_id) & (wifi["zone_id"] == "HOSTEL")]
        assert heard["ts"].between(event.started_at, event.ended_at).any()


def test_only_planted_students_come_home_at_night(folder):
    """Between 23:30 and 05:00 no student is in the hostel but those who break the curfew."""
    stays = (
        folder.truth("stays").join(folder.roles(), on="entity_id").query("zone_id == 'HOSTEL' and role == 'student'")
    )
    local = stays["started_at"].dt.tz_convert("Europe/Berlin")
    minute = local.dt.hour * 60 + local.dt.minute
    night = stays[(minute >= 23 * 60 + 30) | (minute < 5 * 60)]
    assert set(night["entity_id"]) == set(folder.truth("incidents").query("type == 'curfew'")["entity_id"])


def test_abnormal_dwell(folder, incidents):
    """Who stays abnormally long stays over 1.9 times the longest usual stay, and nobody else stays longer than it."""
    found = of_type(incidents, "abnormal_dwell")
    hours = (found["ended_at"] - found["started_at"]).dt.total_seconds() / 3600
    assert (hours > 1.9 * found["longest_stay_h"]).all()
    stays = folder.truth("stays").merge(folder.reference("zones"), on="zone_id")
    stays["dwell_h"] = (stays["ended_at"] - stays["started_at"]).dt.total_seconds() / 3600
    over = stays[stays["dwell_h"] > stays["longest_stay_h"]]
    assert set(over["entity_id"]) <= set(found["entity_id"])


def test_crowds_that_fit(folder):
    """Announced crowds stay within capacity; they are announced on the day, and the lectures are booked."""
    crowds = folder.truth("lookalikes").merge(folder.reference("zones"), on="zone_id")
    occupancy = folder.truth("occupancy")
    for kind, word, share in (
        ("full_house", "house", 0.6),
        ("public_lecture", "lecture", 0.4),
        ("exam_night", "learn", 0.5),
    ):
        for crowd in of_type(crowds, kind).itertuples():
            inside = occupancy[
                (occupancy["zone_id"] == crowd.zone_id)
                & (occupancy["ts"] >= crowd.started_at)
                & (occupancy["ts"] < crowd.ended_at)
            ]
            assert share * crowd.capacity < inside["people"].max() <= crowd.capacity
            assert str(crowd.started_at.date()) in folder.notes(word)
    lectures = of_type(crowds, "public_lecture")["started_at"]
    lectures = lectures.dt.tz_convert("Europe/Berlin").dt.strftime("%Y-%m-%d %H:%M:%S")
    assert set(lectures) <= set(folder.raw("bookings.csv").query("room == 'HALL_A'")["starts_at"])


def test_exam_nights_keep_the_hours(folder):
    """The library is full on evenings of examination weeks, and empty when it closes at 23:00."""
    nights = of_type(folder.truth("lookalikes"), "exam_night")
    calendar = folder.reference("calendar").set_index("local_date")["is_exam"].astype(str).str.lower()
    local = nights["ended_at"].dt.tz_convert("Europe/Berlin")
    assert (calendar[local.dt.date.astype(str)] == "true").all()
    assert (local.dt.hour * 60 + local.dt.minute <= 23 * 60).all()


def test_late_bookers_come(folder):
    """Who is late for a booking comes half an hour late, still keeps it, and the booking system says so."""
    late = of_type(folder.truth("lookalikes"), "late_booker")
    bookings = folder.heard("bookings.csv", "starts_at", "email", "booked_by")
    both = late.astype({"entity_id": "int64"}).merge(
        bookings, left_on=["entity_id", "zone_id"], right_on=["entity_id", "room"]
    )
    waited_min = (both["started_at"] - both["ts"]).dt.total_seconds() / 60
    kept = both[waited_min.between(30, 40)]
    assert len(kept) == len(late)
    assert (kept["attended"] == "YES").all()


def test_group_projects_are_allowed(folder):
    """A group project is four students or more, for five hours, in a laboratory that admits them."""
    for event in of_type(folder.truth("lookalikes"), "group_project").itertuples():
        stays = folder.truth("stays").query("zone_id == @event.zone_id").join(folder.roles(), on="entity_id")
        middle = event.started_at + (event.ended_at - event.started_at) / 2
        there = stays[(stays["started_at"] <= middle) & (stays["ended_at"] > middle)]
        long = there[there["ended_at"] - there["started_at"] > pd.Timedelta(hours=4.5)]
        assert event.zone_id == "LAB_COMP"
        assert len(long[long["role"] == "student"]) >= 4


def test_crowded_span_by_hand():
    """Capacity 1, people from 0 to 10, 4 to 8 and 6 to 12: too many from 4 to 10; with capacity 3 never."""
    start, end = np.array([0, 4, 6]), np.array([10, 8, 12])
    assert crowded_span(start, end, 1) == (4, 10)
    assert crowded_span(start, end, 3) is None


def test_nobody_left_to_cast():
    """When nobody suits, nothing is planted."""
    campus = build_campus(20, 1, 0)
    day, count = campus.span.day(0), 20
    grid = np.full((count, day.slots), NOWHERE, dtype=np.int16)
    nothing = booked(np.empty(0, dtype=np.int64), 0, 0, 0, np.empty(0, dtype=bool))
    is_cast = np.ones(count, dtype=bool)
    scene = Scene(grid, grid >= 0, campus.society, day, nothing, is_cast, campus.is_traceable)
    rng = np.random.default_rng(0)
    for planter in (off_hours, curfew, department_violation, abnormal_dwell, unbooked_use, late_booker, underuse):
        assert planter(scene, rng) == []


def test_a_closed_zone_draws_no_crowd():
    """On a Sunday, when the coffee bar is closed, no crowd is planted."""
    campus = build_campus(40, 7, 0)
    sunday = dataclasses.replace(campus, schedule={6: ("overcrowding", "public_lecture")}, episodes=())
    lived = live_day(sunday, campus.span.day(6))
    assert lived.incidents == lived.lookalikes == []
