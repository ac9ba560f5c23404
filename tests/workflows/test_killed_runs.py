"""A run that is killed at any moment: the next one completes, nothing is lost or doubled, readers never notice."""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import random
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from as_of_ways import TABLES, view

from fazri_lib import log, settings
from fazri_lib.workflows.ingest import ingest
from fazri_lib.workflows.run import run
from fazri_lib.workflows.simulate import simulate

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

ROUNDS, KILLS = 4, 5
PROCESSES = multiprocessing.get_context("forkserver")  # fresh processes, but with the libraries imported
PROCESSES.set_forkserver_preload(["fazri_lib.workflows.ingest", "fazri_lib.workflows.run"])
READER = """
import json, sys, time
from pathlib import Path
from fazri_lib.store import Extract, count

state, stop, seen, is_last = Path(sys.argv[1]), Path(sys.argv[2]), [], False
while not is_last:
    is_last = stop.exists()
    with Extract.open(state) as extract:
        rows = [count(extract.backend, extract.table(name)) for name in ("observations", "claims", "forecasts")]
    if seen[-1:] != [[extract.manifest.run_id, rows]]:
        seen.append([extract.manifest.run_id, rows])
    time.sleep(0.1)
print(json.dumps(seen))
"""


def load(home: Path, inbox: Path) -> None:
    """What `fazri ingest` does."""
    log.configure("error")
    assert ingest(home, settings.load(home), inbox).exit_code == 0


def work(home: Path) -> None:
    """What `fazri run` does."""
    log.configure("error")
    run(home, settings.load(home), now=dt.datetime.now(dt.UTC).replace(tzinfo=None))


def started(job: Callable[..., None], *arguments: Path) -> ForkServerProcess:
    """Start a job in a process of its own."""
    process = PROCESSES.Process(target=job, args=arguments)
    process.start()
    return process


def completed(job: Callable[..., None], *arguments: Path) -> float:
    """Let a job end, well; return its seconds."""
    since = time.monotonic()
    process = started(job, *arguments)
    process.join(300)
    assert process.exitcode == 0
    return time.monotonic() - since


def killed(after_s: float, job: Callable[..., None], *arguments: Path) -> bool:
    """Kill a job after so many seconds; return whether it was still at work."""
    process = started(job, *arguments)
    process.join(after_s)
    process.kill()
    process.join()
    return process.exitcode == -signal.SIGKILL


def slices(raw: Path, folder: Path) -> list[Path]:
    """The raw files as they grow: directories whole, of every log first a part, then more, at last all."""
    inboxes = []
    for part in range(1, ROUNDS + 2):
        inbox = folder / f"inbox{part}" / "raw"
        inbox.mkdir(parents=True)
        for path in raw.iterdir():
            lines = path.read_text().splitlines(keepends=True)
            shown = len(lines) * part // (ROUNDS + 1) if len(lines) > 200 else len(lines)
            (inbox / path.name).write_text("".join(lines[:shown]))
        inboxes.append(inbox)
    return inboxes


@pytest.mark.slow
def test_killed_at_twenty_moments(tmp_path):
    """Killed at 20 random moments while data keep arriving, a campus ends in the extract of an undisturbed run."""
    calm = simulate(20, 9, 11, tmp_path / "calm")
    rough = shutil.copytree(calm, tmp_path / "rough", ignore=shutil.ignore_patterns("raw", "truth"))
    chance = random.Random(20)  # noqa: S311 - moments of killing, not secrets
    inboxes, stop = slices(calm / "raw", tmp_path), tmp_path / "stop"
    load_s, run_s = completed(load, rough, inboxes[0]), completed(work, rough)
    script = [sys.executable, "-c", READER, str(rough / "state"), str(stop)]
    reader = subprocess.Popen(script, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    at_work = 0
    for inbox in inboxes[1:]:
        killed(chance.uniform(0.2, 1) * load_s, load, rough, inbox)
        completed(load, rough, inbox)
        at_work += sum(killed(chance.uniform(0.1, 1) * run_s, work, rough) for _ in range(KILLS))
        completed(work, rough)
    stop.touch()
    seen, told = reader.communicate(timeout=60)
    assert reader.returncode == 0, told
    assert at_work >= ROUNDS * KILLS // 2  # the others came too late: parts of killed runs are taken over
    told_by_run = json.loads(seen)
    runs = [run_id for run_id, _ in told_by_run]
    assert runs == sorted(set(runs))
    assert len(runs) == 1 + ROUNDS
    assert [rows[0] for _, rows in told_by_run] == sorted(rows[0] for _, rows in told_by_run)
    completed(load, calm, calm)
    completed(work, calm)
    chosen = settings.load(calm)
    for name in TABLES:
        assert view(rough, chosen, name) == view(calm, chosen, name), name
