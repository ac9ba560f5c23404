"""Which records have in common what one human alone should have."""

from __future__ import annotations

import datetime as dt

import ibis
import pandas as pd

from fazri_lib.store import open_duckdb, to_frame
from fazri_lib.workflows.like_counts import alike

BORN, OTHER = dt.date(2001, 3, 4), dt.date(2002, 3, 4)
_ROWS = [
    (1, "Hans Jörg Müller", BORN, None),
    (2, "MUELLER, Hans", BORN, "+49 199 1002409"),
    (3, "Muller Hans", OTHER, None),
    (4, "H. Müller", BORN, None),
    (5, "Ida Roth", None, "0199/1002409"),
    (6, None, None, "12"),
    (7, None, None, "12"),
]


def partners(rows):
    """Pairs of records with a key in common."""
    backend = open_duckdb()
    frame = pd.DataFrame(rows, columns=["record_id", "name", "born_on", "phone"]).astype({"phone": "object"})
    schema = {"record_id": "int64", "name": "string", "born_on": "date", "phone": "string"}
    found = to_frame(backend, alike(ibis.memtable(frame, schema=schema)))
    backend.disconnect()
    both = found.merge(found, on="at").query("record_id_x < record_id_y")
    return set(zip(both["record_id_x"], both["record_id_y"], strict=True))


def test_names_with_births_and_telephones():
    """Two words of a name with the birth, or eight digits, in any spelling; less is not enough."""
    assert partners(_ROWS) == {(1, 2), (2, 5)}


def test_a_switchboard_is_nobody():
    """Eight records may share a telephone number, nine do not say who is one person."""
    rows = [(at, None, None, "0199 100 24 09") for at in range(9)]
    assert partners(rows) == set()
    assert len(partners(rows[:8])) == 28
