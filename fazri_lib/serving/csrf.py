"""Forms that only our own pages can send: a signed token bound to the login, and where the request came from."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import TYPE_CHECKING

from itsdangerous import BadSignature, URLSafeTimedSerializer

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELD = "csrf_token"
MAX_AGE_S = 12 * 3600
_SALT = "fazri.form"
OWN_SITE = {"same-origin", "none"}  # "none": typed, reloaded or restored by the reader


class Csrf:
    """Makes and checks the tokens of forms.

    A token is the digest of what the form was made for, signed with the time. So it needs no store, a token of one
    login is no good in another, and reading a page's token does not tell the cookie.

    Attributes:
        max_age_s: seconds that a form may stay open.
    """

    def __init__(self, key: str, max_age_s: int = MAX_AGE_S) -> None:
        self._signer = URLSafeTimedSerializer(key, salt=_SALT, signer_kwargs={"digest_method": sha256})
        self.max_age_s = max_age_s

    def token(self, cookie: str) -> str:
        """Return a token for the holder of a cookie: the session's, or before the login one drawn for the form."""
        return str(self._signer.dumps(_digest(cookie)))

    def holds(self, token: str, cookie: str) -> bool:
        """Tell whether a token was made here, for this cookie, and not too long ago."""
        if not token or not cookie:
            return False
        try:
            bound = self._signer.loads(token, max_age=self.max_age_s)
        except BadSignature:  # SignatureExpired is one of them
            return False
        return isinstance(bound, str) and hmac.compare_digest(bound, _digest(cookie))


def is_from_us(headers: Mapping[str, str], origins: frozenset[str]) -> bool:
    """Tell whether the browser says that a request was sent by a page of ours.

    Browsers of today say so in `Sec-Fetch-Site`, which no page can set; older ones send `Origin`. A client that sends
    neither is no browser that another site could misuse; the token holds it.

    Args:
        headers: of the request, names in lower case.
        origins: our addresses in people's browsers.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    return (site is None or site in OWN_SITE) and (origin is None or origin.lower() in origins)


def _digest(cookie: str) -> str:
    return sha256(cookie.encode()).hexdigest()
