"""What the pages work with, and how a page gets at it."""

from __future__ import annotations

import ipaddress
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

import anyio
import anyio.to_thread
from fastapi import Depends  # noqa: TID251 - serving speaks HTTP
from starlette.exceptions import HTTPException
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotations

from fazri_lib.serving import csrf as forms

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from starlette.responses import Response

    from fazri_lib.access import Scope
    from fazri_lib.access.logins import Login
    from fazri_lib.serving.cookies import Cookies
    from fazri_lib.serving.pages.rendering import Pages
    from fazri_lib.settings import Serving
    from fazri_lib.workflows.accounts import Accounts

AT_ONCE = 2
WAITING = 20
OF_ONE = 3
_TOO_MANY = 429
_NEIGHBOURS = 64  # bits of an IPv6 address that one customer shares
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Entry:
    """One dashboard as the home page knows it.

    Attributes:
        path: its address.
        scope: what opens it.
    """

    path: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages work with.

    Attributes:
        accounts: who may log in, and who is.
        csrf: tokens of the forms.
        cookies: names and flags.
        pages: the templates.
        serving: settings of the front.
        menu: tells the dashboards, in their order.
        origins: addresses of ours in people's browsers.
        recheck: told that a page has ended logins: their dashboards close at once.
        passwords: slots for checking passwords: each takes a core and 64 MiB for a moment.
        trying: by client, the passwords that are checked or wait for it.
    """

    accounts: Accounts
    csrf: forms.Csrf
    cookies: Cookies
    pages: Pages
    serving: Serving
    menu: Callable[[], Sequence[Entry]]
    origins: frozenset[str]
    recheck: Callable[[], Awaitable[None]]
    passwords: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(AT_ONCE))
    trying: Counter[str] = field(default_factory=Counter)

    def token(self, login: Login) -> str:
        """Return the form token of a login."""
        return self.csrf.token(_bound(login))

    def accepts(self, request: Request, form: Mapping[str, str], login: Login | None) -> bool:
        """Tell whether a form was sent by a page of ours, made for this login or, before it, for this browser."""
        bound = _bound(login) if login else self.cookies.form_secret_of(request)
        return forms.is_from_us(request.headers, self.origins) and self.csrf.holds(form.get(forms.FIELD, ""), bound)

    def is_elsewhere(self, request: Request) -> bool:
        """Tell whether a form of ours comes from an address that we do not know as ours: a setting is missing."""
        origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
        return origin is not None and origin.lower() not in self.origins and (site is None or site in forms.OWN_SITE)

    async def hashing(self, request: Request, check: Callable[[], _Result]) -> _Result:
        """Return what a function that hashes passwords returns; it runs in a thread, `AT_ONCE` at a time.

        Raises:
            HTTPException: 429, too many wait already, `OF_ONE` of this client or `WAITING` of all.
        """
        client = client_of(address_of(request))
        if self.trying[client] >= OF_ONE or self.passwords.statistics().tasks_waiting >= WAITING:
            raise HTTPException(_TOO_MANY)
        self.trying[client] += 1
        try:
            return await anyio.to_thread.run_sync(check, limiter=self.passwords)
        finally:
            self.trying[client] -= 1
            if not self.trying[client]:
                del self.trying[client]

    def page(self, template: str, request: Request, *, status: int = 200, **values: Any) -> Response:
        """Return a page for whoever asked."""
        login = login_of(request)
        token = self.token(login) if login else ""
        return self.pages.answer(template, request, login, status, **{"csrf": token, **values})


def login_of(request: Request) -> Login | None:
    """Return who asks, as the guard found it; None when nobody is logged in."""
    return cast("Login | None", request.scope.get("state", {}).get("login"))


def address_of(request: Request) -> str:
    """Return where a request comes from; behind a proxy of ours, what that says."""
    return request.client.host if request.client else ""


def client_of(address: str) -> str:
    """Return whom an address stands for: itself, or with IPv6 the network that one customer has."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:  # a socket file, or a test
        return address
    return str(ip if ip.version == 4 else ipaddress.IPv6Network((int(ip), _NEIGHBOURS), strict=False))  # noqa: PLR2004


def reader(request: Request) -> Login:
    """Return who asks, on a route that only somebody logged in can reach.

    Raises:
        HTTPException: 401, nobody is: the route's door is missing.
    """
    login = login_of(request)
    if login is None:
        raise HTTPException(401)
    return login


def settled(request: Request) -> Login:
    """Return who asks; who still holds a one-time password is sent to change it.

    Raises:
        HTTPException: as above, or 303 to the form.
    """
    login = reader(request)
    if login.must_change:
        raise HTTPException(303, headers={"location": "/account/password"})
    return login


def _desk(request: Request) -> Desk:
    return cast("Desk", request.app.state.desk)


def _bound(login: Login) -> str:
    """What the forms of a login are bound to: the token in its cookie stays out of the pages."""
    return f"session {login.session_id}"


AtDesk = Annotated[Desk, Depends(_desk)]
