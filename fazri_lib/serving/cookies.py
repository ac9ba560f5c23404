"""The two cookies of the front: the login's, and before the login one that its form is bound to."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from fazri_lib.serving.origins import is_https, session_cookie_name

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.responses import Response

    from fazri_lib.settings import Serving

_FORM = "fazri-form"
THEME = "fazri-theme"
THEMES = {"light", "dark"}
_FORM_BYTES = 32
_FORM_AGE_S = 180 * 24 * 3600
_PLAIN = re.compile(r"[\w-]{1,100}", re.ASCII)  # what we draw is shorter, and never quoted


class Cookies:
    """Names and flags. Under https the names get the prefix `__Host-`: no other host or path can set them.

    Attributes:
        is_https: readers come over https.
        session: name of the login's cookie.
        form: name of the cookie before the login.
    """

    def __init__(self, serving: Serving) -> None:
        self.is_https = is_https(serving)
        self.session = session_cookie_name(serving)
        self.form = f"__Host-{_FORM}" if self.is_https else _FORM

    def token_of(self, connection: HTTPConnection) -> str:
        """Return the login's token that the browser sent, or nothing."""
        return _sent(connection, self.session)

    def form_secret_of(self, connection: HTTPConnection) -> str:
        """Return what the form before the login is bound to, or nothing."""
        return _sent(connection, self.form)

    def draw_form_secret(self) -> str:
        """Return a new secret for a browser that has none."""
        return secrets.token_urlsafe(_FORM_BYTES)

    def put_token(self, response: Response, token: str) -> None:
        """Have the browser keep a login until it is closed; the server ends it earlier."""
        self._put(response, self.session, token)

    def put_form_secret(self, response: Response, secret: str) -> None:
        """Have the browser keep the secret of the form, for long: tabs that come to the login together share it."""
        self._put(response, self.form, secret, _FORM_AGE_S)

    def drop_token(self, response: Response) -> None:
        """Have the browser forget the login."""
        response.delete_cookie(self.session, path="/", secure=self.is_https, httponly=True, samesite="lax")

    def _put(self, response: Response, name: str, value: str, age_s: int | None = None) -> None:
        response.set_cookie(name, value, age_s, path="/", secure=self.is_https, httponly=True, samesite="lax")


def theme_of(connection: HTTPConnection) -> str:
    """Return "light" or "dark" when the reader chose one in the dashboards, else nothing."""
    chosen = _sent(connection, THEME)
    return chosen if chosen in THEMES else ""


def cookie_in(header: str, name: str) -> str:
    """Return the value of one of our cookies, or nothing when it is not there or is no value that we draw.

    Nothing is unquoted: what the standard library does for that takes seconds for a large header (CVE-2024-7592).

    Args:
        header: `Cookie` of a request.
        name: of the cookie.
    """
    for pair in header.split(";"):
        key, _, value = pair.strip().partition("=")
        if key == name:
            return value if _PLAIN.fullmatch(value) else ""
    return ""


def _sent(connection: HTTPConnection, name: str) -> str:
    return cookie_in("; ".join(connection.headers.getlist("cookie")), name)
