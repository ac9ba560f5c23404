"""`fazri review`: which records are one person: what to answer next, answers, withdrawals."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fazri_lib.cli.options import AsJson, AsOf
from fazri_lib.cli.screen import say, say_json, say_table
from fazri_lib.cli.session import open_session

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from fazri_lib.campus import Answer, Campus

Purpose = Annotated[
    str | None,
    typer.Option("--reveal", metavar="PURPOSE", help="Show names and contacts, for this purpose; it goes to the log."),
]
Reasons = Annotated[
    str | None,
    typer.Option("--reveal", metavar="PURPOSE", help="Show the reasons given, for this purpose; it goes to the log."),
]
Question = Annotated[str, typer.Argument(metavar="QUESTION", help="What `list` calls it, as Q-7K3Q9MX.")]
_QUEUE = (
    "question", "kind", "left", "left_directory", "left_records", "left_person", "right", "right_directory",
    "right_records", "right_person", "weight", "probability", "gain",
)  # fmt: skip
_DECISIONS = (
    "decision", "verdict", "left", "right", "decided_by", "decided_at", "as_of", "withdrawn_by", "is_followed",
    "reason_given",
)  # fmt: skip
_SIDES = ("side", "record", "directory", "name", "email", "phone", "born_on", "role", "department", "pseudonym")


def queue(
    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help="merge, split, place or random; default: the most useful.")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", metavar="ROWS", min=1, help="How many at most.")] = 20,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List the questions worth an answer, the most useful first; every fourth is a random pair, for the estimate."""
    with _opened(as_of) as campus:
        _tell(campus.review(kind, limit), _QUEUE, as_json=as_json)


def show(question: Question = "", reveal: Purpose = None, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Show the two sides of a question, by default of the first: what agrees, and all their records."""
    with _opened(as_of, reveal) as campus:
        found = campus.question(question)
    if as_json:
        say_json({**_plain(found), "records": _rows(found.tables.get("records"))})
        return
    _tell(found, ("field", "says", "left", "right"))
    if "records" in found.tables:
        say()
        _table(found.tables["records"], _SIDES, found.time_zone)


def answer(
    said: Annotated[
        list[str],
        typer.Argument(
            metavar="QUESTION_OR_RECORDS ANSWER",
            help="What `list` calls the question, or two records as `show` calls them; then same, different or unsure.",
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, in a few words, without names.")] = "",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question, or say of any two records whether they are one person.

    It holds in every view from that moment on, and the next `fazri run` follows it: it moves the records and what is
    computed from then on. Claims, stays and findings that were told before keep the person that was known then.
    """
    if len(said) > len(("record", "record", "answer")):
        raise typer.BadParameter(
            f"expected a question or two records, then an answer, got {len(said)} words; put the reason behind --reason"
        )
    with _opened(as_of) as campus:
        told = campus.decide(*said, reason=reason)
    _say(told, as_json=as_json)


def withdraw(
    decision: Annotated[
        int | None, typer.Argument(metavar="[DECISION]", help="Its number; default: your own last one.")
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Take a decision back. It is kept, with who took it back and when."""
    with _opened(as_of) as campus:
        told = campus.withdraw(decision)
    _say(told, as_json=as_json)


def decisions(reveal: Reasons = None, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """List what was decided, the latest first, and whether the extract is so already; times are campus time."""
    with _opened(as_of, reveal) as campus:
        _tell(campus.decisions(), _DECISIONS, as_json=as_json)


def quality(as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Tell precision and recall by threshold, with 95 % intervals, from the answers to random questions."""
    with _opened(as_of) as campus:
        found = campus.resolution_quality()
        _tell(found, found.columns, as_json=as_json)


COMMANDS = {
    "list": (queue, ("fazri review list", "fazri review list --kind random --limit 50 --json")),
    "show": (show, ("fazri review show", 'fazri review show Q-7K3Q9MX --reveal "double registrations"')),
    "answer": (
        answer,
        (
            'fazri review answer Q-7K3Q9MX same --reason "same phone"',
            "fazri review answer R-4T2B0M9 R-9Q1W3C7 different",
        ),
    ),
    "withdraw": (withdraw, ("fazri review withdraw", "fazri review withdraw 12")),
    "decisions": (decisions, ("fazri review decisions", 'fazri review decisions --reveal "audit of answers"')),
    "quality": (quality, ("fazri review quality",)),
}


@contextmanager
def _opened(as_of: "dt.datetime | None", purpose: str | None = None) -> Iterator["Campus"]:
    from fazri_lib import campus  # noqa: PLC0415 - heavy parts load with their command

    session = open_session()
    moment = session.instant(as_of)
    with campus.open(
        session.home, as_of=moment and moment.isoformat() + "Z", reveal=purpose is not None, purpose=purpose
    ) as opened:
        yield opened


def _tell(found: "Answer", columns: tuple[str, ...], *, as_json: bool = False) -> None:
    if as_json:
        say_json(_plain(found))
        return
    say(found.title)
    say(found.summary)
    if len(found.frame):
        say()
        _table(found.frame, columns, found.time_zone)


def _table(frame: "pd.DataFrame", columns: tuple[str, ...], time_zone: str) -> None:
    names = [name for name in columns if name in frame and frame[name].notna().any()]
    rows = [[_cell(row[name], time_zone) for name in names] for row in frame.to_dict("records")]
    say_table([name.replace("_", " ") for name in names], rows)


def _cell(value: Any, time_zone: str = "UTC") -> object:
    import pandas as pd  # noqa: PLC0415 - heavy parts load with their command

    if value is None or value is pd.NA or value != value:  # noqa: PLR0124 - NaN and NaT
        return None
    if not isinstance(value, pd.Timestamp):
        return value
    moment = value if value.tzinfo else value.tz_localize("UTC")
    return f"{moment.tz_convert(time_zone):%Y-%m-%d %H:%M %Z}"


def _plain(found: "Answer") -> dict[str, Any]:
    return {"summary": found.summary, "as_of": found.as_of, "rows": _rows(found.frame)}


def _rows(frame: "pd.DataFrame | None") -> list[dict[str, Any]]:
    if frame is None:
        return []
    return [{str(name): _cell(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _say(told: str, *, as_json: bool) -> None:
    if as_json:
        say_json({"what": told})
    else:
        say(told)
