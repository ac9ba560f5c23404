"""The way from the front to Panel: pages and files are fetched, WebSockets are passed through, over loopback."""

from __future__ import annotations

import asyncio
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

import aiohttp
from yarl import URL

from fazri_lib import log
from fazri_lib.errors import DependencyError
from fazri_lib.serving.origins import PANEL_ORIGIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Message, Receive, Scope, Send

CONNECT_S = 2.0
PAGE_S = 60.0
MAX_RESPONSE_BYTES = 64 * 1024 * 1024
_CLOSE_S = 2.0
_ABNORMAL = 1011
_RESERVED = frozenset({1004, 1005, 1006, 1015})  # codes that may stand in no close frame
_PATH_SAFE = "/@^~+-_."
_QUERY_SAFE = "".join(set(string.printable) - set(string.whitespace) - {"#"})
_PASSED_ON = ("accept", "accept-language", "cookie", "user-agent")

_log = log.get("serving.proxy")


class Backends(Protocol):
    """The Panel servers."""

    def address(self, session_id: int) -> str | None:
        """Return host and port of the server to which a login sticks, or None while it is down."""
        ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response of Panel.

    Attributes:
        status: HTTP status.
        headers: names in lower case.
        body: as it came, not compressed.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class BackendDownError(DependencyError):
    """Panel does not answer: it is starting again, or too busy."""


class Proxy:
    """Talks to the Panel servers. Nothing of a request passes but what the guard left and what is listed here.

    Attributes:
        backends: the Panel servers.
        max_bytes: largest response that is passed on.
    """

    def __init__(self, backends: Backends, max_bytes: int = MAX_RESPONSE_BYTES) -> None:
        self.backends = backends
        self.max_bytes = max_bytes
        self._client: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the connections' pool, on the running loop."""
        timeout = aiohttp.ClientTimeout(total=PAGE_S, sock_connect=CONNECT_S)
        self._client = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=timeout,
            skip_auto_headers=("User-Agent", "Accept-Encoding"),
        )

    async def stop(self) -> None:
        """Close all connections."""
        if self._client is not None:
            await self._client.close()

    async def fetch(self, scope: Scope) -> Fetched:
        """Return what Panel answers to a GET of this request's path and query.

        Raises:
            BackendDownError: it does not answer, or with more than `max_bytes`.
        """
        try:
            async with self._open_client().get(
                self._url(scope, "http"), headers=_headers(scope), allow_redirects=False
            ) as response:
                body = await self._read(response)
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Fetched(response.status, headers, body)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _down(error) from error

    async def pass_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a WebSocket through until one end closes it; the other end gets the same code."""
        await receive()  # websocket.connect
        headers = {**_headers(scope), "Origin": PANEL_ORIGIN}
        try:
            backend = await self._open_client().ws_connect(
                self._url(scope, "ws"),
                protocols=scope["subprotocols"],
                headers=headers,
                max_msg_size=0,  # documents may be large, and Panel is ours
                timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSE_S),
            )
        except aiohttp.WSServerHandshakeError as error:
            await _refuse(scope, send, 403 if error.status < 500 else 503)  # noqa: PLR2004
            return
        except (BackendDownError, aiohttp.ClientError, TimeoutError, OSError) as error:
            _down(error)
            await _refuse(scope, send, 503)
            return
        async with backend:
            await send({"type": "websocket.accept", "subprotocol": backend.protocol})
            await _pass_both_ways(backend, receive, send)

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        """Return a body as a whole, or not at all: half a page is none."""
        body = bytearray()
        async for piece in response.content.iter_any():
            body += piece
            if len(body) > self.max_bytes:
                _log.warning("Panel answers too much", more_than_bytes=self.max_bytes)
                raise BackendDownError(
                    f"Panel: expected {self.max_bytes} bytes at most, got more; show less on the page"
                )
        return bytes(body)

    def _open_client(self) -> aiohttp.ClientSession:
        if self._client is None:
            raise BackendDownError("proxy: expected to be started, is not; call start")
        return self._client

    def _url(self, scope: Scope, scheme: str) -> URL:
        address = self.backends.address(scope["state"]["login"].session_id)
        if address is None:
            raise BackendDownError("Panel: expected a running server, got none; wait, it is started again")
        query = quote(scope.get("query_string", b""), safe=_QUERY_SAFE)
        path = quote(scope["path"], safe=_PATH_SAFE)
        return URL(f"{scheme}://{address}{path}" + (f"?{query}" if query else ""), encoded=True)


async def _pass_both_ways(backend: aiohttp.ClientWebSocketResponse, receive: Receive, send: Send) -> None:
    up = asyncio.create_task(_pass_up(backend, receive))
    down = asyncio.create_task(_pass_down(backend, send))
    try:
        await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in (up, down):
            way.cancel()
        await asyncio.gather(up, down, return_exceptions=True)
    if not up.cancelled() and up.exception() is None:
        await backend.close(code=up.result())
    elif not down.cancelled() and down.exception() is None:
        await send({"type": "websocket.close", "code": down.result()})
    else:
        _log.warning("socket broken", error=type(up.cancelled() or up.exception()).__name__)
        await send({"type": "websocket.close", "code": _ABNORMAL})


async def _pass_up(backend: aiohttp.ClientWebSocketResponse, receive: Receive) -> int:
    """Pass the reader's messages on; return the code with which the reader left."""
    while True:
        message: Message = await receive()
        if message["type"] == "websocket.disconnect":
            return _sendable(message.get("code", 1000))
        if (text := message.get("text")) is not None:
            await backend.send_str(text)
        else:
            await backend.send_bytes(message["bytes"])


async def _pass_down(backend: aiohttp.ClientWebSocketResponse, send: Send) -> int:
    """Pass Panel's messages on, each when the one before is gone; return the code with which Panel closed."""
    while True:
        message = await backend.receive()
        if message.type is aiohttp.WSMsgType.TEXT:
            await send({"type": "websocket.send", "text": message.data})
        elif message.type is aiohttp.WSMsgType.BINARY:
            await send({"type": "websocket.send", "bytes": message.data})
        else:  # closed, closing or broken
            return _sendable(backend.close_code)


async def _refuse(scope: Scope, send: Send, status: int) -> None:
    if "websocket.http.response" in scope.get("extensions", {}):
        headers = [(b"content-length", b"0"), (b"cache-control", b"no-store")]
        await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": b""})
    else:
        await send({"type": "websocket.close", "code": _ABNORMAL})


def _sendable(code: Any) -> int:
    is_code = isinstance(code, int) and 1000 <= code < 5000 and code not in _RESERVED  # noqa: PLR2004 - RFC 6455
    return code if is_code else _ABNORMAL


def _headers(scope: Scope) -> dict[str, str]:
    given = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return {name: given[name] for name in _PASSED_ON if name in given}


def _down(error: BaseException) -> BackendDownError:
    _log.warning("Panel does not answer", error=type(error).__name__)
    return BackendDownError("Panel: expected an answer, got none; wait, it is started again")
