"""Where the answers of a reviewer go: on a dashboard to the reader's desk, else to the campus's own database."""

from __future__ import annotations

import datetime as dt
import getpass
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from fazri_lib.workflows.reviewed import read_decisions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fazri_lib.resolution.review import Node, Verdict
    from fazri_lib.settings import Settings
    from fazri_lib.store.operations import Decision
    from fazri_lib.workflows.reviews import Reviewer, Reviews


class ReviewDesk(Protocol):
    """Takes the answers of one reviewer."""

    @property
    def name(self) -> str:
        """What the reviewer is called in decisions and in the audit log."""

    def decisions(self) -> tuple[Decision, ...]:
        """Return all decisions of the campus, the oldest first."""

    def answer(self, pair: tuple[Node, Node], verdict: Verdict, as_of: dt.datetime, reason: str) -> Decision:
        """Note an answer; as `Reviews.answer`."""

    def withdraw(self, number: int, as_of: dt.datetime) -> Decision:
        """Take a decision back; as `Reviews.withdraw`."""


@dataclass(frozen=True, slots=True)
class LocalDesk:
    """The desk of who works with a campus folder of their own, in a notebook or on the command line.

    Attributes:
        home: campus folder.
        settings: its settings.
    """

    home: Path
    settings: Settings

    @property
    def name(self) -> str:
        """The account of the operating system; in a container there may be none."""
        try:
            return f"fazri review, by {getpass.getuser()}"
        except (OSError, KeyError):
            return "fazri review"

    def decisions(self) -> tuple[Decision, ...]:
        """Return all decisions of the campus, the oldest first; none while there is no operations database."""
        return read_decisions(self.home, self.settings)

    def answer(self, pair: tuple[Node, Node], verdict: Verdict, as_of: dt.datetime, reason: str) -> Decision:
        """Note an answer; the operations database is made when there is none."""
        with self._opened() as (reviews, reviewer):
            return reviews.answer(pair, verdict, reviewer, as_of, reason)

    def withdraw(self, number: int, as_of: dt.datetime) -> Decision:
        """Take a decision back."""
        with self._opened() as (reviews, reviewer):
            return reviews.withdraw(number, reviewer, as_of)

    @contextmanager
    def _opened(self) -> Iterator[tuple[Reviews, Reviewer]]:
        from fazri_lib.store.operations import open_operations  # noqa: PLC0415 - SQLAlchemy loads only where it is used
        from fazri_lib.workflows.reviews import Reviewer, Reviews  # noqa: PLC0415 - as above

        with open_operations(self.settings.operations_url, self.home) as operations:
            yield Reviews(operations, _now), Reviewer(self.name)


def _now() -> dt.datetime:
    """The machine's time, UTC without a zone: when something was decided is a fact of the clock, not of a view."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
