"""One line a request, without anything personal."""

from __future__ import annotations

import asyncio
import io
import json

import pytest
import structlog

from fazri_lib import log
from fazri_lib.serving.access_log import AccessLog, request_id_of

SECRETS = ("asha", "E1234", "2025-09-13", "tok3n", "evil", "10.1.2.3")


@pytest.fixture
def lines(monkeypatch):
    """The log lines so far, as JSON."""
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    log.configure("info", as_json=True)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    structlog.reset_defaults()


def asked(app, kind="http", method="GET", headers=(), incoming=()):
    """What an app sends for one request with a personal path, query, cookie and user agent."""
    scope = {
        "type": kind,
        "method": method,
        "path": "/dash/person/asha",
        "query_string": b"entity=E1234&as_of=2025-09-13",
        "headers": [(b"cookie", b"fazri_session=tok3n"), (b"user-agent", b"evil"), *headers],
        "client": ("10.1.2.3", 5),
    }
    sent, waiting = [], list(incoming)

    async def receive():
        return waiting.pop(0) if waiting else {"type": "http.request"}

    async def send(message):
        sent.append(message)

    asyncio.run(AccessLog(app, lambda _: "/dash/person", lambda _: "ab12")(scope, receive, send))
    return sent


async def answers(scope, receive, send):
    """An app that answers and writes a line of its own meanwhile."""
    log.get("test").info("meanwhile")
    await send({"type": "http.response.start", "status": 200, "headers": [(b"X-Request-ID", b"of the app")]})
    await send({"type": "http.response.body", "body": b""})


def test_line_of_a_request(lines):
    """The line holds time, id, method, template, status, milliseconds and the session's number; nothing else."""
    sent = asked(answers)
    meanwhile, line = lines()
    assert set(line) == {"event", "part", "level", "timestamp", "request", "method", "path", "status", "ms", "session"}
    assert (line["event"], line["method"], line["path"], line["status"]) == ("request", "GET", "/dash/person", 200)
    assert line["session"] == "ab12"
    assert line["ms"] >= 0
    assert meanwhile["request"] == line["request"]
    assert [value for name, value in sent[0]["headers"] if name.lower() == b"x-request-id"] == [
        line["request"].encode()
    ]


def test_nothing_personal(lines):
    """No name, entity, query, cookie, address or agent stands in a line."""
    asked(answers, headers=[(b"x-request-id", b"asha"), (b"referer", b"/dash/person?entity=E1234")])
    asked(answers, method="asha")
    text = json.dumps(lines())
    assert [secret for secret in SECRETS if secret in text] == []


def test_a_failing_app_has_its_line(lines):
    """A request that fails inside is logged, too, and the failure goes on."""

    async def fails(scope, receive, send):
        raise ValueError("asha")

    with pytest.raises(ValueError, match="asha"):
        asked(fails)
    (line,) = lines()
    assert (line["event"], "status" in line) == ("request", False)


def test_a_socket_has_two_lines(lines):
    """A WebSocket has a line when it opens and one when it closes, with the code."""

    async def socket(scope, receive, send):
        await send({"type": "websocket.accept"})
        assert (await receive())["code"] == 1001

    asked(socket, "websocket", incoming=[{"type": "websocket.disconnect", "code": 1001}])
    opened, closed = lines()
    assert (opened["event"], opened["method"], opened["status"]) == ("socket opened", "WS", 101)
    assert (closed["event"], closed["close"]) == ("socket closed", 1001)


def test_a_refused_socket_has_one_line(lines):
    """A WebSocket that is refused has one line with its status."""

    async def refuses(scope, receive, send):
        await send({"type": "websocket.http.response.start", "status": 403, "headers": []})
        await send({"type": "websocket.http.response.body", "body": b""})

    asked(refuses, "websocket")
    (line,) = lines()
    assert (line["event"], line["status"]) == ("request", 403)


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [
        (b"0123456789abcdef", True),
        (b"123e4567-e89b-12d3-a456-426614174000", True),
        (b"0123456789ABCDEF", False),
        (b"asha-rao-19990101", False),
        (b"0123456789abcdef\n", False),
        (b"0123", False),
        (b"0" * 100, False),
    ],
)
def test_ids_of_clients(given, is_kept):
    """A client's id is kept when it is hexadecimal and of the usual length; otherwise one is drawn."""
    found = request_id_of({"headers": [(b"x-request-id", given)]})
    assert (found == given.decode()) is is_kept
    assert 16 <= len(found) <= 36
