"""`fazri export`: one table as of a moment, to a file."""

from pathlib import Path
from typing import Annotated

import typer

from fazri_lib.cli.options import AsJson, AsOf, read_pairs
from fazri_lib.cli.screen import say, say_json
from fazri_lib.cli.session import open_session

EXAMPLES = (
    "fazri export findings --out findings.csv",
    "fazri export occupancy --as-of 2025-09-13T14:00 --where zone_id=LIB_ENT --out library.xlsx",
)


def export(
    table: Annotated[
        str, typer.Argument(metavar="TABLE", help="Name of an extract table: docs/data-dictionary.md lists them.")
    ],
    out: Annotated[Path, typer.Option(help="File to write, ending in .csv, .parquet or .xlsx.", metavar="FILE")],
    as_of: AsOf = None,
    where: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN=VALUE", help="Keep only rows with this value; may be repeated.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write an extract table as it was known at a moment."""
    chosen = read_pairs(where, "--where")
    session = open_session()
    from fazri_lib.workflows.export import export as write  # noqa: PLC0415 - heavy parts load with their command

    moment = session.instant(as_of)
    rows = write(session.home, session.settings, table, out, as_of=moment, where=chosen)
    if as_json:
        say_json({"table": table, "rows": rows, "file": out, "as_of": moment})
        return
    known = f" as known at {session.spoken(moment)}" if moment else ""
    say(f"{out}: {rows:,} rows of {table}{known}")
