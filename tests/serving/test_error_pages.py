"""What the front says when something went wrong, and what it writes down."""

from __future__ import annotations

import io
import json
import re

import pytest
import structlog

from fazri_lib import log

pytestmark = pytest.mark.slow


@pytest.fixture
def house(tmp_path):
    """A front of its own."""
    from front_house import house_in

    with house_in(tmp_path) as made:
        yield made


@pytest.fixture
def lines(monkeypatch):
    """The log lines so far."""
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    log.configure("info", as_json=True)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    structlog.reset_defaults()


def reference_in(html):
    """The reference that a page shows."""
    found = re.search(r"Reference <code>([0-9a-f]{16})</code>", html)
    assert found, html
    return found.group(1)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/nothing", 404, "Nothing is published"),
        ("/dash/person", 403, "ask an administrator"),
        ("/account/end", 405, "Not done"),
    ],
)
def test_pages_of_refusals(house, lines, path, status, words):
    """The page says what happened and what to do, leads on, and its reference stands in the log."""
    browser = house.signed_in("ann", "viewer")
    answer = browser.get(path)
    assert answer.status_code == status
    assert words in answer.text
    assert 'href="/"' in answer.text
    told = [line for line in lines() if line.get("request") == reference_in(answer.text) and line["event"] == "request"]
    assert [(line["status"], line["session"] != "") for line in told] == [(status, True)]


def test_a_fault_of_ours(house, lines, monkeypatch):
    """What fails inside becomes a page with a reference; the log has place and kind of the error, never its values."""

    def fails(*_):
        raise ValueError("asha@example.org")

    browser = house.signed_in("ann")
    monkeypatch.setattr("fazri_lib.serving.pages.account.roles_in_words", fails)
    answer = browser.get("/account")
    assert answer.status_code == 500
    assert "Something failed" in answer.text
    (fault,) = [line for line in lines() if line["event"] == "fault"]
    assert (fault["request"], fault["error"]) == (reference_in(answer.text), "ValueError")
    assert re.fullmatch(r"account\.py:\d+", fault["at"])
    assert "asha" not in answer.text + json.dumps(lines())


def test_a_fault_behind_the_guard(house, lines, monkeypatch):
    """A dashboard server that fails in a way that nobody foresaw is a page, too."""

    async def fails(scope, receive, send):
        raise RuntimeError("asha")

    browser = house.signed_in("ann")
    monkeypatch.setattr(house.front.guard, "panel", fails)
    answer = browser.get("/dash/zones")
    assert (answer.status_code, "asha" in answer.text + json.dumps(lines())) == (500, False)
    assert reference_in(answer.text)


def test_an_operations_database_that_is_gone(house, lines, monkeypatch):
    """Without the operations database nobody gets in, the login says so, and the page looks again by itself."""
    from front_house import log_in

    from fazri_lib.errors import DependencyError
    from fazri_lib.store.operations import Operations

    browser = house.signed_in("ann")
    token_page = house.client()

    def gone(*_):
        raise DependencyError("operations database: expected an answer, got none; see that it runs")

    monkeypatch.setattr(Operations, "read", gone)
    monkeypatch.setattr(Operations, "write", gone)
    house.front.guard.house.lookups.forget()
    answer = browser.get("/dash/zones")
    assert answer.status_code == 503
    assert '<meta http-equiv="refresh" content="5">' in answer.text
    told = log_in(token_page, "ann", "guess")
    assert told.status_code == 503
    assert "refresh" not in told.text  # a form is not sent again by itself
    assert token_page.get("/health/live").status_code == 200
