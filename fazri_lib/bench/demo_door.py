"""The real door on the demo campus: `fazri serve` in a process of its own, on this machine alone."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fazri_lib.bench.load import Door, Readers
from fazri_lib.bench.measured import measure
from fazri_lib.errors import FazriError
from fazri_lib.settings import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FAZRI = (sys.executable, "-m", "fazri_lib.cli")
HOST = "127.0.0.1"
START_S = 120
STOP_S = 20
LOOK_S = 0.25
READERS_MODULE = "fazri_lib.bench.demo_readers"
_OK = 200


def demo_campus(home: Path, users: int) -> Path:
    """Make the demo campus with an account for each reader; return the file about the readers.

    Raises:
        FazriError: `fazri demo` or the accounts failed.
    """
    log = home.with_suffix(".log")
    with log.open("wb") as lines:
        command = [*FAZRI, "demo", str(home)]
        done = subprocess.run(command, stdout=lines, stderr=lines, env=_environment(), check=False)  # noqa: S603 - ours
    if done.returncode:
        raise FazriError(f"fazri demo: expected exit code 0, got {done.returncode} ({_last(log)}); run it alone")
    readers = home.with_suffix(".json")
    measure(READERS_MODULE, "add_readers", home, users, readers)
    return readers


@contextmanager
def open_door(home: Path, mode: str, readers: Path) -> Iterator[Door]:
    """Serve a campus until the block ends; yield the door when it is ready.

    Args:
        home: the campus folder.
        mode: `thread` or `processes`.
        readers: file that `demo_campus` returned.

    Raises:
        FazriError: the server does not become ready.
    """
    port = _free_port()
    address, log = f"http://{HOST}:{port}", home.with_name(f"{home.name}-{mode}.log")
    command = [*FAZRI, "serve", "--host", HOST, "--port", str(port), "--mode", mode]
    environment = {**_environment(), "FAZRI_HOME": str(home)}
    with (
        log.open("wb") as lines,
        subprocess.Popen(command, cwd=home, stdout=lines, stderr=lines, env=environment) as server,  # noqa: S603 - ours
    ):
        try:
            _await_ready(server, f"{address}/health/ready", log)
            yield Door(address, server.pid, Readers(**json.loads(readers.read_text(encoding="utf-8"))))
        finally:
            _stop(server)


def _environment() -> dict[str, str]:
    """Variables without settings of another campus: its database, its address."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def _await_ready(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.perf_counter() + START_S
    while not _is_ready(address):
        if server.poll() is not None or time.perf_counter() > until:
            raise FazriError(f"fazri serve: expected it ready in {START_S} s, got none ({_last(log)}); run it alone")
        time.sleep(LOOK_S)


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own server
            return bool(answer.status == _OK)
    except (urllib.error.URLError, OSError):
        return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(STOP_S)
    except subprocess.TimeoutExpired:
        server.kill()


def _last(log: Path) -> str:
    return (log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["no message"])[-1]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])
