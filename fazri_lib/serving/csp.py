"""What browsers may do with our pages: security headers on every response, and Panel's pages made to fit them."""

from __future__ import annotations

import re
import secrets
from html import escape, unescape
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}' blob:; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' blob:; img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_YEAR_S = 31_536_000
_ATTRIBUTE = rb"""[\s/]+([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?"""
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_SCRIPT = re.compile(rb"<script((?:" + _ATTRIBUTE + rb")*+)[\s/]*>", re.IGNORECASE)
# below our own address: no scheme, no host, no backslash that browsers take for a slash
_OWN = re.compile(r"(?:(?:\.\./)+|\./|/)?[\w@^~+-][\w.@^~+-]*(?:/[\w@^~+-][\w.@^~+-]*)*(?:\?[\w.=&%+-]*)?", re.ASCII)
_LINKS = {"href", "xlink:href"}  # by which scripts of SVG name their source
_HEAD = re.compile(rb"<head\b[^>]*>", re.IGNORECASE)


class SecurityHeaders:
    """ASGI middleware, outside of the guard: the headers that every response of the front carries.

    The nonce of the response stands in `scope["state"]["nonce"]` for templates that need a script of their own.

    Attributes:
        app: what is answered by.
        is_https: whether browsers come by https: then they are told to stay with it.
    """

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self.app = app
        self.is_https = is_https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and add the headers to its response."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(message, nonce)
            await send(message)

        await self.app(scope, receive, with_headers)

    def _add(self, message: Message, nonce: str) -> None:
        headers = MutableHeaders(raw=list(message.get("headers", [])))
        for name, value in _HEADERS.items():
            headers[name] = value
        headers["content-security-policy"] = _POLICY.format(nonce=nonce)
        if self.is_https:
            headers["strict-transport-security"] = f"max-age={_YEAR_S}"
        headers.setdefault("cache-control", "no-store")
        del headers["server"]
        message["headers"] = headers.raw


def fit(html: bytes, nonce: str, script: str, metas: Mapping[str, str]) -> bytes:
    """Return a page of Panel that the policy lets run.

    Inline scripts and those of our own host get the nonce, others do not and so never run; nor does one that is
    written in a way that browsers and we might read differently. Our script comes first, before Bokeh opens its socket.

    Args:
        html: as Panel made it.
        nonce: of the response.
        script: address of our own script.
        metas: name and content of `<meta>` tags for that script.
    """
    marked = _SCRIPT.sub(lambda found: _with_nonce(found, nonce), html)
    tags = "".join(f'<meta name="{escape(name)}" content="{escape(content)}">' for name, content in metas.items())
    tags += f'<script nonce="{nonce}" src="{escape(script)}"></script>'
    head = _HEAD.search(marked)
    at = head.end() if head else 0
    return marked[:at] + tags.encode() + marked[at:]


def _with_nonce(found: re.Match[bytes], nonce: str) -> bytes:
    attributes = [(name.decode("latin-1").lower(), value) for name, value in _ATTRIBUTES.findall(found[1])]
    sources = [unescape(value.decode("latin-1").strip("\"'")) for name, value in attributes if name == "src"]
    is_ours = all(_OWN.fullmatch(source) for source in sources) and not _LINKS & {name for name, _ in attributes}
    return b'<script nonce="%s"%s>' % (nonce.encode(), found[1]) if is_ours else found[0]
