"""From the verified identity of a request to the reader of a page."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fazri_lib.access import Grant
from fazri_lib.campus.reading import Link, Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from fazri_lib.access import Scope
    from fazri_lib.campus.pool import Pool
    from fazri_lib.serving.catalog import Dashboard
    from fazri_lib.settings import Settings


class Identity(Protocol):
    """Who asks, as the front door signed it."""

    @property
    def name(self) -> str:
        """Login name."""

    @property
    def session_id(self) -> int:
        """Of the login."""

    @property
    def scopes(self) -> frozenset[Scope]:
        """What the reader's roles allow."""


class Known(NamedTuple):
    """Somebody whose identity is known without a request.

    Attributes:
        name: login name.
        session_id: of the login.
        scopes: what the reader's roles allow.
    """

    name: str
    session_id: int
    scopes: frozenset[Scope]


def reader_of(
    identity: Identity, home: Path, settings: Settings, pool: Pool, witness: Callable[[Identity, str, str], None]
) -> Reader:
    """Return the reader of one page, without a menu.

    Args:
        identity: who it is.
        home: campus folder.
        settings: its settings.
        pool: the process's open extract.
        witness: told who saw whom, and what of them.
    """
    key = settings.pseudonym_key.get_secret_value() if settings.pseudonym_key else ""
    return Reader(identity.name, Grant(identity.scopes, key=key), home, settings, pool, partial(witness, identity))


def with_menu(reader: Reader, dashboards: Iterable[Dashboard]) -> Reader:
    """Return the reader with the menu of the dashboards that the roles allow."""
    links = (Link(entry.title, entry.path, entry.icon) for entry in dashboards if reader.grant.holds(entry.scope))
    return replace(reader, pages=tuple(links))
