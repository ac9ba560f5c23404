"""The guard: every request, HTTP and WebSocket, passes it, and what it does not know it refuses.

In this order:

1. ORIGIN: a WebSocket comes from a page of ours.
2. SESSION: the cookie belongs to a valid login.
3. SCOPE: the path has a door, and the login holds its scope; a page's WebSocket has the page's.
4. STRIP: what the client says about itself stays outside.
5. IDENTITY: Panel is told who asks, by cookies that only the front can sign.
6. TOKEN: a WebSocket carries the token of a page that the same login opened.
7. REGISTER: the socket is closed with 4401 when the login ends.
8. STATUS: a refused WebSocket gets an HTTP status, 401 or 403, instead of a bare failure.

It is plain ASGI: whatever serves the dashboards one day can stand behind it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse

from fazri_lib import log
from fazri_lib.serving.doors import Door, Doors, Kind
from fazri_lib.serving.steps import CHECKS, House, Refusal, Step, Visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from fazri_lib.serving.sockets import Sockets

STEPS = tuple(Step)
LOGIN_PATH = "/login"
CHANGE_PATH = "/account/password"
MAX_BODY_BYTES = 1024 * 1024
POLICY_VIOLATION = 1008

_log = log.get("serving.guard")


def plain_answer(refusal: Refusal, scope: Scope) -> ASGIApp:
    """Answer a refusal without a page: for clients that want none."""
    reference = scope.get("state", {}).get("request_id", "")
    return PlainTextResponse(f"{refusal.status} refused {reference}\n".replace("  ", " "), refusal.status)


@dataclass(slots=True)
class Guard:
    """ASGI application: the guard, and behind it the front's own pages and Panel.

    A login found stands in `scope["state"]["login"]` (`request.state.login`), the door in `scope["state"]["door"]`.

    Attributes:
        front: the front's own pages.
        panel: all that Panel serves.
        doors: of the house.
        house: what the steps need to know.
        sockets: the open WebSockets.
        answer: makes the response to an HTTP request that is refused.
        on_refused: told each refusal for want of a scope, for the audit.
        steps: that are taken; tests leave one out to see that it is needed.
    """

    front: ASGIApp
    panel: ASGIApp
    doors: Doors
    house: House
    sockets: Sockets
    answer: Callable[[Refusal, Scope], ASGIApp] = plain_answer
    on_refused: Callable[[Refusal, Scope], None] = lambda _refusal, _scope: None
    steps: tuple[Step, ...] = STEPS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request in, or refuse it."""
        if scope["type"] not in {"http", "websocket"}:
            await self.front(scope, receive, send)
            return
        scope = {**scope, "state": {"request_id": secrets.token_hex(8), **scope.get("state", {})}}
        visit = Visit(scope, self._door(scope))
        refusal = await self._check(visit)
        scope["state"] |= {"login": visit.login, "door": visit.door}
        if refusal is not None:
            await self._refuse(refusal, scope, receive, send)
        else:
            await self._let_in(visit, receive, send)

    def start(self) -> None:
        """Begin to watch the open sockets, on the running loop."""
        self.sockets.start()

    async def stop(self) -> None:
        """Close all sockets as going away."""
        await self.sockets.stop()
        self.house.lookups.close()

    async def recheck(self) -> None:
        """Find out now which logins are still valid. To be called whenever this process ended one, by whatever way."""
        self.house.lookups.forget()
        await self.sockets.check()

    async def _panel(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.panel(scope, receive, send)

    def _door(self, scope: Scope) -> Door | None:
        door = self.doors.find(scope["path"], scope.get("method", "GET"))
        is_socket_door = door is not None and door.kind is Kind.SOCKET
        return door if is_socket_door == (scope["type"] == "websocket") else None

    async def _check(self, visit: Visit) -> Refusal | None:
        for step in self.steps:
            check = CHECKS.get(step)
            if check is not None and (refusal := await check(self.house, visit)) is not None:
                return refusal
        if visit.door is None:
            return visit.refused(404, "path")
        if not visit.is_socket and visit.scope["method"] not in visit.door.methods:
            return visit.refused(405, "method")
        return None

    async def _let_in(self, visit: Visit, receive: Receive, send: Send) -> None:
        if visit.door is None or visit.door.kind is Kind.PAGE:
            await self.front(visit.scope, _limited(visit, receive), send)
        elif visit.is_socket and visit.login is not None and Step.REGISTER in self.steps:
            await self.sockets.hold(visit.login.session_id, self._panel(visit.scope, receive, send), send)
        else:
            await self.panel(visit.scope, receive, send)

    async def _refuse(self, refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
        _log.info("refused", reason=str(refusal.reason), status=refusal.status, door=_named(refusal.door))
        if refusal.status == 403:  # noqa: PLR2004 - forbidden
            self.on_refused(refusal, scope)
        if scope["type"] == "websocket":
            await self._refuse_socket(refusal, scope, receive, send)
        elif to := self._elsewhere(refusal, scope):
            await RedirectResponse(to, 308 if refusal.status == 404 else 303)(scope, receive, send)  # noqa: PLR2004
        else:
            await self.answer(refusal, scope)(scope, receive, send)

    async def _refuse_socket(self, refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        if Step.STATUS in self.steps and "websocket.http.response" in scope.get("extensions", {}):
            headers = [(b"content-length", b"0"), (b"cache-control", b"no-store")]
            await send({"type": "websocket.http.response.start", "status": refusal.status, "headers": headers})
            await send({"type": "websocket.http.response.body", "body": b""})
        else:
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})

    def _elsewhere(self, refusal: Refusal, scope: Scope) -> str:
        """Return where a browser is sent instead of being refused, or nothing."""
        headers = dict(scope["headers"])
        if scope["method"] not in {"GET", "HEAD"}:
            return ""
        if refusal.status == 404 and refusal.login and scope["path"].endswith("/"):  # noqa: PLR2004
            return self._without_slash(scope)
        if b"text/html" not in headers.get(b"accept", b""):
            return ""
        if refusal.status == 401 and scope["path"] != LOGIN_PATH:  # noqa: PLR2004
            return _login_address(refusal, scope)
        must_change = refusal.login is not None and refusal.login.must_change
        return CHANGE_PATH if refusal.status == 403 and must_change else ""  # noqa: PLR2004

    def _without_slash(self, scope: Scope) -> str:
        path = scope["path"].rstrip("/")
        door = self.doors.find(path)
        return path + _query(scope) if door and door.kind in {Kind.PAGE, Kind.DASHBOARD} else ""


def _query(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    return f"?{query}" if query else ""


def _login_address(refusal: Refusal, scope: Scope) -> str:
    """Return the login page, and behind it where the reader wanted to go when that is a page of ours."""
    if refusal.door is None or refusal.door.kind not in {Kind.PAGE, Kind.DASHBOARD}:
        return LOGIN_PATH
    wanted = quote(scope["path"]) + _query(scope)
    return f"{LOGIN_PATH}?next={quote(wanted, safe='/')}"


def _named(door: Door | None) -> str:
    return door.path if door else ""


def _limited(visit: Visit, receive: Receive) -> Receive:
    """Return a `receive` that takes no more than a form."""
    got_bytes = 0

    async def limited() -> Message:
        nonlocal got_bytes
        message: Message = await receive()
        got_bytes += len(message.get("body", b""))
        if max(got_bytes, int(visit.headers.get("content-length", "0") or 0)) > MAX_BODY_BYTES:
            raise HTTPException(413, "too large")
        return message

    return limited
