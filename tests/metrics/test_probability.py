import importlib.util
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fazri_lib.metrics import accuracy_at_k, brier, brier_binary, calibration_error, mrr, ranks_of_truth, reliability

SHARED = Path(os.environ.get("FAZRI_BENCH_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))


def test_brier_by_hand():
    """(0.7, 0.3) with truth 0: 0.09 + 0.09; (0.5, 0.5) with an unknown truth: 0.25 + 0.25 + 1. Mean 0.84."""
    assert brier(np.array([[0.7, 0.3], [0.5, 0.5]]), np.array([0, -1])) == pytest.approx(0.84)


def test_calibration_error_by_hand():
    """Bin .9: sure .95 and 1, one of two right: gap .475, weight 2/3. Bin .1: sure .1, wrong: gap .1."""
    assert calibration_error([0.95, 1.0, 0.1], [True, False, False]) == pytest.approx(0.475 * 2 / 3 + 0.1 / 3)


def test_nothing_has_no_score():
    """Measures of nothing are empty."""
    assert np.isnan(brier(np.zeros((0, 2)), np.zeros(0, dtype=int)))
    assert np.isnan(calibration_error([], []))


def test_the_independent_scorer_agrees(tmp_path, monkeypatch, capsys):
    """eval_nextloc.py prints the same accuracies, MRR and calibration error for random ranked lists."""
    tool = SHARED.parent / "tools" / "eval_nextloc.py"
    if not tool.is_file():
        pytest.skip(f"{tool.name} is not there: set FAZRI_BENCH_DATA to the folder of foreign data")
    spec = importlib.util.spec_from_file_location("eval_nextloc", tool)
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    rng = np.random.default_rng(5)
    probability, truth = rng.dirichlet(np.ones(10), 300), rng.integers(0, 10, 300)
    listed = pd.DataFrame(
        {"id": np.repeat(np.arange(300), 10), "location_id": np.tile(np.arange(10), 300), "prob": probability.ravel()}
    )
    listed["rank"] = listed.groupby("id")["prob"].rank(ascending=False, method="first").astype(int)
    listed.to_parquet(tmp_path / "p.parquet")
    pd.DataFrame({"id": np.arange(300), "user_id": 0, "location_id": truth}).to_parquet(tmp_path / "t.parquet")
    monkeypatch.setattr("sys.argv", ["eval_nextloc.py", str(tmp_path / "p.parquet"), str(tmp_path / "t.parquet")])
    scorer.main()
    header, values = (line.split() for line in capsys.readouterr().out.strip().splitlines())
    theirs = dict(zip(header, values, strict=True))
    ranks = ranks_of_truth(probability, truth)
    ours = {"acc@1": accuracy_at_k(ranks, 1), "acc@3": accuracy_at_k(ranks, 3), "MRR": mrr(ranks)}
    ours["ECE"] = calibration_error(probability.max(axis=1), probability.argmax(axis=1) == truth)
    assert {name: float(theirs[name]) for name in ours} == pytest.approx(ours, abs=1e-4)


def test_brier_of_single_statements_by_hand():
    """(0.2^2 + 0.6^2) / 2; nothing stated has no score."""
    assert brier_binary([0.8, 0.6], [1, 0]) == pytest.approx((0.04 + 0.36) / 2)
    assert np.isnan(brier_binary([], []))


def test_reliability_by_hand():
    """Two statements in 0.8..0.9, one came; 1.0 belongs to the last bin; empty bins are left out."""
    table = reliability([0.8, 0.84, 1.0], [1, 0, 1])
    assert table.to_numpy().tolist() == [pytest.approx([0.8, 0.9, 2, 0.82, 0.5]), pytest.approx([0.9, 1.0, 1, 1, 1])]
    assert reliability([], []).empty
