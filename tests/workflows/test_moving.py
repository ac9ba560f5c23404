"""Accounts and audit log move to another database and stay what they were."""

from __future__ import annotations

import datetime as dt

import pytest
from operations import execute

from fazri_lib.access.passwords import CHEAPEST, Passwords
from fazri_lib.errors import AccountError
from fazri_lib.settings import Serving
from fazri_lib.store.operations import open_operations
from fazri_lib.workflows.accounts import Accounts
from fazri_lib.workflows.audit import Audit
from fazri_lib.workflows.moving import Moved, move

NOW = dt.datetime(2025, 9, 13, 12, 0, 0, 7)


def clock() -> dt.datetime:
    """The time."""
    return NOW


def accounts_of(operations) -> Accounts:
    """Accounts of a database, passwords at the least cost."""
    return Accounts(operations, Serving(), clock, Passwords(CHEAPEST))


@pytest.fixture
def source(sqlite_files, tmp_path):
    """A SQLite database with two accounts, one of them signed in."""
    with open_operations(sqlite_files.new(), tmp_path) as operations:
        yield operations


def test_everything_arrives(source, operations):
    """Passwords, numbers, roles, locks and the chain are the same afterwards; logins are not; new numbers go on."""
    old, new = accounts_of(source), accounts_of(operations)
    once = [old.add(name, ["viewer", "analyst"]) for name in ("ann", "ben")]
    old.lock("ben")
    token = old.log_in("ann", once[0]).token
    assert move(source, operations, clock, actor="root") == Moved(accounts=2, audit_rows=4)
    with source.read() as before, operations.read() as after:
        assert after.users.all() == before.users.all()
        assert list(after.audit.all())[:4] == list(before.audit.all())
    assert new.session(token) is None
    assert new.log_in("ann", once[0]).token
    assert new.log_in("ben", once[1]).reason == "locked"
    new.add("eve", ["viewer"])
    assert [user.user_id for user in new.users()] == [1, 2, 3]
    log = Audit(operations, clock)
    assert log.verify(Audit(source, clock).head()) is None
    assert next((entry.event, entry.actor) for entry in log.entries(before=6)) == ("accounts moved", "root")


def test_an_empty_database_moves(source, operations):
    """Nothing moves to nothing, and the first account gets the first number."""
    assert move(source, operations, clock) == Moved(0, 0)
    accounts_of(operations).add("ann", ["viewer"])
    assert accounts_of(operations).users()[0].user_id == 1


def test_not_over_others(source, operations):
    """A database that holds accounts is left as it is."""
    accounts_of(source).add("ann", ["viewer"])
    accounts_of(operations).add("ben", ["viewer"])
    with pytest.raises(AccountError, match="expected an empty one, got rows"):
        move(source, operations, clock)
    assert [user.name for user in accounts_of(operations).users()] == ["ben"]


def test_a_broken_log_does_not_move(source, operations):
    """A log that was changed is not made to look whole."""
    accounts_of(source).add("ann", ["viewer"])
    execute(source, "DROP TRIGGER audit_no_update", "UPDATE audit SET actor = 'eve'")
    with pytest.raises(AccountError, match="got row 1 that was altered"):
        move(source, operations, clock)
    assert accounts_of(operations).users() == []
