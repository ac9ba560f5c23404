"""`fazri bench`: accuracy and speed beside baselines and peers."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fazri_lib.cli.options import AsJson
from fazri_lib.cli.progress import shown_progress
from fazri_lib.cli.screen import say, say_json, say_table
from fazri_lib.cli.session import configure_log

if TYPE_CHECKING:
    from fazri_lib.bench import BenchResult

EXAMPLES = (
    "fazri bench",
    "fazri bench forecast moves",
    "fazri bench ingest --out results",
    "fazri bench --quick",
    "fazri bench serving --users 20 --seconds 60 --mode processes",
)


class Mode(StrEnum):
    """Where Panel works."""

    THREAD = "thread"
    PROCESSES = "processes"


def bench(  # noqa: PLR0913, PLR0917 - the options of one command
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Benches to run; all without one.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder for the results.", show_default="benchmarks/results and docs/ of the checkout"
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Small sizes that only show that everything runs; kept only with --out.")
    ] = False,
    users: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Readers of serving; kept only with --out.", show_default="50"),
    ] = None,
    seconds: Annotated[
        int | None,
        typer.Option(min=4, metavar="S", help="Seconds of serving; kept only with --out.", show_default="120"),
    ] = None,
    mode: Annotated[
        Mode | None,
        typer.Option(
            metavar="MODE",
            help="Mode of serving: thread or processes; kept only with --out.",
            show_default="both, one after another",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure accuracy and speed on public and simulated data, beside baselines and peers."""
    from fazri_lib import bench as benches  # noqa: PLC0415 - heavy parts load with their command

    configure_log()
    with shown_progress() as progress:
        load = {"users": users, "seconds": seconds, "modes": (mode.value,) if mode else None}
        results = benches.run(names or (), out, quick=quick, load=load, progress=progress)
    if as_json:
        say_json({result.name: _plain(result) for result in results})
        return
    for result in results:
        _tell(result)


def _plain(result: "BenchResult") -> dict[str, object]:
    tables = {table.title: table.rows.to_dict(orient="records") for table in result.tables}
    return {"tables": tables, "notes": result.notes, "seconds": result.seconds, "peak_mb": result.peak_mb}


def _tell(result: "BenchResult") -> None:
    say(f"{result.name}: {result.seconds:.1f} s" + (", skipped" if result.was_skipped else ""))
    for table in result.tables:
        say()
        say(f"{table.title}. {table.meaning}")
        rows = table.rows.astype(object).where(table.rows.notna(), None)
        say_table(list(rows.columns), rows.to_numpy().tolist())
    for note in result.notes:
        say(f"  {note}")
    say()
