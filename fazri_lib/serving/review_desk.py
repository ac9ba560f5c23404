"""Answers of reviewers from dashboards: written by the process that shows the page, while the reader's login holds.

A board acts over its WebSocket. That was opened by a page of ours for this very login (steps ORIGIN, SESSION, SCOPE and
TOKEN of the guard), so no other site can send an answer; the campus checks the scope again, and here the login is
looked up in the transaction that writes, so that nothing is written after it has ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fazri_lib.settings import load
from fazri_lib.store.operations import open_operations
from fazri_lib.workflows.accounts import Accounts
from fazri_lib.workflows.reviewed import decisions_in
from fazri_lib.workflows.reviews import Reviewer, Reviews

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from fazri_lib.resolution.review import Node, Verdict
    from fazri_lib.serving.readers import Identity
    from fazri_lib.store.operations import Decision


@dataclass(frozen=True, slots=True)
class ServedDesk:
    """The desk of one reader of a dashboard.

    Attributes:
        identity: the reader.
        accounts: tells whether the login holds.
        reviews: where answers are kept.
    """

    identity: Identity
    accounts: Accounts
    reviews: Reviews

    @property
    def name(self) -> str:
        """Login name."""
        return self.identity.name

    def decisions(self) -> tuple[Decision, ...]:
        """Return all decisions of the campus, the oldest first."""
        return decisions_in(self.reviews.operations)

    def answer(self, pair: tuple[Node, Node], verdict: Verdict, as_of: dt.datetime, reason: str) -> Decision:
        """Note an answer."""
        return self.reviews.answer(pair, verdict, self._reviewer, as_of, reason)

    def withdraw(self, number: int, as_of: dt.datetime) -> Decision:
        """Take a decision back."""
        return self.reviews.withdraw(number, self._reviewer, as_of)

    @property
    def _reviewer(self) -> Reviewer:
        return Reviewer(self.name, lambda rows: self.accounts.holds_within(rows, self.identity.session_id))


@dataclass(frozen=True, slots=True)
class ServedDesks:
    """Gives each reader of this process a desk.

    Attributes:
        accounts: tells whether a login holds.
        reviews: where answers are kept.
    """

    accounts: Accounts
    reviews: Reviews

    def __call__(self, identity: Identity) -> ServedDesk:
        """Return the desk of a reader."""
        return ServedDesk(identity, self.accounts, self.reviews)


def desks_of(home: str, clock: Callable[[], dt.datetime]) -> ServedDesks:
    """Return the desks of this process, with a connection to the operations database of their own.

    Args:
        home: campus folder.
        clock: tells the time, UTC without a zone; a function of a module, as it is sent to other processes.
    """
    folder = Path(home)
    settings = load(folder)
    operations = open_operations(settings.operations_url, folder, migrate=False)
    return ServedDesks(Accounts(operations, settings.serving, clock), Reviews(operations, clock))
