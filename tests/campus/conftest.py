"""The tiny campus, opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import tiny_campus
import tiny_records

import fazri_lib as fazri

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks the published campus: it needs an engine."""
    for item in items:
        if "tiny_home" in getattr(item, "fixturenames", ()):
            item.add_marker("engine")


@pytest.fixture(scope="session")
def tiny_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campus folder with the extract of `tiny_campus` published."""
    return tiny_campus.make(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A campus folder of its own with the records of `tiny_records`: answers are written there."""
    return tiny_records.make(tmp_path)


@pytest.fixture(scope="session")
def campus(tiny_home: Path) -> Iterator[fazri.Campus]:
    """The tiny campus, opened without any right to reveal."""
    with fazri.open(tiny_home) as opened:
        yield opened
