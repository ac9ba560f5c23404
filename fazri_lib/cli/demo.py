"""`fazri demo`: the main job on the bundled sample, start to end."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fazri_lib.cli import ingest, lab, report, run, serve
from fazri_lib.cli.screen import say, say_table
from fazri_lib.cli.session import Session, open_session, read_clock

if TYPE_CHECKING:
    from fazri_lib.workflows.figures import Figures

EXAMPLES = ("fazri demo demo", "fazri demo demo --serve", "fazri demo demo --lab")
REPORT = "daily_summary"
ACCOUNT = "demo"
ROLES = ("administrator", "analyst")


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Campus folder of the demo; made when absent.")],
    with_lab: Annotated[bool, typer.Option("--lab", help="Start JupyterLab on it afterwards.")] = False,
    serving: Annotated[
        bool, typer.Option("--serve", help="Serve its dashboards afterwards, to an account made for it.")
    ] = False,
) -> None:
    """Load the bundled sample campus, run every stage, write a report, say where everything is. Again is harmless."""
    if with_lab and serving:
        raise typer.BadParameter("expected one of --lab and --serve, got both")
    lay_out(folder)
    session = open_session(folder)
    say(f"1 of 3  loading the raw files of {folder}")
    loaded = ingest.perform(session, folder)
    ingest.tell_files(loaded)
    say(f"        {ingest.totals(loaded)}")
    say("2 of 3  resolving people, finding stays, counting, detecting, forecasting")
    run.perform(session)
    say("3 of 3  writing the report")
    _tell(session, folder, report.perform(session, REPORT, {}))
    if with_lab:
        lab.start(session.home, lab.PORT, browser=True)
    if serving:
        serve.perform(session, account_of(session))


def lay_out(folder: Path) -> None:
    """Copy the sample, its truth included, into a folder that is no campus yet."""
    from fazri_lib.settings import FILE_NAME, shipped  # noqa: PLC0415 - heavy parts load with their command

    if not (folder / FILE_NAME).exists():
        shutil.copytree(shipped("data", "sample"), folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("state"))


def account_of(session: Session) -> tuple[str, str]:
    """Return name and one-time password of the demo's account; none once somebody has chosen a password for it."""
    from fazri_lib.store.operations import open_operations  # noqa: PLC0415 - heavy parts load with their command
    from fazri_lib.workflows.accounts import Accounts  # noqa: PLC0415 - as above

    with open_operations(session.settings.operations_url, session.home) as operations:
        accounts = Accounts(operations, session.settings.serving, read_clock)
        found = next((account for account in accounts.users() if account.name == ACCOUNT), None)
        if found is None:
            return ACCOUNT, accounts.add(ACCOUNT, ROLES)
        return ACCOUNT, accounts.reset(ACCOUNT) if found.must_change else ""


def _tell(session: Session, folder: Path, page: Path) -> None:
    from fazri_lib.workflows.figures import figures  # noqa: PLC0415 - heavy parts load with their command

    found = figures(session.home, session.settings)
    say()
    say(f"{session.settings.name}, as known at {session.spoken(found.as_of)}")
    say()
    say_table(("", ""), _achieved(session, found))
    say()
    run.tell_quality(found)
    say()
    say_table(("where", ""), _places(folder, page))


def _achieved(session: Session, found: "Figures") -> list[tuple[str, str]]:
    rows = found.rows
    detectors = sorted({row["detector"] for row in found.findings})
    severities = ", ".join(f"{count:,} {name}" for name, count in found.by_severity().items())
    return [
        ("loaded", f"{rows['observations']:,} observations, {rows['records']:,} directory records"),
        ("put aside", f"{rows['quarantine']:,} rows in quarantine"),
        ("resolved", f"{rows['entities']:,} entities, {rows['identifiers']:,} identifiers, {rows['claims']:,} claims"),
        ("", _way(rows["matchers"])),
        ("counted", f"{rows['stays']:,} stays, {rows['occupancy']:,} zones by quarter hours"),
        ("found", f"{rows['findings']:,} findings ({severities}) by {', '.join(detectors)}"),
        ("forecast", f"{found.zones} zones, {session.settings.forecast.horizon_h} h ahead, with 80 and 95 % intervals"),
    ]


def _way(matchers: int) -> str:
    if matchers:
        return "by what the directories say, learnt from them without labels"
    return "by exact identifiers: too few records to learn from"


def _places(folder: Path, page: Path) -> list[tuple[str, str]]:
    return [
        ("report", str(page)),
        ("lake and extract", str(folder / "state")),
        ("raw files", str(folder / "raw")),
        ("truth behind them", str(folder / "truth")),
        ("any table", f"cd {folder} && fazri export findings --out findings.csv"),
        ("dashboards", f"cd {folder} && fazri serve"),
        ("notebooks", f"cd {folder} && fazri lab"),
    ]
