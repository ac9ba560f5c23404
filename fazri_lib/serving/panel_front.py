"""Panel, as it stands behind the guard: pages made to fit our policy, files from memory, sockets passed through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response

from fazri_lib.serving.csp import fit
from fazri_lib.serving.doors import Kind
from fazri_lib.serving.guard import plain_answer
from fazri_lib.serving.pages.errors import LOOK_AGAIN_S
from fazri_lib.serving.proxy import BackendDownError, Proxy
from fazri_lib.serving.static_files import StaticFiles, asset_url
from fazri_lib.serving.steps import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from fazri_lib.access.logins import Login

_HTML = "text/html"
_KEPT = ("content-type", "cache-control", "location")


@dataclass(slots=True)
class PanelFront:
    """ASGI application behind the guard: all of Panel.

    Attributes:
        proxy: to the Panel servers.
        files: of Panel.
        metas: name and content of the `<meta>` tags that our script in a page needs, as csrf-token.
        answer: makes the response while Panel is down, from `Refusal(503, "backend")`, and in place of its own error
            pages, from `Refusal(status, "page")`.
    """

    proxy: Proxy
    files: StaticFiles
    metas: Callable[[Login, Scope], Mapping[str, str]]
    answer: Callable[[Refusal, Scope], ASGIApp] = plain_answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request that the guard has let in."""
        if scope["type"] == "websocket":
            await self.proxy.pass_socket(scope, receive, send)
            return
        try:
            response = await self._response(scope)
        except BackendDownError:
            refusal = Refusal(503, "backend", scope["state"]["login"], scope["state"]["door"])
            await self.answer(refusal, scope)(scope, receive, _retried(send))
            return
        await response(scope, receive, send)

    async def _response(self, scope: Scope) -> ASGIApp:
        if scope["state"]["door"].kind is Kind.STATIC:
            return await self.files.response(scope)
        if scope["method"] == "HEAD":  # no session is made for it; our script asks so to say that the reader is there
            return Response(headers={"content-type": _HTML, "cache-control": "no-store"})
        fetched = await self.proxy.fetch(scope)
        if fetched.status >= 400:  # noqa: PLR2004 - Panel's own error pages are not for readers
            refusal = Refusal(fetched.status, "page", scope["state"]["login"], scope["state"]["door"])
            return self.answer(refusal, scope)
        headers = {name: fetched.headers[name] for name in _KEPT if name in fetched.headers}
        body = fetched.body
        if headers.get("content-type", "").startswith(_HTML):
            metas = self.metas(scope["state"]["login"], scope)
            body = fit(body, scope["state"].get("nonce", ""), asset_url("front.js"), metas)
        return Response(body, fetched.status, headers)


def _retried(send: Send) -> Send:
    """Return a `send` that says when to ask again; in the page stands the same time."""

    async def retried(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), (b"retry-after", b"%d" % LOOK_AGAIN_S)]
        await send(message)

    return retried
