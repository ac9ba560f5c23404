"""Parameters of a report, checked before anything runs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from fazri_lib.errors import ReportError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fazri_lib.reporting.catalog import Parameter, Report, Value

TAG = "parameters"
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
EXAMPLES = {"text": "a text", "integer": "a whole number as 7", "number": "a number as 0.5", "flag": "true or false"}
"""What a value of each type looks like."""


def checked(name: str, report: Report, given: Mapping[str, Any]) -> dict[str, Value]:
    """Return every parameter of a report with its value: the given one in the parameter's type, else the default.

    Args:
        name: of the report, for messages.
        report: it.
        given: values by name; texts are read in the parameter's type.

    Raises:
        ReportError: a name is not known, or a value does not fit. The value itself is not repeated.
    """
    for key in given:
        if key not in report.parameters:
            known = ", ".join(report.parameters) or "none"
            raise ReportError(
                f"report {name}: unknown parameter {key}{nearest(key, report.parameters)}; expected {known}"
            )
    values = {key: parameter.default for key, parameter in report.parameters.items()}
    return values | {key: _value(name, key, report.parameters[key], value) for key, value in given.items()}


def declared(cells: list[Any]) -> dict[str, Any]:
    """Return the parameters that a notebook's parameters cell declares, by name with their literals.

    Args:
        cells: of the notebook.

    Raises:
        ReportError: there is not exactly one such cell, or it holds something else than literals.
    """
    tagged = [cell for cell in cells if TAG in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        raise ReportError(f"the notebook has {len(tagged)} cells tagged {TAG}; expected one")
    try:
        return dict(_literal(line) for line in ast.parse(tagged[0].source).body)
    except (SyntaxError, ValueError) as error:
        raise ReportError(f"the cell tagged {TAG} holds more than names and literals; expected one a line") from error


def _literal(line: ast.stmt) -> tuple[str, Any]:
    if not (isinstance(line, ast.Assign) and len(line.targets) == 1 and isinstance(line.targets[0], ast.Name)):
        raise ValueError(type(line).__name__)
    return line.targets[0].id, ast.literal_eval(line.value)


def _value(name: str, key: str, parameter: Parameter, value: Any) -> Value:
    try:
        return read_as(parameter.type, value)
    except (ValueError, KeyError, TypeError) as error:
        raise ReportError(
            f"report {name}: parameter {key} ({parameter.meaning}): expected {EXAMPLES[parameter.type]}, "
            f"got {type(value).__name__} that is none; write {key}=..."
        ) from error


def read_as(kind: str, value: Any) -> Value:
    """Return a value in the type of a parameter: text, integer, number or flag; texts are read.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    if kind == "flag":
        return value if isinstance(value, bool) else _FLAGS[str(value).strip().lower()]
    if isinstance(value, bool) or (kind == "integer" and isinstance(value, float)):
        raise TypeError(kind)
    if kind == "integer":
        return int(value)
    if kind == "number":
        return float(value)
    if not isinstance(value, str):
        raise TypeError(kind)
    return value
