"""People of two directories for tests of matching: rows, a model trained on them, the extract's tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd

from fazri_lib.bench.search_people import misspelt_names, people
from fazri_lib.resolution.spec import read_spec
from fazri_lib.schema import ALWAYS

if TYPE_CHECKING:
    import datetime as dt

    from fazri_lib.workflows.resolve import Resolution

FIELDS = {
    "name": {"kind": "name", "full": "name"},
    "born": {"kind": "date", "column": "born_on"},
    "email": {"kind": "email", "column": "email"},
    "phone": {"kind": "phone", "column": "phone"},
    "number": {"kind": "id", "column": "student_id"},
    "unit": {"kind": "category", "column": "department"},
}
SPEC = read_spec({"fields": FIELDS}, "test")
COUNT = 150
"""People; the first so many rows are the students' directory, as many after them the patrons'."""


def registered() -> pd.DataFrame:
    """Rows of both directories; the second misspells names and has neither phone nor number."""
    rows = people(COUNT, 3).astype({"born_on": str})
    again = rows.assign(name=misspelt_names(rows, 3), phone=None, student_id=None)
    both = pd.concat([rows.assign(source="students"), again.assign(source="patrons")], ignore_index=True)
    return both.astype(object).where(both.notna(), None).assign(record_id=[str(i) for i in range(2 * COUNT)])


def trained(rows: pd.DataFrame) -> Resolution:
    """What the engine finds in them."""
    from fazri_lib.workflows.resolve import resolve

    together = rows.assign(source="all")  # of one source: the prior is that of all pairs, as for a new record
    return resolve(together[["record_id", "source", *SPEC.columns()]], SPEC, threads=1)


def document(found: Resolution) -> str:
    """A model as the extract keeps it."""
    return json.dumps({"model": found.model.as_json(), "spec": {"fields": FIELDS}})


def frames(rows: pd.DataFrame, known_at: dt.datetime = ALWAYS) -> dict[str, pd.DataFrame]:
    """Rows of the extract's tables with these people, by table."""
    told = rows.assign(directory=rows["source"], record_key=rows["record_id"], kind="person")
    told = told.assign(confidence=1.0, probability=1.0, known_at=known_at, record_id=told["record_id"].astype("int64"))
    told["numbers"] = [json.dumps({"student_id": number}) if number else None for number in told["student_id"]]
    told["born_on"] = pd.to_datetime(told["born_on"]).dt.date
    first = told.head(COUNT)
    held = first.assign(id_type="student_id", id_value=first["student_id"], id_key=range(COUNT))
    return {"entities": first, "person": first, "identifiers": held, "links": told, "records": told}
