"""One log line a request, two for a WebSocket (opened, closed); no line tells who or about whom."""

from __future__ import annotations

import re
import secrets
import time
from typing import TYPE_CHECKING, Any

import structlog

from fazri_lib import log

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_GIVEN = re.compile(
    rb"[0-9a-f]{16,32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)  # hexadecimal: nothing that could be a name
_HEADER = b"x-request-id"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_STATUS_OF_ACCEPTED = 101
_log = log.get("access")


class AccessLog:
    """ASGI middleware, the outermost: gives each request its id and writes its line.

    The id goes into `scope["state"]["request_id"]`, into the log lines written meanwhile (`request`), and back to the
    client as `X-Request-ID`. A client's own id is taken over when it is hexadecimal.

    Attributes:
        app: what is logged.
        named: what stands in the log for a path: the template of the route or the path of the page, never a value.
        session_of: what stands in the log for the session that a request belongs to; empty for none.
    """

    def __init__(
        self, app: ASGIApp, named: Callable[[Scope], str], session_of: Callable[[Scope], str] = lambda _: ""
    ) -> None:
        self.app = app
        self.named = named
        self.session_of = session_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; write its line when it is done."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        request_id = request_id_of(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        with structlog.contextvars.bound_contextvars(request=request_id):
            await self._logged(scope, receive, send)

    async def _logged(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = time.perf_counter()
        seen: dict[str, int] = {}

        async def noted(message: Message) -> None:
            self._note(message, scope, seen, begun)
            await send(message)

        async def received() -> Message:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                seen.setdefault("close", int(message.get("code") or 1005))
            return message

        try:
            await self.app(scope, received, noted)
        finally:
            is_open = scope["type"] == "websocket" and seen.get("status") == _STATUS_OF_ACCEPTED
            self._write("socket closed" if is_open else "request", scope, seen, begun)

    def _note(self, message: Message, scope: Scope, seen: dict[str, int], begun: float) -> None:
        kind = message["type"]
        if kind in {"http.response.start", "websocket.http.response.start"}:
            seen["status"] = message["status"]
            _put_header(message, scope["state"]["request_id"])
        elif kind == "websocket.accept":
            seen["status"] = _STATUS_OF_ACCEPTED
            self._write("socket opened", scope, seen, begun)
        elif kind == "websocket.close":
            seen["close"] = int(message.get("code") or 1000)

    def _write(self, event: str, scope: Scope, seen: dict[str, int], begun: float) -> None:
        method = scope.get("method", "GET")
        _log.info(
            event,
            method="WS" if scope["type"] == "websocket" else method if method in _METHODS else "other",
            path=self.named(scope),
            **seen,
            ms=round(1000 * (time.perf_counter() - begun), 1),
            session=self.session_of(scope),
        )


def request_id_of(scope: Scope) -> str:
    """Return the id that the client gave, when it is well-formed, else one drawn here (16 hexadecimal digits)."""
    for name, value in scope["headers"]:
        if name == _HEADER and _GIVEN.fullmatch(value):
            return str(value.decode())
    return secrets.token_hex(8)


def _put_header(message: MutableMapping[str, Any], request_id: str) -> None:
    kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() != _HEADER]
    message["headers"] = [*kept, (_HEADER, request_id.encode())]
