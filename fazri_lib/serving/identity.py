"""Who a request to Panel is from, in cookies that only the front can make."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bokeh.util.token import check_token_signature, get_token_payload
from tornado.web import create_signed_value, decode_signed_value

from fazri_lib.access.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fazri_lib.access.logins import Login

USER = "user"
READER = "reader"
_DAYS = 1.5  # longer than any login


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom the cookies name.

    Attributes:
        name: of the user.
        user_id: of the user.
        session_id: of the login.
        scopes: of the login.
    """

    name: str
    user_id: int
    session_id: int
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True)
class Keys:
    """The two secrets that the front and Panel share; drawn anew at every start unless a secret is set.

    Attributes:
        cookies: signs the cookies `user` and `reader`.
        tokens: signs the tokens that pages of Panel carry.
    """

    cookies: str
    tokens: bytes

    def __repr__(self) -> str:
        return "Keys(...)"


def signed_cookies(login: Login, keys: Keys) -> str:
    """Return the `Cookie` header that tells Panel who asks."""
    reader = {"session": login.session_id, "user": login.user_id, "scopes": sorted(login.scopes)}
    values = {USER: login.name, READER: json.dumps(reader)}
    return "; ".join(
        f"{name}={create_signed_value(keys.cookies, name, value).decode()}" for name, value in values.items()
    )


def holder_of(cookies: Mapping[str, str], secret: str) -> Holder | None:
    """Return whom signed cookies name, or None when one is missing, forged or too old."""
    name = decode_signed_value(secret, USER, cookies.get(USER), max_age_days=_DAYS)
    reader = decode_signed_value(secret, READER, cookies.get(READER), max_age_days=_DAYS)
    if name is None or reader is None:
        return None
    told: dict[str, Any] = json.loads(reader)
    scopes = frozenset(Scope(scope) for scope in told["scopes"])
    return Holder(name.decode(), told["user"], told["session"], scopes)


def holder_of_token(token: str, keys: Keys) -> Holder | None:
    """Return whom a page's token was made for, or None when it was not made by our Panel.

    The signature is checked before the token is unpacked: unpacking foreign bytes could fill the memory.
    """
    try:
        if not check_token_signature(token, keys.tokens, signed=True):
            return None
        cookies = get_token_payload(token).get("cookies", {})
    except (ValueError, KeyError, TypeError):  # not a token at all
        return None
    return holder_of(cookies, keys.cookies) if isinstance(cookies, dict) else None


def is_holder(holder: Holder | None, login: Login) -> bool:
    """Tell whether cookies name this very login with these very scopes."""
    return holder is not None and holder == Holder(login.name, login.user_id, login.session_id, login.scopes)
