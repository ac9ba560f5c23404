"""`fazri demo`: the main job on the bundled sample, start to end."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from fazri_lib.cli import ingest, run
from fazri_lib.cli.screen import say, say_table
from fazri_lib.cli.session import open_session

EXAMPLES = ("fazri demo demo", "fazri demo demo --lab")
_REPORT = "daily_summary"


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Campus folder of the demo; made when absent.")],
    with_lab: Annotated[bool, typer.Option("--lab", help="Start JupyterLab on it afterwards.")] = False,
) -> None:
    """Load the bundled sample campus, run every stage, write a report; running it again is harmless."""
    from fazri_lib import reporting  # noqa: PLC0415 - heavy parts load with their command
    from fazri_lib.workflows.figures import figures  # noqa: PLC0415 - as above

    lay_out(folder)
    session = open_session(folder)
    say(f"1 of 4  loading the raw files of {folder}")
    loaded = ingest.perform(session, folder)
    say("2 of 4  resolving people, finding stays, counting, detecting, forecasting")
    run.perform(session)
    say("3 of 4  writing the report")
    page = reporting.run_report(session.home, session.settings, _REPORT, {})
    found = figures(session.home, session.settings)
    say("4 of 4  done")
    say()
    say_table(("", ""), [*_told(session, found), ("report", str(page)), ("campus", str(session.home))])


def lay_out(folder: Path) -> None:
    """Copy the sample, its truth included, into a folder that is not there yet."""
    from fazri_lib.settings import FILE_NAME, shipped  # noqa: PLC0415 - heavy parts load with their command

    if not (folder / FILE_NAME).exists():
        shutil.copytree(shipped("data", "sample"), folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("state"))
