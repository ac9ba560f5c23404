"""People of directories made by hand, folded over moments with the engine itself."""

import pandas as pd
import pytest
from directory_rows import directory_rows

from fazri_lib.resolution import Engine, resolve
from fazri_lib.schema import ALWAYS
from fazri_lib.store.splink import open_comparer

START = pd.Timestamp(ALWAYS)
JAN, FEB = (pd.Timestamp(f"2026-0{month}-01") for month in (1, 2))


def found_in(rows, decisions=None, several=()):
    """Who the rows are."""
    return resolve(*directory_rows(*rows), several, (), decisions, Engine(open_comparer))


@pytest.mark.slow
def test_directories_that_say_nothing_of_anybody_are_resolved():
    """130 rows with a role alone: a model is trained, nothing speaks for anybody, and all stay alone."""
    rows = [(one, f"{number}", START, {"role": "student"}, {}) for one in ("s", "n") for number in range(65)]
    found = found_in(rows)
    assert found.matchers["records"].tolist() == [130]
    assert found.entities["entity_id"].nunique() == 130
    assert found.pairs.empty


@pytest.mark.slow
def test_a_changed_row_counts_once():
    """60 rows in two versions are 60 rows and nothing is learnt; with 40 more rows there are 100 and a model is."""
    rows = [
        ("s" if number % 2 else "n", f"{number}", known_at, {"name": f"a{number}", "department": department}, {})
        for number in range(60)
        for known_at, department in ((START, "x"), (JAN, "y"))
    ]
    more = [("s", f"{number}", FEB, {"name": f"a{number}"}, {}) for number in range(60, 100)]
    assert found_in(rows + more[1:]).matchers.empty
    assert found_in(rows + more).matchers[["records", "known_at"]].to_numpy().tolist() == [[100, FEB]]
