"""What a board needs of the browser session that shows it: the address, a pulse, and word when it ends."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import panel as pn  # noqa: TID251 - views is where Panel belongs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_STATE: Any = pn.state


class Session:
    """The browser session, or, in a notebook, none: then nothing is written anywhere and nothing beats."""

    def __init__(self) -> None:
        document = _STATE.curdoc
        self.is_served = bool(document is not None and document.session_context)
        self._location: Any = _STATE.location if self.is_served else None

    @property
    def path(self) -> str:
        """Address of the page below the host."""
        return self._location.pathname or "" if self._location is not None else ""

    def query(self) -> dict[str, str]:
        """Return the state in the address."""
        search = self._location.search if self._location is not None else ""
        return dict(parse_qsl((search or "").lstrip("?")))

    def push(self, state: Mapping[str, str]) -> None:
        """Write the state into the address as one step of the browser's history, if it is another one."""
        if self._location is not None and self.query() != dict(state):
            self._location.search = f"?{urlencode(state)}" if state else ""

    def go(self, href: str) -> None:
        """Open another page of the same host in this browser tab."""
        if self._location is not None:
            path, _, query = href.partition("?")
            self._location.param.update(pathname=path, search=f"?{query}" if query else "")
            self._location.reload = True

    def together(self) -> Any:
        """Send all changes of a block to the browser at once."""
        return pn.io.hold() if self.is_served else nullcontext()

    def every(self, seconds: float, do: Callable[[], None]) -> None:
        """Call again and again while the page is open."""
        if self.is_served:
            _STATE.add_periodic_callback(do, period=int(1000 * seconds))

    def at_end(self, do: Callable[[], None]) -> None:
        """Call when the page is closed."""
        if self.is_served:
            _STATE.on_session_destroyed(lambda _context: do())
