"""`fazri ingest`: raw files into the lake."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fazri_lib.cli.options import AsJson
from fazri_lib.cli.progress import shown_progress
from fazri_lib.cli.screen import complain, say, say_json, say_table
from fazri_lib.cli.session import Session, open_session

if TYPE_CHECKING:
    from fazri_lib.workflows.ingest import FileResult, IngestSummary

EXAMPLES = ("fazri ingest raw", "fazri ingest exports/swipes-2025-09.csv --contract contracts/swipes.toml")


def ingest(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A file, or a folder with all below it.")],
    contract: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Read it by this contract alone; the campus keeps a copy.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Validate and load raw files; rows that are known already are left out.

    A row that cannot be used goes to quarantine. A file that cannot be used as a whole is refused, the others load, and
    the exit code is 3. The campus's own files, state/ and truth/ are never read.
    """
    session = open_session()
    summary = perform(session, path, contract)
    if as_json:
        names = ("rows_read", "rows_loaded", "rows_known", "rows_quarantined", "files", "unmatched")
        say_json({name: getattr(summary, name) for name in names})
    else:
        tell_files(summary)
        say(totals(summary))
    tell_refused(summary)
    if summary.exit_code:
        raise typer.Exit(summary.exit_code)


def perform(session: Session, path: Path, contract: Path | None = None) -> "IngestSummary":
    """Load a path into the campus of a session, progress shown."""
    from fazri_lib.workflows.ingest import ingest as load_files  # noqa: PLC0415 - heavy parts load with their command

    with shown_progress() as progress:
        return load_files(session.home, session.settings, path, contract=contract, progress=progress)


def tell_files(summary: "IngestSummary") -> None:
    """Print what became of each file."""
    if summary.files:
        say_table(("file", "source", "read", "loaded", "known", "quarantined", ""), [_row(f) for f in summary.files])
    if summary.unmatched:
        say(f"no contract matches: {', '.join(summary.unmatched)}")


def tell_refused(summary: "IngestSummary") -> None:
    """Print why files were refused, one line each, on standard error."""
    for file in summary.refused:
        complain(f"fazri: {' '.join(str(file.refused).split())}")


def totals(summary: "IngestSummary") -> str:
    """Return the sum of an ingest in one line."""
    rows = (
        f"{summary.rows_read:,} rows read, {summary.rows_loaded:,} loaded, {summary.rows_known:,} known already, "
        f"{summary.rows_quarantined:,} in quarantine"
    )
    used = len(summary.files) - len(summary.refused)
    return f"{rows}; {used} files used, {len(summary.refused)} refused, {len(summary.unmatched)} without a contract"


def _row(file: "FileResult") -> tuple[str | int | None, ...]:
    if file.refused:
        return (file.name, file.source, None, None, None, None, "refused")
    counts = (file.rows_read, file.rows_loaded, file.rows_known, file.rows_quarantined)
    return (file.name, file.source, *counts, f"{file.seconds:.2f} s")
