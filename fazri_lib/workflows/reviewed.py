"""What reviewers have decided, for runs and readers: the operations database is read if there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from fazri_lib.errors import DependencyError
from fazri_lib.resolution.review import Node

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from pathlib import Path

    from fazri_lib.settings import Settings
    from fazri_lib.store.operations import Decision, Operations

COLUMNS = ("left_directory", "left_key", "right_directory", "right_key", "verdict", "known_at", "superseded_at")
"""Of the table `decisions`, and of the decisions that resolution takes."""
FIRST_REVISION = "0002"
"""The first revision of the operations database that knows decisions."""


def read_decisions(home: Path, settings: Settings) -> tuple[Decision, ...]:
    """Return all decisions of a campus, the oldest first; none where nobody ever signed in.

    Raises:
        DependencyError: there is a database, but it does not answer, or the packages that read it are not installed.
    """
    if settings.operations_url is None and not (home / "state" / "operations.db").is_file():
        return ()
    try:
        from fazri_lib.store.operations import open_operations  # noqa: PLC0415 - SQLAlchemy loads only where it is used
    except ImportError as error:
        raise DependencyError(
            f"decisions of reviewers: expected {error.name} to read them, it is not installed; "
            'run pip install "fazri[serve]"'
        ) from error
    with open_operations(settings.operations_url, home, migrate=False) as operations:
        return decisions_in(operations)


def decisions_in(operations: Operations) -> tuple[Decision, ...]:
    """Return all decisions in an open database, the oldest first; none while its tables are older than decisions."""
    if operations.revision()[0] < FIRST_REVISION:
        return ()
    with operations.read() as rows:
        return tuple(rows.decisions.all())


def decided(decisions: Iterable[Decision]) -> pd.DataFrame:
    """Return decisions as rows of the table `decisions`, with the interval in which they hold.

    Those taken back before they held are left out. Resolution takes the ones that are not "unsure".
    """
    kept = [one for one in decisions if one.withdrawn_as_of is None or one.withdrawn_as_of > one.as_of]
    ends = [(*left, *right) for left, right in map(nodes_of, kept)]
    rows = [(*end, one.verdict, one.as_of, one.withdrawn_as_of) for end, one in zip(ends, kept, strict=True)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"known_at": "datetime64[us]", "superseded_at": "datetime64[us]"})


def held_at(decisions: Iterable[Decision], as_of: dt.datetime) -> list[Decision]:
    """Return the decisions that hold in a view at a moment, "unsure" too."""
    return [
        one for one in decisions if one.as_of <= as_of and (one.withdrawn_as_of is None or one.withdrawn_as_of > as_of)
    ]


def nodes_of(decision: Decision) -> tuple[Node, Node]:
    """Return the two rows of directories that a decision is about."""
    left = Node(decision.left_directory, decision.left_key)
    return left, Node(decision.right_directory, decision.right_key)
