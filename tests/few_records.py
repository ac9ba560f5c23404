"""A few records and a model whose weights are whole numbers, so that answers can be computed by hand.

Prior -10 bits. Name: both equal +8, family equal and given close +4, family equal and given differs 0, names differ -6;
all else 0. Mail: equal +8 where names agree, +12 where they do not; differs -4. Sex: equal +1, differs -3.
City: equal +5, differs -5. No frequencies, unless they are given.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from fazri_lib.resolution.agglomeration import Decided
from fazri_lib.resolution.comparison import told_apart
from fazri_lib.resolution.explaining import Few
from fazri_lib.resolution.kinds import prepare
from fazri_lib.resolution.model import Model
from fazri_lib.resolution.spec import Spec, read_spec
from fazri_lib.store.levels import open_few

FIELDS = {
    "name": {"kind": "name", "given": "given", "family": "family"},
    "mail": {"kind": "email", "column": "mail"},
    "sex": {"kind": "category", "column": "sex"},
    "city": {"kind": "category", "column": "city"},
}
COLUMNS = ("given", "family", "mail", "sex", "city")
PRIOR = 1 / (1 + 2**10)
BITS = {
    "name": {
        "both names equal": 8,
        "family name equal, given name close": 4,
        "family name equal, nickname": 4,
        "names differ": -6,
    },
    "mail_alike": {"equal": 8, "differs": -4},
    "mail_unlike": {"equal": 12, "differs": -4},
    "sex": {"equal": 1, "differs": -3},
    "city": {"equal": 5, "differs": -5},
}


def spec(**more) -> Spec:
    """The spec of the records."""
    return read_spec({"fields": FIELDS, **more}, "spec")


def model(frequencies=None, partners: float = 1.0) -> Model:
    """The model with the weights above."""
    blank = pd.DataFrame({name: pd.Series([], dtype=object) for name in COLUMNS})
    comparisons = told_apart(prepare(blank, spec()))
    u = tuple(np.full(len(one), 2.0**-20) for one in comparisons)
    m = tuple(
        np.array([2.0 ** (BITS[one.field].get(level.label, 0) - 20) for level in one.levels]) for one in comparisons
    )
    return Model(comparisons, m, u, PRIOR, partners, 1000, frequencies or {})


def few(*rows: str, sources: str = "", same=(), different=(), frequencies=None) -> Few:
    """Records as texts "given family mail sex city", a dash for what is not known.

    Args:
        rows: the records.
        sources: a letter a record: those of one letter are of one directory with one record a person; "-" for none.
        same: pairs decided to be one person.
        different: pairs decided to be two.
        frequencies: of the model.
    """
    values = [[None if value == "-" else value for value in row.split()] for row in rows]
    frame = pd.DataFrame(values, columns=list(COLUMNS), dtype=object)
    letters = sources or "-" * len(rows)
    group = np.array([-1 if letter == "-" else ord(letter) for letter in letters], dtype=np.int64)
    return Few(prepare(frame, spec()), model(frequencies), open_few, group, Decided(same, different))
