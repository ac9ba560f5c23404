"""`fazri audit`: the log of who signed in, was refused, looked at whom."""

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from fazri_lib.cli.operations import open_audit
from fazri_lib.cli.options import AsJson
from fazri_lib.cli.screen import complain, say, say_json, say_table
from fazri_lib.cli.session import Session, open_session

if TYPE_CHECKING:
    from fazri_lib.workflows.audit import Entry, Head

_CHECK_FAILED = 1
_NOTED = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


def verify(
    noted: Annotated[
        str | None,
        typer.Option(metavar="COUNT:HASH", help="End of the log as an earlier check told it: it must still be in it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """See that no row of the audit log was altered, removed or inserted; exit code 1 when one was.

    It tells the end of the log. Note it elsewhere and give it to a later check: that finds a log written anew, too.
    """
    expected = _head(noted)
    with open_audit() as audit:
        end, broken = audit.head(), audit.verify(expected)
    if as_json:
        first = {"seq": broken.seq, "what": broken.what} if broken else None
        say_json({"ok": broken is None, "rows": end.count, "end": f"{end.count}:{end.hash}", "broken": first})
    elif broken:
        complain(f"fazri: audit log, row {broken.seq}: {broken.what}")
    else:
        say(f"audit log: {end.count:,} rows, none altered, removed or inserted")
        say(f"its end: {end.count}:{end.hash}")
    if broken:
        raise typer.Exit(_CHECK_FAILED)


def show(
    limit: Annotated[int, typer.Option("--limit", metavar="ROWS", min=1, help="How many rows at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the audit log, the latest row first: when, what, who, whom or what, from where."""
    session = open_session()
    with open_audit() as audit:
        found = audit.entries(limit)
    if as_json:
        say_json({"entries": [asdict(entry) for entry in found]})
        return
    zone = session.settings.time_zone
    columns = ("row", f"when ({zone})", "event", "by", "on", "from", "more")
    say_table(columns, [_row(entry, session) for entry in found])


COMMANDS = {
    "list": (show, ("fazri audit list", "fazri audit list --limit 500 --json")),
    "verify": (verify, ("fazri audit verify", "fazri audit verify --json")),
}


def _row(entry: "Entry", session: Session) -> tuple[int, str, str, str, str, str, str]:
    when = session.spoken(entry.at).partition(" (")[0]
    more = "; ".join(f"{name} {_told(value)}" for name, value in entry.detail.items())
    printable = "".join(char if char.isprintable() else "?" for char in more)  # the other columns are so already
    return entry.seq, when, entry.event, entry.actor, entry.subject, entry.address, printable


def _told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _head(noted: str | None) -> "Head | None":
    if not noted:
        return None
    found = _NOTED.fullmatch(noted)
    if not found:
        raise typer.BadParameter("expected COUNT:HASH as an earlier `fazri audit verify` told it", param_hint="--noted")
    from fazri_lib.workflows.audit import Head  # noqa: PLC0415 - heavy parts load with their command

    return Head(int(found[1]), found[2])
