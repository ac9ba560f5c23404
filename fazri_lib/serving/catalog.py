"""Which dashboards there are: `dashboards/catalog.toml` of the campus, then the one that ships with Fazri."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fazri_lib.access import Scope
from fazri_lib.errors import PublishError
from fazri_lib.settings import shipped

FOLDER = "dashboards"
FILE_NAME = "catalog.toml"


class Dashboard(BaseModel):
    """One dashboard.

    Attributes:
        title: as readers see it.
        notebook: file name, beside the catalogue.
        path: address of the page, below /dash/.
        icon: a Material symbol, as person_search.
        scope: what a reader must hold to open the page.
        order: place in the menu; the smallest number comes first.
        folder: where the catalogue lies.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1)
    notebook: str = Field(pattern=r"^[\w-]+\.ipynb$")
    path: str = Field(pattern=r"^/dash/[a-z0-9]+(-[a-z0-9]+)*$")
    icon: str = Field(pattern=r"^[a-z0-9_]+$")
    scope: Scope
    order: int
    folder: Path

    @property
    def file(self) -> Path:
        """The notebook."""
        return self.folder / self.notebook


def catalog(home: Path | None = None) -> dict[str, Dashboard]:
    """Return all dashboards by name in the order of the menu: those that ship with Fazri, and a campus's, which win.

    Args:
        home: campus folder; None for the shipped ones only.

    Raises:
        PublishError: a catalogue is not valid, or two dashboards have one path.
    """
    dashboards = _read(shipped(FOLDER))
    if home is not None:
        dashboards |= _read(home / FOLDER)
    ordered = dict(sorted(dashboards.items(), key=lambda entry: (entry[1].order, entry[0])))
    _check_paths(ordered)
    return ordered


def _check_paths(dashboards: dict[str, Dashboard]) -> None:
    names: dict[str, str] = {}
    for name, dashboard in dashboards.items():
        if dashboard.path in names:
            raise PublishError(
                f"dashboards {names[dashboard.path]} and {name}: expected a path for each, got {dashboard.path} for "
                "both; change one, or give both the same name to replace the one that ships with Fazri"
            )
        names[dashboard.path] = name


def _read(folder: Path) -> dict[str, Dashboard]:
    path = folder / FILE_NAME
    if not path.is_file():
        return {}
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PublishError(f"{path} is not a catalogue: {error}; mend that line") from error
    return {name: _dashboard(path, name, entry) for name, entry in entries.items()}


def _dashboard(path: Path, name: str, entry: Any) -> Dashboard:
    try:
        return Dashboard.model_validate({**entry, "folder": path.parent})
    except TypeError as error:
        raise PublishError(f"{path}: expected a table [{name}], got a value; mend that line") from error
    except ValidationError as error:
        raise PublishError(f"{path}: {name}.{_first_fault(error)}; mend that entry") from error


def _first_fault(error: ValidationError) -> str:
    fault: Any = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
