"""A few records are compared without Splink, to the same levels."""

import numpy as np
import pandas as pd
import pytest

from fazri_lib.resolution.kinds import prepare
from fazri_lib.resolution.pairs import Pairs, all_pairs
from fazri_lib.resolution.spec import read_spec
from fazri_lib.store.levels import open_few
from fazri_lib.store.splink import open_comparer

FIELDS = {
    "name": {"kind": "name", "given": "g", "family": "f", "full": "n"},
    "born": {"kind": "date", "column": "d"},
    "mail": {"kind": "email", "column": "m"},
    "phone": {"kind": "phone", "column": "p"},
    "code": {"kind": "id", "column": "i"},
    "home": {"kind": "place", "columns": ["z", "c"]},
    "sex": {"kind": "category", "column": "s"},
    "work": {"kind": "text", "column": "w"},
}
VALUES = {
    "g": ["anna", "hanna", "tom", "thomas", None, "weber"],
    "f": ["weber", "webber", None, "klein", "anna"],
    "n": ["anna maria weber", None, "weber, anna", "otto klein"],
    "d": ["1971-06-24", "24.06.1971", "1971-06-25", "1971", None, "1973-11-03"],
    "m": ["anna.weber@mail.org", "anna.weber@mial.org", "a.w@firm.com", None, "otto@firm.com"],
    "p": ["0199 1019562", "+49-199-1019562", "0199 1019563", None],
    "i": ["AB-1234", "ab1235", "cd5678", None],
    "z": ["1234", "9876", None],
    "c": ["york", "yorck", None],
    "s": ["f", "m", None],
    "w": ["judge of the court", "judge", "painter", None],
}


@pytest.mark.slow
def test_levels_are_those_of_splink():
    """All pairs of sixty mixed records, unknown values among them: the same level in every field; none has no pair."""
    draw = np.random.default_rng(7)
    rows = pd.DataFrame(
        {name: [values[draw.integers(len(values))] for _ in range(60)] for name, values in VALUES.items()}, dtype=object
    )
    prepared = prepare(rows.where(rows.notna(), None), read_spec({"fields": FIELDS}, "s"))
    columns = {name: column for one in prepared for name, column in one.columns.items()}
    comparisons = [one.comparison for one in prepared]
    pairs = all_pairs(60)
    with open_comparer(columns, comparisons, threads=1) as compare:
        theirs = compare(pairs)
    with open_few(columns, comparisons) as compare:
        ours = compare(pairs)
        nothing = compare(Pairs(pairs.left[:0], pairs.right[:0]))
    assert (ours == theirs).all()
    assert nothing.shape == (0, len(comparisons))
    assert len(np.unique(ours)) > 10
