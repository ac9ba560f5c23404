"""What is configured, readable, reachable and fresh - and what to do about what is not."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import importlib.util
import json
import platform
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fazri_lib.errors import FazriError
from fazri_lib.settings import Settings, load
from fazri_lib.store import Extract, Lake, to_arrow
from fazri_lib.workflows.campus_inputs import read_inputs, reference_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

PYTHON_LEAST = (3, 11)
FREE_LEAST_GB = 2.0
_PARTS = ("ibis-framework", "duckdb", "deltalake", "pyarrow", "pandas")
_OPTIONAL = {
    "lab": ("jupyterlab", "ipykernel", "holoviews", "panel"),
    "reports": ("papermill", "nbconvert", "ipykernel", "holoviews", "panel"),
    "serve": ("fastapi", "uvicorn", "panel", "sqlalchemy", "alembic"),
}
_SERVE = 'pip install "fazri[serve]"'
_LAKE_TABLES = ("observations", "records", "record_identifiers", "quarantine")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: what was looked at.
        ok: whether it is as it should be.
        what: what was found.
        remedy: what to do when it is not ok.
        is_required: whether commands fail without it.
    """

    name: str
    ok: bool
    what: str
    remedy: str = ""
    is_required: bool = True


def examine(home: Path | None, now: dt.datetime) -> list[Check]:
    """Look at everything that commands depend on.

    Args:
        home: campus folder; None where there is none.
        now: the machine's time, UTC without a zone.

    Returns:
        One check per thing, in the order in which they depend on each other.
    """
    checks = [_python(), _libraries(), *(_extra(name, parts) for name, parts in _OPTIONAL.items())]
    if home is None:
        remedy = "run `fazri init DIR` and work inside it, or set FAZRI_HOME"
        return [
            *checks,
            _spark(Settings()),
            Check("campus", ok=False, what="no fazri.toml here or above", remedy=remedy, is_required=False),
        ]
    try:
        settings = load(home)
    except FazriError as error:
        return [*checks, _failed("settings", error)]
    checks += [
        _spark(settings),
        Check("settings", ok=True, what=f"{settings.name}, {settings.time_zone}, engine {settings.engine}"),
    ]
    return [*checks, _disk(home), *_inputs(home, settings), *_state(home, settings, now), _accounts(home, settings)]


def _python() -> Check:
    least = ".".join(map(str, PYTHON_LEAST))
    return Check(
        "python", sys.version_info >= PYTHON_LEAST, platform.python_version(), f"install Python {least} or newer"
    )


def _libraries() -> Check:
    return Check("libraries", ok=True, what=", ".join(_versions(("fazri", *_PARTS))))


def _extra(name: str, parts: Iterable[str]) -> Check:
    missing = [part for part in parts if importlib.util.find_spec(part) is None]
    what = f"not installed: {', '.join(missing)}" if missing else ", ".join(_versions(parts))
    return Check(f"fazri[{name}]", not missing, what, f'pip install "fazri[{name}]"', is_required=False)


def _versions(parts: Iterable[str]) -> Iterator[str]:
    return (f"{part} {importlib.metadata.version(part)}" for part in parts)


def _spark(settings: Settings) -> Check:
    missing = [] if importlib.util.find_spec("pyspark") else ["PySpark"]
    missing += [] if shutil.which("java") else ["Java"]
    what = f"not found: {' and '.join(missing)}" if missing else next(_versions(("pyspark",))) + ", Java found"
    remedy = 'pip install "fazri[spark]" and install Java 17, or set engine = "duckdb"'
    return Check("fazri[spark]", not missing, what, remedy, is_required=settings.engine == "spark")


def _disk(home: Path) -> Check:
    free_gb = shutil.disk_usage(home).free / 1e9
    remedy = "free some space: a run writes new files before it removes old ones"
    return Check("disk", free_gb >= FREE_LEAST_GB, f"{free_gb:.1f} GB free", remedy)


def _inputs(home: Path, settings: Settings) -> Iterator[Check]:
    try:
        inputs = read_inputs(home, settings)
    except FazriError as error:
        yield _failed("contracts and reference files", error)
        return
    remedy = f"write a contract into {settings.contracts}/: docs/guides/add-a-source.md"
    yield Check("contracts", bool(inputs.sources), ", ".join(inputs.sources) or "no source of timed rows", remedy)
    rows = ", ".join(f"{len(getattr(inputs.reference, name))} {name}" for name in reference_tables())
    yield Check("reference files", ok=True, what=rows)


def _state(home: Path, settings: Settings, now: dt.datetime) -> Iterator[Check]:
    lake = Lake(home / "state" / "lake")
    versions = {name: lake.version(name) for name in _LAKE_TABLES}
    loaded = any(version >= 0 for version in versions.values())
    told = ", ".join(f"{name} version {version}" for name, version in versions.items() if version >= 0)
    yield Check("lake", loaded, told or "nothing loaded yet", "run `fazri ingest PATH`", is_required=False)
    try:
        with Extract.open(home / "state", settings.storage.memory_limit) as extract:
            yield _fresh(extract, versions, now)
    except FazriError as error:
        yield _failed("extract", error, is_required=False)


def _fresh(extract: Extract, versions: dict[str, int], now: dt.datetime) -> Check:
    """Whether the extract was made from the lake as it is."""
    inputs = to_arrow(extract.backend, extract.table("runs").select("inputs").limit(1)).to_pylist()
    read = json.loads(inputs[0]["inputs"]) if inputs else {}
    age_h = (now - extract.manifest.made_at) / dt.timedelta(hours=1)
    what = f"{extract.manifest.run_id}, as of {extract.as_of:%Y-%m-%d %H:%M}Z, made {age_h:.1f} h ago"
    is_newest = all(read.get(name, -1) == version for name, version in versions.items())
    return Check(
        "extract", is_newest, what if is_newest else f"{what}; the lake is newer", "run `fazri run`", is_required=False
    )


def _accounts(home: Path, settings: Settings) -> Check:
    """Whether the operations database answers and holds accounts; looking makes and changes nothing."""
    name = "operations database"
    if importlib.util.find_spec("sqlalchemy") is None:
        return Check(name, ok=False, what="SQLAlchemy is not installed", remedy=_SERVE, is_required=False)
    from fazri_lib.workflows.operations_state import look  # noqa: PLC0415 - SQLAlchemy is an optional part

    try:
        state = look(settings.operations_url, home)
    except FazriError as error:
        return _failed(name, error, is_required=settings.operations_url is not None)
    return Check(name, state.is_well, state.what, state.remedy, is_required=False)


def _failed(name: str, error: FazriError, *, is_required: bool = True) -> Check:
    what, _, remedy = str(error).rpartition("; ")
    return Check(name, ok=False, what=what or remedy, remedy=remedy, is_required=is_required)
