import pytest

from fazri_lib.bench.campuses import Campuses
from fazri_lib.bench.sizes import QUICK


@pytest.fixture(scope="session")
def quick_campuses(tmp_path_factory):
    """The campuses of the quick size, built once for all tests."""
    return Campuses(QUICK, tmp_path_factory.mktemp("campuses"))


@pytest.fixture(scope="session")
def quick_campus(quick_campuses):
    """The one campus of the quick size."""
    return next(iter(quick_campuses))


@pytest.fixture
def without_foreign_data(monkeypatch, tmp_path):
    """An empty folder where the foreign data would be."""
    monkeypatch.setenv("FAZRI_BENCH_DATA", str(tmp_path))
    return tmp_path
