"""People on record for tests of search, by hand, and an index of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from fazri_lib.access import pseudonyms
from fazri_lib.resolution.search import ALL, Hit, Index, arrays_of, microseconds, parsed, search
from fazri_lib.schema import ALWAYS, EXTRACT_TABLES, LAKE_TABLES

NOW = dt.datetime(2026, 1, 1)
"""Moment from which tests look unless they say otherwise."""
NAMES = {
    1: ("Neha Mehta", "student", "Civil"),
    2: ("Nehal Mehra", "student", "Civil"),
    3: ("Arun Mehta", "faculty", "Physics"),
    4: ("Lakshmi Iyer", "student", "Physics"),
    5: ("Björn O'Brien", "staff", "Library"),
    6: ("नेहा शर्मा", "student", "Physics"),
}
CARDS = {1: "C-003286", 2: "C-003287", 3: "C-113286"}


def tables(**more: list[dict[str, Any]]) -> dict[str, Any]:
    """The tables of an index: these six people, and further rows by table."""
    entities = [{"entity_id": i, "role": role, "department": unit} for i, (_, role, unit) in NAMES.items()]
    person = [
        {"entity_id": i, "name": name, "email": f"{'.'.join(name.lower().split())}@tiny.example"}
        for i, (name, *_) in NAMES.items()
    ]
    held = [{"entity_id": i, "id_type": "card_id", "id_value": card} for i, card in CARDS.items()]
    links = [{"record_id": 7_000 + i, "entity_id": i} for i in NAMES]
    rows = {"entities": entities, "person": person, "identifiers": held, "links": links}
    return made({name: [*rows[name], *more.get(name, [])] for name in rows})


def made(rows: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Rows by table in the columns and types of its contract, always known unless they say otherwise."""
    usual = {"known_at": ALWAYS, "probability": 1.0, "kind": "person", "confidence": 1.0}
    return {
        name: (LAKE_TABLES if name == "embeddings" else EXTRACT_TABLES)[name].arrow(
            pd.DataFrame([usual | row for row in given])
        )
        for name, given in rows.items()
    }


def index_of(rows: dict[str, Any]) -> Index:
    """An index of tables."""
    return Index(arrays_of(rows, pseudonyms))


def hits(index: Index, text: str, moment: dt.datetime = NOW, limit: int = 10, kinds: frozenset[str] = ALL) -> list[Hit]:
    """Who a text means."""
    at = microseconds(moment)
    return search(index, parsed(text, index, at, kinds), at, limit)


def ids(index: Index, text: str, **how: Any) -> list[int]:
    """The entities that a text means, the likeliest first."""
    return [hit.entity_id for hit in hits(index, text, **how)]
