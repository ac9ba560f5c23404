"""A run that is killed at any moment: the next one completes, nothing is lost or doubled, readers never notice."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from as_of_ways import NOW, TABLES, view

from fazri_lib import settings
from fazri_lib.workflows.ingest import ingest
from fazri_lib.workflows.run import run
from fazri_lib.workflows.simulate import simulate

if TYPE_CHECKING:
    from pathlib import Path

ROUNDS, KILLS = 4, 5
READER = """
import json, sys, time
from pathlib import Path
from fazri_lib.store import Extract, count

state, stop, seen = Path(sys.argv[1]), Path(sys.argv[2]), []
while not stop.exists():
    with Extract.open(state) as extract:
        rows = [count(extract.backend, extract.table(name)) for name in ("observations", "claims", "forecasts")]
    if seen[-1:] != [[extract.manifest.run_id, rows]]:
        seen.append([extract.manifest.run_id, rows])
    time.sleep(0.05)
print(json.dumps(seen))
"""


def fazri(home: Path, *arguments: object) -> subprocess.Popen[str]:
    """Start the real program in a campus folder, in a process group of its own."""
    command = [sys.executable, "-m", "fazri_lib.cli", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=home, text=True, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def completed(home: Path, *arguments: object) -> float:
    """Let the program end, well; return its seconds."""
    started = time.monotonic()
    process = fazri(home, *arguments)
    told = process.communicate(timeout=300)[1]
    assert process.returncode == 0, told
    return time.monotonic() - started


def killed(home: Path, after_s: float, *arguments: object) -> bool:
    """Kill the program after so many seconds; return whether it was still at work."""
    process = fazri(home, *arguments)
    try:
        process.communicate(timeout=after_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    return process.returncode == -signal.SIGKILL


def slices(raw: Path, folder: Path) -> list[Path]:
    """The raw files as they grow: directories whole, of every log first a part, then more, at last all."""
    inboxes = []
    for part in range(1, ROUNDS + 1):
        inbox = folder / f"inbox{part}" / "raw"
        inbox.mkdir(parents=True)
        for path in raw.iterdir():
            lines = path.read_text().splitlines(keepends=True)
            shown = len(lines) * part // ROUNDS if len(lines) > 200 else len(lines)
            (inbox / path.name).write_text("".join(lines[:shown]))
        inboxes.append(inbox)
    return inboxes


@pytest.mark.slow
def test_killed_at_twenty_moments(tmp_path):
    """Killed at 20 random moments while data keep arriving, a campus ends in the extract of an undisturbed run."""
    calm = simulate(24, 32, 11, tmp_path / "calm")
    rough = shutil.copytree(calm, tmp_path / "rough", ignore=shutil.ignore_patterns("raw", "truth"))
    chance = random.Random(20)  # noqa: S311 - moments of killing, not secrets
    chosen, stop = settings.load(calm), tmp_path / "stop"
    inboxes = slices(calm / "raw", tmp_path)
    load_s, run_s = completed(rough, "ingest", inboxes[0]), completed(rough, "run")
    script = [sys.executable, "-c", READER, str(rough / "state"), str(stop)]
    reader = subprocess.Popen(script, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    at_work = 0
    for inbox in inboxes:
        killed(rough, chance.uniform(0.3, 1) * load_s, "ingest", inbox)
        completed(rough, "ingest", inbox)
        at_work += sum(killed(rough, chance.uniform(0.2, 1) * run_s, "run") for _ in range(KILLS))
        completed(rough, "run")
    stop.touch()
    seen, told = reader.communicate(timeout=60)
    assert reader.returncode == 0, told
    assert at_work >= ROUNDS * KILLS // 2
    told_by_run = json.loads(seen)
    runs = [run_id for run_id, _ in told_by_run]
    assert runs == sorted(set(runs))
    assert len(runs) >= ROUNDS
    assert [rows[0] for _, rows in told_by_run] == sorted(rows[0] for _, rows in told_by_run)
    assert ingest(calm, chosen, calm).exit_code == 0
    run(calm, chosen, now=NOW)
    for name in TABLES:
        assert view(rough, chosen, name) == view(calm, chosen, name), name
