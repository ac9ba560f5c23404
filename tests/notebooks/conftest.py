"""The bundled sample, loaded and run once."""

from __future__ import annotations

import datetime as dt
import shutil
from typing import TYPE_CHECKING

import pytest

from fazri_lib.settings import load, shipped
from fazri_lib.workflows.ingest import ingest
from fazri_lib.workflows.run import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campus folder of the bundled sample with its extract published."""
    home: Path = tmp_path_factory.mktemp("sample") / "home"
    shutil.copytree(shipped("data", "sample"), home, ignore=shutil.ignore_patterns("state", "truth"))
    settings = load(home)
    ingest(home, settings, home)
    run(home, settings, now=dt.datetime.now(dt.UTC).replace(tzinfo=None))
    return home
