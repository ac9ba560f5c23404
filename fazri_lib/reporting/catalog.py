"""Which reports there are: `reports/catalog.toml` of the campus, then the one that ships with Fazri."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fazri_lib.errors import ReportError, UnknownNameError, nearest
from fazri_lib.settings import shipped

FOLDER = "reports"
FILE_NAME = "catalog.toml"
Value = str | int | float | bool


class Parameter(BaseModel):
    """One parameter of a report.

    Attributes:
        type: text, integer, number or flag.
        default: used when it is not given.
        meaning: one sentence, with the unit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    type: Literal["text", "integer", "number", "flag"]
    default: Value
    meaning: str = Field(min_length=1)


class Report(BaseModel):
    """One report.

    Attributes:
        title: as readers see it.
        notebook: file name, beside the catalogue.
        schedule: when it is wanted, in words.
        audience: roles that it is for.
        parameters: by name.
        folder: where the catalogue lies.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1)
    notebook: str = Field(pattern=r"^[\w-]+\.ipynb$")
    schedule: str
    audience: tuple[str, ...]
    parameters: dict[str, Parameter] = {}
    folder: Path

    @property
    def path(self) -> Path:
        """The notebook."""
        return self.folder / self.notebook


def catalog(home: Path | None = None) -> dict[str, Report]:
    """Return all reports by name: those that ship with Fazri, and those of a campus, which win.

    Args:
        home: campus folder; None for the shipped ones only.

    Raises:
        ReportError: a catalogue is not valid.
    """
    reports = _read(shipped(FOLDER))
    if home is not None:
        reports |= _read(home / FOLDER)
    return dict(sorted(reports.items()))


def find(home: Path, name: str) -> Report:
    """Return one report.

    Raises:
        UnknownNameError: there is none of this name.
        ReportError: its notebook is not there, or a catalogue is not valid.
    """
    reports = catalog(home)
    if name not in reports:
        raise UnknownNameError(f"no report {name}{nearest(name, reports)}; expected one of {', '.join(reports)}")
    if not reports[name].path.is_file():
        raise ReportError(
            f"report {name}: expected notebook {reports[name].notebook} beside {FILE_NAME}, it is missing; put it there"
        )
    return reports[name]


def _read(folder: Path) -> dict[str, Report]:
    path = folder / FILE_NAME
    if not path.is_file():
        return {}
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: Report.model_validate({**entry, "folder": folder}) for name, entry in entries.items()}
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise ReportError(f"{path} is not a catalogue: {error}; mend that line") from error
    except ValidationError as error:
        raise ReportError(f"{path}: {_first_fault(error)}; mend that entry") from error


def _first_fault(error: ValidationError) -> str:
    fault: Any = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
