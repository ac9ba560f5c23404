#!/usr/bin/env python3
"""Readers of dashboards, for Locust; started by `fazri bench serving` with the peers' interpreter.

usage: python -m locust -f serving_load.py --headless --host http://127.0.0.1:PORT --users N --run-time S
FAZRI_LOAD names a JSON file: accounts (pairs of name and password), pages (paths with query), days and words (set in
fields for a day, typed into a search), think_s (least, most), opening (share of actions that open a page), seed, out
(CSV of everything that was done: type, name, at_s, ms, bytes, fault; Locust's own tables round and may miss the last
second). Each reader logs in with the form, opens a page, then thinks and acts: now and then another page, else one of
the page's widgets. Only a server on this machine may be asked.

Beside each kind of request there are `page, cold cache`, `page` and `update` of type `action`: an opening lasts from
the click until HTML, files and document have come and the page's work after loading is over, an update until the last
patch of its answer; the browser's own drawing is in neither.
"""

from __future__ import annotations

import csv
import json
import os
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import gevent.pool
from bokeh_socket import OpenPage, PageError
from bokeh_wire import Page, WireError, token_of
from locust import HttpUser, events, task

if TYPE_CHECKING:
    from bokeh_wire import Field
    from requests import Response

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PARALLEL = 6
"""Connections that a browser opens to one host."""
OK, NOT_MODIFIED = 200, 304
GIVEN: dict[str, Any] = json.loads(Path(os.environ["FAZRI_LOAD"]).read_text(encoding="utf-8"))
ACCOUNTS = enumerate(GIVEN["accounts"])
OUT = csv.writer(Path(GIVEN["out"]).open("w", encoding="utf-8", newline="", buffering=1))  # noqa: SIM115 - open to the end
OUT.writerow(("type", "name", "at_s", "ms", "bytes", "fault"))
START = time.perf_counter()


@events.init.add_listener
def check_host(environment: Any, **_: Any) -> None:
    """Refuse to ask any other machine."""
    if urlsplit(environment.host or "").hostname not in LOOPBACK:
        raise SystemExit(f"load on {environment.host} refused; expected a server on this machine; start one here")


@events.request.add_listener
def note(request_type: str, name: str, response_time: float, response_length: int, exception: Any, **_: Any) -> None:
    """Write one line about something that was done."""
    fault = "" if exception is None else f"{type(exception).__name__}: {exception}"[:200]
    at_s = time.perf_counter() - START - response_time / 1000
    OUT.writerow((request_type, name, f"{at_s:.3f}", f"{response_time:.2f}", response_length, fault))


@events.user_error.add_listener
def note_error(exception: Exception, **_: Any) -> None:
    """Write one line about a reader who failed."""
    note("reader", "reader", 0.0, 0, exception)


class Reader(HttpUser):
    """One person with one browser and one open page."""

    def on_start(self) -> None:
        """Log in; prepare an empty cache."""
        self.client.headers["Accept-Encoding"] = "gzip, deflate, br"
        number, (name, password) = next(ACCOUNTS)
        self._random = random.Random(GIVEN["seed"] + number)  # noqa: S311 - chooses pages, keeps no secret
        self._known: dict[str, dict[str, str] | None] = {}
        self._page: OpenPage | None = None
        self._chosen: dict[str, object] = {}
        self._log_in(name, password)

    def wait_time(self) -> float:
        """Think: seconds until the next action."""
        return self._random.uniform(*GIVEN["think_s"])

    def on_stop(self) -> None:
        """Leave the page."""
        self._leave()

    @task
    def act(self) -> None:
        """Open a page or change the open one."""
        page = self._page
        if page is None or not page.document.fields or self._random.random() < GIVEN["opening"]:
            self._timed(f"page{'' if self._known else ', cold cache'}", self._open)
        else:
            self._timed("update", lambda: self._change(page))

    def _log_in(self, name: str, password: str) -> None:
        form = self.client.get("/login", name="/login")
        found = Page(form.text)
        text = found.fields.get("text", "name")
        filled = {**found.form, text: name, found.fields.get("password", "password"): password}
        headers = {"Origin": self.host, "Sec-Fetch-Site": "same-origin"}
        action = urljoin(form.url, found.action or "/login")
        sent = {"data": filled, "headers": headers, "allow_redirects": False}
        with self.client.post(action, name="/login, sent", catch_response=True, **sent) as answer:
            if not answer.is_redirect or "/login" in answer.headers.get("Location", ""):
                answer.failure(f"login refused: status {answer.status_code}")

    def _timed(self, name: str, action: Any) -> None:
        start, fault, found = time.perf_counter(), None, None
        try:
            found = action()
        except (PageError, WireError) as error:
            fault = error
            self._leave()
        seconds, size = found or (time.perf_counter() - start, 0)
        self.environment.events.request.fire(
            request_type="action",
            name=name,
            response_time=seconds * 1000,
            response_length=size,
            exception=fault,
            context={},
        )

    def _open(self) -> tuple[float, int]:
        """Leave the open page, open another; return seconds until it had settled, and its bytes of HTML."""
        self._leave()
        path = self._random.choice(GIVEN["pages"])
        start = time.perf_counter()
        name = path.partition("?")[0]
        html = self.client.get(path, name=name, allow_redirects=False)
        if html.status_code != OK:
            raise PageError(f"{name}: status {html.status_code}")
        where = urlsplit(html.url)
        self._fetch(html.url, Page(html.text).files)
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.client.cookies)
        socket = f"ws://{where.netloc}{where.path}/ws"
        self._page = OpenPage(socket, token_of(html.text), f"{where.scheme}://{where.netloc}", cookies)
        self._fetch(html.url, list(self._page.document.files))
        seconds = time.perf_counter() - start + self._page.draw()
        return seconds, len(html.content)

    def _change(self, page: OpenPage) -> tuple[float, int]:
        field = self._random.choice(page.document.fields)
        now = self._chosen.get(field.model, field.now)
        value = self._random.choice([value for value in _possible(field) if value != now])
        self._chosen[field.model] = value
        return page.set(field, value)

    def _fetch(self, page: str, files: list[str]) -> None:
        """Load files as a browser does: in parallel, from its cache where the server allowed that."""
        pool = gevent.pool.Pool(PARALLEL)
        pool.map(self._load, [urljoin(page, name) for name in dict.fromkeys(files)])

    def _load(self, address: str) -> None:
        asking = self._known.get(address, {})
        if asking is None:
            return
        name = "files, asked again" if asking else "files"
        with self.client.get(address, name=name, headers=asking, stream=True, catch_response=True) as answer:
            if answer.raw is not None:  # None: there was no answer
                answer.raw.read(decode_content=False)  # a browser's decoding is not the server's work
            if answer.status_code not in {OK, NOT_MODIFIED}:
                answer.failure(f"status {answer.status_code}")
                return
        self._known[address] = _kept(answer)

    def _leave(self) -> None:
        if self._page:
            self._page.close()
        self._page, self._chosen = None, {}


def _possible(field: Field) -> list[Any]:
    """Values of a field; of two fields for a span of days, the first gets the earlier ones, the second the later."""
    if field.kind == "search":
        return list(GIVEN["words"])
    if field.kind == "day":
        days, half = GIVEN["days"], len(GIVEN["days"]) // 2
        return list(days[half:] if field.label.lower().startswith("to") else days[:half])
    return list(field.options)


def _kept(answer: Response) -> dict[str, str] | None:
    """What to ask with the next time: None when the file is fresh for good, nothing when it has no tag."""
    control = answer.headers.get("Cache-Control", "")
    if "immutable" in control or ("max-age=" in control and "max-age=0" not in control):
        return None
    return {"If-None-Match": answer.headers["Etag"]} if "Etag" in answer.headers else {}
