"""One open page of a Bokeh server, as a browser keeps it: its socket, read all the time, and when it has settled."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import gevent
import websocket
from bokeh_wire import READY, Document, Message, Reassembly, change, message

if TYPE_CHECKING:
    from collections.abc import Callable

    from bokeh_wire import Field

PATIENCE_S = 30.0
"""After so long without an answer an action has failed."""
QUIET_S = 0.3
"""So long no patch may come before an action is over; the time of an action ends with its last patch, not with this."""
LOOK_S = 0.01
GOING_AWAY = 1001


class PageError(Exception):
    """The page did not do what was asked: no answer in time, an error of the server, a closed socket."""


@dataclass
class Heard:
    """What the server has said since the last action began.

    Attributes:
        replies: by the id of the message that they reply to.
        patches: changes of anything but the page's busy sign.
        was_busy: whether that sign changed.
        last_at: when the last message came, a reply or a PATCH-DOC, of the performance counter.
        size: bytes.
    """

    replies: dict[str, Message] = field(default_factory=dict)
    patches: int = 0
    was_busy: bool = False
    last_at: float = 0.0
    size: int = 0


class OpenPage:
    """The socket of one page. Opening it draws the document, as far as a server can tell.

    Args:
        address: ws://HOST/PATH/ws.
        token: of the page's HTML.
        origin: of the page.
        cookies: what the browser sends, as one header.

    Raises:
        PageError: the server refuses, or does not send the document in time.
    """

    def __init__(self, address: str, token: str, origin: str, cookies: str) -> None:
        self._heard, self._busy, self._fault, self._is_open = Heard(), set[str](), "", False
        try:
            self._socket = websocket.create_connection(
                address, subprotocols=["bokeh", token], origin=origin, cookie=cookies, timeout=PATIENCE_S
            )
        except (OSError, websocket.WebSocketException) as error:
            raise PageError(f"socket refused: {error}") from error
        self._socket.settimeout(None)
        self._reader = gevent.spawn(self._read)
        try:
            self._wait(lambda: self._is_open, "ACK")  # what comes earlier is an error to Bokeh
            self.document = Document.of(self._reply(self._ask("PULL-DOC-REQ", {})).content)
        except PageError:
            self.close()
            raise

    def draw(self) -> float:
        """Say what a browser says while it draws; return the seconds until the page's work after loading is over."""
        return self._answered([*self.document.answers, {"events": [READY]}], needs_patch=False)

    def set(self, field: Field, value: object) -> tuple[float, int]:
        """Set a field; return the seconds until the last patch of the answer has come, and its bytes.

        Panel replies OK at once and works afterwards: it says busy, sends patches, says that it is idle. So the answer
        is over when there was a patch, the page is not busy, and no patch came for `QUIET_S`.

        Raises:
            PageError: no answer, or an error.
        """
        seconds = self._answered([change(field.model, **{field.attribute: value})], needs_patch=True)
        return seconds, self._heard.size

    def check(self) -> None:
        """Raise PageError if the socket was closed or the server sent an error meanwhile."""
        if self._fault:
            raise PageError(self._fault)

    def close(self) -> None:
        """Leave the page."""
        self._reader.kill()
        with contextlib.suppress(OSError, websocket.WebSocketException):
            self._socket.send_close(GOING_AWAY)
        self._socket.shutdown()

    def _answered(self, contents: list[dict[str, Any]], *, needs_patch: bool) -> float:
        self.check()
        start, self._heard = time.perf_counter(), Heard()
        for number in [self._ask("PATCH-DOC", content) for content in contents]:
            self._reply(number)
        self._settle(needs_patch=needs_patch)
        return self._heard.last_at - start

    def _ask(self, kind: str, content: object) -> str:
        number, frames = message(kind, content)
        try:
            for frame in frames:
                self._socket.send(frame)
        except (OSError, websocket.WebSocketException) as error:
            raise PageError(f"socket closed while sending: {error}") from error
        return number

    def _reply(self, number: str) -> Message:
        self._wait(lambda: number in self._heard.replies, "reply")
        return self._heard.replies[number]

    def _settle(self, *, needs_patch: bool) -> None:
        def is_over() -> bool:
            has_begun = not needs_patch or self._heard.patches or self._heard.was_busy
            return not self._busy and has_begun and time.perf_counter() - self._heard.last_at > QUIET_S

        self._wait(is_over, "last patch" if self._heard.patches else "patch")
        if needs_patch and not self._heard.patches:
            raise PageError("answer without a patch: nothing changed, or the page's callback failed")

    def _wait(self, is_there: Callable[[], bool], what: str) -> None:
        until = time.perf_counter() + PATIENCE_S
        while not is_there():
            self.check()
            if time.perf_counter() > until:
                raise PageError(f"no {what} within {PATIENCE_S:.0f} s")
            gevent.sleep(LOOK_S)
        self.check()

    def _read(self) -> None:
        frames = Reassembly()
        try:
            while True:
                frame = self._frame()
                heard = None if frame is None else frames.feed(frame)
                if heard:
                    self._note(heard, time.perf_counter())
        except Exception as error:  # noqa: BLE001 - whatever ends the reading is what the next action has to report
            self._fault = f"{type(error).__name__}: {error}"

    def _frame(self) -> str | bytes | None:
        code, data = self._socket.recv_data()  # answers pings itself
        if code == websocket.ABNF.OPCODE_CLOSE:
            said = int.from_bytes(data[:2], "big") if data else 0
            raise PageError(f"server closed the socket: code {said}")
        return data.decode() if code == websocket.ABNF.OPCODE_TEXT else data

    def _note(self, heard: Message, at: float) -> None:
        self._heard.size += heard.size
        self._is_open |= heard.kind == "ACK"
        if heard.kind == "ERROR":
            raise PageError(f"server error: {str(heard.content.get('text', ''))[:100]}")
        if heard.answers:
            self._heard.replies[heard.answers] = heard
        self._heard.last_at = at
        for event in heard.events:
            if event.get("attr") == "busy":
                self._heard.was_busy = True
                (self._busy.add if event["new"] else self._busy.discard)(event["model"]["id"])
            else:
                self._heard.patches += 1
