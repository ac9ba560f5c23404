"""The guide's example runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fazri_lib.reporting import run_report

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "add-a-report.md"


@pytest.mark.notebooks
def test_the_example_of_the_guide_is_a_report(tiny_home, tiny_settings):
    """Its cells as a notebook and its entry as the catalogue of a campus give a file."""
    import nbformat

    blocks = re.findall(r"```(python|toml)\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    cells = [nbformat.v4.new_code_cell(text.strip()) for kind, text in blocks if kind == "python"]
    cells[1].metadata["tags"] = ["parameters"]
    folder = tiny_home / "reports"
    folder.mkdir(exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "zone_week.ipynb")
    (folder / "catalog.toml").write_text("".join(text for kind, text in blocks if kind == "toml"))
    path = run_report(tiny_home, tiny_settings, "zone_week", {"zone_id": "LIB", "weeks": "4"})
    assert "The week of LIB" in path.read_text()
    (folder / "catalog.toml").unlink()
