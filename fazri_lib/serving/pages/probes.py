"""`/health/live` and `/health/ready`, and the files of the pages."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request  # noqa: TID251 - serving speaks HTTP
from starlette.responses import JSONResponse, Response

from fazri_lib.serving.doors import public
from fazri_lib.serving.health import Checks
from fazri_lib.serving.pages.desk import login_of
from fazri_lib.serving.static_files import ASSETS, asset

router = APIRouter()
_BOTH = ["GET", "HEAD"]
_ICON = (ASSETS / "fazri.svg").read_bytes()


def _checks(request: Request) -> Checks:
    return cast("Checks", request.app.state.checks)


@router.api_route("/health/live", methods=_BOTH)
@public
async def live() -> Response:
    """Say that the process is up."""
    return JSONResponse({"status": "ok"}, headers={"cache-control": "no-store"})


@router.api_route("/health/ready", methods=_BOTH)
@public
async def ready(request: Request, checks: Annotated[Checks, Depends(_checks)]) -> Response:
    """Say whether requests can be answered, 200 or 503, with the state of each part; details to who is logged in."""
    health = await checks.ask()
    body: dict[str, Any] = {"status": health.state, "parts": {name: part.state for name, part in health.parts.items()}}
    login = login_of(request)
    if login and not login.must_change:
        body["details"] = {name: part.detail for name, part in health.parts.items()}
    return JSONResponse(body, 200 if health.is_ready else 503, headers={"cache-control": "no-store"})


router.add_api_route("/assets/{name}", asset, methods=_BOTH)


@router.api_route("/favicon.ico", methods=_BOTH)
@public
async def icon() -> Response:
    """Return the icon that browsers ask for of themselves."""
    return Response(_ICON, media_type="image/svg+xml", headers={"cache-control": "public, max-age=3600"})
