"""The tiny campus with dashboards of its own, and a Panel server that serves them on a free loopback port."""

from __future__ import annotations

import asyncio
import contextlib
import html
import json
import re
import threading
import urllib.request
from typing import TYPE_CHECKING

import tiny_campus

from fazri_lib.access import ROLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from bokeh.document import Document

SECRET = "signs the cookies of tests"  # noqa: S105 - of a server that lives for one test  # pragma: allowlist secret
ENTRY = """
[{name}]
title = "{title}"
notebook = "{name}.ipynb"
path = "/dash/{name}"
icon = "map"
scope = "{scope}"
order = {order}
"""
PARAMETERS = 'as_of = ""  # moment to look from, campus time; empty for the latest one'
IMPORT = "import fazri_lib as fazri"
OPENED = "campus = fazri.open(as_of=as_of)"


def code(source: str, *tags: str) -> dict[str, object]:
    """A code cell."""
    return {"cell_type": "code", "source": source, "metadata": {"tags": list(tags)}, "outputs": []}


def write_notebook(path: Path, *sources: str, parameters: str = PARAMETERS) -> None:
    """Write a notebook: the import, the parameters cell, then these code cells."""
    cells = [code(IMPORT), code(parameters, "parameters"), *(code(source) for source in sources)]
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))


def make(folder: Path, **notebooks: tuple[str, ...]) -> Path:
    """Make a campus folder whose dashboards are these: by name the scope, then the sources of the cells."""
    home = tiny_campus.make(folder)
    for name, (_, *sources) in notebooks.items():
        write_notebook(home / "dashboards" / f"{name}.ipynb", *sources)
    write_catalog(home, {name: scope for name, (scope, *_) in notebooks.items()})
    return home


def write_catalog(home: Path, scopes: Mapping[str, str]) -> None:
    """Write the catalogue of a campus: a dashboard for each name."""
    entries = (
        ENTRY.format(name=name, title=name.title(), scope=scope, order=100 + place)
        for place, (name, scope) in enumerate(scopes.items())
    )
    (home / "dashboards").mkdir(exist_ok=True)
    (home / "dashboards" / "catalog.toml").write_text("".join(entries))


def identity(role: str, session_id: int = 7):
    """Somebody with one role."""
    from fazri_lib.serving.readers import Known

    return Known(f"some {role}", session_id, ROLES[role])


def cookies(role: str, secret: str = SECRET) -> dict[str, str]:
    """The cookies that the front door signs for somebody with one role."""
    from tornado.web import create_signed_value

    told = json.dumps({"session": 7, "user": 3, "scopes": sorted(ROLES[role])})
    values = {"user": f"some {role}", "reader": told}
    return {name: create_signed_value(secret, name, value).decode() for name, value in values.items()}


@contextlib.contextmanager
def served(pages: Mapping[str, Callable[[], None]], **more: int) -> Iterator[str]:
    """Serve these pages as the Panel host does: `get_server` in a thread with a loop of its own. Gives the address."""
    import panel as pn  # noqa: TID251 - the host of pages
    from tornado.ioloop import IOLoop

    ready, running = threading.Event(), {}

    def host() -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())
        options = {"include_cookies": ["user", "reader"], "cookie_secret": SECRET, "address": "127.0.0.1", **more}
        server = pn.io.server.get_server(dict(pages), port=0, show=False, start=False, **options)
        server.start()
        running.update(server=server, loop=IOLoop.current())
        ready.set()
        running["loop"].start()
        running["loop"].close()

    thread = threading.Thread(target=host, daemon=True)
    thread.start()
    assert ready.wait(30)
    try:
        yield f"127.0.0.1:{running['server'].port}"
    finally:
        running["loop"].add_callback(running["server"].stop)
        running["loop"].add_callback(running["loop"].stop)
        thread.join(10)


@contextlib.contextmanager
def opened(at: str, path: str, sent: Mapping[str, str]) -> Iterator[Document]:
    """Open a page as a browser does: the page, then its socket. Gives the document as the server has it."""
    from bokeh.client import ClientSession
    from bokeh.util.token import get_session_id

    cookie = "; ".join(f"{name}={value}" for name, value in sent.items())
    request = urllib.request.Request(f"http://{at}{path}", headers={"Cookie": cookie})
    with urllib.request.urlopen(request) as response:  # noqa: S310 - our own server
        (token,) = re.findall(r'"token":"([^"]+)"', response.read().decode())
    session = ClientSession(get_session_id(token), f"ws://{at}{path.partition('?')[0]}/ws", max_message_size=1 << 26)
    session.pull()
    try:
        yield session.document
    finally:
        session.close()
        session._connection._loop.close()


def text_of(document: Document) -> str:
    """All text of a document."""
    return " ".join(str(getattr(model, "text", "")) for model in document.models)


def look(at: str, path: str, role: str) -> str:
    """The text of a page as somebody with one role sees it."""
    with opened(at, path, cookies(role)) as document:
        return html.unescape(text_of(document))
