"""Every notebook runs from top to bottom on the bundled sample, and its kept figure is still true."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import tiny_campus

from fazri_lib.reporting.kernel import kernel_manager_for

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted([*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("reports/*.ipynb"), *ROOT.glob("dashboards/*.ipynb")])


@pytest.mark.notebooks
@pytest.mark.slow
def test_nbval_finds_every_figure_as_it_was_kept(sample_home, tmp_path):
    """One process for all of them; cells without a kept figure must only not fail."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(tmp_path / "pytest.ini"), "-p", "no:cacheprovider"]
    command += ["-p", "no:randomly", "--nbval-lax", "--nbval-current-env", *_counted(tmp_path)]
    environment = {**os.environ, "FAZRI_HOME": str(sample_home), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stdout[-4000:]


def _counted(folder: Path) -> list[str]:
    """Copies in which what was kept has a number: nbval compares no cell without, and nbstripout takes it away."""
    import nbformat

    copies = []
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.get("outputs"):
                cell.execution_count = 1
        nbformat.write(notebook, folder / path.name)
        copies.append(str(folder / path.name))
    return copies


@pytest.mark.notebooks
def test_a_chart_is_drawn_in_its_cell(tmp_path):
    """A chart as the last value of a cell becomes HTML, with its scripts loaded once and from inside the notebook."""
    import nbclient
    import nbformat

    home = tiny_campus.make(tmp_path)
    sources = ("import fazri_lib as fazri", "campus = fazri.open()", "campus.day().plot()", "campus.quality().plot()")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    (tmp_path / "k").mkdir()
    manager = kernel_manager_for(home, tmp_path / "k")
    nbclient.NotebookClient(notebook, kernel_name="python3", kernel_manager_class=manager).execute()
    for cell in notebook.cells[2:]:
        assert [out for out in cell.outputs if out.output_type == "execute_result" and "text/html" in out.data]
    loads = [
        out.data.get("application/javascript", "") for cell in notebook.cells for out in cell.outputs if "data" in out
    ]
    assert [len(script) > 1_000_000 for script in loads].count(True) == 1
