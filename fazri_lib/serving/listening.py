"""The front on its port: uvicorn with our limits, and an end that tells every open page."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

import uvicorn

from fazri_lib.errors import SettingsError
from fazri_lib.serving.foreign_logs import take_over
from fazri_lib.serving.origins import is_https
from fazri_lib.serving.panel_server import MAX_MESSAGE_BYTES

if TYPE_CHECKING:
    import socket
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp

    from fazri_lib.settings import Settings

CONNECTIONS = 2000
"""Open at once; a browser holds up to seven. More are told 503."""
STOP_S = 3
_PING_S = 20.0


class _Server(uvicorn.Server):
    """uvicorn, which before it closes connections lets the front say goodbye.

    Attributes:
        leave: ends what is open.
        is_up: told once the port is open.
    """

    def __init__(self, config: uvicorn.Config, leave: Callable[[], Awaitable[None]], is_up: Callable[[], None]) -> None:
        super().__init__(config)
        self.leave = leave
        self.is_up = is_up

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the port, then say so."""
        await super().startup(sockets)
        if self.started and not self.should_exit:
            self.is_up()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the pages' sockets as going away (1001), then the rest."""
        await self.leave()
        await super().shutdown(sockets)


def configured(app: ASGIApp, settings: Settings, **more: Any) -> uvicorn.Config:
    """Return uvicorn's settings.

    Args:
        app: what is served.
        settings: of the campus.
        more: that win, for tests.
    """
    serving = settings.serving
    chosen: dict[str, Any] = {
        "host": serving.host,
        "port": serving.port,
        "lifespan": "on",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        # without an address of https there is no proxy before us whose word on the client's address counts
        "proxy_headers": is_https(serving),
        "ws_max_size": MAX_MESSAGE_BYTES,
        "ws_ping_interval": _PING_S,
        "ws_ping_timeout": _PING_S,
        "limit_concurrency": CONNECTIONS,
        "timeout_graceful_shutdown": STOP_S,
    }
    return uvicorn.Config(app, **{**chosen, **more})


def listen(app: ASGIApp, settings: Settings, leave: Callable[[], Awaitable[None]], is_up: Callable[[], None]) -> None:
    """Serve until SIGTERM or Ctrl-C.

    Args:
        app: what is served; its lifespan starts and stops what stands behind it.
        settings: of the campus.
        leave: ends what is open, before connections are closed.
        is_up: told once the port is open.

    Raises:
        SettingsError: the port cannot be opened.
    """
    take_over(settings.log_level)
    server = _Server(configured(app, settings), leave, is_up)
    for number in (
        signal.SIGTERM,
        signal.SIGINT,
    ):  # uvicorn raises it again when all is closed: then there is nothing left to do
        signal.signal(number, lambda *_: None)
    try:
        server.run()
    except SystemExit as error:  # uvicorn's word for a port that is taken; it has logged why
        raise _not_opened(settings) from error
    if not server.started:
        raise _not_opened(settings)


def _not_opened(settings: Settings) -> SettingsError:
    serving = settings.serving
    return SettingsError(
        f"cannot listen: expected {serving.host} port {serving.port} to be free and everything behind it to start; "
        "see the log lines above, stop what listens there, or set serving.port"
    )
