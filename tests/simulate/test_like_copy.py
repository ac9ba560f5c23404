"""An anonymised copy as a campus: volumes, rhythms, the same bytes, and a run without code."""

from __future__ import annotations

import datetime as dt
import filecmp
import os
from pathlib import Path

import like_campus
import numpy as np
import pandas as pd
import pytest

from fazri_lib import settings
from fazri_lib.errors import NotEnoughDataError
from fazri_lib.sources.likeness.disclosure import LEAST
from fazri_lib.sources.likeness.shapes import Size
from fazri_lib.store import Extract
from fazri_lib.workflows.ingest import ingest
from fazri_lib.workflows.init import create_campus
from fazri_lib.workflows.run import run
from fazri_lib.workflows.simulate import simulate
from fazri_lib.workflows.simulate_like import simulate_like

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """An ingested campus of 500 people over four weeks."""
    folder = simulate(500, 28, 11, tmp_path_factory.mktemp("original") / "home")
    (folder / ".env").write_text("# not for copies\n")
    like_campus.load(folder)
    return folder


@pytest.fixture
def challenge():
    """The folder of the challenge data; without it the test skips."""
    shared = Path(os.environ.get("FAZRI_BENCH_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
    if not (shared / "ethos").is_dir():
        pytest.skip("the challenge data is not there: set FAZRI_BENCH_DATA to the folder of foreign data")
    return shared / "ethos"


@pytest.fixture(scope="module")
def copied(home):
    """Its copy."""
    return simulate_like(home, home.parent / "copy", Size(None, None), 5)


def test_volumes_and_rhythms(home, copied):
    """Large sources (800 rows) keep their rows within 5 %, zones correlate by .9 over the hours of the week.

    A zone that fewer than 20 people enter in all has too few of them in an hour to show a rhythm.
    """
    entered = pd.read_parquet(home / "truth" / "stays.parquet").groupby("zone_id")["entity_id"].nunique()
    sources, zones = copied.fidelity.sources, copied.fidelity.zones
    large = sources[sources["original"] >= 800]
    assert set(large["source"]) == {"cameras", "library", "swipes", "wifi"}
    assert large["ratio"].between(0.95, 1.05).all()
    zones = zones[zones["zone_id"].map(entered) >= 2 * LEAST]
    assert len(zones) >= 12
    assert (zones["correlation"] >= 0.9).all()


def test_same_seed_same_bytes(home, copied):
    """The same campus, size and seed give the same bytes; another seed gives other rows."""
    again = simulate_like(home, home.parent / "again", Size(None, None), 5).folder
    files = sorted(path.relative_to(again).as_posix() for path in again.rglob("*") if path.is_file())
    assert files == sorted(p.relative_to(copied.folder).as_posix() for p in copied.folder.rglob("*") if p.is_file())
    assert filecmp.cmpfiles(copied.folder, again, files, shallow=False)[0] == files
    other = simulate_like(home, home.parent / "other", Size(None, None), 6).folder
    assert not filecmp.cmp(other / "raw" / "swipes.csv", again / "raw" / "swipes.csv", shallow=False)


def test_directories_are_as_full(home, copied):
    """Columns are filled as often as the campus's, within 6 points; departments lose those of few people."""
    for name in like_campus.DIRECTORIES:
        before, after = (pd.read_csv(at / "raw" / f"{name}.csv", dtype=str) for at in (home, copied.folder))
        columns = [column for column in after if column not in {"unit", "subject"}]
        assert (after[columns].notna().mean() - before[columns].notna().mean()).abs().max() < 0.06, name
        assert set(after) == set(before) - {"device_kind"}


def test_no_secret_is_copied(copied):
    """Neither the environment file nor what it holds is in the copy."""
    assert not (copied.folder / ".env").exists()
    assert "not for copies" not in like_campus.cells(copied.folder)[0]


def test_runs_without_code(copied, tmp_path):
    """Its contracts read all of its rows, the run resolves its people, and the truth fits by key."""
    folder = simulate_like(copied.folder.parent / "home", tmp_path / "copy", Size(300, 35), 5).folder
    result = ingest(folder, settings.load(folder), folder)
    assert result.refused == ()
    assert result.rows_quarantined == 0
    assert result.rows_loaded == result.rows_read
    run(folder, settings.load(folder), now=dt.datetime(2025, 6, 1))
    with Extract.open(folder / "state") as extract:
        identifiers = extract.backend.to_pyarrow(extract.table("identifiers")).to_pandas()
    holders = pd.read_parquet(folder / "truth" / "holders.parquet")
    listed = identifiers.merge(holders, on=["id_type", "id_value"], suffixes=("", "_true"))
    assert set(identifiers["id_value"]) <= set(holders["id_value"])
    assert listed.groupby("entity_id_true")["entity_id"].nunique().eq(1).mean() > 0.9
    assert pd.read_parquet(folder / "truth" / "identities.parquet")["entity_id"].nunique() == 300
    assert pd.read_parquet(folder / "truth" / "stays.parquet")["started_at"].dt.date.nunique() >= 30
    assert len(pd.read_parquet(folder / "truth" / "incidents.parquet")) == 0


def test_truth_agrees_with_itself(copied):
    """Occupancy adds up the stays, and nobody is in two zones at once."""
    stays = pd.read_parquet(copied.folder / "truth" / "stays.parquet").sort_values(["entity_id", "started_at"])
    occupancy = pd.read_parquet(copied.folder / "truth" / "occupancy.parquet")
    hours = (stays["ended_at"] - stays["started_at"]).dt.total_seconds().sum() / 3600
    assert occupancy["people"].sum() / 4 == pytest.approx(hours, rel=1e-3)
    before = stays.groupby("entity_id")["ended_at"].shift()
    assert (stays["started_at"] < before).sum() == 0


def test_challenge_campus(challenge, tmp_path):
    """The challenge campus is copied in its own formats with its own volumes, and its contracts read the copy."""
    home = tmp_path / "home"
    create_campus(home, "challenge")
    ingest(home, settings.load(home), challenge)
    copy = simulate_like(home, tmp_path / "copy", Size(None, None), 5)
    assert copy.fidelity.sources["ratio"].between(0.95, 1.05).all()
    result = ingest(copy.folder, settings.load(copy.folder), copy.folder)
    assert result.refused == ()
    assert result.rows_loaded == result.rows_read > 50_000
    profiles = pd.read_csv(challenge / "student or staff profiles.csv")
    text, words = like_campus.cells(copy.folder)
    own = set(profiles.drop(columns=["name", "role", "department"]).astype(str).to_numpy().ravel()) - {"nan"}
    assert own & words == set()
    assert [name for name in set(profiles["name"]) if name in text] == []
    shared = pd.read_csv(copy.folder / "raw" / "student or staff profiles.csv")["card_id"].duplicated(keep=False)
    assert np.isclose(shared.mean(), profiles["card_id"].duplicated(keep=False).mean(), atol=0.05)


def test_nothing_ingested(tmp_path):
    """A campus without a lake is refused in one line that says what to do."""
    home = simulate(20, 1, 1, tmp_path / "home")
    with pytest.raises(NotEnoughDataError, match=r"expected an ingested campus.*run `fazri ingest`"):
        simulate_like(home, tmp_path / "copy", Size(None, None), 1)
