"""Where the benches find their data and the peers, and where results go."""

from __future__ import annotations

import os
from pathlib import Path

PEERS = Path(".venv-bench") / "bin" / "python"


def repository() -> Path | None:
    """Return the folder of this project's checkout, or None when Fazri is installed without one."""
    folder = Path(__file__).resolve().parents[2]
    return folder if (folder / "pyproject.toml").is_file() and (folder / "benchmarks").is_dir() else None


def foreign_data(part: str) -> Path | None:
    """Return a folder or file of the foreign data sets, or None when it is not there.

    `FAZRI_BENCH_DATA` names the folder of all of them; without it, it is ../shared/data beside the checkout.
    """
    named = os.environ.get("FAZRI_BENCH_DATA")
    root = repository()
    folder = Path(named) if named else root / ".." / "shared" / "data" if root else None
    path = folder / part if folder else None
    return path if path and path.exists() else None


def absent(part: str) -> str:
    """Return the note that says why a bench was skipped."""
    return f"skipped: {part} is not there; set FAZRI_BENCH_DATA to the folder of the foreign data sets"


def peers_python() -> Path | None:
    """Return the interpreter of the peers' environment, or None when it was not built."""
    root = repository()
    python = root / PEERS if root else None
    return python if python and python.exists() else None


def results_folder(out: Path | None) -> Path:
    """Return where results go: `out`, else benchmarks/results of the checkout, else of the working directory."""
    return out or (repository() or Path.cwd()) / "benchmarks" / "results"
