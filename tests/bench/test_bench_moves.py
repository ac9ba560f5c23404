import pandas as pd
import pytest

from fazri_lib.bench import next_place as bench
from fazri_lib.bench.places import foreign_data
from fazri_lib.forecast import evaluate_next_place

pytestmark = pytest.mark.slow


def present(part):
    """The path of foreign data; skips where there are none."""
    path = foreign_data(part)
    if path is None:
        pytest.skip(f"{part} is not there: set FAZRI_BENCH_DATA")
    return path


def test_absent_data_are_said(monkeypatch, tmp_path):
    """Without both data sets the bench is skipped with two reasons."""
    monkeypatch.setenv("FAZRI_BENCH_DATA", str(tmp_path))
    result = bench.next_place_bench()
    assert result.was_skipped
    assert len(result.notes) == 2


def test_the_challenge_campus_has_no_signal():
    """Zones are independent of everything there, and every row says so."""
    rows = evaluate_next_place(bench.challenge(present(bench.CAMPUS)))
    assert set(rows["verdict"]) == {"no signal"}


def test_geolife_is_clearly_good():
    """People's moves in Beijing have habits: at least 10 points above the majority class."""
    visits, is_test = bench.geolife(present(bench.MOVES))
    assert is_test.sum() == 4034
    rows = evaluate_next_place(visits)
    assert rows.loc[rows["measure"] == "acc@1", "verdict"].unique().tolist() == ["good"]


def test_weekdays_of_geolife_are_true():
    """The shift of days leaves each visit on the weekday that the file gives."""
    path = present(bench.MOVES)
    visits, _ = bench.geolife(path)
    assert (visits["started_at"].dt.day_of_week == pd.read_parquet(path)["weekday"]).all()


def test_tables_stand_beside_baselines():
    """GeoLife has a row a model with the majority class first, the campus the rows of `quality`."""
    present(bench.MOVES)
    present(bench.CAMPUS)
    moves, campus = bench.next_place_bench().tables
    assert moves.rows["model"].iloc[0] == "majority class (baseline)"
    assert moves.rows["acc@1"].iloc[-1] > moves.rows["acc@1"].iloc[0] + 0.3
    assert set(campus.rows["verdict"]) == {"no signal"}
