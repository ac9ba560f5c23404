"""Nothing from the future: three ways to ask for a moment agree, for every table."""

import datetime as dt

import pytest
from as_of_ways import TABLES, three_ways

from fazri_lib import settings

MOMENTS = (dt.datetime(2025, 3, 7, 11, 7, 13), dt.datetime(2025, 3, 14, 23, 0))


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_three_ways_to_ask_for_a_moment_agree(campus, tmp_path, moment):
    """Truncated inputs, `--as-of`, and asking a later extract give the same rows; at noon and over midnight."""
    answers = three_ways(campus, settings.load(campus), moment, tmp_path / "cut")
    for name in TABLES:
        of_truncated, of_run, of_later = answers[name]
        assert of_truncated == of_run, name
        assert of_later == of_run, name
    assert all(answers[name][0] for name in ("claims", "stays", "occupancy", "forecasts", "quality", "relations"))
