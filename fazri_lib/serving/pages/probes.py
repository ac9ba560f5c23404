"""`/health/live` and `/health/ready`, and the files of the pages."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from fazri_lib.serving.doors import public
from fazri_lib.serving.health import Checks
from fazri_lib.serving.pages.rendering import ASSETS

router = APIRouter()
_BOTH = ["GET", "HEAD"]
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_A_WHILE = "public, max-age=300"
_FILES = {path.name: (path.read_bytes(), _KINDS[path.suffix]) for path in ASSETS.iterdir() if path.suffix in _KINDS}


def _checks(request: Request) -> Checks:
    return cast("Checks", request.app.state.checks)


@router.api_route("/health/live", methods=_BOTH)
@public
async def live() -> Response:
    """Say that the process is up."""
    return JSONResponse({"status": "ok"}, headers={"cache-control": "no-store"})


@router.api_route("/health/ready", methods=_BOTH)
@public
def ready(checks: Annotated[Checks, Depends(_checks)]) -> Response:
    """Say whether requests can be answered: 200 or 503, with the state of each part and nothing else."""
    health = checks.ask()
    body = {"status": health.state, "parts": health.parts}
    return JSONResponse(body, 200 if health.is_ready else 503, headers={"cache-control": "no-store"})


@router.api_route("/assets/{name}", methods=_BOTH)
@public
async def asset(request: Request, name: str) -> Response:
    """Return a style sheet, script or picture of the pages."""
    if name not in _FILES:
        raise HTTPException(404)
    content, kind = _FILES[name]
    return Response(content, media_type=kind, headers={"cache-control": _FOR_EVER if "v" in request.query_params else _FOR_A_WHILE})


@router.api_route("/favicon.ico", methods=_BOTH)
@public
async def icon() -> Response:
    """Return the icon that browsers ask for of themselves."""
    content, kind = _FILES["fazri.svg"]
    return Response(content, media_type=kind, headers={"cache-control": _FOR_A_WHILE})
