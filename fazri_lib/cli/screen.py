"""Results on standard output: aligned tables for people, one JSON object for programs."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

_GAP = "  "


def say(text: str = "") -> None:
    """Print a line of the result."""
    typer.echo(text)


def complain(text: str) -> None:
    """Print a line about what went wrong, on standard error."""
    typer.echo(text, err=True)


def say_json(result: dict[str, Any]) -> None:
    """Print a result as one JSON object on one line; instants get their zone."""
    typer.echo(json.dumps(result, default=_plain, ensure_ascii=False))


def say_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under their column names, numbers to the right with their thousands apart."""
    for line in table_lines(columns, rows):
        typer.echo(line)


def table_lines(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Return the lines of `say_table`; a column is as wide as its widest cell; no head when no column has a name."""
    texts = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(name), *(len(row[i]) for row in texts)) if texts else len(name) for i, name in enumerate(columns)]
    to_right = [all(isinstance(row[i], int | float | None) for row in rows) for i in range(len(columns))]
    head = [list(columns)] if any(columns) else []
    return [_line(cells, widths, to_right) for cells in (*head, *texts)]


def _line(cells: Sequence[str], widths: Sequence[int], to_right: Sequence[bool]) -> str:
    placed = [
        cell.rjust(width) if right else cell.ljust(width)
        for cell, width, right in zip(cells, widths, to_right, strict=True)
    ]
    return _GAP.join(placed).rstrip()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _plain(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.isoformat() + ("" if value.tzinfo else "Z")
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Path | dt.date):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
