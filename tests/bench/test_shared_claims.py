"""Honesty of claims on shared identifiers, computed by hand."""

import pandas as pd
import pytest

from fazri_lib.bench.shared_claims import alibi_row, hit_rates, shared_rows

CLAIMS = pd.DataFrame(
    {
        "observation_id": [1, 1, 2, 2, 3],
        "probability": [0.8, 0.2, 0.5, 0.5, 1.0],
        "before_alibis": [0.5, 0.5, 0.5, 0.5, 1.0],
        "has_alibi": [False, True, False, False, False],
        "claimants": [2, 2, 2, 2, 1],
        "is_right": [True, False, False, True, True],
    }
)


def test_equally_likely_claimants_count_in_parts():
    """Right for sure in 1, half in 2 and right in 3: 2.5 of 3; promised .8, .5 and 1."""
    assert hit_rates(CLAIMS) == pytest.approx({"hit rate": 2.5 / 3, "promised": 2.3 / 3})
    assert hit_rates(CLAIMS, "before_alibis") == pytest.approx({"hit rate": 2 / 3, "promised": 2 / 3})


def test_before_and_after_alibis():
    """Of two shared observations one has an alibi: hit rate from .5 to 1 there, Brier from .25 to .04."""
    rows = pd.DataFrame(shared_rows(CLAIMS)).set_index(["observations", "weights"])
    assert rows["number"].tolist() == [2, 2, 1, 1]
    assert rows.loc[("with an alibi", "after alibis"), ["hit rate", "Brier"]].tolist() == pytest.approx([1.0, 0.04])
    assert rows.loc[("with an alibi", "before"), ["hit rate", "Brier"]].tolist() == pytest.approx([0.5, 0.25])
    assert rows.loc[("several claimants", "after alibis"), "hit rate"] == pytest.approx(0.75)
    assert rows["by"].tolist() == ["fazri", "baseline"] * 2


def test_claims_with_an_alibi():
    """One claim, from one half to a fifth, and not true."""
    assert alibi_row(CLAIMS) == pytest.approx(
        {"claims with an alibi": 1, "weight before": 0.5, "weight after": 0.2, "true": 0.0}
    )
