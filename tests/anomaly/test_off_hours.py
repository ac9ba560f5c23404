"""Off hours: answers by hand at the edges of opening hours."""

from __future__ import annotations

import datetime as dt

from fazri_lib.anomaly.off_hours import off_hours

ANN, BEN = 11, 12


def at(day: int, clock: str, month: int = 6) -> dt.datetime:
    """A time of June 2026; the 1st is a Monday."""
    return dt.datetime.fromisoformat(f"2026-{month:02}-{day:02}T{clock}")


def flags(scene, zone: str, instants: list[dt.datetime]) -> list[bool]:
    """Whether a sighting at each instant, of a person of its own, is found."""
    for person, instant in enumerate(instants):
        scene.seen(zone, instant, person)
    caught = {row["entity_id"] for row in scene.found(off_hours)}
    return [person in caught for person in range(len(instants))]


def test_grace_widens_both_ends(scene):
    """Open 08:00-18:00 with 15 minutes of grace: off hours are before 07:45 and from 18:15 on.

    The second in which 07:44:58 was ends before 07:45; the clock of 07:44:59.5 leaves room for 07:45.
    """
    scene.zone("LAB", opens="08:00", closes="18:00")
    inside = ["07:44:59.5", "07:45", "12:00", "18:14:59"]
    outside = ["07:44:58", "18:15", "23:59:59", "00:00"]
    assert flags(scene, "LAB", [at(3, clock) for clock in inside + outside]) == [False] * 4 + [True] * 4


def test_closing_at_midnight(scene):
    """Closing at 24:00, the grace runs into the next day."""
    scene.zone("GYM", opens="06:00", closes="24:00")
    clocks = ["00:14", "00:15", "05:44", "05:46"]
    assert flags(scene, "GYM", [at(3, clock) for clock in clocks]) == [False, True, True, False]


def test_hours_over_midnight_belong_to_the_day_they_begin(scene):
    """A bar open 18:00-02:00 and closed on Sundays serves its Saturday guests until two on Sunday."""
    scene.zone("BAR", opens="18:00", closes="02:00", closed_weekdays="Sun")
    cases = [
        (at(6, "19:00"), False),  # Saturday evening
        (at(7, "01:00"), False),  # Saturday's night, on Sunday
        (at(7, "02:14"), False),
        (at(7, "02:15"), True),
        (at(7, "19:00"), True),  # Sunday is closed
        (at(8, "01:00"), True),  # Sunday's night never began
        (at(8, "17:46"), False),
        (at(2, "12:00"), True),  # between closing and opening
    ]
    assert flags(scene, "BAR", [instant for instant, _ in cases]) == [is_found for _, is_found in cases]


def test_closed_weekdays_alone(scene):
    """A zone without hours is closed on its closed weekdays only."""
    scene.zone("ROOM", closed_weekdays="sat, sun")
    assert flags(scene, "ROOM", [at(day, "12:00") for day in (5, 6, 7, 8)]) == [False, True, True, False]


def test_always_open(scene):
    """A zone without hours, or with empty texts, is always open; a zone not listed has no policy."""
    scene.zone("GATE")
    scene.zone("HALL", opens="", closes="", closed_weekdays="")
    for zone in ("GATE", "HALL", "NOWHERE"):
        scene.seen(zone, at(7, "03:00"), ANN)
    assert scene.found(off_hours) == []


def test_opening_before_midnight_of_the_next_day(scene):
    """A zone that opens at five past midnight is within its grace at ten to midnight."""
    scene.zone("NIGHT", opens="00:05", closes="20:00")
    scene.seen("NIGHT", at(3, "23:49:58"), ANN)
    scene.seen("NIGHT", at(3, "23:50"), BEN)
    assert [row["entity_id"] for row in scene.found(off_hours)] == [ANN]


def test_clock_changes(scene):
    """Opening hours are campus wall time: 07:15 (with grace) is another instant after a change of the clocks."""
    scene.time_zone = "Europe/Berlin"
    scene.zone("LAB", opens="07:30", closes="19:00")
    cases = [
        (at(28, "05:30", 3), True),  # 06:30 in winter time
        (at(29, "05:30", 3), False),  # 07:30 on the day the clocks go forward
        (at(24, "05:30", 10), False),  # 07:30 in summer time
        (at(25, "05:30", 10), True),  # 06:30 after the clocks went back
    ]
    assert flags(scene, "LAB", [instant for instant, _ in cases]) == [is_found for _, is_found in cases]


def test_clock_of_a_day_proves_nothing(scene):
    """A loan dated by day only may have happened while open; on a closed day it did not."""
    scene.zone("LIB", opens="08:00", closes="20:00", closed_weekdays="sun")
    scene.seen("LIB", at(3, "00:00"), ANN, ts_resolution_s=86400.0)
    scene.seen("LIB", at(7, "00:00"), BEN, ts_resolution_s=3600.0 * 12)
    assert [row["entity_id"] for row in scene.found(off_hours)] == [BEN]


def test_one_finding_an_episode(scene):
    """Sightings less than twelve hours apart are one episode, told by its first; the next night is another one."""
    scene.zone("LAB", opens="08:00", closes="18:00")
    first = scene.seen("LAB", at(3, "20:00"), ANN)
    scene.seen("LAB", at(4, "02:00"), ANN)
    second = scene.seen("LAB", at(4, "19:00"), ANN)
    other = scene.seen("LAB", at(4, "19:30"), BEN)
    assert [row["evidence"] for row in scene.found(off_hours)] == [[first], [second], [other]]


def test_late_row_does_not_undo_what_was_told(scene):
    """A sighting that becomes known late joins the episode told already, although it happened before."""
    scene.zone("LAB", opens="08:00", closes="18:00")
    scene.seen("LAB", at(3, "20:00"), ANN, known_at=at(4, "09:00"))
    told = scene.seen("LAB", at(3, "21:00"), ANN)
    assert [row["evidence"] for row in scene.found(off_hours)] == [[told]]


def test_shared_card(scene):
    """A card of three holders accuses each with a third, and a face at night makes one of them sure."""
    scene.zone("LAB", opens="08:00", closes="18:00", off_hours_severity="critical")
    card = scene.seen("LAB", at(3, "20:00"), {ANN: 1 / 3, BEN: 1 / 3, 13: 1 / 3})
    face = scene.seen("LAB", at(3, "20:05"), ANN, source="cameras")
    scene.seen("LAB", at(3, "20:10"), {ANN: 1 / 3, BEN: 1 / 3, 13: 1 / 3})
    found = [(row["entity_id"], row["score"], row["evidence"]) for row in scene.found(off_hours)]
    assert sorted(found) == sorted(
        [(ANN, 0.333333, [card]), (BEN, 0.333333, [card]), (13, 0.333333, [card]), (ANN, 1.0, [face])]
    )
    assert {row["severity"] for row in scene.found(off_hours)} == {"critical"}
    assert scene.found(off_hours, min_score=0.5)[0]["evidence"] == [face]


def test_nobody_known(scene):
    """Unknown cards, devices and faces are somebody for sure; rows with a claimant, plans and notes are not nobody."""
    scene.zone("LAB", opens="08:00", closes="18:00")
    unknown = scene.seen("LAB", at(3, "20:00"), id_key=77)
    scene.seen("LAB", at(3, "20:30"), source="cameras")
    scene.seen("LAB", at(5, "20:00"), ANN)
    scene.seen("LAB", at(6, "20:00"), kind="note", source="notes")
    scene.seen("LAB", at(7, "20:00"), kind="booking", source="bookings")
    scene.seen("LAB", at(9, "20:00"), kind="booking", source="bookings", is_attended=False)
    loan = scene.seen("LAB", at(11, "20:00"), kind="transaction", source="library")
    found = scene.found(off_hours)
    assert [(row["entity_id"], row["score"], row["evidence"]) for row in found if row["entity_id"] is None] == [
        (None, 1.0, [unknown]),
        (None, 1.0, [loan]),
    ]
    assert found[0]["reason"] == "Somebody unknown in Zone LAB at 20:00 campus time; open 08:00-18:00."


def test_claimant_who_becomes_known_later(scene):
    """Somebody unknown stays told; the person is told when known."""
    scene.zone("LAB", opens="08:00", closes="18:00")
    scene.seen("LAB", at(3, "20:00"), ANN)
    scene.rows["claims"][0]["known_at"] = at(9, "12:00")
    assert [(row["entity_id"], row["known_at"]) for row in scene.found(off_hours)] == [
        (None, at(3, "20:00")),
        (ANN, at(9, "12:00")),
    ]


def test_bookings_count_when_attended(scene):
    """A plan never counts; an attended booking counts from its end."""
    scene.zone("LAB", opens="08:00", closes="18:00")
    plan = {"kind": "booking", "source": "bookings"}
    scene.seen("LAB", at(3, "20:00"), ANN, is_presence=False, superseded_at=at(3, "22:00"), **plan)
    assert scene.found(off_hours) == []
    scene.seen("LAB", at(3, "20:00"), ANN, is_attended=True, known_at=at(3, "22:00"), **plan)
    assert [row["known_at"] for row in scene.found(off_hours)] == [at(3, "22:00")]


def test_reason_tells_clock_and_hours(scene):
    """The reason names zone, campus time and policy; times are the campus's."""
    scene.time_zone = "Asia/Kolkata"
    scene.zone("LAB", opens="08:00", closes="18:00", closed_weekdays="sat,sun", off_hours_severity="medium")
    scene.seen("LAB", at(6, "04:30"), ANN)
    (row,) = scene.found(off_hours)
    assert row["reason"] == "Seen in Zone LAB at 10:00 campus time; open 08:00-18:00, closed on sat,sun."
    assert (row["severity"], row["started_at"], row["ended_at"]) == ("medium", at(6, "04:30"), None)
