"""What tests of the command line share: the program in this process, or the real one in its own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import structlog
from typer.testing import CliRunner

from fazri_lib.cli import app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from typer.testing import Result


@pytest.fixture(autouse=True)
def clean(monkeypatch, tmp_path) -> Iterator[None]:
    """Each test works in an empty folder, without FAZRI_ variables, and leaves no log behind."""
    for name in list(os.environ):
        if name.startswith("FAZRI_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    yield
    structlog.reset_defaults()


@pytest.fixture
def fazri() -> Callable[..., Result]:
    """`fazri("run", "--json")`: run a command in this process."""

    def call(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="fazri")

    return call


@pytest.fixture
def program() -> Callable[..., subprocess.CompletedProcess[str]]:
    """`program("run", cwd=folder)`: run the real program."""

    def call(*arguments: object, cwd: Path | None = None, **more: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "fazri_lib.cli", *map(str, arguments)]
        return subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True, **more)

    return call
