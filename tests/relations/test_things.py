"""Things: answers by hand, on both engines."""

import datetime as dt

import pytest

from fazri_lib.relations import things
from fazri_lib.schema import EXTRACT_TABLES

NINE = dt.datetime(2026, 6, 1, 9)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def listed(load, rows_of):
    """`listed(zones=, identifiers=, observations=, mentions=)`: {(kind, name): (rows, notes, holders, first, last)}."""

    def of(**rows):
        names = ("zones", "identifiers", "observations", "mentions")
        found = things(*(load(rows.get(name, []), name) for name in names))
        assert found.schema() == EXTRACT_TABLES["things"].ibis_schema
        counts = ("observation_count", "mention_count", "holder_count", "first_at", "last_at")
        return {
            (r["kind"], r["zone_id"] or r["thing_id"] or r["id_value"]): tuple(r[name] for name in counts)
            for r in rows_of(found)
        }

    return of


def test_nothing(listed):
    """Without rows there are no things."""
    assert listed() == {}


def test_zones_books_and_cards(listed):
    """Each thing with its rows, first and last, and notes; a card with those who have not returned it."""
    card = {"id_type": "card_id", "id_value": "C1", "id_key": 1, "probability": 1.0}
    loan = {"zone_id": "LIB", "thing_id": "B1", "id_key": 1}
    seen = [{"observation_id": 1, "ts": NINE, **loan}, {"observation_id": 2, "ts": NINE + HOUR, **loan}]
    seen.append({"observation_id": 3, "ts": NINE - HOUR, "id_key": 1})
    named = [{"observation_id": 9, "kind": "card_id", "id_key": 1, "entity_id": who} for who in (7, 8)]
    found = listed(
        zones=[{"zone_id": "LIB"}, {"zone_id": "LAB"}],
        identifiers=[
            card | {"entity_id": 7},
            card | {"entity_id": 7, "source": "again"},
            card | {"entity_id": 8, "valid_to": NINE},
        ],
        observations=seen,
        mentions=[*named, {"observation_id": 9, "kind": "zone", "zone_id": "LAB"}],
    )
    assert found == {
        ("zone", "LIB"): (2, 0, 0, NINE, NINE + HOUR),
        ("zone", "LAB"): (0, 1, 0, None, None),
        ("book", "B1"): (2, 0, 0, NINE, NINE + HOUR),
        ("card_id", "C1"): (3, 1, 1, NINE - HOUR, NINE + HOUR),
    }
