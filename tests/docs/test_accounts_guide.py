"""The guide of accounts names what there is: commands, roles, settings and their values."""

from __future__ import annotations

import re
from pathlib import Path

from fazri_lib.access import ROLES
from fazri_lib.cli import audit, user
from fazri_lib.settings import Serving

GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "accounts.md").read_text(encoding="utf-8")


def test_commands():
    """Each command of `fazri user` is named, and no other."""
    assert set(re.findall(r"fazri user ([a-z]+)", GUIDE)) == set(user.COMMANDS)
    assert set(re.findall(r"fazri audit ([a-z]+)", GUIDE)) == set(audit.COMMANDS)


def test_roles():
    """Each role has its line in the table, and no other."""
    table = GUIDE.split("## Roles")[1].split("## ")[0]
    assert {
        role for line in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for role in re.findall(r"`(\w+)`", line)
    } == set(ROLES)


def test_settings():
    """Each setting is named with the value that it has by default."""
    text = " ".join(GUIDE.split())
    for name in ("failures", "lock_min", "idle_min", "session_h"):
        assert re.search(rf"`serving\.{name}`[^(`]*\({getattr(Serving(), name):g}\)", text), name
