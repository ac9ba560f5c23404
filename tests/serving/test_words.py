"""Roles, scopes and spans in words."""

from __future__ import annotations

import pytest

from fazri_lib.access import ROLES, Scope
from fazri_lib.serving.pages.words import (
    ROLE_WORDS,
    SCOPE_WORDS,
    in_hours,
    in_seconds,
    roles_in_words,
    scopes_in_words,
)


def test_every_role_and_scope_has_words():
    """No role and no scope is without words."""
    assert set(ROLE_WORDS) == set(ROLES)
    assert set(SCOPE_WORDS) == set(Scope)


def test_what_no_page_does_is_not_promised():
    """Accounts and audit log have commands and no page: the words say where."""
    from fazri_lib.cli import audit, user

    for words, commands in ((SCOPE_WORDS[Scope.ACCOUNTS], user.COMMANDS), (SCOPE_WORDS[Scope.AUDIT], audit.COMMANDS)):
        assert "on the command line: fazri " in words
        assert all(verb in commands for verb in ("add", "lock", "reset") if verb in words.lower())
    assert "on the command line" in ROLE_WORDS["administrator"]


def test_what_is_allowed_and_what_is_not():
    """Each scope is on exactly one of the two lists."""
    allowed, withheld = scopes_in_words(ROLES["viewer"])
    assert (len(allowed), len(withheld)) == (2, 7)
    assert {*allowed, *withheld} == set(SCOPE_WORDS.values())
    assert [name for name, _ in roles_in_words(["administrator", "viewer"])] == ["Viewer", "Administrator"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 second"),
        (1, "1 second"),
        (3.2, "4 seconds"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (881, "15 minutes"),
    ],
)
def test_waits(seconds, words):
    """Waits are rounded up, so that who waits as long is let in."""
    assert in_seconds(seconds) == words


@pytest.mark.parametrize(("hours", "words"), [(12, "12 hours"), (1, "1 hour"), (0.5, "30 minutes"), (1.5, "1.5 hours")])
def test_hours(hours, words):
    """Limits are told in hours, short ones in minutes."""
    assert in_hours(hours) == words
