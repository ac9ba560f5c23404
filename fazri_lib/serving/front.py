"""The front door, put together: log, headers, guard, pages, and the dashboards behind.

uvicorn -> AccessLog -> SecurityHeaders -> Faults -> Guard -> pages (FastAPI), or the dashboards
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from fastapi import APIRouter, FastAPI  # noqa: TID251 - serving speaks HTTP
from fastapi.routing import APIRoute  # noqa: TID251 - serving speaks HTTP

from fazri_lib.access.passwords import Passwords
from fazri_lib.serving.access_log import AccessLog
from fazri_lib.serving.cookies import Cookies, cookie_in
from fazri_lib.serving.csp import SecurityHeaders
from fazri_lib.serving.csrf import Csrf
from fazri_lib.serving.doors import Door, Doors, Kind, dashboard_doors, route_doors, static_doors
from fazri_lib.serving.faults import Faults, answer_of, handlers
from fazri_lib.serving.guard import Guard
from fazri_lib.serving.health import Checks, Part, State
from fazri_lib.serving.identity import Keys
from fazri_lib.serving.lookups import Lookups
from fazri_lib.serving.origins import origins_of
from fazri_lib.serving.pages import account, home, probes, sign_in
from fazri_lib.serving.pages.desk import Desk, Entry
from fazri_lib.serving.pages.rendering import Pages
from fazri_lib.serving.refusals import Refusals
from fazri_lib.serving.sockets import Sockets
from fazri_lib.serving.steps import House
from fazri_lib.workflows.accounts import Accounts
from fazri_lib.workflows.audit import Audit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from starlette.types import ASGIApp, Scope

    from fazri_lib.access.logins import Login
    from fazri_lib.serving.secret import Secret
    from fazri_lib.serving.steps import Refusal
    from fazri_lib.settings import Settings
    from fazri_lib.store.operations import Operations

ROUTERS: tuple[APIRouter, ...] = (sign_in.router, account.router, home.router, probes.router)


class Dashboards(Protocol):
    """What stands behind the guard beside the pages."""

    @property
    def entries(self) -> Sequence[Entry]:
        """Path and scope of each dashboard, in the order of the menu."""
        ...

    def app(
        self, metas: Callable[[Login, Scope], Mapping[str, str]], answer: Callable[[Refusal, Scope], ASGIApp]
    ) -> ASGIApp:
        """Return the application that serves them.

        Args:
            metas: `<meta>` tags for their pages.
            answer: says that they are down.
        """
        ...

    async def start(self) -> None:
        """Begin, on the loop of the front."""
        ...

    async def stop(self) -> None:
        """End."""
        ...

    async def health(self) -> Part:
        """Tell how the servers behind are."""
        ...


@dataclass(frozen=True, slots=True)
class Front:
    """The front door.

    Attributes:
        app: for the server; its lifespan starts and stops everything.
        doors: what each path needs.
        desk: what the pages work with.
        guard: that everybody passes.
    """

    app: ASGIApp
    doors: Doors
    desk: Desk
    guard: Guard

    async def leave(self) -> None:
        """Close every open dashboard as going away."""
        await self.guard.sockets.stop()


@dataclass(frozen=True, slots=True)
class Parts:
    """What a front is made of.

    Attributes:
        operations: the operations database.
        dashboards: what stands behind.
        secret: of the house.
        extract: tells how the published data are.
        clock: tells the time, UTC without a zone.
        passwords: hashes passwords.
    """

    operations: Operations
    dashboards: Dashboards
    secret: Secret
    extract: Callable[[], Part]
    clock: Callable[[], dt.datetime]
    passwords: Passwords = field(default_factory=Passwords)


def keys_of(secret: Secret) -> Keys:
    """Return the keys that the front shares with Panel."""
    return Keys(secret.key("cookies").hex(), secret.key("tokens"))


def create_front(settings: Settings, parts: Parts) -> Front:
    """Put the front together.

    Raises:
        PublishError: a route has no scope, or two pages have one path.
    """
    accounts = Accounts(parts.operations, settings.serving, parts.clock, parts.passwords)
    lookups = Lookups(accounts, parts.clock)
    sockets = Sockets(lookups.still_valid)
    cookies, pages = Cookies(settings.serving), Pages(settings.name, settings.time_zone)
    house = House(lookups, keys_of(parts.secret), origins_of(settings.serving), cookies.session)

    async def recheck() -> None:
        await guard.recheck()

    desk = Desk(
        accounts=accounts,
        csrf=Csrf(parts.secret.key("forms").hex()),
        cookies=cookies,
        pages=pages,
        serving=settings.serving,
        menu=lambda: parts.dashboards.entries,
        origins=house.origins,
        recheck=recheck,
    )
    refusals = Refusals(Audit(parts.operations, parts.clock))
    inner = pages_app(desk, Checks(_checked(parts)), parts.dashboards, lambda: guard, refusals.close)
    doors = Doors(all_doors(inner, parts.dashboards.entries))
    behind = parts.dashboards.app(lambda login, _: {"csrf-token": desk.token(login)}, answer_of(pages))
    guard = Guard(inner, behind, doors, house, sockets, answer_of(pages), refusals)
    outer: ASGIApp = SecurityHeaders(Faults(guard, pages), is_https=cookies.is_https)
    return Front(AccessLog(outer, named_by(doors), _numbered(cookies.session, parts.secret)), doors, desk, guard)


def pages_app(
    desk: Desk, checks: Checks, dashboards: Dashboards, guard: Callable[[], Guard], close: Callable[[], None]
) -> FastAPI:
    """Return the application of the pages; its lifespan is that of the house.

    Args:
        desk: what the pages work with.
        checks: of the health pages.
        dashboards: what stands behind; started and ended with the house.
        guard: that everybody passes; as the dashboards.
        close: ends what else is open.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await dashboards.start()
        guard().start()
        yield
        await guard().stop()
        await dashboards.stop()
        close()

    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        exception_handlers=handlers(desk.pages),
    )
    app.state.desk, app.state.checks = desk, checks
    for route in (route for router in ROUTERS for route in router.routes):
        if isinstance(route, APIRoute):  # one by one: the walk over all doors sees no route of an included router
            app.add_api_route(route.path, route.endpoint, methods=sorted(route.methods or ()))
    return app


def all_doors(app: FastAPI, entries: Sequence[Entry]) -> list[Door]:
    """Return the doors of the house: routes, dashboards with their sockets, files.

    Raises:
        PublishError: a route has no scope.
    """
    scopes = {entry.path: entry.scope for entry in entries}
    return [*route_doors(app.routes), *dashboard_doors(scopes), *static_doors()]


def named_by(doors: Doors) -> Callable[[Scope], str]:
    """Return how a request is called in the log: by its door; what has none could be anything, so it has no name."""

    def named(scope: Scope) -> str:
        door = doors.find(scope["path"], scope.get("method", "GET"))
        if door is None:
            return "unknown"
        return f"{door.path}*" if door.kind is Kind.STATIC else door.path

    return named


def _numbered(cookie: str, secret: Secret) -> Callable[[Scope], str]:
    """How a session is called in the log: by a keyed hash of its cookie."""

    def numbered(scope: Scope) -> str:
        header = "; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie")
        token = cookie_in(header, cookie)
        return secret.number(token) if token else ""

    return numbered


def _checked(parts: Parts) -> dict[str, Callable[[], Awaitable[Part]]]:
    """What `/health/ready` asks."""

    def operations() -> Part:
        found, expected = parts.operations.revision()
        return Part(State.OK if found == expected else State.FAILED, {"engine": parts.operations.kind})

    return {
        "operations": lambda: asyncio.to_thread(operations),
        "dashboards": parts.dashboards.health,
        "extract": lambda: asyncio.to_thread(parts.extract),
    }
