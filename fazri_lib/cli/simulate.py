"""`fazri simulate`: a campus whose truth is known."""

from pathlib import Path
from typing import Annotated

import typer

from fazri_lib.cli.options import AsJson
from fazri_lib.cli.progress import shown_progress
from fazri_lib.cli.screen import say, say_json
from fazri_lib.cli.session import configure_log

EXAMPLES = ("fazri simulate --people 300 --days 28 --seed 7 --out town",)


def simulate(
    people: Annotated[int, typer.Option(help="People, visitors included.", min=1, metavar="N")],
    days: Annotated[int, typer.Option(help="Local days, the first one a Monday.", min=1, metavar="D")],
    out: Annotated[Path, typer.Option(help="Campus folder to write, empty or absent.", metavar="DIR")],
    seed: Annotated[
        int, typer.Option(help="Seed of every draw: the same seed gives the same bytes.", min=0, metavar="S")
    ] = 1,
    as_json: AsJson = False,
) -> None:
    """Write a simulated campus with its truth/ folder."""
    from fazri_lib.workflows.simulate import simulate as write  # noqa: PLC0415 - heavy parts load with their command

    configure_log()
    with shown_progress() as progress:
        folder = write(people, days, seed, out, progress)
    if as_json:
        say_json({"folder": folder, "people": people, "days": days, "seed": seed})
        return
    say(f"{folder}: {people:,} people over {days:,} days, seed {seed}; the truth is in truth/")
    say(f"Next: cd {folder} && fazri ingest . && fazri run")
