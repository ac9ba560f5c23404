import shutil
from dataclasses import replace

import pytest

from fazri_lib.bench import ingest as bench
from fazri_lib.bench.sizes import QUICK
from fazri_lib.settings import shipped

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path):
    """A challenge campus with a log of 1,000 rows."""
    folder = tmp_path / "campus"
    shutil.copytree(shipped("data", "contracts", "challenge"), folder)
    bench.write_log(folder / bench.LOG, 1000)
    return folder


def test_the_log_is_seeded(home, tmp_path):
    """Two logs of the same size are the same bytes, with the challenge's header and times."""
    again = bench.write_log(tmp_path / "again.csv", 1000).read_bytes()
    assert again == (home / bench.LOG).read_bytes()
    header, first = again.decode().splitlines()[:2]
    assert header.replace('"', "") == "device_hash,ap_id,timestamp"
    assert first.split(",")[2].startswith("08/27/2025 ")


@pytest.mark.filterwarnings("ignore:fetch_record_batch:DeprecationWarning")  # Ibis calls it so in DuckDB
@pytest.mark.parametrize("contender", bench.CONTENDERS.values())
def test_every_contender_reads_every_row(home, contender):
    """All three end with 1,000 rows, so that they are compared on the same work."""
    assert getattr(bench, contender)(str(home), str(home / bench.LOG)) == 1000


@pytest.mark.slow
def test_the_table_compares_contenders():
    """A row a contender with rows a second per core and its own peak memory."""
    result = bench.ingest_bench(replace(QUICK, log_rows=1000), None)
    rows = result.tables[0].rows
    assert rows["contender"].tolist() == list(bench.CONTENDERS)
    assert (rows["rows a second per core"] > 0).all()
    assert result.peak_mb == pytest.approx(rows["peak MB"].max(), abs=0.01)
