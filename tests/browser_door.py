"""A running door for tests in a browser: `fazri serve` in a process of its own, and what went wrong on its pages."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = "long enough " + "and unheard of"  # pragma: allowlist secret
ONE_TIME = re.compile(r"one-time password\D*?:?\s+(\S+)", re.IGNORECASE)


@dataclass
class Door:
    """A running `fazri serve`.

    Attributes:
        home: its campus folder.
        url: its address.
        process: the process.
        log: file with its log.
    """

    home: Path
    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def add(self, name: str, *roles: str) -> str:
        """Add an account from another process; return its one-time password."""
        options = [option for role in roles for option in ("--role", role)]
        told = self.fazri("user", "add", name, *options)
        (password,) = ONE_TIME.findall(told)
        return password

    def fazri(self, *arguments: str) -> str:
        """Run a command on the campus, return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "fazri_lib.cli", *arguments],
            cwd=self.home, env=environment(self.home), check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout

    def ready(self, within_s: float = 60.0) -> None:
        """Wait until it answers that it is ready."""
        ends = time.monotonic() + within_s
        while time.monotonic() < ends:
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")[-4000:]
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/health/ready", timeout=2).status_code == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(f"not ready: {self.log.read_text(encoding='utf-8')[-4000:]}")

    def stop(self) -> float:
        """Ask it to end; return the seconds that took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=15)
        return time.monotonic() - started


def environment(home: Path, **more: str) -> dict[str, str]:
    """Variables of a process on a campus, none of ours taken over."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FAZRI_")}
    return {**kept, "FAZRI_HOME": str(home), **more}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def opened(home: Path, *options: str, **variables: str) -> Iterator[Door]:
    """Serve a campus for a while."""
    port, log = free_port(), home.parent / f"door-{time.monotonic_ns()}.log"
    command = [sys.executable, "-m", "fazri_lib.cli", "serve", "--port", str(port), *options]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=home, env=environment(home, **variables), stdout=out, stderr=subprocess.STDOUT
        )
    door = Door(home, f"http://127.0.0.1:{port}", process, log)
    try:
        door.ready()
        yield door
    finally:
        if process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
            process.kill()
        process.wait()


@dataclass
class Watched:
    """A page, and what went wrong on it.

    Attributes:
        page: Playwright's page.
        complaints: errors of the console and uncaught ones.
        strangers: requests that left for another host.
        expected: complaints that hold one of these texts are no surprise.
    """

    page: Any
    host: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def watch(self, page: Any) -> None:
        """Listen to a page of the same context."""
        page.on("console", lambda message: self._complain(message.type, message.text))
        page.on("pageerror", lambda error: self._complain("error", str(error)))

    def request(self, request: Any) -> None:
        """Note a request."""
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != self.host:
            self.strangers.append(request.url)

    def _complain(self, kind: str, text: str) -> None:
        if kind == "error" and not any(known in text for known in self.expected):
            self.complaints.append(text)


def log_in(page: Any, name: str, password: str) -> None:
    """Fill in the login form and send it."""
    page.goto("/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def first_login(page: Any, name: str, one_time: str) -> None:
    """Log in with a one-time password and choose an own one."""
    log_in(page, name, one_time)
    choose_password(page, one_time)


def choose_password(page: Any, one_time: str) -> None:
    """Put an own password in place of the one-time one."""
    page.get_by_label("One-time password").fill(one_time)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    page.get_by_role("button", name="Keep this password").click()
    page.wait_for_url(re.compile(r".*/(dash/.*|)$"))
