"""What a reader may see: scopes, and the grant that holds them together with the purpose they were given for."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from fazri_lib.errors import SettingsError


class Scope(StrEnum):
    """One thing that a reader may be allowed."""

    OWN = "own"
    """One's own account: to sign out, to change the password. Everybody who is signed in holds it."""
    ZONES = "zones"
    """Figures about places: occupancy, forecasts, counts of findings, health of the data."""
    FINDINGS = "findings"
    """Findings one by one, with reason and evidence."""
    PEOPLE = "people"
    """A person's identifiers, days and findings, under a pseudonym."""
    REVEAL = "reveal"
    """Names, contacts, identifiers and free text instead of pseudonyms."""
    REVIEW = "review"
    """To answer whether directory records are one person, and to withdraw answers."""
    ACCOUNTS = "accounts"
    """Accounts of readers: to add, lock, reset."""
    AUDIT = "audit"
    """The audit log."""
    PUBLISH = "publish"
    """Notebooks as dashboards: what became of each, with cell and line."""


@dataclass(frozen=True, slots=True)
class Grant:
    """The scopes that a reader holds, and what for. Without arguments it holds none.

    Attributes:
        scopes: what is allowed.
        purpose: why the reader asked for more than pseudonyms; goes into the log.
        key: secret that keys pseudonyms; without it they follow from the entity id.
    """

    scopes: frozenset[Scope] = frozenset()
    purpose: str = ""
    key: str = field(default="", repr=False)

    def holds(self, scope: Scope) -> bool:
        """Tell whether the scope is held."""
        return scope in self.scopes


DENY = Grant()


def reveal_for(purpose: str | None, key: str = "") -> Grant:
    """Return a grant that shows personal values for a stated purpose.

    Args:
        purpose: why, in a few words.
        key: secret that keys pseudonyms.

    Raises:
        SettingsError: no purpose was given.
    """
    stated = (purpose or "").strip()
    if not stated:
        raise SettingsError(
            'personal values need a purpose; expected open(reveal=True, purpose="why"), got none; state it'
        )
    return Grant(frozenset({Scope.REVEAL}), stated, key)
