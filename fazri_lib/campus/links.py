"""Addresses of pages: which page shows a thing, and the state that a link carries on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fazri_lib.campus.reading import Link


class Links:
    """Links to the pages that a reader may open.

    Args:
        pages: the reader's menu; without any there are no links.
        carried: state that every link keeps, as the moment of the view.
    """

    def __init__(self, pages: tuple[Link, ...], carried: Mapping[str, str]) -> None:
        self._paths = {page.path.rstrip("/").rsplit("/", 1)[-1]: page.path for page in pages}
        self.carried = dict(carried)

    def href(self, page: str, **state: Any) -> str | None:
        """Return the address of a page in a state; nothing where the reader has no such page.

        Args:
            page: last part of its address, as zones.
            state: values of its parameters; empty ones are left out.
        """
        if page not in self._paths:
            return None
        given = {name: str(value) for name, value in state.items() if value not in (None, "")}
        query = urlencode(given | self.carried)
        return f"{self._paths[page]}{f'?{query}' if query else ''}"
