import numpy as np
import pandas as pd
import pytest

from fazri_lib.bench import forecast as bench
from fazri_lib.bench.places import foreign_data, peers_python
from fazri_lib.bench.sizes import QUICK
from fazri_lib.forecast import FORECASTERS

pytestmark = pytest.mark.slow


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Six weeks of a made-up gym and one origin, where the foreign data would be."""
    ds = pd.date_range("2026-01-05", periods=6 * 168, freq="h")
    y = 20 + 10 * np.sin(np.arange(len(ds)) * np.pi / 12) + np.random.default_rng(1).normal(0, 2, len(ds))
    (tmp_path / "series").mkdir()
    pd.DataFrame({"unique_id": "gym", "ds": ds, "y": y.clip(0)}).to_parquet(tmp_path / bench.SERIES)
    pd.DataFrame({"cutoff": [ds[5 * 168 - 1]]}).to_csv(tmp_path / bench.CUTOFFS, index=False)
    monkeypatch.setenv("FAZRI_BENCH_DATA", str(tmp_path))
    return tmp_path


def test_scores_by_hand():
    """Weekly change 2, error 1 of 4: MASE .5, WAPE .25; the 80 % band is .5 wide and .5 off, the 95 % one holds."""
    ds = pd.date_range("2026-01-05", periods=504, freq="h")
    history = pd.DataFrame({"unique_id": "A", "ds": ds, "y": np.repeat([0.0, 2.0, 4.0], 168)})
    made = history[336:].drop(columns="y").assign(cutoff=ds[335], yhat=3.0, lo_80=3.0, hi_80=3.5, lo_95=3.0, hi_95=4.0)
    assert bench.scored(made, history) == {
        "MASE 24 h": 0.5,
        "MASE 168 h": 0.5,
        "WAPE": 0.25,
        "coverage 80 %": 0.0,
        "coverage 95 %": 1.0,
        "interval score": pytest.approx(0.5 + 10 * 0.5),
    }


def test_ours_writes_every_origin(small):
    """One forecaster, one origin: 168 rows in the file."""
    out = small / "out.parquet"
    assert bench.ours("level_profile", str(small / bench.SERIES), str(small / bench.CUTOFFS), str(out)) == 1
    assert len(pd.read_parquet(out)) == 168


def test_absent_peers_are_said(small, quick_campuses, monkeypatch):
    """Without .venv-bench our forecasters stand alone and the note tells how to build it."""
    monkeypatch.setattr("fazri_lib.bench.peers.peers_python", lambda: None)
    result = bench.forecast_bench(QUICK, quick_campuses)
    gym, campus = result.tables
    assert gym.rows["model"].tolist() == campus.rows["model"].tolist() == [model.name for model in FORECASTERS]
    assert (campus.rows["MASE 168 h"] < 2).all()
    assert "make bench" in result.notes[-1]
    assert result.versions == {}


def test_peers_are_measured_in_the_same_run(small, quick_campuses):
    """With .venv-bench the models of statsforecast stand below ours, with their versions."""
    if peers_python() is None:
        pytest.skip(".venv-bench is not built: run `make bench`")
    result = bench.forecast_bench(QUICK, quick_campuses)
    assert all(set(table.rows["by"]) == {"fazri", "statsforecast"} for table in result.tables)
    assert "peers' statsforecast" in result.versions


def test_absent_data_are_said(quick_campuses, without_foreign_data, monkeypatch):
    """Without the gym only the campus is forecast, and a note says why."""
    monkeypatch.setattr("fazri_lib.bench.peers.peers_python", lambda: None)
    result = bench.forecast_bench(QUICK, quick_campuses)
    assert len(result.tables) == 1
    assert any("series/campus_gym.parquet" in note for note in result.notes)


def test_campus_series_are_the_true_hours(quick_campus):
    """Every zone and hour once; their sum is a quarter of the true quarter hours' sum."""
    series, truth = bench.campus_series(quick_campus), quick_campus.truth("occupancy")
    assert not series.duplicated(["unique_id", "ds"]).any()
    assert series["y"].sum() == pytest.approx(truth["people"].sum() / 4)


def test_the_gym_is_forecast_as_measured(tmp_path):
    """40 origins of the campus gym: MASE as published for these methods, coverage near its promise."""
    series, cutoffs = foreign_data(bench.SERIES), foreign_data(bench.CUTOFFS)
    if series is None:
        pytest.skip("the gym series is not there: set FAZRI_BENCH_DATA")
    bench.ours("level_profile", str(series), str(cutoffs), str(tmp_path / "out.parquet"))
    found = bench.scored(pd.read_parquet(tmp_path / "out.parquet"), pd.read_parquet(series))
    assert found["MASE 24 h"] <= 0.48
    assert found["MASE 168 h"] <= 0.535
    assert 0.77 <= found["coverage 80 %"] <= 0.83
    assert 0.93 <= found["coverage 95 %"] <= 0.97
