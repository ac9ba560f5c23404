"""The tiny campus with rows of directories and a matcher whose weights are whole numbers.

Prior -10 bits. Name: equal +8, else 0, differs -6. Mail: equal +8 (+12 where names differ), differs -4.
Born: equal +6, differs -7, else 0.

Person 1 (Asha): S1 and N1 agree on all but the day that N1 lacks: -10 + 8 + 8 = 6. K1 has no mail: with S1 it weighs
-10 + 8 + 6 = 4, with N1 -10 + 8 = -2. Person 2 (Ben): T1. Person 3 (Chitra): S3, and K9, which has Asha's name and
Chitra's day and whose place is open: with S1 and N1 -2, with S3 -10 - 6 + 6 = -10.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import tiny_campus

from fazri_lib.resolution.comparison import told_apart
from fazri_lib.resolution.kinds import prepare
from fazri_lib.resolution.model import Model
from fazri_lib.resolution.spec import read_spec
from fazri_lib.schema import ALWAYS

if TYPE_CHECKING:
    from pathlib import Path

SPEC = {
    "one_per_person": ["cards", "staff", "students"],
    "fields": {
        "name": {"kind": "name", "full": "name"},
        "email": {"kind": "email", "column": "email"},
        "born_on": {"kind": "date", "column": "born_on"},
    },
}
BITS = {
    "name": {"both names equal": 8, "names differ": -6},
    "email_alike": {"equal": 8, "differs": -4},
    "email_unlike": {"equal": 12, "differs": -4},
    "born_on": {"equal": 6, "differs": -7},
}
RECORDS = [
    (101, "students", "S1", "Asha Rao", "asha@tiny.example", dt.date(2001, 2, 3), 1),
    (102, "cards", "K1", "Asha Rao", None, dt.date(2001, 2, 3), 1),
    (103, "network", "N1", "Asha Rao", "asha@tiny.example", None, 1),
    (201, "staff", "T1", "Ben Iyer", "ben@tiny.example", dt.date(1980, 5, 6), 2),
    (301, "students", "S3", "Chitra Das", "chitra@tiny.example", dt.date(1999, 9, 9), 3),
    (302, "cards", "K9", "Asha Rao", None, dt.date(1999, 9, 9), 3),
]
OPEN = (302, 1)
"""The row whose place is open, and the other person whom it fits."""


def document() -> str:
    """The matcher as the extract holds it."""
    blank = pd.DataFrame({name: pd.Series([], dtype=object) for name in ("name", "email", "born_on")})
    comparisons = told_apart(prepare(blank, read_spec(SPEC, "spec")))
    u = tuple(np.full(len(one), 2.0**-20) for one in comparisons)
    m = tuple(
        np.array([2.0 ** (BITS[one.field].get(level.label, 0) - 20) for level in one.levels]) for one in comparisons
    )
    model = Model(comparisons, m, u, 1 / (1 + 2**10), 1.0, 6, {})
    return json.dumps({"model": model.as_json(), "spec": SPEC})


def tables() -> dict[str, pd.DataFrame]:
    """The tiny campus's tables and those of resolution."""
    always = {"known_at": ALWAYS}
    names = ["record_id", "directory", "record_key", "name", "email", "born_on", "entity_id"]
    records = pd.DataFrame(RECORDS, columns=names)
    links = records[["record_id", "entity_id", "directory"]].assign(probability=1.0)
    links.loc[links["record_id"] == OPEN[0], "probability"] = 0.5
    also = pd.DataFrame([{"record_id": OPEN[0], "entity_id": OPEN[1], "directory": "cards", "probability": 0.4}])
    pairs = [(101, 102, 4.0), (101, 103, 6.0), (102, 103, -2.0), (101, 302, -2.0), (301, 302, -10.0)]
    return tiny_campus.tables() | {
        "records": records.drop(columns="entity_id").assign(**always),
        "links": pd.concat([links, also]).assign(**always),
        "pairs": pd.DataFrame(pairs, columns=["left_id", "right_id", "weight"]).assign(**always),
        "matchers": pd.DataFrame([{"records": 6, "document": document(), **always}]),
    }


def make(home: Path) -> Path:
    """Make a campus folder with that extract published."""
    (home / "fazri.toml").write_text(tiny_campus.TOML)
    tiny_campus.publish(home, tables())
    return home
