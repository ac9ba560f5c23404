"""Files of Panel and our own: kept in memory, compressed once, cached by browsers."""

from __future__ import annotations

import asyncio
import gzip
import re
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import brotli
from starlette.requests import Request
from starlette.responses import Response

from fazri_lib.errors import FazriError
from fazri_lib.serving.doors import public

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from starlette.types import Scope

    from fazri_lib.serving.proxy import Fetched

ASSETS = Path(__file__).parent / "assets"
HEAVY = (
    "/static/extensions/panel-material-ui/panel-material-ui.bundle.js",
    "/static/js/bokeh.min.js",
    "/static/extensions/panel/panel.min.js",
    "/static/js/bokeh-widgets.min.js",
    "/static/js/bokeh-tables.min.js",
    "/static/js/bokeh-gl.min.js",
)
"""Scripts of every page, the largest first."""
KEPT_BYTES = 96 * 1024 * 1024
FOREVER = "private, max-age=31536000, immutable"
ASK_AGAIN = "private, no-cache"
_NOBODY = SimpleNamespace(session_id=0)  # files are the same for all, whichever server gives them
_SMALL_BYTES = 1024
_BROTLI_QUALITY = 6  # 9 takes three times as long for 2 % less
_GZIP_LEVEL = 6
_PACKED = frozenset({"woff", "woff2", "png", "jpg", "jpeg", "gif", "ico", "webp", "gz", "zip", "whl"})
_TYPES = {
    "cjs": "text/javascript",
    "css": "text/css; charset=utf-8",
    "eot": "application/vnd.ms-fontobject",
    "gif": "image/gif",
    "html": "text/plain",  # nothing of an extension is a page of ours
    "ico": "image/vnd.microsoft.icon",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "map": "application/json",
    "mjs": "text/javascript; charset=utf-8",
    "png": "image/png",
    "svg": "image/svg+xml",
    "ttf": "font/ttf",
    "txt": "text/plain",
    "wasm": "application/wasm",
    "webmanifest": "application/manifest+json",
    "webp": "image/webp",
    "woff": "font/woff",
    "woff2": "font/woff2",
}
_REFUSED = frozenset({"q=0", "q=0.0", "q=0.00", "q=0.000"})
_VERSION_QUERY = re.compile(r"v=.+|[0-9a-f]{32,}")
_VERSIONED = re.compile(r"[\w-]+@\^?\d+(\.\d+)*")  # vega@6.1.2: a script without an ending


@dataclass(slots=True)
class _File:
    body: bytes
    content_type: str
    etag: str
    packed: dict[str, bytes] = field(default_factory=dict)
    packing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def kept_bytes(self) -> int:
        return len(self.body) + sum(len(body) for body in self.packed.values())


class StaticFiles:
    """The files that Panel's pages ask for. Panel is asked for each once: packages do not change while we run.

    Attributes:
        fetch: gets a file of Panel.
        kept_bytes: memory for bodies; when it is full, those longest not asked for go.
    """

    def __init__(self, fetch: Callable[[Scope], Awaitable[Fetched]], kept_bytes: int = KEPT_BYTES) -> None:
        self.fetch = fetch
        self.kept_bytes = kept_bytes
        self._files: dict[str, _File] = {}
        self._coming: dict[str, asyncio.Task[_File | None]] = {}

    async def warm(self, paths: Iterable[str] = HEAVY) -> None:
        """Have files ready before the first browser asks for them; what cannot be had is left out."""
        for path in paths:
            with suppress(FazriError):
                scope = {"type": "http", "method": "GET", "path": path, "headers": [], "state": {"login": _NOBODY}}
                file = await self._file(scope, path)
                if file is not None:
                    await _pack(file, _encoding("br", path, len(file.body)))

    async def response(self, scope: Scope) -> Response:
        """Return the response with one file.

        Raises:
            BackendDownError: Panel is to be asked for it and does not answer.
        """
        path = scope["path"]
        file = await self._file(scope, path)
        if file is None:
            return Response("not found\n", 404, media_type="text/plain")
        response = await _response(file, path, Request(scope))
        self._make_room()
        return response

    async def _file(self, scope: Scope, path: str) -> _File | None:
        """Return a file, or None when there is none; those who ask for it at the same time wait for one fetch."""
        file = self._files.pop(path, None)
        if file is None:
            coming = self._coming.get(path)
            if coming is None:
                coming = self._coming[path] = asyncio.ensure_future(self._fetched(scope, path))
                coming.add_done_callback(lambda _: self._coming.pop(path, None))
            file = await asyncio.shield(coming)
        if file is not None:
            self._files[path] = file  # at the end: asked for last
        return file

    async def _fetched(self, scope: Scope, path: str) -> _File | None:
        fetched = await self.fetch({**scope, "query_string": b""})
        if fetched.status != 200:  # noqa: PLR2004 - OK
            return None
        return _File(fetched.body, content_type(path), f'"{sha256(fetched.body).hexdigest()[:32]}"')

    def _make_room(self) -> None:
        total = sum(file.kept_bytes for file in self._files.values())
        while total > self.kept_bytes and self._files:
            oldest = next(iter(self._files))
            total -= self._files.pop(oldest).kept_bytes


def content_type(path: str) -> str:
    """Return the type of a file by its name. Vega's scripts have a version where others have an ending."""
    name = path.rsplit("/", 1)[-1]
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if ending in _TYPES:
        return _TYPES[ending]
    return _TYPES["js"] if _VERSIONED.fullmatch(name) else "application/octet-stream"


async def _response(file: _File, path: str, request: Request) -> Response:
    has_version = _VERSION_QUERY.fullmatch(request.url.query) is not None
    headers = {
        "etag": file.etag,
        "vary": "Accept-Encoding",
        "cache-control": FOREVER if has_version else ASK_AGAIN,
        "content-type": file.content_type,
    }
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    encoding = _encoding(request.headers.get("accept-encoding", ""), path, len(file.body))
    body = await _pack(file, encoding)
    if encoding:
        headers["content-encoding"] = encoding
    if request.method == "HEAD":
        return Response(headers={**headers, "content-length": str(len(body))})
    return Response(body, headers=headers)


def _encoding(accepted: str, path: str, size: int) -> str:
    if size < _SMALL_BYTES or path.rsplit(".", 1)[-1].lower() in _PACKED:
        return ""
    parts = (part.replace(" ", "").partition(";") for part in accepted.lower().split(","))
    offered = {coding for coding, _, quality in parts if quality not in _REFUSED}
    return next((encoding for encoding in ("br", "gzip") if encoding in offered), "")


async def _pack(file: _File, encoding: str) -> bytes:
    if not encoding:
        return file.body
    async with file.packing:  # cold readers come together; packing the largest takes a second
        if encoding not in file.packed:
            file.packed[encoding] = await asyncio.to_thread(_PACKERS[encoding], file.body)
    return file.packed[encoding]


_PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=_BROTLI_QUALITY)),
    "gzip": lambda body: gzip.compress(body, _GZIP_LEVEL, mtime=0),
}


@cache
def asset_url(name: str) -> str:
    """Return the address of one of our own files, with a version that changes with its content."""
    return f"/assets/{name}?v={sha256((ASSETS / name).read_bytes()).hexdigest()[:16]}"


@public
async def asset(request: Request) -> Response:
    """Answer with one of our own files: the endpoint of the route /assets/{name}."""
    path = ASSETS / Path(request.path_params["name"]).name
    if not path.is_file():
        return Response("not found\n", 404, media_type="text/plain")
    body = await asyncio.to_thread(path.read_bytes)
    return await _response(
        _File(body, content_type(path.name), f'"{sha256(body).hexdigest()[:32]}"'), path.name, request
    )
