"""Load on a running server: Locust's readers in the peers' environment, and what the server's processes used."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from fazri_lib.bench.peers import script
from fazri_lib.bench.places import peers_python
from fazri_lib.bench.processes import Watch
from fazri_lib.errors import FazriError

if TYPE_CHECKING:
    from pathlib import Path

    from fazri_lib.bench.sizes import Load

SCRIPT = "serving_load.py"
SEED = 5_050
LOOK_S = 1.0
GRACE_S = 90
"""How long readers may take to finish what they do when the time is over, and Locust to end."""
ACTIONS = ("update", "page", "page, cold cache", "login", "other requests")
LOGIN = "/login, sent"


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads, and what.

    Attributes:
        accounts: names and passwords, at least one a reader.
        pages: paths with query; one is drawn at each opening.
        days: what they choose in fields for a day, ascending.
        words: what they type into the field that looks something up, on pages without anything to choose.
    """

    accounts: tuple[tuple[str, str], ...] = field(repr=False)
    pages: tuple[str, ...]
    days: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Door:
    """A server that readers can come to.

    Attributes:
        address: http://127.0.0.1:PORT; no other machine is ever asked.
        pid: of its first process.
        readers: who may come.
    """

    address: str
    pid: int
    readers: Readers


@dataclass(frozen=True, slots=True)
class Loaded:
    """What readers did, and what it cost.

    Attributes:
        done: everything that readers did: `type, name, at_s, ms, bytes, fault` (empty when it went well).
        used: readings of the server's processes (`Watch.readings`), second 0 as in `done`, about.
        generator_cpu_s: CPU time of Locust itself.
    """

    done: pd.DataFrame
    used: pd.DataFrame
    generator_cpu_s: float


def put_load(door: Door, load: Load, folder: Path) -> Loaded:
    """Let readers work at a door, for the load's seconds after the ramp; then watch it at rest.

    Args:
        door: the server.
        load: readers, think time, seconds.
        folder: for the files between the two environments.

    Raises:
        FazriError: Locust did not run or did not end.
    """
    given = {**asdict(door.readers), "think_s": load.think_s, "opening": load.opening}
    out, told, log = folder / "done.csv", folder / "load.json", folder / "locust.log"
    told.touch(mode=0o600)
    told.write_text(json.dumps({**given, "seed": SEED, "out": str(out)}), encoding="utf-8")
    server = Watch(door.pid)
    server.look()
    environment = {**os.environ, "FAZRI_LOAD": str(told)}
    with (
        log.open("wb") as lines,
        subprocess.Popen(_command(door, load), stdout=lines, stderr=lines, env=environment) as started,  # noqa: S603 - ours
    ):
        try:
            generator_cpu_s = _follow(started, server, load.ramp_s + load.seconds + GRACE_S)
        finally:
            started.kill()
            told.unlink()
    if started.returncode or not out.exists():
        last = (log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["no message"])[-1]
        raise FazriError(f"load failed: expected exit code 0, got {started.returncode} ({last}); run it alone")
    _rest(server, load.rest_s)
    return Loaded(read_done(out), server.readings, generator_cpu_s)


def read_done(path: Path) -> pd.DataFrame:
    """Return what the load script wrote, with empty texts where there was no fault."""
    rows = pd.read_csv(path, dtype={"type": str, "name": str, "fault": str}, keep_default_na=False)
    return rows.astype({"at_s": float, "ms": float, "bytes": int})


def action_rows(done: pd.DataFrame) -> list[dict[str, object]]:
    """Return count, errors and percentiles in ms of each kind of action; failed ones count with their time."""
    kind = done["name"].where(done["type"] == "action", "other requests").mask(done["name"] == LOGIN, "login")
    rows: list[dict[str, object]] = []
    for action in ACTIONS:
        of_it = done[kind == action]
        found = of_it["ms"].quantile([0.5, 0.95, 0.99, 1.0]) if len(of_it) else [None] * 4
        spans = ("P50 ms", "P95 ms", "P99 ms", "most ms")
        figures = {span: None if ms is None else round(ms) for span, ms in zip(spans, found, strict=True)}
        rows.append({"action": action, "count": len(of_it), "errors": int((of_it["fault"] != "").sum()), **figures})
    return rows


def process_rows(used: pd.DataFrame, load: Load) -> list[dict[str, object]]:
    """Return CPU, memory and connections of each server process and of all together.

    CPU is counted while all readers are there. `first` and `last` are means over the first and the last minute of that
    time, its halves when it is shorter.
    """
    summed = used.groupby("at_s", as_index=False)[["cpu_s", "rss_mb", "connections"]].sum().assign(process="all")
    served = pd.concat([used[used["process"] != "tracker"], summed])
    return [{"process": name, **_process(rows, load)} for name, rows in served.groupby("process", sort=False)]


def _process(rows: pd.DataFrame, load: Load) -> dict[str, object]:
    start, end = load.ramp_s, load.ramp_s + load.seconds
    part, at = min(60.0, load.seconds / 2), rows["at_s"]
    first = rows[at.between(start, start + part)].mean(numeric_only=True)
    last = rows[at.between(end - part, end)].mean(numeric_only=True)
    cpu_s = rows.loc[at.between(start, end), "cpu_s"]
    spent = cpu_s.max() - cpu_s.min()
    before, after, memory = rows.iloc[0], rows.iloc[-1], "rss_mb"
    spans = {"before": before[memory], "first": first[memory], "last": last[memory]}
    spans |= {"most": rows[memory].max(), "after rest": after[memory]}
    held = {"first": first["connections"], "last": last["connections"], "after rest": after["connections"]}
    return {
        "CPU s": round(float(spent), 1),
        "cores": round(float(spent) / load.seconds, 3),
        **{f"MB {span}": round(float(value)) for span, value in spans.items()},
        **{f"connections {span}": round(float(value)) for span, value in held.items()},
    }


def faults(done: pd.DataFrame) -> list[str]:
    """Return what went wrong, each message once with its count, the most frequent first."""
    counted = done.loc[done["fault"] != "", "fault"].value_counts()
    return [f"{count} times: {fault}" for fault, count in counted.items()]


def _command(door: Door, load: Load) -> list[str]:
    users = {"--users": load.users, "--spawn-rate": load.users / load.ramp_s}
    times = {"--run-time": f"{load.ramp_s + load.seconds}s", "--stop-timeout": "40", "--exit-code-on-error": "0"}
    options = [str(part) for pair in {**users, **times, "--host": door.address}.items() for part in pair]
    start = [str(peers_python()), "-m", "locust", "--headless", "--only-summary", "-f", str(script(SCRIPT))]
    return [*start, *options]


def _follow(started: subprocess.Popen[bytes], server: Watch, most_s: float) -> float:
    """Watch the server until Locust has ended; return Locust's CPU seconds."""
    until, generator = time.perf_counter() + most_s, Watch(started.pid)
    while started.poll() is None:
        server.look()
        generator.look()
        if time.perf_counter() > until:
            raise FazriError(f"load did not end; expected at most {most_s:.0f} s, got more; run it alone")
        time.sleep(LOOK_S)
    return float(generator.readings["cpu_s"].max())


def _rest(server: Watch, seconds: float) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        time.sleep(LOOK_S)
        server.look()
