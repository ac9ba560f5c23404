"""The tiny campus with reports of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import tiny_campus

from fazri_lib.settings import load

if TYPE_CHECKING:
    from pathlib import Path

CATALOG = """
[{name}]
title = "Own <report>"
notebook = "{name}.ipynb"
schedule = "never"
audience = ["analyst"]

[{name}.parameters.as_of]
type = "text"
default = ""
meaning = "moment"
"""


@pytest.fixture(scope="session")
def tiny_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campus folder with the extract of `tiny_campus` published."""
    return tiny_campus.make(tmp_path_factory.mktemp("tiny-reports"))


@pytest.fixture(scope="session")
def tiny_settings(tiny_home: Path):
    """Its settings."""
    return load(tiny_home)


@pytest.fixture
def own_report(tiny_home: Path):
    """`own_report("name", *sources)`: a report of the campus with these code cells after its parameters cell."""
    import nbformat

    folder = tiny_home / "reports"
    folder.mkdir(exist_ok=True)

    def write(name: str, *sources: str) -> str:
        (folder / "catalog.toml").write_text(CATALOG.format(name=name))
        cells = [nbformat.v4.new_code_cell(source) for source in ('as_of = ""  # moment', *sources)]
        cells[0].metadata["tags"] = ["parameters"]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / f"{name}.ipynb")
        return name

    yield write
    for path in folder.iterdir():
        path.unlink()
