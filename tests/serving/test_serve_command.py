"""`fazri serve` and `fazri demo --serve`: the real program, from start to a graceful end."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

pytestmark = pytest.mark.slow
PROGRAM = [sys.executable, "-m", "fazri_lib.cli"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A campus folder where nothing is published, without a dashboard that ships with Fazri."""
    folder = tmp_path / "campus"
    folder.mkdir()
    (folder / "fazri.toml").write_text(f"name = 'Northfield'\n[serving]\nport = {free_port()}\n", encoding="utf-8")
    return folder


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def fetched(address: str, method: str = "GET") -> tuple[int, str, dict[str, str]]:
    """Status, body and headers of an answer; redirects are followed."""
    asked = urllib.request.Request(address, method=method, headers={"accept": "text/html"})  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 - our own server
            return answer.status, answer.read().decode(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), dict(error.headers)


@contextmanager
def serving(home, *arguments):
    """The running program and the lines it said until it was up."""
    command = [*PROGRAM, *(arguments or ("serve",))]
    with (home / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=home, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        said = []
        for line in process.stdout:
            said.append(line.rstrip())
            if line.startswith("stop "):
                break
        assert process.poll() is None, (home / "log").read_text()
        yield process, said
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_and_ends_well(home, number):
    """It says where it is and how to add an account, answers, logs JSON, and ends on a signal within five seconds."""
    with serving(home) as (process, said):
        address = next(line.split()[1] for line in said if line.startswith("open "))
        status, page, headers = fetched(address)
        assert (status, "Northfield" in page, 'name="password"' in page) == (200, True, True)
        assert "server" not in {name.lower() for name in headers}
        status, told, _ = fetched(f"{address}/health/ready")
        assert (status, json.loads(told)["parts"]["extract"]) == (200, "degraded")
        begun = time.monotonic()
        process.send_signal(number)
        while "\nclosed\n" not in (home / "log").read_text() and time.monotonic() - begun < 30:
            time.sleep(0.02)
        assert time.monotonic() - begun < 5
        rest = process.stdout.read()
        assert process.wait(30) == 0
        assert "fazri user add NAME --role administrator" in rest
    lines = [json.loads(line) for line in (home / "log").read_text().splitlines() if line.startswith("{")]
    assert {"/login", "/health/ready"} <= {line.get("path") for line in lines if line["event"] == "request"}
    assert [line for line in lines if line["level"] == "error"] == []


def test_a_taken_port(home):
    """A port that something listens on is told in one line, before anything is built."""
    port = int((home / "fazri.toml").read_text().split("port = ")[1])
    with socket.create_server(("127.0.0.1", port)):
        result = subprocess.run([*PROGRAM, "serve"], cwd=home, check=False, capture_output=True, text=True)
    assert result.returncode == 3
    assert result.stderr.splitlines()[-1].startswith(f"fazri: cannot listen: expected 127.0.0.1 port {port} to be free")
    assert "page warmed" not in result.stderr


def test_readers_elsewhere(home, capsys):
    """Who listens on every address is told that without the one in people's browsers nobody else can log in."""
    from fazri_lib.cli import serve
    from fazri_lib.cli.operations import open_accounts
    from fazri_lib.cli.session import open_session

    def told(host, **more):
        session = serve._with(open_session(home), {"host": host, **more})
        with open_accounts(session) as accounts:
            serve._tell(session, accounts, None)
        return "readers on other machines cannot log in" in capsys.readouterr().err

    assert [told("0.0.0.0"), told("::"), told("127.0.0.1"), told("10.0.0.5")] == [True, True, False, False]  # noqa: S104
    assert not told("0.0.0.0", public_url="https://fazri.example.org")  # noqa: S104


def test_an_empty_host(home):
    """It would be every address of the machine: refused in one line."""
    result = subprocess.run(
        [*PROGRAM, "serve", "--host", ""], cwd=home, check=False, capture_output=True, text=True, timeout=60
    )
    assert (result.returncode, result.stderr.splitlines()[-1][:35]) == (3, "fazri: --host: expected an address,")


@pytest.mark.parametrize("module", ["sqlalchemy", "argon2", "alembic"])
def test_accounts_without_a_package(home, module):
    """What is missing is named in one line with the remedy, not in a traceback."""
    program = f"import sys; sys.modules[{module!r}] = None; from fazri_lib.cli.program import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", program, "user", "list"],
        cwd=home, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert result.returncode == 3, result.stderr
    (told,) = result.stderr.splitlines()
    assert told.startswith(f"fazri: accounts: expected {module}")
    assert told.endswith('run pip install "fazri[serve]"')


def test_serving_names_every_missing_package(monkeypatch):
    """All that the extra installs is asked for before anything is imported."""
    import importlib.util
    import tomllib

    from fazri_lib.cli import serve
    from fazri_lib.errors import DependencyError
    from fazri_lib.settings import shipped

    extra = tomllib.loads(shipped("pyproject.toml").read_text())["project"]["optional-dependencies"]["serve"]
    assert {name.partition("[")[0] for name in serve._NEEDED.values()} == {
        re.split(r"[\[><=]", line)[0] for line in extra
    }
    assert serve._require() is None
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in {"brotli", "argon2"} else name)
    with pytest.raises(DependencyError, match="expected argon2-cffi, brotli, not installed"):
        serve._require()


def test_checking_notebooks(home):
    """`--check` names notebook, cell and line of what is refused, and fails."""
    folder = home / "dashboards"
    folder.mkdir()
    entry = 'title = "T"\nnotebook = "bad.ipynb"\npath = "/dash/bad"\nicon = "map"\nscope = "zones"\norder = 1\n'
    (folder / "catalog.toml").write_text(f"[bad]\n{entry}", encoding="utf-8")
    cell = {"cell_type": "code", "source": "!ls", "metadata": {}, "outputs": [], "execution_count": None, "id": "a"}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "bad.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    result = subprocess.run([*PROGRAM, "serve", "--check"], cwd=home, check=False, capture_output=True, text=True)
    assert result.returncode == 1
    assert "bad.ipynb: cell 1, line 1" in result.stdout


def test_the_account_of_the_demo(home):
    """The demo's account has a new one-time password at each start, until somebody has chosen one of their own."""
    from fazri_lib.cli import demo
    from fazri_lib.cli.session import open_session, read_clock
    from fazri_lib.store.operations import open_operations
    from fazri_lib.workflows.accounts import Accounts

    session = open_session(home)
    name, first = demo.account_of(session)
    _, second = demo.account_of(session)
    with open_operations(None, home) as operations:
        accounts = Accounts(operations, session.settings.serving, read_clock)
        assert accounts.log_in(name, second).token
        token = accounts.log_in(name, second).token
        login = accounts.session(token)
        assert (login.must_change, login.roles) == (True, {"administrator", "analyst"})
        accounts.change_password(login.session_id, second, "tall quiet rivers 7")
    assert first != second
    assert demo.account_of(session) == (demo.ACCOUNT, "")
