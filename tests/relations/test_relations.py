"""Relations: answers by hand, on both engines."""

from __future__ import annotations

import datetime as dt

import pytest

from fazri_lib.relations import relations
from fazri_lib.schema import EXTRACT_TABLES

ANN, BEN = 11, 12


def at(hours: float) -> dt.datetime:
    """So many hours into 1 June 2026."""
    return dt.datetime(2026, 6, 1) + dt.timedelta(hours=hours)


def stay(number: int, person: int, zone: str, times: tuple[float, float | None], confidence: float = 1.0) -> dict:
    """A stay from and to, in hours."""
    ends = {"started_at": at(times[0]), "ended_at": None if times[1] is None else at(times[1])}
    return {"stay_id": number, "entity_id": person, "zone_id": zone, "confidence": confidence} | ends


@pytest.fixture
def related(load, rows_of):
    """`related(stays=, identifiers=, zone_walks=)`: {(kind, src, dst): (weight, first_at, last_at)}."""

    def of(**rows):
        tables = [load(rows.get(name, []), name) for name in ("stays", "identifiers", "zone_walks")]
        found = relations(*tables)
        assert found.schema() == EXTRACT_TABLES["relations"].ibis_schema
        listed = rows_of(found)
        answer = {(r["kind"], r["src"], r["dst"]): (r["weight"], r["first_at"], r["last_at"]) for r in listed}
        assert len(answer) == len(listed)
        return answer

    return of


def test_nothing(related):
    """Without rows there are no relations."""
    assert related() == {}


def test_holds(related):
    """A card listed twice is held once, with the surest probability and the widest validity; empty ends stay empty."""
    card = {"entity_id": ANN, "id_type": "card_id", "id_value": "C1"}
    bounded = {"valid_from": at(0), "valid_to": at(5), "probability": 0.5}
    mail = {"entity_id": BEN, "id_type": "email", "id_value": "b@x", "probability": 1.0, "valid_from": at(1)}
    assert related(identifiers=[card | bounded, card | bounded | {"valid_to": at(9), "probability": 1 / 3}, mail]) == {
        ("holds", f"entity:{ANN}", "card_id:C1"): (0.5, at(0), at(9)),
        ("holds", f"entity:{BEN}", "email:b@x"): (1.0, at(1), None),
    }
    always = card | {"probability": 0.25}
    assert related(identifiers=[card | bounded, always]) == {
        ("holds", f"entity:{ANN}", "card_id:C1"): (0.5, None, None)
    }


def test_visited_and_moves(related):
    """Visits add up confidences; moves multiply those of consecutive stays at most twelve hours apart."""
    stays = [
        stay(1, ANN, "LIB", (8, 9)),
        stay(2, ANN, "LAB", (9.5, 12), 0.5),
        stay(3, ANN, "LAB", (13, 14), 0.5),  # stays where it is
        stay(4, ANN, "LIB", (26, 27), 1 / 3),  # twelve hours after leaving: a move
        stay(5, ANN, "GYM", (39.1, None), 0.9),  # more than twelve hours after: none
        stay(6, BEN, "LIB", (8.5, None)),  # open: left at the start
        stay(7, BEN, "LAB", (10, 11), 0.25),
    ]
    assert related(stays=stays) == {
        ("visited", f"entity:{ANN}", "zone:LIB"): (1.333333, at(8), at(27)),
        ("visited", f"entity:{ANN}", "zone:LAB"): (1.0, at(9.5), at(14)),
        ("visited", f"entity:{ANN}", "zone:GYM"): (0.9, at(39.1), at(39.1)),
        ("visited", f"entity:{BEN}", "zone:LIB"): (1.0, at(8.5), at(8.5)),
        ("visited", f"entity:{BEN}", "zone:LAB"): (0.25, at(10), at(11)),
        ("moves_to", "zone:LIB", "zone:LAB"): (0.75, at(9.5), at(10)),
        ("moves_to", "zone:LAB", "zone:LIB"): (0.166667, at(26), at(26)),
    }


def test_next_to(related):
    """A walk is a relation in each direction that the table lists, in metres."""
    walks = [
        {"zone_id": "LIB", "other_zone_id": "LAB", "distance_m": 150.0},
        {"zone_id": "LAB", "other_zone_id": "LIB", "distance_m": 150.0},
    ]
    assert related(zone_walks=walks) == {
        ("next_to", "zone:LIB", "zone:LAB"): (150.0, None, None),
        ("next_to", "zone:LAB", "zone:LIB"): (150.0, None, None),
    }
