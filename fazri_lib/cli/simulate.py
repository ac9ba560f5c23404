"""`fazri simulate`: a campus whose truth is known, out of nothing or like a real one."""

from pathlib import Path
from typing import Annotated

import typer

from fazri_lib.cli.options import AsJson
from fazri_lib.cli.progress import shown_progress
from fazri_lib.cli.screen import complain, say, say_json, say_table
from fazri_lib.cli.session import configure_log

EXAMPLES = (
    "fazri simulate --people 300 --days 28 --seed 7 --out town",
    "fazri simulate --like north-campus --seed 7 --out staging",
)


_UNRESOLVED = (
    "Warning: {campus} has no published run, so records of one person in several directories may count as several "
    "people and the threshold is weaker; run `fazri run` there first and copy again"
)


def simulate(  # noqa: PLR0913, PLR0917 - the options of one command
    out: Annotated[Path, typer.Option(help="Campus folder to write, empty or absent.", metavar="DIR")],
    people: Annotated[
        int | None,
        typer.Option(help="People, visitors included; with --like those of the directories.", min=1, metavar="N"),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(help="Local days, the first one a Monday; with --like from its first day.", min=1, metavar="D"),
    ] = None,
    seed: Annotated[
        int, typer.Option(help="Seed of every draw: the same seed gives the same bytes.", min=0, metavar="S")
    ] = 1,
    like: Annotated[
        Path | None, typer.Option(help="Make an anonymised copy of this ingested campus.", metavar="CAMPUS_DIR")
    ] = None,
    least: Annotated[
        int, typer.Option(help="With --like: fewest people of any figure that is kept.", min=2, metavar="K")
    ] = 10,
    as_json: AsJson = False,
) -> None:
    """Write a simulated campus with its truth/ folder, or an anonymised copy of a real one for staging.

    With --like, volumes and rhythms are the campus's; nobody's record, identifier, name, note or path is carried over.
    --people and --days are then optional.
    """
    configure_log()
    if like is not None:
        _copy(like, out, (people, days), seed, least, as_json=as_json)
        return
    missing = [name for name, value in (("--people", people), ("--days", days)) if value is None]
    if people is None or days is None:
        raise typer.BadParameter("is missing; give it, or --like CAMPUS_DIR for a copy", param_hint=missing[0])
    from fazri_lib.workflows.simulate import simulate as write  # noqa: PLC0415 - heavy parts load with their command

    with shown_progress() as progress:
        folder = write(people, days, seed, out, progress)
    if as_json:
        say_json({"folder": folder, "people": people, "days": days, "seed": seed})
        return
    say(f"{folder}: {people:,} people over {days:,} days, seed {seed}; the truth is in truth/")
    say(f"Next: cd {folder} && fazri ingest . && fazri run")


def _copy(like: Path, out: Path, size: tuple[int | None, int | None], seed: int, least: int, *, as_json: bool) -> None:
    from fazri_lib.sources.likeness.shapes import Size  # noqa: PLC0415 - as above
    from fazri_lib.workflows.simulate_like import simulate_like  # noqa: PLC0415 - as above

    with shown_progress() as progress:
        copy = simulate_like(like, out, Size(*size), seed, least, progress)
    if not copy.is_resolved:
        complain(_UNRESOLVED.format(campus=like))
    found = copy.fidelity
    if as_json:
        say_json(
            {
                "folder": copy.folder, "people": copy.people, "days": copy.days, "seed": seed, "least": least,
                "sources": found.sources.to_dict("records"), "zones": found.zones.to_dict("records"),
                "empty_zones": found.empty, "left_out": copy.left_out, "is_resolved": copy.is_resolved,
            }
        )  # fmt: skip
        return
    sources, zones = found.sources.to_dict("records"), found.zones.to_dict("records")
    rows = [(r["source"], f"{r['original']:,}", f"{r['copy']:,}", f"{100 * r['ratio']:.1f} %") for r in sources]
    say_table(("source", "rows of the original", "of the copy", ""), rows)
    if zones:
        cells = [(r["zone_id"], f"{r['rows']:,}", f"{r['correlation']:.3f}") for r in zones]
        say_table(("zone", "rows of the original", "correlation by hour of the week"), cells)
    for zone in found.empty:
        say(f"{zone}: fewer than {least} people there, so no rows")
    for text in copy.left_out:
        say(text)
    say(f"{copy.folder}: a copy with {copy.people:,} people over {copy.days:,} days, seed {seed}; nobody in it exists")
    say("The figures above are the original's: keep them with it. The copy's README.md may go along with the copy.")
    say(f"Next: cd {copy.folder} && fazri ingest . && fazri run")
