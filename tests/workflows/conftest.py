"""A small simulated campus, loaded once and copied for each test that writes to it."""

import shutil

import pytest

from fazri_lib import settings
from fazri_lib.workflows.ingest import ingest
from fazri_lib.workflows.simulate import simulate


@pytest.fixture(scope="session")
def loaded_campus(tmp_path_factory):
    """A campus folder of 40 people and 16 days with everything in the lake, nothing published. Do not write to it."""
    home = simulate(40, 16, 5, tmp_path_factory.mktemp("loaded") / "home")
    summary = ingest(home, settings.load(home), home)
    assert summary.exit_code == 0
    return home


@pytest.fixture
def campus(loaded_campus, tmp_path):
    """A copy of it for one test."""
    return shutil.copytree(loaded_campus, tmp_path / "campus")
