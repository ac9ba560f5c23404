"""The true head count."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fazri_lib.sources.simulate.head_count import HeadCount
from fazri_lib.sources.simulate.span import Span
from fazri_lib.sources.simulate.true_stays import Stays
from fazri_lib.workflows.simulate import simulate


def test_by_hand():
    """450 s of one person in a quarter hour are half a person; a whole hour is one in each quarter."""
    span = Span(1)
    at = span.start_s + np.array([0, 900, span.end_s - span.start_s - 90])
    end = span.start_s + np.array([450, 4500, span.end_s - span.start_s])
    counted = HeadCount(2, span)
    counted.add(Stays(np.arange(3), np.array([0, 0, 1]), at, end, np.ones(3, dtype=bool)))
    assert counted.people.shape == (2, 96)
    assert counted.people[0, :6].tolist() == [0.5, 1, 1, 1, 1, 0]
    assert counted.people[1, 94:].tolist() == [0, 0.1]


@pytest.mark.slow
def test_equals_the_stays(tmp_path):
    """On a tiny campus the head count is, zone by zone and quarter by quarter, the seconds of all stays in it."""
    out = simulate(20, 2, 5, tmp_path / "tiny")
    stays, occupancy = (pd.read_parquet(out / "truth" / f"{name}.parquet") for name in ("stays", "occupancy"))
    assert len(occupancy) == 18 * 2 * 96
    assert str(occupancy["ts"].dtype) == "datetime64[us, UTC]"
    quarter = pd.Timedelta(minutes=15)
    for zone_id, ts, people in occupancy.itertuples(index=False):
        inside = stays[(stays["zone_id"] == zone_id) & (stays["started_at"] < ts + quarter) & (stays["ended_at"] > ts)]
        overlap = inside["ended_at"].clip(upper=ts + quarter) - inside["started_at"].clip(lower=ts)
        assert people == round(overlap.dt.total_seconds().sum() / 900, 6)
