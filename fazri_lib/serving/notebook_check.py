"""May a notebook become a page: what would stop the server, be skipped in silence or reach readers unasked. Pure."""

from __future__ import annotations

import ast
import json
import re
import warnings
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from fazri_lib.errors import PublishError, ReportError
from fazri_lib.reporting.parameters import TAG, declared

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MAGICS = (
    (re.compile(r"^\s*%%"), "a cell magic"),
    (re.compile(r"^\s*(\w[\w, ]*=\s*)?%\w"), "a line magic"),
    (re.compile(r"^\s*(\w[\w, ]*=\s*)?!"), "a shell command"),
    (re.compile(r"^\s*\?|\?\s*$"), "a question to IPython"),
)
_FUTURE = "from __future__"
_FUTURE_FAULT = f"{_FUTURE} holds for one cell only, not for the notebook; remove it"
_SERVES = "servable"
_REFUSED_CALLS = {
    "display": "display() sends an output to the page by itself; show it in the page that is served",
    "show": ".show() starts a server of its own; end the notebook with .servable()",
    "input": "input() waits for a keyboard that nobody sits at; use a parameter",
    "breakpoint": "breakpoint() stops the server; remove it",
}
_KINDS: dict[type, str] = {str: "text", bool: "flag", int: "integer", float: "number"}
_FORMAT = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """One code cell.

    Attributes:
        number: its place among all cells of the notebook, from 1.
        source: its code.
        tags: its tags.
    """

    number: int
    source: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a notebook cannot be published.

    Attributes:
        cell: number of the cell, from 1; 0 for the notebook as a whole.
        line: in that cell, from 1; 0 for the cell as a whole.
        what: in words, with the remedy.
    """

    cell: int
    line: int
    what: str

    def __str__(self) -> str:
        place = ", ".join(f"{name} {at}" for name, at in (("cell", self.cell), ("line", self.line)) if at)
        return f"{place}: {self.what}" if place else self.what


def read_cells(path: Path) -> list[Cell]:
    """Return the code cells of a notebook. Texts between them are for its author: whatever they hold, no page does.

    Raises:
        PublishError: it is not there, or it is no notebook of format 4.
    """
    try:
        notebook: Any = json.loads(path.read_text(encoding="utf-8"))
        if notebook["nbformat"] < _FORMAT:
            raise PublishError(f"{path.name}: expected format 4, got an older one; save it in JupyterLab")
        cells = enumerate(notebook["cells"], start=1)
        return [_cell(number, cell) for number, cell in cells if cell["cell_type"] == "code"]
    except OSError as error:
        raise PublishError(f"{path.name}: expected it beside the catalogue, {error.strerror}; put it there") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PublishError(f"{path.name} is no notebook; expected Jupyter's format 4; save it in JupyterLab") from error


def faults(cells: list[Cell]) -> list[Fault]:
    """Return all that keeps a notebook from being published; nothing when it may be."""
    found = [fault for cell in cells for fault in (_unreadable(cell) or list(_refused(cell)))]
    return sorted([*found, *_parameters(cells), *_served(cells)], key=lambda fault: (fault.cell, fault.line))


def kind_of(value: Any) -> str:
    """Return the type of a parameter by its literal: text, flag, integer or number; empty for any other."""
    return _KINDS.get(type(value), "")


def parameters_of(cells: list[Cell]) -> dict[str, Any]:
    """Return the parameters that the cell tagged `parameters` declares, with their literals.

    Raises:
        ReportError: there is not exactly one such cell, or it holds something else than literals.
    """
    return declared([SimpleNamespace(metadata={"tags": cell.tags}, source=cell.source) for cell in cells])


def _cell(number: int, cell: Any) -> Cell:
    source = cell["source"]
    return Cell(
        number, source if isinstance(source, str) else "".join(source), tuple(cell.get("metadata", {}).get("tags", ()))
    )


def _unreadable(cell: Cell) -> list[Fault]:
    """Every magic of a cell, or the first place where it is no Python."""
    found: list[Fault] = []
    lines = cell.source.split("\n")
    while (error := _syntax_error("\n".join(lines))) is not None:
        at = min(max(error.lineno or 1, 1), len(lines))
        magic = next((what for pattern, what in _MAGICS if pattern.search(lines[at - 1])), "")
        if not magic:
            return [*found, _no_python(cell, at, error)]
        found.append(Fault(cell.number, at, f"{magic} works in JupyterLab only; remove it"))
        if magic == "a cell magic":
            return found
        indent = len(lines[at - 1]) - len(lines[at - 1].lstrip())
        lines[at - 1] = f"{lines[at - 1][:indent]}pass"
    return found


def _no_python(cell: Cell, at: int, error: SyntaxError) -> Fault:
    if _syntax_error(cell.source, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT) is None:
        return Fault(cell.number, at, "await outside a function works in JupyterLab only; ask without waiting")
    if error.msg.startswith(_FUTURE):
        return Fault(cell.number, at, _FUTURE_FAULT)
    return Fault(cell.number, at, f"invalid syntax ({error.msg}); mend it")


def _syntax_error(source: str, flags: int = 0) -> SyntaxError | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            compile(source, "cell", "exec", flags, dont_inherit=True)
    except SyntaxError as error:
        return error
    except ValueError as error:  # a null byte
        return SyntaxError(str(error))
    return None


def _refused(cell: Cell) -> Iterator[Fault]:
    for node in ast.walk(ast.parse(cell.source)):
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            yield Fault(cell.number, node.lineno, _FUTURE_FAULT)
        name = _called(node)
        if name in _REFUSED_CALLS and (name == "show") == isinstance(getattr(node, "func", None), ast.Attribute):
            yield Fault(cell.number, getattr(node, "lineno", 0), _REFUSED_CALLS[name])


def _called(node: ast.AST) -> str:
    """The name of the function or method that a node calls."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _parameters(cells: list[Cell]) -> list[Fault]:
    tagged = [cell for cell in cells if TAG in cell.tags]
    number = tagged[-1].number if tagged else 0
    if tagged and _syntax_error(tagged[-1].source) is not None:
        return []
    try:
        values = parameters_of(cells)
    except ReportError as error:
        return [Fault(number, 0, f"{error}; write one name = literal a line, tagged {TAG}")]
    untyped = [name for name, value in values.items() if not kind_of(value)]
    expected = "expected a text, a number or true or false"
    return [Fault(number, 0, f"parameter {name} has no type; {expected}, as its literal") for name in untyped]


def _served(cells: list[Cell]) -> list[Fault]:
    calls = [
        Fault(cell.number, getattr(node, "lineno", 0), "a second .servable(); put both into one page")
        for cell in cells
        if _syntax_error(cell.source) is None
        for node in ast.walk(ast.parse(cell.source))
        if _called(node) == _SERVES
    ]
    if not calls and all(_syntax_error(cell.source) is None for cell in cells):
        return [Fault(0, 0, "the notebook serves nothing; end its last cell with .servable()")]
    return calls[1:]
