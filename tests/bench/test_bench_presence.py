import pandas as pd
import pytest

from fazri_lib.bench import presence as bench
from fazri_lib.bench.presence import claim_row
from fazri_lib.bench.sizes import QUICK


def test_claims_by_hand():
    """Claimed .75 right and .25 wrong, and 1 right: Brier (2 * .0625) / 3; any holder is right in 1.5 of 2 cases."""
    claims = pd.DataFrame(
        {
            "observation_id": [1, 1, 2],
            "probability": [0.75, 0.25, 1.0],
            "claimants": [2, 2, 1],
            "is_right": [True, False, True],
        }
    )
    row = claim_row(claims, 4)
    assert row["Brier"] == pytest.approx(0.125 / 3)
    assert row["Brier, several claimants"] == pytest.approx(0.0625)
    assert (row["hit rate"], row["hit rate, any holder (baseline)"]) == (1.0, 0.75)
    assert row["observations without a sure truth"] == 4


@pytest.mark.slow
def test_everything_is_measured_beside_a_baseline(quick_campuses):
    """Occupancy, stays and moments have a row of ours and of the baseline; shares are shares; stages have a cost."""
    result = bench.presence_bench(QUICK, quick_campuses)
    occupancy, stays, moments, claims, shared, alibis, curve, costs = (table.rows for table in result.tables)
    for rows in (occupancy, stays, moments):
        assert rows["by"].tolist() == ["fazri", "baseline"]
    assert (moments["right"] + moments["wrong"] + moments["not known"]).tolist() == pytest.approx([1, 1], abs=1e-3)
    assert stays[["true minutes found", "own minutes true"]].min(axis=None) > 0.3
    assert stays[["true minutes found", "own minutes true"]].max(axis=None) <= 1.0
    assert occupancy["WAPE"].iloc[0] < 1
    assert claims["hit rate"].iloc[0] > 0.9
    assert shared["by"].tolist() == ["fazri", "baseline"] * 2
    assert shared["hit rate"].iloc[0] >= shared["hit rate"].iloc[1]
    assert (alibis["weight after"] < alibis["weight before"]).all()
    assert curve["cases"].sum() == claims["claims"].sum()
    assert costs["stage"].tolist() == ["simulated", "ingested", "ran"]
    assert (costs["peak MB"] > 0).all()
