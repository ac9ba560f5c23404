"""Which scopes each role holds. The only place that says so; a reader with several roles holds the scopes of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fazri_lib.access.scopes import Scope
from fazri_lib.errors import UnknownNameError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

ROLES: dict[str, frozenset[Scope]] = {
    "viewer": frozenset({Scope.OWN, Scope.ZONES}),
    "manager": frozenset({Scope.OWN, Scope.ZONES, Scope.FINDINGS}),
    "analyst": frozenset({Scope.OWN, Scope.ZONES, Scope.FINDINGS, Scope.PEOPLE, Scope.REVIEW}),
    "researcher": frozenset({Scope.OWN, Scope.ZONES, Scope.FINDINGS, Scope.PEOPLE}),
    "security": frozenset({Scope.OWN, Scope.ZONES, Scope.FINDINGS, Scope.PEOPLE, Scope.REVEAL, Scope.REVIEW}),
    "administrator": frozenset({Scope.OWN, Scope.ZONES, Scope.ACCOUNTS, Scope.AUDIT, Scope.PUBLISH}),
}


def scopes_of(roles: Iterable[str]) -> frozenset[Scope]:
    """Return all scopes that roles hold together.

    Raises:
        UnknownNameError: there is no such role.
    """
    found: frozenset[Scope] = frozenset()
    for role in roles:
        if role not in ROLES:
            raise UnknownNameError(f"no role {role}{nearest(role, ROLES)}; expected one of {', '.join(ROLES)}")
        found |= ROLES[role]
    return found
