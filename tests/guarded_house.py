"""A whole house for tests: uvicorn, the guard, and the real Panel behind it, over real sockets."""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from fazri_lib.access.logins import Login
from fazri_lib.access.roles import scopes_of
from fazri_lib.access.scopes import Scope
from fazri_lib.serving.csp import SecurityHeaders
from fazri_lib.serving.doors import Doors, dashboard_doors, needs, public, route_doors, static_doors
from fazri_lib.serving.guard import STEPS, Guard
from fazri_lib.serving.identity import Keys
from fazri_lib.serving.lookups import Lookups
from fazri_lib.serving.panel_front import PanelFront
from fazri_lib.serving.panel_host import PanelHost
from fazri_lib.serving.panel_server import PageSource, Plan
from fazri_lib.serving.proxy import Proxy
from fazri_lib.serving.sockets import Sockets
from fazri_lib.serving.static_files import StaticFiles, asset
from fazri_lib.serving.steps import House

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

COOKIE = "fazri-session"
ZONE_PAGES = (
    "who",
    "dynamic",
    "links",
    "moving",
    "failing",
    "failing-bokeh",
    "busy",
    "broken",
    "dying",
    "blocking",
    "large",
    "chart",
)
SCOPES = {f"/dash/{name}": Scope.ZONES for name in ZONE_PAGES} | {"/dash/secret": Scope.PEOPLE}


def now() -> datetime:
    """UTC now, as the house's clock."""
    return datetime.now(UTC).replace(tzinfo=None)


class MemoryAccounts:
    """Accounts in memory, as `lookups.Accounts`; a token is `<name>-<session id>`."""

    def __init__(self) -> None:
        self.logins: dict[str, Login] = {}
        self.ids = itertools.count(1)
        self.asked = 0
        self.is_down = False

    def sign_in(self, name: str, *roles: str, minutes: float = 30, must_change: bool = False) -> str:
        """Return the session cookie of a new login."""
        session_id = next(self.ids)
        scopes = frozenset({Scope.OWN}) if must_change else scopes_of(roles)
        user_id = sum(map(ord, name))
        ends_at = now() + timedelta(minutes=minutes)
        login = Login(session_id, user_id, name, frozenset(roles), scopes, must_change, ends_at)
        token = f"{name}-{session_id}"
        self.logins[token] = login
        return token

    def end(self, token: str) -> None:
        """End one login, as a logout does."""
        del self.logins[token]

    def session(self, token: str) -> Login | None:
        """As `lookups.Accounts`."""
        self.asked += 1
        if self.is_down:
            raise OSError("no database")
        login = self.logins.get(token)
        return login if login is not None and login.ends_at > now() else None

    def still_valid(self, session_ids: Iterable[int]) -> set[int]:
        """As `lookups.Accounts`."""
        if self.is_down:
            raise OSError("no database")
        valid = {login.session_id for login in self.logins.values() if login.ends_at > now()}
        return valid & set(session_ids)


@needs(Scope.OWN)
async def account(request: Any) -> JSONResponse:
    """A page of the front."""
    login = request.state.login
    return JSONResponse({"name": login.name if login else None, "form": len(await request.body())})


@public
async def hello(request: Any) -> JSONResponse:
    """A page for everybody."""
    return JSONResponse({"signed_in": request.state.login is not None})


@public
async def log_in(request: Any) -> PlainTextResponse:
    """Stand for the login page."""
    return PlainTextResponse(f"login page, next {request.query_params.get('next', '')}")


@public
async def log_out(request: Any) -> PlainTextResponse:
    """Stand for the end of a login: shows what was sent."""
    return PlainTextResponse(f"{request.method} {(await request.body()).decode()}")


@public
async def is_ready(request: Any) -> PlainTextResponse:
    """Stand for the health page."""
    states = await request.app.state.host.check()
    return PlainTextResponse("ok" if all(states) else "down", 200 if all(states) else 503)


class TestHouse:
    """A running house; made by `open_house`."""

    __test__ = False

    def __init__(self, guard: Guard, host: PanelHost, proxy: Proxy, accounts: MemoryAccounts, port: int) -> None:
        self.guard, self.host, self.proxy, self.accounts, self.port = guard, host, proxy, accounts, port
        self.origin = f"http://127.0.0.1:{port}"
        self.server: Any = None
        self.thread: Any = None
        self.loop: asyncio.AbstractEventLoop | None = None

    @contextmanager
    def without_doors(self) -> Iterator[None]:
        """Wall up all doors for a while."""
        whole, self.guard.doors = self.guard.doors, Doors([])
        try:
            yield
        finally:
            self.guard.doors = whole

    @contextmanager
    def without_watch(self) -> Iterator[None]:
        """Let nobody ask for ended logins for a while; with another interval the watch would sleep for longer."""
        sockets = self.guard.sockets

        async def watch() -> None:
            sockets.start()

        self.loop.call_soon_threadsafe(sockets._watch.cancel)
        try:
            yield
        finally:
            self.on_loop(watch())

    def begin_to_close(self) -> None:
        """Have the house close, as a signal does."""
        self.server.should_exit = True

    def wait_until_closed(self) -> None:
        """Wait until it has."""
        self.thread.join(15)
        assert not self.thread.is_alive()

    def on_loop(self, coroutine: Any) -> Any:
        """Run something on the front's loop and return what it returns."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    @contextmanager
    def without(self, *steps: str) -> Iterator[None]:
        """Leave some steps of the guard out for a while."""
        whole = self.guard.steps
        self.guard.steps = tuple(step for step in whole if step not in steps)
        try:
            yield
        finally:
            self.guard.steps = whole

    def get(self, path: str, token: str = "", **options: Any) -> httpx.Response:
        """GET a path as the holder of a session cookie."""
        return self.request("GET", path, token, **options)

    def request(self, method: str, path: str, token: str = "", **options: Any) -> httpx.Response:
        """Send a request as the holder of a session cookie."""
        cookies = f"{COOKIE}={token}" if token else ""
        headers = {"cookie": cookies, "accept": "*/*"} | options.pop("headers", {})
        with httpx.Client(base_url=self.origin, timeout=30) as client:
            return client.request(method, path, headers=headers, **options)


@contextmanager
def open_house(
    steps: Iterable[str] = STEPS,
    *,
    processes: int = 0,
    plan: dict[str, Any] | None = None,
    components: Iterable[str] = (),
    **parts: Any,
) -> Iterator[TestHouse]:
    """Open a house, with or without some of the guard's steps."""
    # with the protocol named asyncio sends small packets at once; uvicorn's own `bind_socket` does not name it
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.bind(("127.0.0.1", 0))
    port = sock.getsockname()[1]
    origins = frozenset({f"http://127.0.0.1:{port}"})
    keys = Keys("k" * 32, b"t" * 32)
    accounts = MemoryAccounts()
    config = Plan(PageSource("guarded_pages:make_pages"), keys)
    host = PanelHost(replace(config, **(plan or {})), processes)
    proxy = Proxy(host)
    routes = [
        Route("/account", account, methods=["GET", "POST"]),
        Route("/hello", hello),
        Route("/assets/{name}", asset),
        Route("/login", log_in),
        Route("/logout", log_out, methods=["POST"]),
        Route("/health/ready", is_ready),
    ]
    doors = Doors([*route_doors(routes), *dashboard_doors(SCOPES), *static_doors(components=components)])
    lookups = Lookups(accounts, now)
    panel = PanelFront(proxy, StaticFiles(proxy.fetch), lambda login, _scope: {"csrf-token": f"csrf of {login.name}"})
    front = Starlette(routes=routes)
    front.state.host = host
    guard = Guard(
        front,
        panel,
        doors,
        House(lookups, keys, origins, COOKIE),
        Sockets(lookups.still_valid),
        steps=tuple(steps),
        **parts,
    )
    house = TestHouse(guard, host, proxy, accounts, port)
    app = SecurityHeaders(guard, is_https=False)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="critical", lifespan="off", ws_max_size=20 * 2**20, timeout_graceful_shutdown=2)
    )
    house.server = server
    ready = threading.Event()
    house.thread = thread = threading.Thread(
        target=lambda: asyncio.run(_serve(house, server, sock, ready)), daemon=True
    )
    thread.start()
    assert ready.wait(90)
    try:
        yield house
    finally:
        house.begin_to_close()
        house.wait_until_closed()


async def _serve(house: TestHouse, server: uvicorn.Server, sock: Any, ready: threading.Event) -> None:
    house.loop = asyncio.get_running_loop()
    await house.host.start()
    await house.proxy.start()
    house.guard.start()
    serving = asyncio.create_task(server.serve(sockets=[sock]))
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    ready.set()
    while not server.should_exit:  # noqa: ASYNC110 - set by another thread
        await asyncio.sleep(0.02)
    await house.guard.stop()
    await asyncio.gather(serving, house.host.stop())
    await house.proxy.stop()
