"""`fazri lab`: JupyterLab on the campus's notebooks."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from fazri_lib.cli.screen import complain
from fazri_lib.cli.session import open_session
from fazri_lib.errors import DependencyError

EXAMPLES = ("fazri lab", "fazri lab --port 9999 --no-browser")
PORT = 8888
_OPTIONS = (
    "--ip=127.0.0.1",
    "--LabApp.extension_manager=readonly",  # nothing asks anything of the outside
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.news_url=None",
)


def lab(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.", min=1, max=65535, metavar="P")] = PORT,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> None:
    """Start JupyterLab on the notebooks; those that ship with Fazri are copied beside the campus's own, which win."""
    start(open_session().home, port, browser=browser)


def start(home: Path, port: int, *, browser: bool) -> None:
    """Become JupyterLab on a campus's notebooks, listening on this machine only.

    Raises:
        DependencyError: JupyterLab is not installed.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise DependencyError('JupyterLab: expected it, it is not installed; run pip install "fazri[lab]"')
    folder = copy_notebooks(home)
    complain(f"JupyterLab on {folder}, http://127.0.0.1:{port}/lab; stop it with Ctrl-C twice")
    command = command_for(folder, port, browser=browser)
    os.execve(sys.executable, command, {**os.environ, "FAZRI_HOME": str(home)})  # noqa: S606 - our own interpreter, no shell


def command_for(folder: Path, port: int, *, browser: bool) -> list[str]:
    """Return the command that starts JupyterLab on a folder."""
    command = [sys.executable, "-m", "jupyterlab", f"--port={port}", f"--notebook-dir={folder}", *_OPTIONS]
    command += [] if browser else ["--no-browser"]
    return [*command, "--allow-root"] if os.geteuid() == 0 else command  # in a container there is often nobody else


def copy_notebooks(home: Path) -> Path:
    """Copy the shipped notebooks that the campus does not have yet; return its folder of notebooks."""
    from fazri_lib.settings import shipped  # noqa: PLC0415 - heavy parts load with their command

    folder = home / "notebooks"
    folder.mkdir(exist_ok=True)
    for notebook in sorted(shipped("notebooks").glob("*.ipynb")):
        if not (folder / notebook.name).exists():
            shutil.copyfile(notebook, folder / notebook.name)
    return folder
