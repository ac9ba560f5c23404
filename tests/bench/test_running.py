import pandas as pd
import pytest

from fazri_lib.bench import BenchResult, Table, running
from fazri_lib.bench.sizes import FULL, QUICK
from fazri_lib.errors import UnknownNameError


@pytest.fixture
def small(monkeypatch):
    """One bench that finds a table and one that is skipped."""
    found = BenchResult("found", (Table("T", "M", pd.DataFrame({"a": [1]})),))
    skipped = BenchResult("skipped", (), ("skipped: no data",))
    monkeypatch.setattr(running, "BENCHES", {"found": lambda *_: found, "skipped": lambda *_: skipped})


@pytest.mark.usefixtures("small")
def test_all_are_run_and_written(tmp_path):
    """Without names all run; a skipped one writes no result but says why."""
    told = []
    results = running.run(out=tmp_path, progress=lambda *what: told.append(what))
    assert [result.name for result in results] == ["found", "skipped"]
    assert results[0].seconds > 0
    assert results[1].notes == ("skipped: no data",)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["benchmarks.md", "found.json"]
    assert told == [("found", 0, 2), ("skipped", 1, 2), ("benches", 2, 2)]


@pytest.mark.usefixtures("small")
def test_the_checkouts_page_is_its_own(monkeypatch, tmp_path):
    """Without a folder the results and docs/benchmarks.md of the checkout are written."""
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(running, "repository", lambda: tmp_path)
    monkeypatch.setattr("fazri_lib.bench.places.repository", lambda: tmp_path)
    running.run(["found"])
    assert (tmp_path / "benchmarks" / "results" / "found.json").is_file()
    assert (tmp_path / "docs" / "benchmarks.md").is_file()


@pytest.mark.usefixtures("small")
def test_nothing_found_writes_nothing(tmp_path):
    """When every bench is skipped there is no folder and no page."""
    running.run(["skipped"], tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_unknown_benches_are_refused(tmp_path):
    """The nearest known name is given."""
    with pytest.raises(UnknownNameError, match="did you mean forecast"):
        running.run(["forecasts"], tmp_path)


@pytest.mark.usefixtures("small")
def test_quick_figures_are_kept_only_where_asked(monkeypatch, tmp_path):
    """Small sizes mean nothing: without a folder nothing of the checkout is touched, with one they are written."""
    monkeypatch.setattr("fazri_lib.bench.places.repository", lambda: tmp_path)
    assert running.run(["found"], quick=True)[0].name == "found"
    assert not (tmp_path / "benchmarks").exists()
    running.run(["found"], tmp_path / "kept", quick=True)
    assert (tmp_path / "kept" / "found.json").is_file()


def test_the_size_reaches_every_bench(monkeypatch, tmp_path):
    """A bench is given the sizes and the campuses of the run."""
    given = []
    result = BenchResult("one", ())
    monkeypatch.setattr(running, "BENCHES", {"one": lambda *what: given.append(what) or result})
    running.run(out=tmp_path, quick=True)
    running.run(out=tmp_path)
    assert [sizes for sizes, _ in given] == [QUICK, FULL]
    assert str(QUICK.people) in given[0][1].title


def test_another_load_is_kept_only_where_asked(monkeypatch, tmp_path):
    """What is given of the load reaches the bench, what is None stays; nothing of the checkout is touched."""
    given = []
    found = BenchResult("one", (Table("T", "M", pd.DataFrame({"a": [1]})),))
    monkeypatch.setattr(running, "BENCHES", {"one": lambda sizes, _: given.append(sizes.load) or found})
    monkeypatch.setattr("fazri_lib.bench.places.repository", lambda: tmp_path)
    running.run(load={"users": 5, "seconds": None, "modes": ("processes",)})
    assert (given[0].users, given[0].seconds, given[0].modes) == (5, FULL.load.seconds, ("processes",))
    assert not (tmp_path / "benchmarks").exists()
    running.run(out=tmp_path / "kept", load={"users": 5})
    assert (tmp_path / "kept" / "one.json").is_file()
