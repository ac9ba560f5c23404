"""What fails inside becomes a page with a reference and a log line with the same one; neither holds a value."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError  # noqa: TID251 - serving speaks HTTP
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response

from fazri_lib import log
from fazri_lib.errors import FazriError
from fazri_lib.serving.pages.errors import error_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from fazri_lib.serving.pages.rendering import Pages
    from fazri_lib.serving.steps import Refusal

_BROKEN_SOCKET = 1011
_log = log.get("serving.faults")


class Faults:
    """ASGI middleware around the guard: nothing that fails gets to the server, or unexplained to the reader.

    Attributes:
        app: what may fail.
        pages: the templates.
    """

    def __init__(self, app: ASGIApp, pages: Pages) -> None:
        self.app = app
        self.pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; answer it when that fails."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        begun: list[str] = []

        async def noted(message: Message) -> None:
            begun.append(message["type"])
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception as error:  # noqa: BLE001 - the outermost border: whatever it is, the reader gets a page
            tell(error)
            if scope["type"] == "websocket":
                await _close(begun, send)
            elif not begun:
                await error_page(self.pages, HTTPConnection(scope), 500)(scope, receive, send)


def tell(error: BaseException) -> None:
    """Log where something failed, and what kind of failure it was."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "fazri_lib" in frame.filename] or frames
    at = f"{ours[-1].filename.rpartition('/')[2]}:{ours[-1].lineno}" if ours else ""
    _log.error("fault", error=type(error).__name__, at=at)


def handlers(pages: Pages) -> dict[Any, Callable[..., Any]]:
    """Return what the pages' application does with exceptions, by their class."""

    async def refused(request: Request, error: HTTPException) -> Response:
        location = (error.headers or {}).get("location")
        if location:
            return RedirectResponse(location, error.status_code, headers={"cache-control": "no-store"})
        return error_page(pages, request, error.status_code, request.scope.get("state", {}).get("login"))

    async def unreadable(request: Request, _error: RequestValidationError) -> Response:
        return error_page(pages, request, 400, request.scope.get("state", {}).get("login"))

    async def unavailable(request: Request, error: FazriError) -> Response:
        tell(error)
        return error_page(pages, request, 503)

    async def failed(request: Request, _error: Exception) -> Response:  # it goes on to `Faults`, which logs it
        return error_page(pages, request, 500)

    return {
        HTTPException: refused,
        RequestValidationError: unreadable,
        FazriError: unavailable,
        Exception: failed,
    }


def answer_of(pages: Pages) -> Callable[[Refusal, Scope], ASGIApp]:
    """Return how the guard says no."""

    def answer(refusal: Refusal, scope: Scope) -> ASGIApp:
        return error_page(pages, HTTPConnection(scope), refusal.status, refusal.login)

    return answer


async def _close(begun: list[str], send: Send) -> None:
    if not {"websocket.close", "websocket.http.response.start"} & set(begun):
        await send({"type": "websocket.close", "code": _BROKEN_SOCKET})
