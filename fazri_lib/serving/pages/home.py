"""The address without a path: the first dashboard that the reader may open."""

from fastapi import APIRouter, Request  # noqa: TID251 - serving speaks HTTP
from starlette.responses import RedirectResponse, Response

from fazri_lib.access import Scope
from fazri_lib.serving.doors import needs
from fazri_lib.serving.pages.desk import AtDesk, settled

router = APIRouter()
_SEE_OTHER = 303


@router.get("/")
@needs(Scope.OWN)
def home(request: Request, desk: AtDesk) -> Response:
    """Send the reader to the first dashboard that their roles open, or say that there is none."""
    login, entries = settled(request), desk.menu()
    first = next((entry for entry in entries if entry.scope in login.scopes), None)
    if first:
        return RedirectResponse(first.path, _SEE_OTHER, headers={"cache-control": "no-store"})
    return desk.page("home", request, here="home", has_pages=bool(entries))
