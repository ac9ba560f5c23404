"""The front on its port: uvicorn with our limits, and an end that tells every open page."""

from __future__ import annotations

import signal
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

from fazri_lib.errors import FazriError, SettingsError
from fazri_lib.serving.foreign_logs import take_over
from fazri_lib.serving.http_limits import LimitedHttp
from fazri_lib.serving.origins import is_https
from fazri_lib.serving.panel_server import MAX_MESSAGE_BYTES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send

    from fazri_lib.settings import Serving, Settings

KEEP_ALIVE_S = 30  # longer than readers think between two clicks: a connection closed meanwhile costs one more
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


class _Witnessed:
    """ASGI application around the front that keeps why it did not start: uvicorn tells only that it did not.

    Attributes:
        app: the front.
        fault: why it did not start, when that is an error of ours; its text names no value.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.fault: FazriError | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""
        try:
            await self.app(scope, receive, send)
        except FazriError as error:
            if scope["type"] == "lifespan":
                self.fault = error
            raise


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
        "http": LimitedHttp,
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
        "timeout_keep_alive": KEEP_ALIVE_S,
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
        FazriError: what stands behind does not start.
    """
    take_over(settings.log_level)
    front = _Witnessed(app)
    server = _Server(configured(front, settings), leave, is_up)
    with _bound(settings.serving) as port, _stopped_by_signals():
        try:
            server.run(sockets=[port])
        except SystemExit as error:  # uvicorn's word for a lifespan that failed
            if front.fault is not None:
                raise front.fault from error
            raise FazriError(
                "serving: expected all behind the front to start, got a failure; the log lines above say which"
            ) from error


def _bound(serving: Serving) -> socket.socket:
    """Take the port before the pages are built: who waits for that should not learn of a taken port afterwards.

    Raises:
        SettingsError: it is taken, or not ours to take.
    """
    family = socket.AF_INET6 if ":" in serving.host else socket.AF_INET
    # with the protocol named asyncio sends small packets at once
    port = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        port.bind((serving.host, serving.port))
    except OSError as error:
        port.close()
        raise SettingsError(
            f"cannot listen: expected {serving.host} port {serving.port} to be free and ours, got {error.strerror}; "
            "stop what listens there, or set serving.host and serving.port"
        ) from error
    return port


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """SIGTERM and Ctrl-C end the server and nothing more: uvicorn raises them again when all is closed."""
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
