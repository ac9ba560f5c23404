"""Mentions measured: the scores by hand, and that everything is measured beside its baseline."""

import pandas as pd
import pytest

from fazri_lib.bench.mentions import KINDS, mentions_bench, score
from fazri_lib.bench.sizes import QUICK


def test_scores_by_hand():
    """Three true statements, found with 1, .5 and not; one false with .5: Brier (0 + .25 + 1 + .25) / 4."""
    stated = pd.DataFrame({"is_true": [1.0, 1.0, 1.0, 0.0], "ours": [1.0, 0.5, 0.0, 0.5]})
    row = score(stated, "ours")
    assert row["found"] == pytest.approx(0.5)
    assert row["right"] == pytest.approx(0.75)
    assert (row["likely found"], row["likely right"]) == pytest.approx((2 / 3, 2 / 3))
    assert row["Brier"] == pytest.approx(0.375)
    assert row["calibration error"] == pytest.approx(0.0)


@pytest.mark.slow
def test_mentions_are_measured_beside_a_baseline(quick_campuses):
    """Every kind has a row of ours and of the baseline; of people we find more, and what we state is mostly true."""
    mentions, curve, forms, told = (table.rows for table in mentions_bench(QUICK, quick_campuses).tables)
    assert mentions[["kind", "by"]].to_numpy().tolist() == [
        [kind, by] for kind in KINDS for by in ("fazri", "baseline")
    ]
    people = mentions[mentions["kind"] == "person"].set_index("by")
    assert people.loc["fazri", "found"] > people.loc["baseline", "found"] + 0.1
    assert people.loc["fazri", "right"] > 0.8
    assert curve["cases"].sum() > 0
    told = told.set_index("form")
    assert (told["meant"] > 0.1).tolist() == [True] * 3 + [False] * 4
    assert told.loc["ordinary words", "others"] < 0.05
    assert set(forms["form"]) == {"full", "title or initial", "short or misspelt"}
