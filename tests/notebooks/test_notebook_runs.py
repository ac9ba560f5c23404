"""Every notebook runs from top to bottom on the bundled sample, and its kept figure is still true."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted([*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("reports/*.ipynb")])


@pytest.mark.notebooks
@pytest.mark.slow
def test_nbval_finds_every_figure_as_it_was_kept(sample_home, tmp_path):
    """One process for all of them; cells without a kept figure must only not fail."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(tmp_path / "pytest.ini"), "-p", "no:cacheprovider"]
    command += ["-p", "no:randomly", "--nbval-lax", "--nbval-current-env", *map(str, NOTEBOOKS)]
    environment = {**os.environ, "FAZRI_HOME": str(sample_home), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stdout[-4000:]
