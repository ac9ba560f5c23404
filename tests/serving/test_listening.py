"""The port, and what is told when what stands behind it does not start."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import asynccontextmanager

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def settings():
    """A campus with a port of its own."""
    from front_house import free_port

    from fazri_lib.settings import Serving, Settings

    return Settings(serving=Serving(port=free_port()))


def listened(settings, start):
    """Listen with something behind that starts like this."""
    from starlette.applications import Starlette

    from fazri_lib.serving.listening import listen

    @asynccontextmanager
    async def lifespan(_app):
        await start()
        yield

    async def leave():
        """Nothing is open."""

    listen(Starlette(lifespan=lifespan), settings, leave, lambda: pytest.fail("it must not come up"))


def test_why_panel_does_not_start_is_told(settings):
    """The error of the process that cannot make its pages is the one that the command ends with."""
    from fazri_lib.errors import FazriError
    from fazri_lib.serving.identity import Keys
    from fazri_lib.serving.panel_host import PanelHost
    from fazri_lib.serving.panel_server import PageSource, Plan

    host = PanelHost(Plan(PageSource("guarded_pages:nothing"), Keys("k", b"t")), 1)
    with pytest.raises(FazriError, match="expected a function guarded_pages:nothing"):
        listened(settings, host.start)


def test_errors_of_others_are_not_repeated(settings):
    """Their words may hold values."""
    from fazri_lib.errors import FazriError

    async def fail():
        raise ValueError("Asha")

    with pytest.raises(FazriError, match="the log lines above say which") as failed:
        listened(settings, fail)
    assert "Asha" not in str(failed.value)


def test_small_packets_are_sent_at_once(settings):
    """The event loop does so only with sockets that name their protocol."""
    from fazri_lib.serving.listening import _bound

    with _bound(settings.serving) as port:
        assert port.proto == socket.IPPROTO_TCP


@pytest.fixture
def port():
    """A server with our settings; it answers with the number of bytes of a request's body."""
    import uvicorn
    from starlette.responses import PlainTextResponse

    from fazri_lib.serving.listening import configured
    from fazri_lib.settings import Settings

    async def app(scope, receive, send):
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            while (message := await receive())["type"] == "websocket.receive":
                await send({"type": "websocket.send", "text": f"{len(message['bytes'])} bytes"})
            return
        body, has_more = b"", True
        while has_more:
            message = await receive()
            body, has_more = body + message.get("body", b""), message.get("more_body", False)
        await PlainTextResponse(f"{len(body)} bytes")(scope, receive, send)

    server = uvicorn.Server(configured(app, Settings(), lifespan="off", port=0))
    with socket.create_server(("127.0.0.1", 0)) as bound:
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[bound])), daemon=True)
        thread.start()
        yield bound.getsockname()[1]
        server.should_exit = True
        thread.join(10)


def answer_to(connection, *pieces):
    """What the server says to a request that comes in these pieces."""
    for piece in pieces:
        connection.sendall(piece)
    told = ""
    while not told.endswith(("bytes", "close\r\n\r\n")):
        more = connection.recv(65536).decode()
        assert more, told
        told += more
    return told


BEGIN = b"POST / HTTP/1.1\r\nhost: x\r\n"
CHUNKED = BEGIN + b"transfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"


@pytest.mark.parametrize(
    "pieces",
    [
        [b"GET /" + b"a" * 33_000],
        [BEGIN + b"a: " + b"b" * 33_000],
        [BEGIN, b"a: b\r\n" * 6_000],
        [BEGIN, *[b"a: " + b"b" * 3_000 + b"\r\n"] * 11],
        [CHUNKED + b"a: " + b"b" * 33_000],
        [CHUNKED + b"a: b\r\n" * 6_000],
    ],
)
def test_a_request_that_never_begins_is_refused(port, pieces):
    """An address, a header, headers or trailers without end; what they hold is not kept."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        told = answer_to(connection, *pieces)
        assert told.startswith("HTTP/1.1 431 "), told


def test_bodies_and_further_requests_do_not_count(port):
    """One connection takes many requests, each with large headers and a larger body, whole or in chunks."""
    head = BEGIN + b"a: " + b"b" * 20_000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        for _ in range(3):
            whole = answer_to(connection, head + b"content-length: 200000\r\n\r\n", b"x" * 200_000)
            assert whole.endswith("200000 bytes")
            chunks = [b"2000\r\n" + b"x" * 0x2000 + b"\r\n"] * 20
            parts = answer_to(connection, head + b"transfer-encoding: chunked\r\n\r\n", *chunks, b"0\r\n\r\n")
            assert parts.endswith("163840 bytes")


def test_sockets_are_not_limited_by_it(port):
    """What is sent through a WebSocket has a limit of its own."""
    from websockets.sync.client import connect

    with connect(f"ws://127.0.0.1:{port}/", proxy=None, compression=None) as opened:
        for size in (10, 200_000, 200_000):
            opened.send(b"x" * size)
            assert opened.recv(timeout=5) == f"{size} bytes"
