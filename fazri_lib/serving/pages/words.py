"""Roles and scopes in the words of a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fazri_lib.access import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

ROLE_WORDS: dict[str, str] = {
    "viewer": "sees figures about places",
    "manager": "sees figures about places, and findings",
    "analyst": "works with places, findings and people under pseudonyms, reviews which records are one person",
    "researcher": "studies places, findings and people under pseudonyms",
    "security": "looks into findings and people, by name where that is needed, reviews which records are one person",
    "administrator": "looks after accounts and the audit log, on the command line, and after the published dashboards",
}
_SHOWN_IN_SECONDS = 120
SCOPE_WORDS: dict[Scope, str] = {
    Scope.OWN: "Log in and out, change your password, end your logins",
    Scope.ZONES: "See figures about places: occupancy, forecasts, counts, health of the data",
    Scope.FINDINGS: "See findings one by one, with reason and evidence",
    Scope.PEOPLE: "See a person's identifiers, days and findings, under a pseudonym",
    Scope.REVEAL: "See names, contacts and free text instead of pseudonyms; each look is noted in the audit log",
    Scope.REVIEW: "Answer whether directory records are one person, and withdraw answers; each is in the audit log",
    Scope.ACCOUNTS: "Add, lock and reset accounts, on the command line: fazri user",
    Scope.AUDIT: "Read the audit log, on the command line: fazri audit",
    Scope.PUBLISH: "Publish notebooks as dashboards, and see why one was refused",
}


def roles_in_words(roles: Iterable[str]) -> list[tuple[str, str]]:
    """Return the roles in the order of importance, each with what it is for."""
    held = set(roles)
    return [(name.capitalize(), words) for name, words in ROLE_WORDS.items() if name in held]


def scopes_in_words(scopes: frozenset[Scope]) -> tuple[list[str], list[str]]:
    """Return what is allowed, and what is not."""
    allowed = [words for scope, words in SCOPE_WORDS.items() if scope in scopes]
    withheld = [words for scope, words in SCOPE_WORDS.items() if scope not in scopes]
    return allowed, withheld


def in_hours(hours: float) -> str:
    """Return a span in words: "12 hours", "1 hour", "30 minutes"."""
    return _counted(round(hours * 60), "minute") if hours < 1 else _counted(hours, "hour")


def in_seconds(seconds: float) -> str:
    """Return a wait in words, rounded up: "4 seconds", "15 minutes"."""
    whole = max(1, -int(-seconds // 1))
    return _counted(whole, "second") if whole < _SHOWN_IN_SECONDS else _counted(-(-whole // 60), "minute")


def sentence(message: str) -> str:
    """Return one of our error messages as a sentence of a page."""
    return f"{message[:1].upper()}{message[1:]}."


def _counted(number: float, unit: str) -> str:
    return f"{number:g} {unit}{'' if number == 1 else 's'}"
