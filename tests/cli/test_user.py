"""`fazri user` and `fazri audit`: accounts from the command line, on SQLite in the campus folder and on PostgreSQL."""

from __future__ import annotations

import json
import os
import re
import stat

import pytest
from operations import execute

from fazri_lib.settings import Settings
from fazri_lib.store.operations import open_operations
from fazri_lib.workflows.accounts import Accounts

pytestmark = pytest.mark.slow  # passwords at full cost
PASSWORD = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty campus as the working directory."""
    (tmp_path / "fazri.toml").write_text('time_zone = "Asia/Kolkata"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_help(fazri):
    """Each command of the groups has a help with examples."""
    for words in (["user", name] for name in ("add", "reset", "lock", "unlock", "roles", "move", "list")):
        assert f"fazri {' '.join(words)}" in fazri(*words, "--help").stdout.split("Examples:")[1]
    for name in ("list", "verify"):
        assert f"fazri audit {name}" in fazri("audit", name, "--help").stdout.split("Examples:")[1]


def test_add_and_list(fazri, home):
    """An account is added with a one-time password, printed once; the list tells roles and state, no password."""
    result = fazri("user", "add", "Ann", "--role", "administrator", "--role", "viewer")
    assert result.exit_code == 0
    (password,) = PASSWORD.findall(result.stdout)
    assert result.stdout.splitlines()[0] == "account ann: added"
    listed = fazri("user", "list").stdout
    assert re.search(r"^ann +administrator, viewer +one-time password until \w{3} .* never +0$", listed, re.MULTILINE)
    assert password not in listed
    assert stat.S_IMODE((home / "state" / "operations.db").stat().st_mode) == 0o600
    with open_operations(None, home) as operations:
        import datetime as dt

        now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        assert Accounts(operations, Settings().serving, lambda: now).log_in("ann", password).token


def test_json(fazri, home):
    """With --json each command prints one object."""
    added = json.loads(fazri("user", "add", "ann", "--role", "viewer", "--json").stdout)
    assert (added["account"], added["what"]) == ("ann", "added")
    assert PASSWORD.fullmatch(added["one_time_password"])
    assert PASSWORD.fullmatch(json.loads(fazri("user", "reset", "ann", "--json").stdout)["one_time_password"])
    assert json.loads(fazri("user", "lock", "ann", "--json").stdout) == {"account": "ann", "what": "locked"}
    (listed,) = json.loads(fazri("user", "list", "--json").stdout)["accounts"]
    assert (listed["name"], listed["roles"], listed["is_locked"], listed["open_logins"]) == ("ann", ["viewer"], True, 0)
    assert "hash" not in str(listed)


def test_lock_unlock_roles(fazri, home):
    """An account is locked, unlocked and given other roles."""
    fazri("user", "add", "ann", "--role", "viewer")
    assert fazri("user", "lock", "ann").stdout == "account ann: locked\n"
    assert " locked " in fazri("user", "list").stdout
    assert fazri("user", "unlock", "ann").stdout == "account ann: unlocked\n"
    assert fazri("user", "roles", "ann", "--role", "security").stdout == "account ann: has the roles security\n"
    assert " security " in fazri("user", "list").stdout


def test_the_last_administrator(fazri, home):
    """The last administrator is locked, or loses the role, with a warning on standard error."""
    fazri("user", "add", "ann", "--role", "administrator")
    for arguments in (["roles", "ann", "--role", "administrator", "--role", "viewer"], ["unlock", "ann"]):
        assert fazri("user", *arguments).stderr == ""
    for arguments in (["lock", "ann"], ["roles", "ann", "--role", "viewer"]):
        fazri("user", "unlock", "ann")
        result = fazri("user", *arguments)
        assert result.exit_code == 0
        assert "warning: nobody is left who can look after accounts" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add", "ann", "--role", "viewer"], "in use"),
        (["add", "b", "--role", "viewer"], "account name"),
        (["add", "ben", "--role", "analist"], "did you mean analyst?"),
        (["lock", "anne"], "did you mean ann?"),
    ],
)
def test_refused(fazri, home, arguments, words):
    """What cannot be done ends with exit code 3 and one line; no password is printed."""
    fazri("user", "add", "ann", "--role", "viewer")
    result = fazri("user", *arguments)
    assert (result.exit_code, result.stdout) == (3, "")
    assert words in result.stderr
    assert result.stderr.count("\n") == 1


def test_audit_verify(fazri, home):
    """A whole log tells its end, which a later check can be given; a log that was changed ends with exit code 1."""
    fazri("user", "add", "ann", "--role", "viewer")
    result = fazri("audit", "verify")
    assert result.exit_code == 0
    assert "1 rows, none altered" in result.stdout
    end = result.stdout.split("its end: ")[1].strip()
    fazri("user", "lock", "ann")
    assert fazri("audit", "verify", "--noted", end).exit_code == 0
    assert "written anew" in fazri("audit", "verify", "--noted", f"1:{'0' * 64}").stderr
    assert fazri("audit", "verify", "--noted", "1").exit_code == 2
    with open_operations(None, home) as operations:
        execute(operations, "DROP TRIGGER audit_no_update", "UPDATE audit SET actor = 'ben' WHERE seq = 2")
    broken = fazri("audit", "verify")
    assert (broken.exit_code, broken.stdout) == (1, "")
    assert broken.stderr == "fazri: audit log, row 2: was altered\n"
    assert json.loads(fazri("audit", "verify", "--json").stdout)["broken"] == {"seq": 2, "what": "was altered"}


def test_audit_list(fazri, home):
    """The latest row comes first, in campus time; --limit ends the list, --json gives whole rows."""
    fazri("user", "add", "ann", "--role", "viewer")
    fazri("user", "lock", "ann")
    head, *lines = fazri("audit", "list").stdout.splitlines()
    assert re.match(r"row +when \(Asia/Kolkata\) +event +by +on +from +more$", head)
    assert re.match(
        r" *2  \w{3} \d\d \w{3} \d{4} \d\d:\d\d +account locked +fazri user.* ann +logins_ended 0$", lines[0]
    )
    assert [line.split()[0] for line in lines] == ["2", "1"]
    assert lines[1].endswith("roles viewer")
    assert len(fazri("audit", "list", "--limit", "1").stdout.splitlines()) == 2
    assert fazri("audit", "list", "--limit", "0").exit_code == 2
    (entry,) = json.loads(fazri("audit", "list", "--limit", "1", "--json").stdout)["entries"]
    assert (entry["seq"], entry["event"], entry["subject"]) == (2, "account locked", "ann")
    assert entry["at"].endswith("Z")
    assert entry["detail"] == {"logins_ended": 0}


def line_of(fazri) -> dict:
    """What `fazri doctor` tells about the operations database."""
    checks = json.loads(fazri("doctor", "--json").stdout)["checks"]
    return next(check for check in checks if check["name"] == "operations database")


def test_doctor(fazri, home, monkeypatch):
    """The doctor tells what is there and what to do, and makes nothing by looking."""
    line = line_of(fazri)
    assert (line["ok"], line["is_required"], line["what"]) == (False, False, "no accounts yet")
    assert line["remedy"] == "run `fazri user add NAME --role administrator`"
    assert not (home / "state" / "operations.db").exists()
    fazri("user", "add", "ann", "--role", "administrator")
    assert line_of(fazri)["what"] == "sqlite, revision 0002, 1 accounts, 1 audit rows"
    (home / "state" / "operations.db").chmod(0o644)
    assert "chmod 600" in line_of(fazri)["remedy"]
    with open_operations(None, home) as operations:
        execute(operations, "UPDATE alembic_version SET version_num = '0000'")
    assert "revision 0000, expected 0002" in line_of(fazri)["what"]
    monkeypatch.setenv("FAZRI_OPERATIONS_URL", f"postgresql://pw4you@/db?host={home}")
    line = line_of(fazri)
    assert (line["ok"], line["is_required"]) == (False, True)
    assert "pw4you" not in str(line)


@pytest.mark.postgres
def test_postgres(fazri, home, postgres_databases, monkeypatch):
    """With FAZRI_OPERATIONS_URL the same commands work on PostgreSQL, and no file is made."""
    monkeypatch.setenv("FAZRI_OPERATIONS_URL", postgres_databases.new("template0").get_secret_value())
    assert fazri("user", "add", "ann", "--role", "administrator").exit_code == 0
    assert "ann" in fazri("user", "list").stdout
    assert fazri("audit", "verify").exit_code == 0
    assert line_of(fazri)["what"] == "postgresql, revision 0002, 1 accounts, 1 audit rows"
    assert not os.path.lexists(home / "state" / "operations.db")


def test_move(fazri, home, sqlite_files, monkeypatch):
    """`fazri user move` carries accounts and log to the database of the variable, which then is the one in use."""
    fazri("user", "add", "ann", "--role", "administrator")
    assert "got none" in fazri("user", "move").stderr
    monkeypatch.setenv("FAZRI_OPERATIONS_URL", sqlite_files.new("template0").get_secret_value())
    assert fazri("user", "move").stdout.startswith("1 accounts and 1 audit rows moved")
    assert "ann" in fazri("user", "list").stdout
    assert "2 rows, none altered" in fazri("audit", "verify").stdout
    assert "expected an empty one" in fazri("user", "move").stderr
