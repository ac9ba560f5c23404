"""The way to Panel and back: what passes, what does not, and what happens when one end is gone."""

from __future__ import annotations

import asyncio
import re
import time
from types import SimpleNamespace

import httpx
import pytest
from bokeh_socket import open_page, open_socket, refused
from guarded_house import open_house

from fazri_lib.serving.pages.errors import LOOK_AGAIN_S
from fazri_lib.serving.proxy import BackendDownError, Proxy, _sendable

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house():
    """The house as it is delivered."""
    with open_house() as opened:
        yield opened


@pytest.fixture(scope="module")
def cookie(house):
    """A reader's."""
    return house.accounts.sign_in("ada", "viewer")


def test_a_page_has_the_headers_of_the_front_and_none_of_panel(house, cookie):
    """A nonce of its own on every response, no caching, no name of the server behind."""
    first, second = house.get("/dash/who", cookie), house.get("/dash/who", cookie)
    policy = first.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([\w-]+)'", policy)[1]
    assert f'<script nonce="{nonce}" src="/assets/front.js' in first.text
    assert nonce not in second.text
    assert "unsafe-eval" not in policy
    assert "script-src 'self' 'nonce-" in policy
    assert first.headers["cache-control"] == "no-store"
    assert "etag" not in first.headers
    assert "Tornado" not in str(first.headers)
    assert not re.search(r"<[a-z]+[^>]* on[a-z]+=", first.text)


def test_the_query_is_kept_as_it_came(house, cookie):
    """Repeated names, escapes and blanks included."""
    from bokeh.util.token import get_token_payload

    query = "zone_id=A%26B&zone_id=%C3%A9&empty=&plus=a+b&x=1%2B1"
    arguments = get_token_payload(open_page(house, f"who?{query}", cookie))["arguments"]
    assert arguments.pop("empty", [b""]) == [b""]
    assert arguments == {"zone_id": [b"A&B", "é".encode()], "plus": [b"a b"], "x": [b"1+1"]}


@pytest.mark.parametrize("path", ["/dash/who%2Fws", "/dash%2Fwho", "/d%61sh/who"])
def test_an_escaped_path_is_read_once_and_as_the_guard_read_it(house, cookie, path):
    """What the guard took for a page is that page for Panel, too; nothing is decoded twice."""
    decoded = path.replace("%2F", "/").replace("%61", "a")
    assert house.get(path, cookie).status_code == house.get(decoded, cookie).status_code
    for twice in ("/dash/who%252Fws", "/dash%252fwho", "/dash/%2e%2e/dash/who", "/dash/who/..%2fwho"):
        assert house.get(twice, cookie).status_code == 404


def test_a_trailing_slash_leads_to_the_page(house, cookie):
    """With its query, and only who is signed in."""
    response = house.get("/dash/who/?zone_id=LIB", cookie)
    assert (response.status_code, response.headers["location"]) == (308, "/dash/who?zone_id=LIB")
    assert house.get("/dash/who/").status_code == 401


def test_a_browser_without_a_login_is_sent_to_it_and_back(house):
    """The way back is kept with its query; only pages of ours are ways back."""
    as_browser = {"headers": {"accept": "text/html"}}
    response = house.get("/dash/who?a=1&b=%26", **as_browser)
    assert (response.status_code, response.headers["location"]) == (303, "/login?next=/dash/who%3Fa%3D1%26b%3D%2526")
    assert house.get("//evil.example", **as_browser).headers["location"] == "/login"
    with house.without_doors():
        assert house.get("/login", **as_browser).status_code == 401  # and no loop


def test_who_must_change_the_password_is_sent_there(house):
    """Until then no page opens."""
    cookie = house.accounts.sign_in("new", "analyst", must_change=True)
    response = house.get("/dash/who", cookie, headers={"accept": "text/html"})
    assert (response.status_code, response.headers["location"]) == (303, "/account/password")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_panel_gets_nothing_but_questions(house, cookie, method):
    """Pages are read; all that changes something goes through the socket."""
    assert house.request(method, "/dash/who", cookie).status_code == 405


def test_head_makes_no_session(house, cookie):
    """It is how the page says that the reader is there."""
    response = house.request("HEAD", "/dash/who", cookie)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html")
    assert house.request("HEAD", "/dash/who").status_code == 401


def test_forms_are_limited(house, cookie):
    """A megabyte is enough for a form, whether its length is told or not."""
    assert house.request("POST", "/account", cookie, content=b"x" * 1000).json()["form"] == 1000
    assert house.request("POST", "/account", cookie, content=b"x" * 1_100_000).status_code == 413
    assert house.request("POST", "/account", cookie, content=iter([b"x" * 600_000] * 2)).status_code == 413


def test_a_socket_is_no_page_and_a_page_no_socket(house, cookie):
    """Each door takes its own kind only."""
    token = open_page(house, "who", cookie)
    assert house.get("/dash/who/ws", cookie).status_code == 404
    assert refused(house, "who", cookie, token, path="/dash/who") == 404
    assert refused(house, "who", cookie, token, path="/dash/who/ws/ws") == 404
    assert refused(house, "who", cookie, token, path="/hello") == 404


def test_large_documents_pass_in_both_directions(house, cookie):
    """Thirty megabytes to the browser, five from it."""
    with open_socket(house, "large", cookie, open_page(house, "large", cookie)) as socket:
        assert len(socket.document()) > 30_000_000
    with open_socket(house, "failing-bokeh", cookie, open_page(house, "failing-bokeh", cookie)) as socket:
        socket.change("y" * 5_000_000)
        assert "ERROR" in socket.received(2.0)


def test_many_messages_keep_their_order(house, cookie):
    """Questions sent in a row are answered in a row."""
    with open_socket(house, "who", cookie, open_page(house, "who", cookie)) as socket:
        socket.document()
        sent = []
        from bokeh.protocol import Protocol

        for _ in range(200):
            message = Protocol().create("SERVER-INFO-REQ")
            sent.append(message.header["msgid"])
            socket.send_parts(message)
        answered = re.findall(r'"reqid": "(\w+)"', socket.received(2.0))
    assert answered == sent


def test_panel_learns_that_the_reader_left(house, cookie):
    """The session has no connection any more when the browser is gone."""
    token = open_page(house, "who", cookie)
    before = _connections(house)
    with open_socket(house, "who", cookie, token) as socket:
        socket.document()
        assert _connections(house) == before + 1
    time.sleep(0.3)
    assert _connections(house) == before


def test_a_malformed_message_closes_the_socket_with_a_code_that_may_be_sent(house, cookie):
    """Bokeh closes with 10001, which is no code at all."""
    with open_socket(house, "who", cookie, open_page(house, "who", cookie)) as socket:
        socket.document()
        for _ in range(3):
            socket.socket.send("this is no message")
        assert socket.close_code(2.0) == 1011
    assert [_sendable(code) for code in (1000, 1001, 4401, 1005, 1006, 999, 10001, None)] == [
        1000, 1001, 4401, 1011, 1011, 1011, 1011, 1011,
    ]  # fmt: skip


def test_while_panel_is_down_the_page_asks_again_by_itself(house, cookie):
    """503 with a reference, and once the time to ask again; sockets are refused with 503."""
    token = open_page(house, "who", cookie)
    workers, house.host.workers = house.host.workers, []
    try:
        response = house.get("/dash/who", cookie)
        assert (response.status_code, response.headers["retry-after"]) == (503, str(LOOK_AGAIN_S))
        assert "refresh" not in response.headers  # the page of the front says it, and no other time
        assert re.search(r"503 refused [0-9a-f]{16}", response.text)
        assert refused(house, "who", cookie, token) == 503
        assert house.get("/hello").status_code == 200
    finally:
        house.host.workers = workers
    assert house.get("/dash/who", cookie).status_code == 200


def test_an_address_where_nobody_listens_is_down(house, cookie):
    """Connecting fails at once, not after a minute."""
    worker = house.host.workers[0]
    address, worker.address = worker.address, "127.0.0.1:1"
    begun = time.monotonic()
    try:
        assert house.get("/dash/who", cookie).status_code == 503
        assert time.monotonic() - begun < 3
        assert house.on_loop(house.host.check()) == [False]
    finally:
        worker.address = address
    assert house.on_loop(house.host.check()) == [True]


def test_a_busy_panel_does_not_hold_up_the_front(house, cookie):
    """While a page blocks Panel's loop for three seconds the front answers in a moment."""
    with pytest.raises(httpx.ReadTimeout):
        house.get("/dash/blocking", cookie, timeout=0.3)
    begun = time.monotonic()
    assert house.get("/account", cookie).status_code == 200
    assert time.monotonic() - begun < 0.5
    time.sleep(3)


def test_the_house_closes_in_time():
    """With an open socket, as going away, in less than five seconds."""
    with open_house() as closing:
        cookie = closing.accounts.sign_in("ada", "viewer")
        with open_socket(closing, "who", cookie, open_page(closing, "who", cookie)) as socket:
            closing.begin_to_close()
            begun = time.monotonic()
            assert socket.close_code(3.0) == 1001
            closing.wait_until_closed()
            assert time.monotonic() - begun < 5


@pytest.mark.parametrize(("size", "is_told"), [(2048, False), (2049, True)])
@pytest.mark.parametrize("has_length", [True, False])
def test_a_response_that_is_too_large_is_not_cut(size, is_told, has_length):
    """A server that sends more than is taken counts as down: half a page would be passed on as a whole one."""

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        length = f"content-length: {size}\r\n" if has_length else ""
        writer.write(f"HTTP/1.1 200 OK\r\n{length}connection: close\r\n\r\n".encode() + b"x" * size)
        await writer.drain()
        writer.close()

    async def fetched():
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        proxy = Proxy(SimpleNamespace(address=lambda _session_id: f"127.0.0.1:{port}"), max_bytes=2048)
        await proxy.start()
        scope = {"path": "/dash/x", "headers": [], "state": {"login": SimpleNamespace(session_id=1)}}
        try:
            return await proxy.fetch(scope)
        finally:
            await proxy.stop()
            server.close()

    if is_told:
        with pytest.raises(BackendDownError, match="expected 2048 bytes at most"):
            asyncio.run(fetched())
    else:
        assert asyncio.run(fetched()).body == b"x" * size


def _connections(house):
    from panel.io.state import state  # noqa: TID251 - the server's own count

    port = house.host.workers[0].address.split(":")[1]
    server = next(server for server, *_ in state._servers.values() if str(server.port) == port)
    return len(server._tornado._clients)
