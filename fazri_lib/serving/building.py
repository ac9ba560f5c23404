"""Notebooks as pages: compiled once when they are published, run for each reader in a namespace of their own.

Not Panel's own way, which makes one script of all cells: there one bad cell stops the server or is skipped in silence.
Here nothing but what a cell serves reaches the browser, and a failing cell is known by its number.
"""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fazri_lib import log
from fazri_lib.errors import PublishError, SettingsError
from fazri_lib.reporting.parameters import EXAMPLES, TAG, read_as
from fazri_lib.serving.notebook_check import Fault, faults, kind_of, parameters_of, read_cells

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import CodeType, TracebackType

    from fazri_lib.serving.catalog import Dashboard
    from fazri_lib.serving.notebook_check import Cell

_LONGEST_VALUE = 500
_CHECKED = "keep_output"  # the cell whose printed figure tests compare; no page needs it, and it may fail on a campus
_LOG = log.get("serving")


@dataclass(frozen=True, slots=True)
class Page:
    """A notebook that can be run.

    Attributes:
        dashboard: its entry.
        cells: its code cells less the one tagged `keep_output`, compiled; the file name of each is `<notebook> cell N`.
        parameters: names and literals of its parameters cell.
        first: how many cells run until the parameters are set.
    """

    dashboard: Dashboard
    cells: tuple[CodeType, ...]
    parameters: Mapping[str, Any]
    first: int

    def values(self, query: Mapping[str, Sequence[bytes]]) -> dict[str, Any]:
        """Return the parameters that an address gives, in the types of their literals; other names are not ours.

        Args:
            query: values by name, as a request has them.

        Raises:
            SettingsError: a value is not of its parameter's type. The value itself is not repeated.
        """
        return {name: _given(name, self.parameters[name], texts) for name, texts in query.items() if name in self}

    def run(self, values: Mapping[str, Any]) -> None:
        """Run all cells, the parameters replaced by these values.

        Raises:
            BaseException: whatever a cell raises.
        """
        names: dict[str, Any] = {"__name__": self.dashboard.notebook, "print": _unheard, "display": _unheard}
        for place, cell in enumerate(self.cells, start=1):
            exec(cell, names)  # noqa: S102 - a published notebook is a program of an administrator
            if place == self.first:
                names |= values

    def __contains__(self, name: str) -> bool:
        return name in self.parameters

    def place_of(self, trace: TracebackType | None) -> tuple[int, int]:
        """Return the number of the cell, and the line in it, where an error came from; zeros when in no cell."""
        names = {_file_name(self.dashboard, number): number for number in self._numbers}
        place = (0, 0)
        while trace is not None:
            number = names.get(trace.tb_frame.f_code.co_filename)
            place = place if number is None else (number, trace.tb_lineno)
            trace = trace.tb_next
        return place

    @property
    def _numbers(self) -> list[int]:
        return [int(cell.co_filename.rsplit(" ", 1)[1]) for cell in self.cells]


@dataclass(frozen=True, slots=True)
class Refused:
    """A notebook that is not published.

    Attributes:
        dashboard: its entry.
        faults: why.
        reference: under which the log tells why.
    """

    dashboard: Dashboard
    faults: tuple[Fault, ...]
    reference: str


@dataclass(frozen=True, slots=True)
class Published:
    """What became of each dashboard.

    Attributes:
        pages: by path.
    """

    pages: Mapping[str, Page | Refused] = field(default_factory=dict)

    @property
    def refused(self) -> list[Refused]:
        """Those that were refused."""
        return [page for page in self.pages.values() if isinstance(page, Refused)]


def publish(catalog: Mapping[str, Dashboard]) -> Published:
    """Check and compile each notebook by itself: a refused one keeps no other from being published."""
    return Published({dashboard.path: _built(dashboard) for dashboard in catalog.values()})


def reference() -> str:
    """Return a new reference: what a reader sees of an error, and where the log tells the rest."""
    return secrets.token_hex(4)


def _built(dashboard: Dashboard) -> Page | Refused:
    try:
        cells = [cell for cell in read_cells(dashboard.file) if _CHECKED not in cell.tags]
        found = faults(cells)
    except PublishError as error:
        return _refuse(dashboard, [Fault(0, 0, str(error))])
    return _refuse(dashboard, found) if found else _compiled(dashboard, cells)


def _refuse(dashboard: Dashboard, found: list[Fault]) -> Refused:
    refused = Refused(dashboard, tuple(found), reference())
    told = [str(fault) for fault in found]
    _LOG.warning("notebook refused", reference=refused.reference, notebook=dashboard.notebook, faults=told)
    return refused


def _compiled(dashboard: Dashboard, cells: list[Cell]) -> Page:
    codes = [compile(cell.source, _file_name(dashboard, cell.number), "exec", dont_inherit=True) for cell in cells]
    first = next(place for place, cell in enumerate(cells, start=1) if TAG in cell.tags)
    return Page(dashboard, tuple(codes), parameters_of(cells), first)


def _file_name(dashboard: Dashboard, number: int) -> str:
    return f"{dashboard.notebook} cell {number}"


def _given(name: str, literal: Any, texts: Sequence[bytes]) -> Any:
    kind = kind_of(literal)
    try:
        value = _read(kind, texts)
    except (ValueError, KeyError) as error:
        raise SettingsError(
            f"{name} in the address: expected {EXAMPLES[kind]}, once and in at most {_LONGEST_VALUE} letters, "
            f"got something else; write {name}=... or leave it out"
        ) from error
    return value


def _read(kind: str, texts: Sequence[bytes]) -> Any:
    (text,) = texts
    value = read_as(kind, text.decode("utf-8"))
    if len(text) > _LONGEST_VALUE or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError(kind)
    return value


def _unheard(*_values: Any, **_options: Any) -> None:
    """What a cell prints or displays is for its author in JupyterLab, not for the server's output."""
