"""Log lines of libraries, and keys that follow from one secret."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog

from fazri_lib import log
from fazri_lib.serving.foreign_logs import ForeignLines, take_over
from fazri_lib.serving.secret import Secret


@pytest.fixture
def lines(monkeypatch):
    """The log lines so far; the standard library's logging is as before afterwards."""
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    log.configure("debug", as_json=True)
    for name in ("uvicorn", "uvicorn.error"):  # servers of other tests speak up less
        monkeypatch.setattr(logging.getLogger(name), "level", logging.NOTSET)
        monkeypatch.setattr(logging.getLogger(name), "disabled", False)
        logging.getLogger(name)._cache.clear()
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    structlog.reset_defaults()
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, ForeignLines)]:
        root.removeHandler(handler)
    logging.getLogger("tornado.access").disabled = False


def test_values_of_libraries_are_left_out(lines):
    """A library's line tells its template, place and kind of error; what is put into it is left out."""
    take_over("info")
    logger = logging.getLogger("uvicorn.error")
    try:
        int("asha")
    except ValueError:
        logger.exception("failed for %s", "asha")
    logger.error(f"whole text about {'asha'}")  # noqa: G004 - as libraries do
    logging.getLogger("tornado.access").error("404 GET /dash/person?entity=asha")
    first, second = lines()
    assert (first["library"], first["text"], first["error"]) == ("uvicorn.error", "failed for %s", "ValueError")
    assert "text" not in second
    assert "asha" not in json.dumps([first, second])


def test_whole_lines_when_asked_for(lines):
    """With log level debug the line is whole; taking over twice does not double it."""
    take_over("debug")
    take_over("debug")
    logging.getLogger("uvicorn.error").error("port %d", 8800)
    assert [line["text"] for line in lines()] == ["port 8800"]


def test_keys_follow_from_the_secret():
    """Each use has a key of its own, the same for the same secret; without one every start has others."""
    one, same = Secret(b"a"), Secret(b"a")
    assert one.key("forms") == same.key("forms")
    assert len({one.key("forms"), one.key("cookies"), Secret(b"b").key("forms"), Secret().key("forms")}) == 4
    assert one.number("token") == same.number("token") != one.number("other")
    assert len(one.number("token")) == 12
