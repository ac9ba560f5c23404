"""What a login is to the rest of Fazri: who signed in, what they may do, until when. And how accounts may be called."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fazri_lib.errors import AccountError

if TYPE_CHECKING:
    import datetime as dt

    from fazri_lib.access.lockout import Reason
    from fazri_lib.access.scopes import Scope

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


@dataclass(frozen=True, slots=True)
class LogIn:
    """What became of an attempt to sign in.

    Attributes:
        token: goes into the browser's cookie; None when nobody was signed in.
        wait_s: seconds before which no further attempt is tried; 0 when there are none to wait for.
        reason: why nobody was signed in; empty when somebody was. "locked" with 0 seconds to wait means by an
            administrator, "expired" that the password was right, but a one-time one and too old.
    """

    token: str | None = field(default=None, repr=False)
    wait_s: float = 0.0
    reason: Reason = ""


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who is signed in.

    Attributes:
        session_id: number of the login; never given twice.
        user_id: number of the account.
        name: login name.
        roles: names of the account's roles.
        scopes: what the roles allow; only one's own account while the password must be changed.
        must_change: whether the password is a one-time one.
        ends_at: when the login ends unless it is used again: the earlier of idle and absolute limit, UTC.
    """

    session_id: int
    user_id: int
    name: str
    roles: frozenset[str]
    scopes: frozenset[Scope]
    must_change: bool
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class OpenLogin:
    """One of somebody's logins, for the page that lists them.

    Attributes:
        session_id: its number.
        address: where it came from.
        began_at: when it began, UTC.
        seen_at: latest request, to a minute, UTC.
        ends_at: as in `Login`.
    """

    session_id: int
    address: str
    began_at: dt.datetime
    seen_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Account:
    """One account, for those who look after them.

    Attributes:
        user_id: its number.
        name: login name.
        roles: names of its roles.
        is_locked: whether an administrator locked it.
        locked_until: end of a lock after wrong passwords, UTC; None when there is none.
        must_change: whether the password is a one-time one.
        one_time_until: until when that one is accepted, UTC; None when the password is the user's own.
        added_at: when the account was made, UTC.
        last_login_at: latest login, UTC; None before the first.
        open_logins: logins that hold now.
    """

    user_id: int
    name: str
    roles: frozenset[str]
    is_locked: bool
    locked_until: dt.datetime | None
    must_change: bool
    one_time_until: dt.datetime | None
    added_at: dt.datetime
    last_login_at: dt.datetime | None
    open_logins: int


def is_account_name(text: str) -> bool:
    """Tell whether an account can be called so."""
    return _NAME.fullmatch(text) is not None


def account_name(text: str) -> str:
    """Return a name as accounts spell it: without outer blanks, in lower case.

    Raises:
        AccountError: no account can be called so.
    """
    name = text.strip().lower()
    if not is_account_name(name):
        raise AccountError(
            "account name: expected 2 to 64 of a-z, 0-9, point, hyphen and underscore, the first a letter or digit, "
            f"got {len(name)} characters, or others; choose another"
        )
    return name
