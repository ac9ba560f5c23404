"""The demo on the bundled sample, JupyterLab on its notebooks, and the tour of the README on it."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from fazri_lib.cli import demo, lab
from fazri_lib.errors import DependencyError
from fazri_lib.settings import shipped

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The demo's folder and what the real program said while it made it."""
    folder = tmp_path_factory.mktemp("shown")
    return folder / "demo", told("demo", "demo", cwd=folder)


def told(*arguments: str, cwd: Path) -> str:
    """What the real program says; it must end well."""
    command = [sys.executable, "-m", "fazri_lib.cli", *arguments]
    result = subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_sample_is_laid_out(tmp_path):
    """The sample is copied, its truth included, whatever a developer ran in it; a folder that is a campus stays."""
    demo.lay_out(tmp_path / "demo")
    assert (tmp_path / "demo" / "truth" / "stays.parquet").is_file()
    assert not (tmp_path / "demo" / "state").exists()
    (tmp_path / "demo" / "fazri.toml").write_text("name = 'Mine'\n")
    demo.lay_out(tmp_path / "demo")
    assert (tmp_path / "demo" / "fazri.toml").read_text() == "name = 'Mine'\n"


def test_notebooks_are_copied(tmp_path):
    """The shipped notebooks lie beside the campus's own; one of the same name is not overwritten."""
    own = tmp_path / "notebooks" / "data_health.ipynb"
    own.parent.mkdir()
    own.write_text("mine")
    folder = lab.copy_notebooks(tmp_path)
    assert {path.name for path in folder.iterdir()} == {path.name for path in shipped("notebooks").glob("*.ipynb")}
    assert own.read_text() == "mine"


def test_lab_needs_jupyter(tmp_path, monkeypatch):
    """Without JupyterLab the message says what to install."""
    monkeypatch.setattr(lab.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(DependencyError, match=r"fazri\[lab\]"):
        lab.start(tmp_path, 8888, browser=False)


def test_lab_listens_here_alone(tmp_path):
    """JupyterLab is told to listen on this machine only and to ask nothing of the outside; a browser when wanted."""
    command = lab.command_for(tmp_path, 9999, browser=False)
    assert {"--ip=127.0.0.1", "--port=9999", "--no-browser", "--LabApp.extension_manager=readonly"} <= set(command)
    assert "--no-browser" not in lab.command_for(tmp_path, 9999, browser=True)


@pytest.mark.slow
def test_what_the_demo_says(shown):
    """The demo tells what was loaded, resolved, found and forecast, and where everything is."""
    folder, text = shown
    for word in ("loaded", "resolved", "found", "forecast", "verdict", "report", "lake"):
        assert word in text
    report = re.search(r"^report +(\S+\.html)$", text, re.MULTILINE)
    assert report
    assert Path(report.group(1)).is_file()
    assert Path(report.group(1)).is_relative_to(folder)


@pytest.mark.slow
def test_the_demo_again(shown):
    """A second demo in the same folder adds nothing and ends well."""
    folder, first = shown
    again = told("demo", "demo", cwd=folder.parent)
    assert " 0 loaded, " in again
    assert again.split("as known at")[1] == first.split("as known at")[1]


@pytest.mark.slow
def test_jupyter_answers(shown, tmp_path):
    """`fazri lab` serves the campus's notebooks on this machine alone."""
    home = shutil.copytree(shown[0], tmp_path / "demo")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "fazri_lib.cli", "lab", "--no-browser", "--port", str(port)]
    process = subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert answers(f"http://127.0.0.1:{port}/api", 60)
        assert process.poll() is None
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    assert (home / "notebooks" / "data_health.ipynb").is_file()


def answers(address: str, seconds: float) -> bool:
    """Whether a server answers within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own server
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    return False


@pytest.mark.slow
def test_the_tour_is_true(shown, tmp_path):
    """Every command of the README's tour works on the demo campus, and the Python prints what the README shows."""
    home = shutil.copytree(shown[0], tmp_path / "demo")
    tour = README.read_text(encoding="utf-8").split("## Five minutes")[1].split("\n## ")[0]
    commands = re.findall(r"^\$ fazri (.+)$", tour, re.MULTILINE)
    assert len(commands) >= 4
    for command in commands:
        told(*command.split(), cwd=home)
    script, expected = (re.search(rf"```{kind}\n(.*?)```", tour, re.DOTALL) for kind in ("python", "text"))
    assert script
    assert expected
    run = [sys.executable, "-W", "error", "-c", script.group(1)]
    printed = subprocess.run(run, cwd=home, check=True, capture_output=True, text=True).stdout
    assert printed == expected.group(1), f"the README's text block should be:\n{printed}"
