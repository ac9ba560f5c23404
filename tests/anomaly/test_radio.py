"""Lone associations of radio sources weigh less than confirmed ones."""

import datetime as dt

import pytest

from fazri_lib.anomaly import weigh_radio
from fazri_lib.anomaly.radio import LONE_WEIGHT

NINE = dt.datetime(2026, 3, 2, 9)


@pytest.fixture
def weighed(load, rows_of):
    """Probabilities after weighing, by observation, of (minutes after nine, zone, source) for one person."""

    def weighed(*seen, sources=("wifi",)):
        claims = [
            {
                "observation_id": number,
                "entity_id": 7,
                "ts": NINE + dt.timedelta(minutes=minutes),
                "known_at": NINE + dt.timedelta(minutes=minutes),
                "zone_id": zone,
                "source": source,
                "probability": 0.5,
                "is_presence": True,
            }
            for number, (minutes, zone, source) in enumerate(seen)
        ]
        return [row["probability"] for row in rows_of(weigh_radio(load(claims, "claims"), sources))]

    return weighed


LONE, SURE = 0.5 * LONE_WEIGHT, 0.5


def test_the_first_association_is_alone_the_second_confirmed(weighed):
    """The second in the same zone within half an hour counts fully, one after longer is alone again."""
    assert weighed((0, "LAB", "wifi"), (30, "LAB", "wifi"), (61, "LAB", "wifi")) == [LONE, SURE, LONE]


def test_one_heard_next_door_is_alone(weighed):
    """A single association in another zone between two in the lab is alone, and so is the first one back."""
    assert weighed((0, "LAB", "wifi"), (5, "LAB", "wifi"), (10, "HALL", "wifi"), (15, "LAB", "wifi")) == [
        LONE,
        SURE,
        LONE,
        LONE,
    ]


def test_a_swipe_confirms_and_needs_no_confirmation(weighed):
    """A card at the door counts fully and confirms the association after it."""
    assert weighed((0, "LAB", "swipes"), (5, "LAB", "wifi")) == [SURE, SURE]


def test_without_radio_sources_nothing_changes(weighed):
    """A campus without Wi-Fi keeps its claims as they are."""
    assert weighed((0, "LAB", "wifi"), sources=()) == [SURE]
