import pytest

from fazri_lib.anomaly import DETECTORS
from fazri_lib.bench import anomaly as bench
from fazri_lib.bench.peers import present
from fazri_lib.bench.places import foreign_data
from fazri_lib.bench.sizes import QUICK

pytestmark = pytest.mark.slow


def test_incidents_of_the_campus_are_counted(quick_campuses, without_foreign_data):
    """Without foreign series the detectors stand alone, each with its row, and two notes say what is absent."""
    result = bench.anomaly_bench(QUICK, quick_campuses)
    incidents, lookalikes = result.tables
    assert {detector.__name__ for detector in DETECTORS} <= set(incidents.rows["type"])
    assert incidents.rows["recall"].iloc[-1] > 0
    assert lookalikes.rows["look-alike"].iloc[-1] == "all"
    assert sum("FAZRI_BENCH_DATA" in note for note in result.notes) == 2


def test_series_are_scored_beside_baseline_and_peers(quick_campuses):
    """Planted and foreign series: a row a contender; the kinds of planted windows with every contender's hits."""
    if foreign_data(bench.GYM) is None:
        pytest.skip("the gym series is not there: set FAZRI_BENCH_DATA")
    planted, kinds, foreign, *_ = bench.anomaly_bench(QUICK, quick_campuses).tables
    names = [one.name for one in present(bench.CONTENDERS)]
    assert planted.rows["score"].tolist() == names
    assert foreign.rows["score"].tolist() == names
    assert (planted.rows["VUS-PR"] > 0).all()
    assert kinds.rows.columns.tolist() == ["kind", "windows", *names]
    assert (kinds.rows[names].max(axis=1) <= kinds.rows["windows"]).all()
