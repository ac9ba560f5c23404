"""`fazri report`: one report, now."""

from pathlib import Path
from typing import Annotated

import typer

from fazri_lib.cli.options import AsJson, read_pairs
from fazri_lib.cli.progress import shown_progress
from fazri_lib.cli.screen import say, say_json, say_table
from fazri_lib.cli.session import Session, open_session

EXAMPLES = ("fazri report", "fazri report daily_summary", "fazri report daily_summary -p as_of=2025-04-09T18:00")


def report(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Name of the report; without one all are listed.")
    ] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("-p", metavar="KEY=VALUE", help="A parameter of the report; may be repeated.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run a report on the published extract, or list the reports."""
    parameters = read_pairs(parameter, "-p")
    session = open_session()
    if name is None:
        _list(session, as_json=as_json)
        return
    path = perform(session, name, parameters)
    if as_json:
        say_json({"report": name, "file": path})
        return
    say(f"{path}")


def perform(session: Session, name: str, parameters: dict[str, str]) -> Path:
    """Run a report on the campus of a session, progress shown; return its file."""
    from fazri_lib.reporting import run_report  # noqa: PLC0415 - heavy parts load with their command

    with shown_progress() as progress:
        progress(f"report {name}", 0, 0)
        return run_report(session.home, session.settings, name, parameters)


def _list(session: Session, *, as_json: bool) -> None:
    from fazri_lib.reporting import catalog  # noqa: PLC0415 - heavy parts load with their command

    reports = catalog(session.home)
    if as_json:
        say_json({name: item.model_dump(mode="json", exclude={"folder"}) for name, item in reports.items()})
        return
    say_table(("report", "title", "when"), [(name, item.title, item.schedule) for name, item in reports.items()])
    say()
    parameters = [
        (name, key, parameter.type, str(parameter.default), parameter.meaning)
        for name, item in reports.items()
        for key, parameter in item.parameters.items()
    ]
    say_table(("report", "parameter", "type", "default", "meaning"), parameters)
