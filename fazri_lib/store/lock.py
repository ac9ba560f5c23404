"""One writer a campus: a file lock that the operating system frees when its holder dies."""

from __future__ import annotations

import datetime as dt
import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from fazri_lib.errors import WriterBusyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def writer_lock(home: Path, what: str = "fazri") -> Iterator[None]:
    """Hold the campus's writer lock, or fail at once.

    Args:
        home: campus folder.
        what: what the holder does, told to those who find the lock taken.

    Raises:
        WriterBusyError: somebody else holds it.
    """
    state = home / "state"
    state.mkdir(parents=True, exist_ok=True)
    note = state / "writer.json"
    try:
        with FileLock(state / "writer.lock", timeout=0):
            started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
            note.write_text(json.dumps({"what": what, "process": os.getpid(), "since": started}), encoding="utf-8")
            yield
            note.unlink(missing_ok=True)
    except Timeout as error:
        raise WriterBusyError(
            f"this campus is being written by {_holder(note)}; expected no other writer; wait until it has ended"
        ) from error


def _holder(note: Path) -> str:
    try:
        holder = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "another process"
    return f"`{holder['what']}` (process {holder['process']}, since {holder['since']})"
