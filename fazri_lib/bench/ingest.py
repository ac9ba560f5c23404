"""A large Wi-Fi log: our reader, the whole ingest, and pandas on the same file, each in a process of its own."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from fazri_lib import settings as campus_settings
from fazri_lib.bench.measured import Usage, measure
from fazri_lib.bench.result import BenchResult, Table
from fazri_lib.sources import load_contract, read_reference
from fazri_lib.sources.parsing import Campus, parsing
from fazri_lib.store import open_duckdb
from fazri_lib.workflows.ingest import ingest

if TYPE_CHECKING:
    from fazri_lib.bench.campuses import Campuses
    from fazri_lib.bench.sizes import Sizes

SEED = 11
LOG = "wifi_associations_logs.csv"
DEVICES = 20_000
DAYS = 30
BAR = 1_000_000
MEANING = (
    "Rows a second per core: rows by CPU seconds of all threads. The reader parses, proves the time format, checks, "
    "finds zones, converts to UTC and names every row; the whole ingest writes the lake as well; pandas only parses."
)
CONTENDERS = {
    "fazri, reader": "reader",
    "fazri, whole ingest": "whole",
    "pandas.read_csv + to_datetime": "pandas_csv",
}


def ingest_bench(sizes: Sizes, campuses: Campuses) -> BenchResult:
    """Return rows a second and peak memory of each contender on a generated log."""
    del campuses  # the benches' common signature
    rows = sizes.log_rows
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "campus"
        shutil.copytree(campus_settings.shipped("data", "contracts", "challenge"), home)
        log = write_log(home / LOG, rows)
        usages = {name: measure(__name__, function, home, log) for name, function in CONTENDERS.items()}
        size_mb = log.stat().st_size / 1e6
    table = pd.DataFrame([_row(name, usage) for name, usage in usages.items()]).round(3)
    title = f"Wi-Fi log, {rows:,} rows, {size_mb:.0f} MB"
    meaning = f"{MEANING} Bar of the reader: {BAR:,}."
    peak = max(usage.peak_mb for usage in usages.values())
    return BenchResult("ingest", (Table(title, meaning, table),), seeds=(SEED,), peak_mb=peak)


def write_log(path: Path, rows: int) -> Path:
    """Write a seeded log of Wi-Fi associations as the challenge campus has it, in order of time; return its path."""
    rng = np.random.default_rng(SEED)
    points = pd.read_csv(campus_settings.shipped("data", "contracts", "challenge", "access_points.csv"))["sensor_id"]
    devices = pa.array([f"DH{number:012x}" for number in rng.integers(0, 2**48, DEVICES)])
    minute = np.sort(rng.integers(0, DAYS * 24 * 60, rows)).astype("timedelta64[m]")
    at = pa.array((np.datetime64("2025-08-27T00:00") + minute).astype("datetime64[s]"))
    table = pa.table(
        {
            "device_hash": devices.take(pa.array(rng.integers(0, DEVICES, rows))),
            "ap_id": pa.array(points).take(pa.array(rng.integers(0, len(points), rows))),
            "timestamp": pc.strftime(at, "%m/%d/%Y %H:%M"),
        }
    )
    pa_csv.write_csv(table, path, pa_csv.WriteOptions(quoting_style="none"))
    return path


def reader(home: str, log: str) -> int:
    """Parse the log to canonical rows and drop them; return their number."""
    campus = Path(home)
    settings = campus_settings.load(campus)
    contract = load_contract(campus / "contracts" / "wifi.toml")
    place = Campus(read_reference(campus, settings), settings.time_zone)
    with tempfile.TemporaryDirectory() as scratch:
        backend = open_duckdb(settings.storage.memory_limit, settings.storage.threads, Path(scratch))
        with parsing(backend, Path(log), contract, place, Path(scratch)) as parsed:
            return sum(batch.num_rows for load in parsed.loads for batch in load.reader(backend))


def whole(home: str, log: str) -> int:
    """Ingest the log into the lake; return the rows loaded."""
    campus = Path(home)
    return ingest(campus, campus_settings.load(campus), Path(log)).rows_loaded


def pandas_csv(home: str, log: str) -> int:
    """Parse the log with pandas, its time column with a given format; return the number of rows."""
    del home  # the contenders' common signature
    frame = pd.read_csv(log)
    frame["timestamp"] = pd.to_datetime(frame["timestamp"], format="%m/%d/%Y %H:%M")
    return len(frame)


def _row(name: str, usage: Usage) -> dict[str, object]:
    return {
        "contender": name,
        "rows": usage.rows,
        "wall s": usage.seconds,
        "CPU s": usage.cpu_s,
        "rows a second": round(usage.rows / usage.seconds),
        "rows a second per core": round(usage.rows / usage.cpu_s),
        "peak MB": usage.peak_mb,
        "MB before work": usage.start_mb,
    }
