"""The account of the reader: what it may see, where it is logged in, its password."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request  # noqa: TID251 - serving speaks HTTP
from fastapi.concurrency import run_in_threadpool  # noqa: TID251 - serving speaks HTTP
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from fazri_lib.access import Scope
from fazri_lib.access.logins import Login
from fazri_lib.access.passwords import LEAST
from fazri_lib.errors import AccountError
from fazri_lib.serving.doors import needs
from fazri_lib.serving.pages.desk import AtDesk, Desk, address_of, reader, settled
from fazri_lib.serving.pages.forms import read_form
from fazri_lib.serving.pages.local_paths import HOME, local_path
from fazri_lib.serving.pages.words import in_hours, roles_in_words, scopes_in_words, sentence

router = APIRouter()
OTHERS = "others"
_SEE_OTHER = 303
_MOST_DIGITS = 18  # a database holds no number of more
_STALE = "This form was open for too long. Please try again."
_NOTICES = {"ended": "Ended. A dashboard that was open there has closed.", "changed": "The password is changed."}


@router.get("/account")
@needs(Scope.OWN)
def account(request: Request, desk: AtDesk, after: str = "") -> Response:
    """Show who is logged in, what they may see, and where they are logged in."""
    login = settled(request)
    return _page(desk, request, login, notice=_NOTICES.get(after, ""))


@router.post("/account/end")
@needs(Scope.OWN)
async def end(request: Request, desk: AtDesk) -> Response:
    """End one or all of the reader's other logins."""
    form, login = await read_form(request), settled(request)
    if not desk.accepts(request, form, login):
        return await run_in_threadpool(partial(_page, desk, request, login, message=_STALE, status=403))
    await run_in_threadpool(_end, desk, login, form.get("session", ""), address_of(request))
    await desk.recheck()
    return _go("/account?after=ended")


@router.get("/account/password")
@needs(Scope.OWN)
def password_form(request: Request, desk: AtDesk, wanted: Annotated[str, Query(alias="next")] = HOME) -> Response:
    """Show the form that changes the password."""
    return _password_page(desk, request, wanted=local_path(wanted))


@router.post("/account/password")
@needs(Scope.OWN)
async def change_password(request: Request, desk: AtDesk) -> Response:
    """Change the password; the reader's other logins end."""
    form, login = await read_form(request), reader(request)
    wanted = local_path(form.get("next", HOME))
    if not desk.accepts(request, form, login):
        return _password_page(desk, request, wanted=wanted, message=_STALE, status=403)
    new = form.get("new", "")
    if new != form.get("again", ""):
        message = "The new password was not typed twice alike. Please try again."
        return _password_page(desk, request, wanted=wanted, message=message, fault="again", status=422)
    try:
        await desk.hashing(
            request,
            partial(desk.accounts.change_password, login.session_id, form.get("old", ""), new, address_of(request)),
        )
    except AccountError as error:
        message = sentence(str(error))
        return _password_page(desk, request, wanted=wanted, message=message, fault=error.field, status=422)
    await desk.recheck()
    return _go(wanted if login.must_change else "/account?after=changed")


def _page(
    desk: Desk, request: Request, login: Login, *, notice: str = "", message: str = "", status: int = 200
) -> Response:
    allowed, withheld = scopes_in_words(login.scopes)
    return desk.page(
        "account",
        request,
        status=status,
        here="account",
        notice=notice,
        message=message,
        roles=roles_in_words(login.roles),
        allowed=allowed,
        withheld=withheld,
        logins=desk.accounts.logins(login.user_id),
        this=login.session_id,
        idle_min=desk.serving.idle_min,
        session_h=in_hours(desk.serving.session_h),
    )


def _end(desk: Desk, login: Login, which: str, address: str) -> None:
    """End logins of this reader only: the number in the form is anybody's to change."""
    if which == OTHERS:
        ids = [row.session_id for row in desk.accounts.logins(login.user_id) if row.session_id != login.session_id]
    elif which.isdecimal() and len(which) <= _MOST_DIGITS:
        ids = [int(which)]
    else:
        raise HTTPException(400)
    for session_id in ids:
        desk.accounts.log_out(session_id, of_user=login.user_id, address=address)


def _password_page(
    desk: Desk, request: Request, *, wanted: str, message: str = "", fault: str = "", status: int = 200
) -> Response:
    values = {"next": wanted, "message": message, "fault": fault, "shortest": LEAST}
    return desk.page("password", request, status=status, here="account", **values)


def _go(path: str) -> Response:
    return RedirectResponse(path, _SEE_OTHER, headers={"cache-control": "no-store"})
