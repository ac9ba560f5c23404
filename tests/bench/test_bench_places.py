from pathlib import Path

from fazri_lib.bench import places


def test_the_variable_names_the_folder(monkeypatch, tmp_path):
    """With FAZRI_BENCH_DATA set only that folder is looked at."""
    monkeypatch.setenv("FAZRI_BENCH_DATA", str(tmp_path))
    (tmp_path / "moves").mkdir()
    assert places.foreign_data("moves") == tmp_path / "moves"
    assert places.foreign_data("series") is None
    assert "FAZRI_BENCH_DATA" in places.absent("series")


def test_without_a_checkout(monkeypatch, tmp_path):
    """An installed Fazri has neither peers nor foreign data by default, and writes into the working directory."""
    monkeypatch.delenv("FAZRI_BENCH_DATA", raising=False)
    monkeypatch.setattr(places, "repository", lambda: None)
    monkeypatch.chdir(tmp_path)
    assert places.foreign_data("moves") is None
    assert places.peers_python() is None
    assert places.results_folder(None) == tmp_path / "benchmarks" / "results"


def test_in_the_checkout():
    """Results of the checkout go where they are committed, unless a folder is given."""
    root = places.repository()
    assert root is not None
    assert places.results_folder(None) == root / "benchmarks" / "results"
    assert places.results_folder(Path("x")) == Path("x")
