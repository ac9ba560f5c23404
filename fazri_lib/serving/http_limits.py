"""uvicorn's HTTP with a limit that it has not: nobody fills the memory with a request that never begins."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES = 32 * 1024
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\ncache-control: no-store\r\n"
    b"connection: close\r\n\r\n"
)


class LimitedHttp(HttpToolsProtocol):
    """One connection. What came of a request and is no body counts; the parser keeps it until the request is whole.

    So a line that never ends, headers without end and trailers without end are refused with 431 after `MAX_HEAD_BYTES`
    and what one read brings. What comes in one read is not looked at closer: it is in the memory already.
    """

    _held_bytes = 0

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        self._held_bytes += len(data)
        super().data_received(data)
        if self._held_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_body(self, body: bytes) -> None:
        """Pass a piece of the body on; it is limited elsewhere."""
        self._held_bytes -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Begin to count anew."""
        self._held_bytes = 0
        super().on_message_complete()
