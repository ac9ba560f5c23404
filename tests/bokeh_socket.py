"""A browser's end of Bokeh's WebSocket, as far as the tests need it."""

from __future__ import annotations

import json
import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bokeh.protocol import Protocol
from bokeh.util.token import get_session_id
from guarded_house import COOKIE
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    from guarded_house import TestHouse
    from websockets.sync.client import ClientConnection

_TOKEN = re.compile(r'"token":"([^"]+)"')


def page_token(response: httpx.Response) -> str:
    """Return the token in a page."""
    found = _TOKEN.search(response.text)
    assert found, response.text
    return found[1]


def open_page(house: TestHouse, page: str, cookie: str, **options: Any) -> str:
    """Open a page and return its token."""
    response = house.get(f"/dash/{page}", cookie, **options)
    assert response.status_code == 200
    return page_token(response)


def session_id(token: str) -> str:
    """Return the id of Bokeh's session in a page's token."""
    return get_session_id(token)


class BokehSocket:
    """An open WebSocket of a page."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[str | bytes] = []

    def message(self, timeout_s: float = 10) -> dict[str, Any]:
        """Return header and content of the next message."""
        header, _metadata, content = (self._frame(timeout_s) for _ in range(3))
        header = json.loads(header)
        for _ in range(2 * header.get("num_buffers", 0)):
            self._frame(timeout_s)
        return {"type": header["msgtype"], "content": json.loads(content)}

    def send(self, kind: str, *args: Any) -> None:
        """Send a message."""
        self.send_parts(Protocol().create(kind, *args))

    def send_parts(self, message: Any) -> None:
        """Send the frames of a message."""
        for part in (message.header_json, message.metadata_json, message.content_json):
            self.socket.send(part)

    def document(self) -> str:
        """Return the page's document, as JSON."""
        assert self.message()["type"] == "ACK"
        self.send("PULL-DOC-REQ")
        return json.dumps(self.message()["content"])

    def change(self, value: str) -> None:
        """Change the value of the page's only text field."""
        message = Protocol().create("PULL-DOC-REQ")
        found = re.search(r'"name": "(?:\w+\.)*TextInput", "id": "([^"]+)"', self.document())
        assert found
        event = {"kind": "ModelChanged", "model": {"id": found[1]}, "attr": "value", "new": value}
        message.header["msgtype"] = "PATCH-DOC"
        message._header_json = None
        message.content = {"events": [event]}
        self.send_parts(message)

    def received(self, for_s: float) -> str:
        """Return all that arrives for a while, as one text."""
        until = time.monotonic() + for_s
        texts = []
        while (left := until - time.monotonic()) > 0:
            try:
                texts.append(str(self._frame(left)))
            except TimeoutError:
                break
        return "\n".join(texts)

    def close_code(self, within_s: float) -> int | None:
        """Return the code with which the server closes the socket within a time, or None when it stays open."""
        until = time.monotonic() + within_s
        while (left := until - time.monotonic()) > 0:
            try:
                self._frame(left)
            except TimeoutError:
                return None
            except ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd else 1006
        return None

    def _frame(self, timeout_s: float) -> Any:
        return self.socket.recv(timeout=timeout_s)


@contextmanager
def open_socket(
    house: TestHouse, page: str, cookie: str, token: str, *, origin: str | None = "", path: str = ""
) -> Iterator[BokehSocket]:
    """Open the WebSocket of a page.

    Args:
        house: where.
        page: name of the page.
        cookie: of the login; none when empty.
        token: of the page.
        origin: that the browser names; empty: the house's own; None: none.
        path: instead of the page's.
    """
    headers = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
    uri = f"ws://127.0.0.1:{house.port}{path or f'/dash/{page}/ws'}"
    with connect(
        uri,
        subprotocols=["bokeh", token],
        additional_headers=headers,
        origin=house.origin if origin == "" else origin,
        max_size=None,
        compression=None,
        proxy=None,
        close_timeout=1,
    ) as socket:
        yield BokehSocket(socket)


def refused(house: TestHouse, page: str, cookie: str, token: str, **options: Any) -> int:
    """Return the HTTP status with which a WebSocket is refused, or 101 when it is not."""
    try:
        with open_socket(house, page, cookie, token, **options):
            return 101
    except InvalidStatus as answer:
        return answer.response.status_code
