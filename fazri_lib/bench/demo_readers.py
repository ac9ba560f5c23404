"""Readers of a campus's dashboards: their accounts, the pages that they open, what they choose and look for there."""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fazri_lib import open as open_campus
from fazri_lib import settings as campus_settings
from fazri_lib.store.operations import open_operations
from fazri_lib.workflows.accounts import Accounts

ROLES = ("analyst",)
EACH = 12
"""Addresses of each page."""
DAYS = 14


def add_readers(home: str, users: str, out: str) -> int:
    """Add accounts whose passwords need no change; write what readers need as JSON; return how many there are.

    The JSON has the fields of `fazri_lib.bench.load.Readers`.
    """
    folder = Path(home)
    settings = campus_settings.load(folder)
    operations = open_operations(None, folder)  # never the database of another campus that a variable names
    try:
        accounts = Accounts(operations, settings.serving, _now)
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # Argon2 is slow by intent, and works beside Python
            added = list(pool.map(lambda number: _reader(accounts, f"reader{number}"), range(int(users))))
    finally:
        operations.close()
    Path(out).touch(mode=0o600)
    Path(out).write_text(json.dumps({"accounts": added, **_visits(folder)}), encoding="utf-8")
    return len(added)


def _visits(home: Path) -> dict[str, list[str]]:
    """Every page as often, with the zones and people that the campus has."""
    with open_campus(home) as campus:
        zones = campus.zone_names()
        people = campus.findings().frame["pseudonym"].dropna().drop_duplicates().head(EACH).tolist()
        last = campus.as_of.date()
    pages = ["/dash/today", "/dash/findings"] * EACH
    pages += [f"/dash/zones?zone_id={zone}" for zone in _repeated(list(zones.values()))]
    pages += [f"/dash/person?entity={person}" for person in _repeated(people)]
    days = [(last - dt.timedelta(days=past)).isoformat() for past in reversed(range(DAYS))]
    return {"pages": pages, "days": days, "words": sorted({name[:2] for name in zones})}


def _repeated(values: list[str]) -> list[str]:
    return (values * EACH)[:EACH]


def _reader(accounts: Accounts, name: str) -> tuple[str, str]:
    """Add one account and replace its one-time password, as its owner would at the first login."""
    once, password = accounts.add(name, ROLES, actor="bench"), secrets.token_urlsafe(18)
    token = accounts.log_in(name, once).token
    login = accounts.session(token) if token else None
    assert login, "a one-time password holds for the first login"
    accounts.change_password(login.session_id, once, password)
    accounts.log_out(login.session_id)
    return name, password


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
