"""What is said when something went wrong: what happened, what to do, and the reference that is also in the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.responses import Response

    from fazri_lib.access.logins import Login
    from fazri_lib.serving.pages.rendering import Pages

LOOK_AGAIN_S = 5
_HOME = ("To the dashboards", "/")
_BACK_TO_LOGIN = ("To the login", "/login")


@dataclass(frozen=True, slots=True)
class Said:
    """The text of one kind of error.

    Attributes:
        what: heading: what happened.
        why: what it means.
        do: what the reader can do.
    """

    what: str
    why: str
    do: str


_TEXTS: dict[int, Said] = {
    400: Said(
        "That could not be read",
        "The browser sent something that this page does not understand.",
        "Go back, reload the page and try again.",
    ),
    401: Said(
        "Please log in", "This page is for readers who are logged in, and this login has ended.", "Log in again."
    ),
    403: Said(
        "Not open to you",
        "Your roles do not open this page.",
        "If your work needs it, ask an administrator of this campus; your account says which roles you hold.",
    ),
    404: Said(
        "No such page", "Nothing is published at this address.", "Check the address, or begin at the dashboards."
    ),
    405: Said("Not done that way", "This address does not take that kind of request.", "Begin at the dashboards."),
    408: Said("Too slow", "The form did not arrive in time.", "Go back and try again."),
    413: Said("Too much", "What was sent is larger than any form of ours.", "Go back and send less."),
    415: Said("Not a form", "This address takes what our own forms send, nothing else.", "Go back and use the form."),
    429: Said(
        "Too many requests", "More came from here than the server takes at once.", "Wait a moment, then try again."
    ),
    500: Said(
        "Something failed",
        "The server met a fault of its own; your data is not affected.",
        "Try again. If it stays so, give the reference below to whoever looks after this server.",
    ),
    503: Said(
        "Not ready",
        "The part of the server that draws this page is starting, or is too busy right now.",
        "Wait a moment. If it stays so, give the reference below to whoever looks after this server.",
    ),
}


def error_page(pages: Pages, request: HTTPConnection, status: int, login: Login | None = None) -> Response:
    """Return the page for a status.

    Args:
        pages: the templates.
        request: what is answered.
        status: HTTP status.
        login: who asked; None for somebody not logged in.
    """
    said = _TEXTS.get(status) or _TEXTS[500 if status >= 500 else 400]  # noqa: PLR2004 - the server's faults and the client's
    return pages.answer(
        "error",
        request,
        login,
        status,
        what=said.what,
        why=said.why,
        do=said.do,
        code=status,
        ways=[_HOME] if login else [_BACK_TO_LOGIN],
        reference=reference_of(request),
        reload_s=LOOK_AGAIN_S if status == 503 and request.scope.get("method") == "GET" else 0,  # noqa: PLR2004 - as above
    )


def reference_of(request: HTTPConnection) -> str:
    """Return the reference of a request: the id under which the log has it."""
    return str(request.scope.get("state", {}).get("request_id", ""))
