"""One login: who is signed in, and what they may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from fazri_lib.access.scopes import Scope


@dataclass(frozen=True, slots=True)
class Login:
    """One session of one user, as it was when it was looked up.

    Attributes:
        session_id: of the login, not secret; a user may have several.
        user_id: of the user.
        name: of the user, as typed at the login.
        roles: that the user holds.
        scopes: of all roles together; only `Scope.OWN` while the password must be changed.
        must_change: whether the password was given by somebody else.
        ends_at: UTC instant at which the login ends unless it is used: the earlier of the idle and the absolute limit.
    """

    session_id: int
    user_id: int
    name: str
    roles: frozenset[str]
    scopes: frozenset[Scope]
    must_change: bool
    ends_at: datetime
