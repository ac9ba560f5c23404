"""Overcrowding: scores and episodes by hand."""

from __future__ import annotations

import datetime as dt
import math

from fazri_lib.anomaly.overcrowding import overcrowding

NOON = dt.datetime(2026, 6, 3, 12)


def quarter(number: int) -> dt.datetime:
    """The quarter hour so many after noon."""
    return NOON + dt.timedelta(minutes=15 * number)


def test_score_from_mean_and_interval(scene):
    """55 of 50 with a deviation of 5 is one deviation over: 1 / (1 + exp(-1.702)), the normal's .841 within .01."""
    scene.zone("HALL", capacity=50)
    scene.crowd("HALL", NOON, 55.0, 55 - 5 * 1.959964, 55 + 5 * 1.959964)
    (row,) = scene.found(overcrowding)
    assert row["score"] == round(1 / (1 + math.exp(-1.702)), 6)
    assert (row["severity"], row["entity_id"], row["evidence"]) == ("high", None, [])
    assert (row["started_at"], row["ended_at"], row["known_at"]) == (NOON, quarter(1), quarter(1))
    assert row["reason"] == "About 55 people (45-65) in Zone HALL, which holds 50."


def test_full_is_not_overcrowded(scene):
    """At capacity, below it though the interval reaches above, or without a known capacity nothing is told."""
    scene.zone("HALL", capacity=50)
    scene.zone("PARK")
    scene.crowd("HALL", NOON, 50.0, 45.0, 55.0)
    scene.crowd("HALL", quarter(1), 49.0, 20.0, 78.0)
    scene.crowd("PARK", NOON, 500.0, 500.0, 500.0)
    scene.crowd("NOWHERE", NOON, 500.0, 500.0, 500.0)
    assert scene.found(overcrowding) == []


def test_exact_counts(scene):
    """A count without uncertainty is certain."""
    scene.zone("HALL", capacity=50)
    scene.crowd("HALL", NOON, 51.0, 51.0, 51.0)
    assert [row["score"] for row in scene.found(overcrowding)] == [1.0]


def test_episodes(scene):
    """Quarters up to an hour apart are one episode, told at its start and again on passing 1.5 times the capacity."""
    scene.zone("HALL", capacity=50)
    scene.zone("GYM", capacity=50)
    for number, people in ((0, 60), (1, 70), (2, 80), (3, 90), (4, 60), (8, 60), (13, 60)):
        scene.crowd("HALL", quarter(number), float(people), float(people), float(people))
    scene.crowd("GYM", quarter(1), 75.0, 75.0, 75.0)
    found = {(row["zone_id"], row["started_at"], row["severity"]) for row in scene.found(overcrowding)}
    assert found == {
        ("HALL", quarter(0), "high"),
        ("HALL", quarter(2), "critical"),
        ("HALL", quarter(13), "high"),
        ("GYM", quarter(1), "high"),
    }


def test_first_version_only(scene):
    """What a quarter's end knew counts; a later correction neither adds nor takes away; outages are not counts."""
    scene.zone("HALL", capacity=50)
    scene.crowd("HALL", NOON, 10.0, 10.0, 10.0, superseded_at=quarter(9))
    scene.crowd("HALL", NOON, 90.0, 90.0, 90.0, known_at=quarter(9))
    scene.crowd("HALL", quarter(30), 90.0, 90.0, 90.0, superseded_at=quarter(39))
    scene.crowd("HALL", quarter(60), 90.0, 90.0, 90.0, quality="outage")
    assert [row["started_at"] for row in scene.found(overcrowding)] == [quarter(30)]
