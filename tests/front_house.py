"""The real front on a real SQLite database, with cheap passwords, a clock to set and dashboards of plain text."""

from __future__ import annotations

import datetime as dt
import re
import socket
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette 1.10 would rather have httpx2, which nobody else needs
    from starlette.testclient import TestClient

from fazri_lib.access import Scope
from fazri_lib.access.passwords import CHEAPEST, Passwords
from fazri_lib.serving.front import Front, Parts, create_front
from fazri_lib.serving.health import Part, State
from fazri_lib.serving.pages.desk import Entry
from fazri_lib.serving.secret import Secret
from fazri_lib.settings import Serving, Settings
from fazri_lib.store.operations import open_operations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fazri_lib.store.operations import Operations

ADDRESS = "http://127.0.0.1:8800"
OWN = "tall quiet rivers 7"
CAMPUS = "Northfield & Sons University"
BEGIN = dt.datetime(2025, 9, 13, 8, 30)


class PlainDashboards:
    """Stands where Panel does: pages that say their address."""

    entries = (Entry("/dash/zones", Scope.ZONES), Entry("/dash/person", Scope.PEOPLE))

    def __init__(self) -> None:
        self.state = State.OK
        self.metas: Any = None

    def app(self, metas: Any, _answer: Any) -> Any:
        """The pages."""
        self.metas = metas

        async def app(scope: Any, receive: Any, send: Any) -> None:
            await HTMLResponse(f"dashboard {scope['path']}")(scope, receive, send)

        return app

    async def start(self) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""

    async def health(self) -> Part:
        """As the test says."""
        return Part(self.state, {"servers": 1})


@dataclass
class House:
    """A front, and what a test may turn."""

    front: Front
    operations: Operations
    dashboards: PlainDashboards
    now: dt.datetime = BEGIN
    passwords: dict[str, str] = field(default_factory=dict)
    extract: Part = field(default_factory=lambda: Part(State.OK, {"age_s": 60}))

    @property
    def accounts(self) -> Any:
        """The accounts that the front asks."""
        return self.front.desk.accounts

    def client(self, **more: Any) -> TestClient:
        """A browser of its own; redirects are not followed."""
        return TestClient(self.front.app, ADDRESS, follow_redirects=False, **more)

    def add(self, name: str, *roles: str) -> str:
        """An account with a password of its own; return that."""
        one_time = self.accounts.add(name, roles or ("viewer",))
        token = self.accounts.log_in(name, one_time).token
        self.accounts.change_password(self.accounts.session(token).session_id, one_time, OWN)
        return OWN

    def signed_in(self, name: str = "ann", *roles: str) -> TestClient:
        """A browser that is logged in to an account of its own."""
        password = self.add(name, *roles)
        browser = self.client()
        assert log_in(browser, name, password).status_code == 303
        return browser


@contextmanager
def house_in(home: Path, **serving: Any) -> Iterator[House]:
    """The front of an empty campus folder."""
    settings = Settings(name=CAMPUS, time_zone="Asia/Kolkata", serving=Serving(**serving))
    dashboards = PlainDashboards()
    with open_operations(None, home) as operations:
        house: House

        def clock() -> dt.datetime:
            return house.now

        def extract() -> Part:
            return house.extract

        parts = Parts(operations, dashboards, Secret(b"a secret of tests"), extract, clock, Passwords(CHEAPEST))
        house = House(create_front(settings, parts), operations, dashboards)
        with TestClient(house.front.app, ADDRESS):  # its lifespan
            yield house


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def token_in(html: str) -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert found, html
    return found.group(1)


def log_in(browser: TestClient, name: str, password: str, wanted: str = "/") -> Any:
    """Fill in the login form as a browser does; return the answer."""
    token = token_in(browser.get("/login", params={"next": wanted}).text)
    fields = {"username": name, "password": password, "next": wanted, "csrf_token": token}
    return browser.post("/login", data=fields)


def problem_in(html: str) -> str:
    """What the page complains of."""
    found = re.search(r'role="alert"><p>(.*?)</p>', html, re.DOTALL)
    return found.group(1) if found else ""
