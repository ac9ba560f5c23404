"""`fazri run`: the main job."""

from typing import TYPE_CHECKING, Annotated

import typer

from fazri_lib.cli.options import AsJson, AsOf, Engine
from fazri_lib.cli.progress import shown_progress
from fazri_lib.cli.screen import say, say_json, say_table
from fazri_lib.cli.session import Session, open_session, read_clock

if TYPE_CHECKING:
    from fazri_lib.workflows.figures import Figures
    from fazri_lib.workflows.run import RunSummary

EXAMPLES = ("fazri run", "fazri run --as-of 2025-09-13T14:00", "fazri run --engine spark --json")


def run(
    as_of: AsOf = None,
    engine: Annotated[
        Engine | None,
        typer.Option(
            help="Engine of the relational stages.", metavar="duckdb|spark", show_default="as fazri.toml says"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run every stage that has something to do, then publish."""
    session = open_session(engine=engine.value if engine else None)
    from fazri_lib.workflows.figures import figures  # noqa: PLC0415 - heavy parts load with their command

    summary = perform(session, as_of=as_of)
    found = figures(session.home, session.settings)
    if as_json:
        say_json({"run": summary, "rows": found.rows, "findings": found.findings, "quality": found.quality})
        return
    _tell(session, summary, found)


def perform(session: Session, as_of: AsOf = None) -> "RunSummary":
    """Run the campus of a session, progress shown."""
    from fazri_lib.workflows.run import run as run_stages  # noqa: PLC0415 - heavy parts load with their command

    moment = session.instant(as_of)
    with shown_progress() as progress:
        return run_stages(session.home, session.settings, now=read_clock(), as_of=moment, progress=progress)


def tell_quality(found: "Figures") -> None:
    """Print how good each capability is."""
    columns = ("capability", "measure", "value", "baseline", "baseline_name", "verdict")
    say_table(columns, [[row[name] for name in columns] for row in found.quality])


def _tell(session: Session, summary: "RunSummary", found: "Figures") -> None:
    say(f"As known at {session.spoken(summary.as_of)}:")
    say()
    say_table(("table", "rows"), list(found.rows.items()))
    say()
    say("findings: " + ", ".join(f"{count:,} {severity}" for severity, count in found.by_severity().items()))
    say()
    tell_quality(found)
    say()
    say(_outcome(summary))


def _outcome(summary: "RunSummary") -> str:
    if not summary.is_published:
        return f"nothing to do: {summary.run_id} is up to date ({summary.seconds:.1f} s)"
    reused = f", {len(summary.reused)} parts taken over" if summary.reused else ""
    return f"published {summary.run_id} in {summary.seconds:.1f} s: built {', '.join(summary.built)}{reused}"
