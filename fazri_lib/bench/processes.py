"""Memory and CPU of a program and all processes that it started, over time. Linux only: read from /proc."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20
_TCP = ("net/tcp", "net/tcp6")
_ESTABLISHED, _LISTENING = "01", "0A"
_PARENT, _USER, _SYSTEM, _RESIDENT = 1, 11, 12, 21  # fields of /proc/PID/stat after the name and its bracket


@dataclass(frozen=True, slots=True)
class _State:
    parent: int
    cpu_s: float
    rss_mb: float


@dataclass(slots=True)
class Watch:
    """What a program and its descendants use, one reading at a time.

    Attributes:
        pid: of the program.
        start: moment of second 0, of the performance counter.
    """

    pid: int
    start: float = field(default_factory=time.perf_counter)
    _rows: list[tuple[float, int, str, float, float, int]] = field(default_factory=list)
    _roles: dict[int, str] = field(default_factory=dict)

    def look(self) -> None:
        """Take a reading of every process that is there now."""
        at_s, states = time.perf_counter() - self.start, _states()
        for pid in _tree(self.pid, states):
            role = self._roles.setdefault(pid, self._role(pid))
            connections = _connections(PROC / str(pid))
            self._rows.append((at_s, pid, role, states[pid].cpu_s, states[pid].rss_mb, connections))

    @property
    def readings(self) -> pd.DataFrame:
        """All readings: `at_s, pid, process, cpu_s` (so far), `rss_mb`, `connections` (that others opened to it)."""
        return pd.DataFrame(self._rows, columns=["at_s", "pid", "process", "cpu_s", "rss_mb", "connections"])

    def _role(self, pid: int) -> str:
        if pid == self.pid:
            return "front"
        if "resource_tracker" in _command(pid):
            return "tracker"
        return f"Panel {1 + sum(role.startswith('Panel') for role in self._roles.values())}"


def _tree(root: int, states: dict[int, _State]) -> list[int]:
    found = [root] if root in states else []
    for pid in found:  # grows while it is read
        found += [child for child, state in states.items() if state.parent == pid]
    return found


def _states() -> dict[int, _State]:
    return {int(path.name): state for path in PROC.glob("[0-9]*") if (state := _state(path))}


def _state(path: Path) -> _State | None:
    try:
        text = (path / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:  # it has ended meanwhile
        return None
    values = text.rpartition(")")[2].split()
    cpu_s = (int(values[_USER]) + int(values[_SYSTEM])) / _TICKS
    return _State(int(values[_PARENT]), cpu_s, int(values[_RESIDENT]) * _PAGE_MB)


def _connections(process: Path) -> int:
    """Connections to the ports that a process listens on."""
    try:
        held = {_target(link) for link in (process / "fd").iterdir()}
        lines = [line.split() for name in _TCP for line in (process / name).read_text().splitlines()[1:]]
    except OSError:  # it has ended meanwhile
        return 0
    own = [(line[1].rpartition(":")[2], line[3]) for line in lines if f"socket:[{line[9]}]" in held]
    ports = {port for port, state in own if state == _LISTENING}
    return sum(state == _ESTABLISHED and port in ports for port, state in own)


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:  # closed meanwhile
        return ""


def _command(pid: int) -> str:
    try:
        return (PROC / str(pid) / "cmdline").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
