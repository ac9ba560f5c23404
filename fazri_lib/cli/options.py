"""Options and arguments that several commands share, and how their text is read."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

import typer


class Engine(StrEnum):
    """Engines of the relational stages."""

    DUCKDB = "duckdb"
    SPARK = "spark"


def _instant(text: str) -> dt.datetime:
    """Read ISO 8601; a moment with an offset becomes UTC and says so, one without stays without."""
    moment = dt.datetime.fromisoformat(text)
    return moment.astimezone(dt.UTC) if moment.tzinfo else moment


def read_instant(text: str) -> dt.datetime:
    """Return a moment given on the command line.

    Raises:
        typer.BadParameter: it is not ISO 8601.
    """
    try:
        return _instant(text)
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(
            f"expected a moment as 2025-09-13, 2025-09-13T14:00 or 2025-09-13T08:30Z, got {text!r}"
        ) from error


def read_pairs(pairs: list[str] | None, option: str) -> dict[str, str]:
    """Return `key=value` texts as a mapping.

    Raises:
        typer.BadParameter: one has no `=` or its key comes twice.
    """
    values: dict[str, str] = {}
    for pair in pairs or []:
        key, mark, value = pair.partition("=")
        if not mark or not key or key in values:
            got = f"{key} twice" if mark and key in values else repr(pair)
            raise typer.BadParameter(f"expected key=value, each key once, got {got}", param_hint=option)
        values[key] = value
    return values


AsJson = Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")]
AsOf = Annotated[
    dt.datetime | None,
    typer.Option(
        "--as-of",
        metavar="TIME",
        parser=read_instant,
        help="Look from this moment: nothing known later is used. ISO 8601; without an offset it is campus time.",
        show_default="the latest moment known",
    ),
]
