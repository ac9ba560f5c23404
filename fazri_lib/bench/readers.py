"""Accounts of the readers of `serving`, in the operations database of a campus."""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fazri_lib import settings as campus_settings
from fazri_lib.store.operations import open_operations
from fazri_lib.workflows.accounts import Accounts

ROLES = ("analyst",)


def add_readers(home: str, users: str, out: str) -> int:
    """Add accounts whose passwords need no change; write names and passwords as JSON; return how many."""
    folder = Path(home)
    settings = campus_settings.load(folder)
    operations = open_operations(settings.operations_url, folder)
    try:
        accounts = Accounts(operations, settings.serving, _now)
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # Argon2 is slow by intent, and works beside Python
            added = list(pool.map(lambda number: _reader(accounts, f"reader{number}"), range(int(users))))
    finally:
        operations.close()
    Path(out).touch(mode=0o600)
    Path(out).write_text(json.dumps(added), encoding="utf-8")
    return len(added)


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
