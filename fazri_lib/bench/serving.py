"""Serving: readers of the demo campus's dashboards at the real door, in thread mode and in process mode."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from fazri_lib.bench.demo_door import demo_campus, open_door
from fazri_lib.bench.load import Loaded, action_rows, faults, process_rows, put_load
from fazri_lib.bench.peers import PEERS_ABSENT, peer_versions
from fazri_lib.bench.places import peers_python
from fazri_lib.bench.processes import PROC
from fazri_lib.bench.result import BenchResult, Table

if TYPE_CHECKING:
    from fazri_lib.bench.campuses import Campuses
    from fazri_lib.bench.sizes import Load, Sizes

ACTIONS = (
    "update: from the change of a widget until the last patch of its answer has come and the page is not busy; page: "
    "from the click until HTML, changed files and document have come and the page's work after loading is over; cold "
    "cache: a reader's first page, with all files. Drawing in the browser is in none of them. Readers come one after "
    'the other ("coming"); from then on all are there. Bars: no error; P95 of updates under 500 ms in process mode '
    "while all are there."
)
PROCESSES = (
    "CPU seconds and the mean number of cores while all readers are there; resident memory in MB before the load, "
    "as means over the first and the last minute with all readers, at most, and after {rest} s without readers; "
    "connections that others keep to the process, open pages among them. In thread mode Panel works in the front's "
    "process. Bar: memory of the last minute as of the first."
)
DEFINED = (
    "Panel replies OK to a change at once and works afterwards (it waits 50 ms for further changes): the reply would "
    "flatter, so an answer ends with its last patch; 300 ms without a patch prove that, and are not counted."
)
SIMPLER = (
    "Readers and server share the same cores. Readers do in short what Chromium does to a server: they fetch scripts "
    "and style sheets, not fonts and pictures, and tell sizes and colours of plots, not of axes."
)


def serving_bench(sizes: Sizes, campuses: Campuses) -> BenchResult:
    """Return response times, CPU and memory of the door under load, in each mode."""
    load = sizes.load
    lacking = (PEERS_ABSENT,) if peers_python() is None else () if PROC.is_dir() else ("skipped: no /proc here",)
    if lacking:
        return BenchResult("serving", (), lacking)
    home = campuses.folder / "demo"
    readers = demo_campus(home, load.users)
    found = {mode: _measured(home, mode, readers, load) for mode in load.modes}
    more = [f"{mode} mode, {fault}" for mode, loaded in found.items() for fault in faults(loaded.done)]
    spent = [f"{mode} mode: the readers took {loaded.generator_cpu_s:.0f} CPU s" for mode, loaded in found.items()]
    peak = max(loaded.used["rss_mb"].max() for loaded in found.values())
    notes = (DEFINED, SIMPLER, *spent, *more)
    return BenchResult("serving", tables(found, load), notes, peak_mb=peak, versions=peer_versions("locust"))


def tables(found: dict[str, Loaded], load: Load) -> tuple[Table, ...]:
    """Return the tables of actions and of processes; a row says its mode first."""
    least, most = load.think_s
    title = f"{load.users} readers for {load.seconds} s, thinking {least:g} to {most:g} s, {load.opening:.0%} openings"
    actions = [{"mode": mode, **row} for mode, loaded in found.items() for row in _told_apart(loaded.done, load)]
    used = [{"mode": mode, **row} for mode, loaded in found.items() for row in process_rows(loaded.used, load)]
    meaning = PROCESSES.format(rest=load.rest_s)
    return (Table(title, ACTIONS, pd.DataFrame(actions)), Table("Processes meanwhile", meaning, pd.DataFrame(used)))


def _told_apart(done: pd.DataFrame, load: Load) -> list[dict[str, object]]:
    """Rows of the time with all readers, then of the time in which they came; kinds that did not happen left out."""
    is_coming = done["at_s"] < load.ramp_s
    parts = {"all there": done[~is_coming], "coming": done[is_coming]}
    return [{"readers": when, **row} for when, rows in parts.items() for row in action_rows(rows) if row["count"]]


def _measured(home: Path, mode: str, readers: Path, load: Load) -> Loaded:
    with tempfile.TemporaryDirectory(prefix="fazri-load-") as scratch, open_door(home, mode, readers) as door:
        return put_load(door, load, Path(scratch))
