"""How far a long command is: a bar on a terminal, a log line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fazri_lib.log import Progress

_QUIET_S = 10.0


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """Give a workflow something to tell its progress to, and clear the bar when it has ended."""
    if not sys.stderr.isatty():
        yield _LogLines()
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415 - as above
    from rich.progress import Progress as Bars  # noqa: PLC0415 - as above

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("starting", total=None)

        def show(what: str, done: int, total: int) -> None:
            bars.update(task, description=what, completed=done, total=total or None)

        yield show


class _LogLines:
    """Progress as log lines, one at most every ten seconds."""

    def __init__(self) -> None:
        self._told_at = time.monotonic()

    def __call__(self, what: str, done: int, total: int) -> None:
        from fazri_lib import log  # noqa: PLC0415 - loads with the command that has progress

        if time.monotonic() - self._told_at < _QUIET_S:
            return
        self._told_at = time.monotonic()
        log.get("progress").info("working", what=what, done=done, total=total)
