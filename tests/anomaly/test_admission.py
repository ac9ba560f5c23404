"""Role and department violation: who may be where, as far as it was known."""

from __future__ import annotations

import datetime as dt

from fazri_lib.anomaly.department_violation import department_violation
from fazri_lib.anomaly.role_violation import role_violation

ANN, BEN, CYD, DAN, EVE = 11, 12, 13, 14, 15
NOON = dt.datetime(2026, 6, 3, 12)


def hours(number: float) -> dt.timedelta:
    """So many hours."""
    return dt.timedelta(hours=number)


def test_lists_are_compared_without_case_and_blanks(scene):
    """A role that the zone lists is admitted however it is written; another one is not."""
    scene.zone("ROOM", allowed_roles=" Faculty ,staff")
    for person, role in ((ANN, "FACULTY"), (BEN, "Staff "), (CYD, "student"), (DAN, "fac")):
        scene.person(person, role=role)
        scene.seen("ROOM", NOON, person)
    assert {row["entity_id"] for row in scene.found(role_violation)} == {CYD, DAN}


def test_unknown_role_is_not_flagged(scene):
    """Nobody is accused of a role that is not known: none, an empty one, no entity, or known only later."""
    scene.zone("ROOM", allowed_roles="staff")
    scene.person(ANN)
    scene.person(BEN, role=" ")
    scene.person(DAN, role="student", known_at=NOON + hours(1))
    for person in (ANN, BEN, CYD, DAN):
        scene.seen("ROOM", NOON, person)
    assert scene.found(role_violation) == []


def test_zone_without_list_admits_all(scene):
    """An empty list, or one of commas only, restricts nobody; a zone that is not listed has no policy."""
    scene.zone("HALL")
    scene.zone("GATE", allowed_roles="", allowed_departments=" , ")
    scene.person(ANN, role="student", department="Law")
    for zone in ("HALL", "GATE", "NOWHERE"):
        scene.seen(zone, NOON, ANN)
    assert scene.found(role_violation) == scene.found(department_violation) == []


def test_role_as_it_was_known(scene):
    """A student who becomes staff may enter from when that is known."""
    scene.zone("ROOM", allowed_roles="staff")
    scene.person(ANN, role="student", superseded_at=NOON)
    scene.person(ANN, role="staff", known_at=NOON)
    before = scene.seen("ROOM", NOON - hours(1), ANN)
    scene.seen("ROOM", NOON, ANN)
    scene.seen("ROOM", NOON + hours(20), ANN)
    assert [row["evidence"] for row in scene.found(role_violation)] == [[before]]


def test_one_finding_an_episode(scene):
    """The first sighting tells; the next ones within twelve hours of the one before do not."""
    scene.zone("ROOM", allowed_roles="staff")
    scene.person(ANN, role="student")
    numbers = [scene.seen("ROOM", NOON + hours(after), ANN) for after in (0, 11, 22, 34.5)]
    assert [row["evidence"] for row in scene.found(role_violation)] == [[numbers[0]], [numbers[3]]]


def test_shared_card(scene):
    """Of three holders of a card only the one who may not enter is accused, with a third."""
    scene.zone("LAB", allowed_departments="ECE,EEE,Physics", security="high")
    for person, department in ((ANN, "ece"), (BEN, "Law"), (CYD, None)):
        scene.person(person, department=department)
    card = scene.seen("LAB", NOON, {ANN: 1 / 3, BEN: 1 / 3, CYD: 1 / 3})
    (row,) = scene.found(department_violation)
    assert (row["entity_id"], row["score"], row["evidence"], row["severity"]) == (BEN, 0.333333, [card], "high")
    assert row["reason"] == "Somebody of department law in Zone LAB, which admits ECE,EEE,Physics."
    assert scene.found(department_violation, min_score=0.4) == []


def test_surer_claim_is_told_again(scene):
    """A weak claim does not hide a sure one of the same episode; weaker ones after it stay silent."""
    scene.zone("LAB", allowed_departments="ECE")
    scene.person(ANN, department="Law")
    weak = scene.seen("LAB", NOON, {ANN: 0.25, BEN: 0.75})
    sure = scene.seen("LAB", NOON + hours(1), ANN)
    scene.seen("LAB", NOON + hours(2), {ANN: 0.25, BEN: 0.75})
    found = scene.found(department_violation)
    assert [(row["score"], row["evidence"]) for row in found] == [(0.25, [weak]), (1.0, [sure])]


def test_plans_do_not_count(scene):
    """Who booked a room they may not enter has not been there; who attended was, known from the booking's end."""
    scene.zone("ROOM", allowed_roles="staff")
    scene.person(ANN, role="student")
    scene.seen("ROOM", NOON, ANN, kind="booking", is_presence=False, superseded_at=NOON + hours(2))
    scene.seen("ROOM", NOON, ANN, kind="booking", known_at=NOON + hours(2))
    assert [row["known_at"] for row in scene.found(role_violation)] == [NOON + hours(2)]
