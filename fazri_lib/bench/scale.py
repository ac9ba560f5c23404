"""The main job on campuses of growing size, stage by stage and with a day more; resolution of as many records."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from fazri_lib import settings as campus_settings
from fazri_lib.bench.campuses import ran
from fazri_lib.bench.measured import Usage, measure
from fazri_lib.bench.peers import absent_note, peer_versions
from fazri_lib.bench.resolution_scale import resolution_table
from fazri_lib.bench.result import BenchResult, Table
from fazri_lib.sources import contracts_of
from fazri_lib.sources.simulate.span import FIRST_DAY
from fazri_lib.store import Extract, to_frame
from fazri_lib.workflows.ingest import ingest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fazri_lib.bench.campuses import Campuses
    from fazri_lib.bench.sizes import Sizes

DAYS = 29
"""Four weeks and a day, all in one month: the held-back day completes as large a month as there is."""
PROBE_PEOPLE = 2_000
SCALE_SEED = 77_031
CAMPUSES_MODULE = "fazri_lib.bench.campuses"
MEANING = (
    "Ingest and run of a simulated campus of 29 days without its last one, each in a process of its own; peak memory "
    "is the larger of both. Bars at 20 M observations on two cores: 300 s and 8,000 MB, seconds growing with the rows."
)
STAGES_MEANING = "Seconds of each stage of the run, by million observations."
DAY_MEANING = "The last day's files come in, then a run. Bar at 20 M observations: 60 s."
LINES = pacsv.ReadOptions(column_names=["line"], block_size=1 << 24)
WHOLE_LINES = pacsv.ParseOptions(delimiter="\x01", quote_char=False)
AS_TEXT = pacsv.ConvertOptions(column_types={"line": pa.string()}, strings_can_be_null=False)


@dataclass(frozen=True, slots=True)
class Job:
    """What the main job cost at one size.

    Attributes:
        observations: rows of the extract before the last day.
        people: people simulated.
        costs: what `simulated`, `ingested`, `ran`, `day_ingested` and `day_ran` used.
        stages: seconds by stage of the run.
        day_rows: observations of the last day.
    """

    observations: int
    people: int
    costs: dict[str, Usage]
    stages: dict[str, float]
    day_rows: int


def scale_bench(sizes: Sizes, campuses: Campuses) -> BenchResult:
    """Return seconds and memory of the main job at each size, its stages, of a day's increment, and of resolution."""
    rate = _rows_a_person(campuses.folder)
    jobs = [main_job(campuses.folder / f"scale-{rows}", round(rows / rate)) for rows in sizes.scale_rows]
    tables = (
        Table("Main job", MEANING, pd.DataFrame([_whole(job) for job in jobs])),
        Table("Stages", STAGES_MEANING, _stages(jobs)),
        Table("A day more", DAY_MEANING, pd.DataFrame([_day(job) for job in jobs])),
    )
    resolution, usages = resolution_table(sizes.scale_records, campuses.folder)
    usages += [usage for job in jobs for usage in job.costs.values()]
    return BenchResult(
        "scale",
        (*tables, resolution),
        absent_note(),
        seeds=(SCALE_SEED,),
        peak_mb=max(usage.peak_mb for usage in usages),
        versions=peer_versions("splink", "duckdb"),
    )


def main_job(home: Path, people: int) -> Job:
    """Simulate a campus, hold its last day back, run the main job, let the day in, run again."""
    inbox = home.with_name(f"{home.name}-day")
    costs = {"simulated": measure(CAMPUSES_MODULE, "simulated", people, DAYS, SCALE_SEED, home)}
    hold_back(home, inbox, FIRST_DAY + dt.timedelta(days=DAYS - 1))
    for stage, function, folder in (("ingested", "taken_in", home), ("day_ingested", "taken_in", inbox)):
        costs[stage] = measure(__name__, function, home, folder)
        ran_stage = stage.replace("ingested", "ran")
        costs[ran_stage] = measure(CAMPUSES_MODULE, ran.__name__, home)
        if ran_stage == "ran":
            stages = _seconds_by_stage(home)
    before, after = costs["ran"].rows, costs["day_ran"].rows
    return Job(before, people, costs, stages, after - before)


def taken_in(home: str, folder: str) -> int:
    """Ingest the files of a folder; return the rows loaded."""
    campus = Path(home)
    return ingest(campus, campus_settings.load(campus), Path(folder)).rows_loaded


def hold_back(home: Path, inbox: Path, day: dt.date) -> None:
    """Move the rows that name a local day from a campus's logs to files of the same name in another folder."""
    contracts = [contract for contract in contracts_of(home / "contracts") if contract.traits.is_timed]
    (inbox / "raw").mkdir(parents=True)
    for path in sorted((home / "raw").iterdir()):
        if any(contract.matches(PurePosixPath(path)) for contract in contracts):
            _split(path, inbox / "raw" / path.name, day.isoformat())


def _split(path: Path, target: Path, day: str) -> None:
    kept = path.with_name(f".{path.name}")
    with path.open("rb") as source, kept.open("wb") as rest, target.open("wb") as moved:
        if path.suffix == ".csv":
            header = source.readline()
            rest.write(header)
            moved.write(header)
        for lines in _lines(source):
            is_moved = pc.match_substring(lines, day)
            rest.write(_joined(lines.filter(pc.invert(is_moved))))
            moved.write(_joined(lines.filter(is_moved)))
    kept.replace(path)


def _lines(source: object) -> Iterator[pa.Array]:
    try:
        batches = pacsv.open_csv(source, LINES, WHOLE_LINES, AS_TEXT)
    except pa.ArrowInvalid:  # a log without rows
        return
    for batch in batches:
        yield batch.column(0)


def _joined(lines: pa.Array) -> bytes:
    if not len(lines):
        return b""
    text = pc.binary_join(pa.ListArray.from_arrays(pa.array([0, len(lines)], pa.int32()), lines), "\n")
    return bytes(text[0].as_buffer()) + b"\n"


def _rows_a_person(folder: Path) -> float:
    """Observations a person before the last day, of a small campus."""
    home = folder / "scale-probe"
    measure(CAMPUSES_MODULE, "simulated", PROBE_PEOPLE, DAYS, SCALE_SEED, home)
    return measure(CAMPUSES_MODULE, "ingested", home).rows / PROBE_PEOPLE * (DAYS - 1) / DAYS


def _seconds_by_stage(home: Path) -> dict[str, float]:
    with Extract.open(home / "state") as extract:
        rows = to_frame(extract.backend, extract.table("runs").select("stage", "seconds"))
    seconds = rows.groupby(rows["stage"].str.split(" ").str[0], sort=False)["seconds"].sum()
    return {str(stage): float(value) for stage, value in seconds.items()}


def _whole(job: Job) -> dict[str, object]:
    ingested, run = job.costs["ingested"], job.costs["ran"]
    seconds = ingested.seconds + run.seconds
    return {
        "observations": job.observations,
        "people": job.people,
        "simulate s": round(job.costs["simulated"].seconds, 1),
        "ingest s": round(ingested.seconds, 1),
        "run s": round(run.seconds, 1),
        "both s": round(seconds, 1),
        "CPU s": round(ingested.cpu_s + run.cpu_s, 1),
        "s a million rows": round(seconds / job.observations * 1e6, 2),
        "peak MB": round(max(ingested.peak_mb, run.peak_mb)),
    }


def _stages(jobs: list[Job]) -> pd.DataFrame:
    columns = {f"{job.observations / 1e6:.1f} M": pd.Series(job.stages) for job in jobs}
    return pd.DataFrame(columns).round(1).rename_axis("stage").reset_index()


def _day(job: Job) -> dict[str, object]:
    ingested, run = job.costs["day_ingested"], job.costs["day_ran"]
    return {
        "observations before": job.observations,
        "of the day": job.day_rows,
        "ingest s": round(ingested.seconds, 1),
        "run s": round(run.seconds, 1),
        "both s": round(ingested.seconds + run.seconds, 1),
        "peak MB": round(max(ingested.peak_mb, run.peak_mb)),
    }
