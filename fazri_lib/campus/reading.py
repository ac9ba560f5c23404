"""Who reads: on a dashboard the signed-in reader, whose grant and open extract `fazri.open()` then takes."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fazri_lib.access import Grant
    from fazri_lib.campus.deciding import ReviewDesk
    from fazri_lib.campus.pool import Lease, Pool
    from fazri_lib.settings import Settings

    Seen = Callable[[str, str], None]
    """Told whom a page showed (a pseudonym, or nothing) and what it showed of them (a `Sight`)."""


class Sight(StrEnum):
    """What a page showed that the audit log must keep."""

    PERSON = "person viewed"
    """One person's identity, days or findings."""
    NAMES = "names revealed"
    """Names, contacts or identifiers of people instead of pseudonyms."""


def unseen(subject: str, what: str) -> None:
    """Keep nothing: for pages that nobody looks at, as those built once for warming."""


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a menu.

    Attributes:
        title: as readers see it.
        path: address below the host, as /dash/zones.
        icon: a Material symbol, as map.
    """

    title: str
    path: str
    icon: str


ACCOUNT_LINKS = (Link("Account", "/account", "account_circle"), Link("Log out", "/logout", "logout"))


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of one page, for as long as that page is open.

    Attributes:
        user: login name.
        grant: what the reader may see.
        home: campus folder.
        settings: its settings.
        pool: the open extract that all readers of the process share.
        seen: told, once a page for each, whom and what the page showed; it fails rather than forget.
        pages: the menu: pages that the reader may open.
        account_links: entries of the account's menu.
        reviews: where this reader's answers about records go; None where nobody can answer.
    """

    user: str
    grant: Grant
    home: Path
    settings: Settings
    pool: Pool
    seen: Seen = unseen
    pages: tuple[Link, ...] = ()
    account_links: tuple[Link, ...] = ACCOUNT_LINKS
    reviews: ReviewDesk | None = field(default=None, repr=False, compare=False)
    _told: set[tuple[str, str]] = field(default_factory=set, repr=False, compare=False)
    _leases: list[Lease] = field(default_factory=list, repr=False, compare=False)

    def report(self, subject: str, what: Sight) -> None:
        """Tell the audit log what this page is about to show, once."""
        if (subject, what) not in self._told:
            self.seen(subject, what)
            self._told.add((subject, what))

    def lease(self) -> Lease:
        """Return the newest extract, held until it is closed or the page is.

        Raises:
            NotPublishedError: nothing is published, or its files cannot be opened.
        """
        lease = self.pool.lease()
        self._leases[:] = [*(held for held in self._leases if held.is_open), lease]
        return lease

    def close(self) -> None:
        """End the page: give back every extract that it opened."""
        for lease in self._leases:
            lease.close()
        self._leases.clear()


READER: ContextVar[Reader | None] = ContextVar("READER", default=None)
"""The reader of the page that is being built; callbacks after that hold their campus, which knows its reader."""


def reading() -> Reader | None:
    """Return the reader of the page that is being built; None on a terminal, in JupyterLab and in reports."""
    return READER.get()


@contextmanager
def read_by(reader: Reader) -> Iterator[Reader]:
    """Build a page for a reader: within the block `fazri.open()` opens the campus as this reader may see it."""
    token = READER.set(reader)
    try:
        yield reader
    finally:
        READER.reset(token)
