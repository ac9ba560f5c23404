"""The steps of the guard, one function each. What they are for stands in `guard`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.datastructures import MutableHeaders

from fazri_lib import log
from fazri_lib.serving.cookies import THEME, THEMES, cookie_in
from fazri_lib.serving.doors import PUBLIC, Door, Kind
from fazri_lib.serving.identity import holder_of_token, is_holder, signed_cookies

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from fazri_lib.access.logins import Login
    from fazri_lib.serving.identity import Keys
    from fazri_lib.serving.lookups import Lookups

_log = log.get("serving.guard")

# all that Panel gets to see of a request; what is not listed is not passed on, whatever it is called
PASSED_ON = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "if-modified-since",
        "if-none-match",
        "user-agent",
    }
)
# with these a page would be opened in a session that somebody else chose, and can join
_SESSION_ARGUMENTS = frozenset({"bokeh-session-id", "bokeh-token"})


class Step(StrEnum):
    """The steps, in their order."""

    ORIGIN = "origin"
    SESSION = "session"
    SCOPE = "scope"
    STRIP = "strip"
    IDENTITY = "identity"
    TOKEN = "token"  # noqa: S105 - the name of a step
    REGISTER = "register"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody is not let in.

    Attributes:
        status: HTTP status of the answer.
        reason: of the refusal: a step's name, "path", "method", "session argument" or "accounts".
        login: of the one who asked, when signed in.
        door: that was asked for, when there is one.
    """

    status: int
    reason: str
    login: Login | None = None
    door: Door | None = None


@dataclass(slots=True)
class Visit:
    """One request on its way in.

    Attributes:
        scope: ASGI scope, changed on the way.
        door: of its path.
        login: who asks, once that is known.
    """

    scope: MutableMapping[str, Any]
    door: Door | None
    login: Login | None = None
    headers: MutableHeaders = field(init=False)

    def __post_init__(self) -> None:
        self.scope["headers"] = list(self.scope["headers"])
        self.headers = MutableHeaders(scope=self.scope)

    @property
    def is_socket(self) -> bool:
        """Whether a WebSocket is asked for."""
        return bool(self.scope["type"] == "websocket")

    def refused(self, status: int, reason: str) -> Refusal:
        """Return a refusal of this visit."""
        return Refusal(status, reason, self.login, self.door)


@dataclass(frozen=True, slots=True)
class House:
    """What the steps need to know.

    Attributes:
        lookups: of logins.
        keys: shared with Panel.
        origins: that pages of ours have, as https://fazri.example.org.
        cookie: name of the session cookie.
    """

    lookups: Lookups
    keys: Keys
    origins: frozenset[str]
    cookie: str


async def check_origin(house: House, visit: Visit) -> Refusal | None:
    """Let a WebSocket in only from a page of ours: browsers send cookies with sockets of foreign pages, too."""
    if visit.is_socket and visit.headers.get("origin", "").lower() not in house.origins:
        return visit.refused(403, Step.ORIGIN)
    return None


async def find_session(house: House, visit: Visit) -> Refusal | None:
    """Find out who asks. Who is nobody gets no further than to what is public."""
    is_public = visit.door is not None and visit.door.need == PUBLIC
    token = cookie_in(_cookies(visit), house.cookie)
    try:
        visit.login = await house.lookups.find(token) if token else None
    except Exception as error:  # noqa: BLE001 - whatever the database raises: nobody gets in
        _log.warning("accounts cannot be asked", error=type(error).__name__)
        return None if is_public else visit.refused(503, "accounts")
    return None if is_public or visit.login is not None else visit.refused(401, Step.SESSION)


async def check_scope(house: House, visit: Visit) -> Refusal | None:  # noqa: ARG001 - one signature for all
    """Let nobody through a door for whom it is not."""
    if visit.door is None:
        return visit.refused(404, "path")
    if visit.door.need == PUBLIC:
        return None
    if visit.login is None:
        return visit.refused(401, Step.SCOPE)
    return None if visit.door.need in visit.login.scopes else visit.refused(403, Step.SCOPE)


async def strip(house: House, visit: Visit) -> Refusal | None:  # noqa: ARG001 - one signature for all
    """Pass on to Panel nothing by which a client could say who it is or which session it wants."""
    if not _is_for_panel(visit):
        return None
    query = visit.scope.get("query_string", b"").decode("latin-1")
    if any(name.lower() in _SESSION_ARGUMENTS for name, _ in parse_qsl(query, keep_blank_values=True)):
        return visit.refused(400, "session argument")
    if visit.door is not None and visit.door.kind is Kind.DASHBOARD:
        visit.scope["query_string"] = _with_theme(query, _cookies(visit)).encode("latin-1")
    kept = [(name, value) for name, value in visit.scope["headers"] if name.decode("latin-1").lower() in PASSED_ON]
    visit.scope["headers"][:] = kept
    return None


async def add_identity(house: House, visit: Visit) -> Refusal | None:
    """Tell Panel who asks, signed."""
    if _is_for_panel(visit) and visit.login is not None:
        given = visit.headers.get("cookie", "")
        signed = signed_cookies(visit.login, house.keys)
        visit.headers["cookie"] = f"{given}; {signed}" if given else signed
    return None


async def check_token(house: House, visit: Visit) -> Refusal | None:
    """Let a WebSocket in only with the token of a page that this very login opened."""
    if not visit.is_socket:
        return None
    protocols = visit.scope.get("subprotocols", [])
    if len(protocols) != 2 or protocols[0] != "bokeh":  # noqa: PLR2004 - Bokeh's name and the token
        return visit.refused(403, Step.TOKEN)
    holder = holder_of_token(protocols[1], house.keys)
    if visit.login is None or not is_holder(holder, visit.login):
        return visit.refused(403, Step.TOKEN)
    return None


CHECKS: dict[Step, Callable[[House, Visit], Awaitable[Refusal | None]]] = {
    Step.ORIGIN: check_origin,
    Step.SESSION: find_session,
    Step.SCOPE: check_scope,
    Step.STRIP: strip,
    Step.IDENTITY: add_identity,
    Step.TOKEN: check_token,
}


def _cookies(visit: Visit) -> str:
    """Return all that a client sent as cookies; HTTP/2 proxies pass them on in several headers."""
    return "; ".join(visit.headers.getlist("cookie"))


def _with_theme(query: str, cookies: str) -> str:
    """Return a page's query with the theme that the reader's cookie chose, unless the address names one."""
    theme = cookie_in(cookies, THEME)
    is_named = any(name == "theme" for name, _ in parse_qsl(query, keep_blank_values=True))
    return query if is_named or theme not in THEMES else "&".join(part for part in (query, f"theme={theme}") if part)


def _is_for_panel(visit: Visit) -> bool:
    return visit.door is not None and visit.door.kind is not Kind.PAGE
