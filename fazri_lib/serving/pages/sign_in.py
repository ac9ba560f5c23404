"""Login and logout."""

from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request  # noqa: TID251 - serving speaks HTTP
from fastapi.concurrency import run_in_threadpool  # noqa: TID251 - serving speaks HTTP
from starlette.responses import RedirectResponse, Response

from fazri_lib import log
from fazri_lib.access import Scope
from fazri_lib.access.logins import LogIn
from fazri_lib.serving.doors import needs, public
from fazri_lib.serving.pages.desk import AtDesk, Desk, address_of, login_of, reader
from fazri_lib.serving.pages.forms import read_form
from fazri_lib.serving.pages.local_paths import HOME, local_path
from fazri_lib.serving.pages.words import in_seconds

router = APIRouter()
PASSWORD = "/account/password"  # noqa: S105 - an address
_SEE_OTHER = 303
_log = log.get("serving.login")
_STALE = "This form was open for too long, or the browser keeps no cookies for this site. Please try again."
_ELSEWHERE = (
    "This server does not know the address in your browser as its own; its keeper sets serving.public_url to it."
)
_NOTICES = {
    "out": "You are logged out.",
    "ended": "Your login has ended. Please log in again.",
    "changed": "Your password is changed. Please log in with it.",
}


@router.get("/login")
@public
def login_form(
    request: Request, desk: AtDesk, wanted: Annotated[str, Query(alias="next")] = HOME, after: str = ""
) -> Response:
    """Show the form; who is logged in already goes on."""
    if login_of(request):
        return _go(local_path(wanted))
    return _form(desk, request, wanted=local_path(wanted), notice=_NOTICES.get(after, ""))


@router.post("/login")
@public
async def log_in(request: Request, desk: AtDesk) -> Response:
    """Check name and password; begin a login, or say why not."""
    form = await read_form(request)
    name, wanted = form.get("username", "").strip(), local_path(form.get("next", HOME))
    if not desk.accepts(request, form, None):
        return _form(desk, request, wanted=wanted, name=name, message=_why_not(desk, request), status=403)
    password = form.get("password", "")
    outcome = await desk.hashing(request, partial(desk.accounts.log_in, name, password, address_of(request)))
    if outcome.token is None:
        return _refused(desk, request, outcome, name, wanted)
    return await _begin(desk, request, outcome.token, wanted)


@router.get("/logout")
@needs(Scope.OWN)
def logout_form(request: Request, desk: AtDesk) -> Response:
    """Ask: a link or a picture on another site must not log anybody out."""
    return desk.page("logout", request, here="logout")


@router.post("/logout")
@needs(Scope.OWN)
async def log_out(request: Request, desk: AtDesk) -> Response:
    """End this login."""
    form, login = await read_form(request), reader(request)
    if not desk.accepts(request, form, login):
        return desk.page("logout", request, here="logout", message=_STALE, status=403)
    await run_in_threadpool(partial(desk.accounts.log_out, login.session_id, address=address_of(request)))
    await desk.recheck()
    response = _go("/login?after=out")
    desk.cookies.drop_token(response)
    return response


async def _begin(desk: Desk, request: Request, token: str, wanted: str) -> Response:
    """Send the browser on with its new login; one that it had before ends."""
    before = login_of(request)
    if before:
        await run_in_threadpool(partial(desk.accounts.log_out, before.session_id, address=address_of(request)))
        await desk.recheck()
    login = await run_in_threadpool(desk.accounts.session, token)
    response = _go(f"{PASSWORD}?next={quote(wanted)}" if login and login.must_change else wanted)
    desk.cookies.put_token(response, token)
    return response


def _why_not(desk: Desk, request: Request) -> str:
    """Return why a form is not taken."""
    if not desk.is_elsewhere(request):
        return _STALE
    _log.warning("form from an address that is not ours; set serving.public_url to the one in people's browsers")
    return _ELSEWHERE


def _refused(desk: Desk, request: Request, outcome: LogIn, name: str, wanted: str) -> Response:
    """Say no: the same for a name that there is and one that there is not."""
    is_wrong = outcome.reason == "wrong"
    message, status = _words(outcome), 401 if outcome.reason in {"wrong", "expired"} else 429
    response = _form(desk, request, wanted=wanted, name=name, message=message, is_wrong=is_wrong, status=status)
    if outcome.wait_s > 0:
        response.headers["retry-after"] = str(max(1, round(outcome.wait_s)))
    return response


def _words(outcome: LogIn) -> str:
    wait = in_seconds(outcome.wait_s)
    if outcome.reason == "wrong":
        return f"Name and password do not fit together. The next try is taken in {wait}."
    if outcome.reason == "expired":
        return "This one-time password has expired; ask an administrator for a new one."
    if outcome.reason == "wait":
        return f"That was too quick after a wrong password. Wait {wait}, then try again."
    if outcome.wait_s > 0:
        return f"Too many wrong passwords: this name is locked for {wait}. Try again then, or ask an administrator."
    return "This account is locked. Only an administrator can open it again."


def _form(
    desk: Desk, request: Request, *, wanted: str, name: str = "", message: str = "", status: int = 200, **more: object
) -> Response:
    secret = desk.cookies.form_secret_of(request) or desk.cookies.draw_form_secret()
    values = {"next": wanted, "name": name, "message": message, "csrf": desk.csrf.token(secret), **more}
    response = desk.pages.answer("login", request, None, status, **values)
    desk.cookies.put_form_secret(response, secret)
    return response


def _go(path: str) -> Response:
    return RedirectResponse(path, _SEE_OTHER, headers={"cache-control": "no-store"})
