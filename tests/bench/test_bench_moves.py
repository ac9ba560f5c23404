import pandas as pd
import pytest

from fazri_lib.bench import moves as bench
from fazri_lib.bench.places import foreign_data
from fazri_lib.bench.sizes import QUICK
from fazri_lib.forecast import evaluate_next_place

pytestmark = pytest.mark.slow


def present(part):
    """The path of foreign data; skips where there are none."""
    path = foreign_data(part)
    if path is None:
        pytest.skip(f"{part} is not there: set FAZRI_BENCH_DATA")
    return path


def test_absent_data_are_said(quick_campuses, without_foreign_data):
    """Without both data sets only the simulated campus is left, and two notes say why."""
    result = bench.moves_bench(QUICK, quick_campuses)
    assert [table.title.split(",")[0] for table in result.tables] == ["Simulated campus"]
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


def test_tables_stand_beside_baselines(quick_campuses):
    """A row a model with the majority class and plain Markov chains among them; the challenge has rows of `quality`."""
    present(bench.MOVES)
    present(bench.CAMPUS)
    moves, challenge, campus = (table.rows for table in bench.moves_bench(QUICK, quick_campuses).tables)
    for rows in (moves, campus):
        assert rows["model"].iloc[0] == "majority class (baseline)"
        assert rows["model"].str.startswith("Markov order 2, plain").sum() == 1
        assert rows["acc@1"].iloc[-1] > rows["acc@1"].iloc[0] + 0.2
    assert set(challenge["verdict"]) == {"no signal"}


def test_plain_markov_is_about_the_products_markov(quick_campus):
    """Both count a person's moves from zone to zone; backing off changes next to nothing on a campus."""
    rows = bench._simulated_table(quick_campus).rows.set_index("model")["acc@1"]
    assert rows["Markov order 1, plain (baseline)"] == pytest.approx(rows["Markov order 1, backed off"], abs=0.02)
