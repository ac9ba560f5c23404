"""People of directories made by hand, folded over moments with the engine itself."""

import pandas as pd
import pytest
from directory_rows import directory_rows

from fazri_lib.resolution import Engine, resolve
from fazri_lib.schema import ALWAYS
from fazri_lib.store.splink import open_comparer

START = pd.Timestamp(ALWAYS)


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
