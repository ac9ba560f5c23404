"""One Panel server on loopback: in a thread of the front, or alone in a process."""

from __future__ import annotations

import asyncio
import importlib
import os
import time
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol

from bokeh.server.auth_provider import AuthProvider
from bokeh.server.views.ws import WSHandler
from tornado.ioloop import IOLoop, PeriodicCallback
from tornado.web import HTTPError

from fazri_lib import log
from fazri_lib.errors import PublishError
from fazri_lib.serving.identity import READER, REQUEST_S, USER, Keys, holder_of
from fazri_lib.serving.origins import PANEL_HOST
from fazri_lib.serving.sweeping import Sweeper, return_large_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bokeh.server.contexts import ApplicationContext
    from bokeh.server.session import ServerSession
    from panel.io.server import Server  # noqa: TID251 - only where Panel serves

LOOPBACK = "127.0.0.1"
ABANDONED_S = 20.0
MAX_MESSAGE_BYTES = 20 * 1024 * 1024
"""Largest message from a browser; uvicorn's `ws_max_size` must be the same."""
_TOKEN_S = 300
_UNUSED_CHECK_MS = 5_000
_UNUSED_LIFE_MS = 15_000

_log = log.get("serving.panel")


@dataclass(frozen=True, slots=True)
class PageSource:
    """Where the pages come from. They cannot be sent to another process, so what makes them is named.

    Attributes:
        factory: "module:function"; called with `config`, returns applications or functions by path, as /dash/today.
        config: its keyword arguments; plain values.
    """

    factory: str
    config: Mapping[str, Any] = field(default_factory=dict)

    def pages(self) -> dict[str, Any]:
        """Make the pages.

        Raises:
            PublishError: there is no such function.
        """
        module, _, name = self.factory.partition(":")
        function = getattr(importlib.import_module(module), name, None)
        if not callable(function):
            raise PublishError(f"pages: expected a function {self.factory}, got none; name one")
        return dict(function(**self.config))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a Panel server is told. It is sent to processes through a pipe: it holds the keys.

    Attributes:
        source: of the pages.
        keys: shared with the front.
        abandoned_s: seconds after which a session that nobody is connected to is destroyed, whatever it still does.
        log_level: of processes of their own.
        as_json: whether their log lines are JSON, as those of the front.
        options: for Bokeh's server, over ours; for tests.
    """

    source: PageSource
    keys: Keys
    abandoned_s: float = ABANDONED_S
    log_level: str = "info"
    as_json: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)


class FrontAuth(AuthProvider):
    """Lets in whoever the front has signed for, and sends nobody to a login: that is the front's affair."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        super().__init__()

    @property
    def get_user(self) -> Callable[[Any], Any]:
        """Bokeh's hook: who asks."""

        def user(handler: Any) -> str | None:
            cookies = {name: handler.get_cookie(name) or "" for name in (USER, READER)}
            holder = holder_of(cookies, self._secret, REQUEST_S)
            return holder.name if holder else None

        return user

    @property
    def get_login_url(self) -> Callable[[Any], str]:
        """Bokeh's hook: where those go who are nobody."""

        def refuse(_handler: Any) -> str:
            raise HTTPError(403)

        return refuse


class Stop(Protocol):
    """Ends a server; may be called from any thread."""

    def __call__(self) -> None:
        """End it."""
        ...


def serve(plan: Plan, on_ready: Callable[[int, Stop], None]) -> None:
    """Serve until stopped, in this thread.

    Args:
        plan: what is served.
        on_ready: told the port, and how to stop, as soon as the server listens.

    Raises:
        PublishError: the pages cannot be made.
    """
    return_large_blocks()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    server = _server(plan, IOLoop.current())
    server.start()
    sweeper = Sweeper()

    async def watch() -> None:
        await _destroy_abandoned(server, plan.abandoned_s)
        sweeper.look([session.id for context in _pages(server) for session in context.sessions], time.monotonic())

    watchdog = PeriodicCallback(watch, _watch_ms(plan.abandoned_s))
    watchdog.start()
    try:
        loop.call_soon(on_ready, int(server.port or 0), _stop_of(loop))
        loop.run_forever()
    finally:
        watchdog.stop()
        server.stop()
        _finish(loop)


def _server(plan: Plan, loop: IOLoop) -> Server:
    os.environ["BOKEH_RESOURCES"] = "server"
    import panel_material_ui  # noqa: F401, PLC0415 - first of all: it restyles every page of the process
    from panel.io.server import get_server  # noqa: PLC0415, TID251 - takes a second; only where Panel serves

    from fazri_lib.serving import redaction  # noqa: PLC0415 - as above

    redaction.install()
    _send_at_once()
    options: dict[str, Any] = {
        "auth_provider": FrontAuth(plan.keys.cookies),
        "cookie_secret": plan.keys.cookies,
        "sign_sessions": True,
        "secret_key": plan.keys.tokens,
        "include_cookies": [USER, READER],
        "include_headers": [],
        "session_token_expiration": _TOKEN_S,
        "check_unused_sessions_milliseconds": _UNUSED_CHECK_MS,
        "unused_session_lifetime_milliseconds": _UNUSED_LIFE_MS,
        "websocket_max_message_size": MAX_MESSAGE_BYTES,
        "websocket_origin": [PANEL_HOST],
        "use_index": False,
        **plan.options,
    }
    pages = plan.source.pages()
    server = get_server(pages, port=0, address=LOOPBACK, loop=loop, show=False, start=False, **options)
    for context in _pages(server):
        redaction.contain(context.application)
    return server


def _pages(server: Server) -> Iterable[ApplicationContext]:
    return server._tornado.applications.values()  # noqa: SLF001 - Bokeh has no other way to pages and sessions


def _send_at_once() -> None:
    """Have sockets wait for nothing: Bokeh sends a message in three frames, and Tornado lets TCP delay the last two."""
    if getattr(WSHandler.open, "sends_at_once", False):
        return
    opened = WSHandler.open

    @wraps(opened)
    def open_at_once(self: WSHandler, *arguments: Any, **named: Any) -> None:
        self.set_nodelay(True)
        opened(self, *arguments, **named)

    open_at_once.sends_at_once = True  # type: ignore[attr-defined]
    WSHandler.open = open_at_once  # type: ignore[method-assign]


def _watch_ms(abandoned_s: float) -> float:
    return min(2.0, max(abandoned_s / 4, 0.1)) * 1000


async def _destroy_abandoned(server: Server, abandoned_s: float) -> None:
    """Destroy sessions that nobody is connected to. Bokeh spares busy ones, and busy they may stay for ever."""
    for context in _pages(server):
        for session in list(context.sessions):
            unused_s = session.milliseconds_since_last_unsubscribe / 1000
            if session.connection_count == 0 and unused_s > abandoned_s and not session.destroyed:
                await _destroy(context, session)


async def _destroy(context: ApplicationContext, session: ServerSession) -> None:
    session_context = context._session_contexts.pop(session.id, None)  # noqa: SLF001 - what Bokeh's own cleaning does
    context._sessions.pop(session.id, None)  # noqa: SLF001 - as above
    session.destroy()
    _log.info("abandoned session destroyed", page=context.url)
    if session_context is not None:
        await context.application.on_session_destroyed(session_context)


def _stop_of(loop: asyncio.AbstractEventLoop) -> Stop:
    def stop() -> None:
        loop.call_soon_threadsafe(loop.stop)

    return stop


def _finish(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
    asyncio.set_event_loop(None)
