"""SECURITY.md and CHANGELOG.md say what holds, once."""

from __future__ import annotations

from pathlib import Path

from fazri_lib.access import ROLES, Scope

ROOT = Path(__file__).parents[2]


def test_who_sees_names():
    """The first promise tells both ways to names: a purpose in notebooks, a role on dashboards, by its name."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    promise = text.split("**What holds today**")[1].split("\n- ")[1]
    assert "`reveal=True` with a purpose" in promise
    revealing = sorted(name for name, scopes in ROLES.items() if Scope.REVEAL in scopes)
    assert [name for name in revealing if f"`{name}`" not in promise] == []


def test_no_change_is_told_twice():
    """No two lines of the list of changes begin alike, as a merge leaves them."""
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    beginnings = [line[:50] for line in lines if len(line) > 50]
    assert sorted(set(beginnings)) == sorted(beginnings)
