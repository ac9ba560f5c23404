"""Anomalies: planted ones in the campus gym, labelled ones in foreign series, incidents of the simulated campus."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from fazri_lib.bench.detectors import campus_tables
from fazri_lib.bench.peers import Contender, absent_note, peer_versions, present
from fazri_lib.bench.places import absent, foreign_data
from fazri_lib.bench.planting import TRAINED_UNTIL, plant
from fazri_lib.bench.result import BenchResult, Table
from fazri_lib.bench.series_scores import DAY, DAY_H, SCORERS, WEEK_H
from fazri_lib.metrics import average_precision, best_event_f1, in_windows, recall_by_kind, vus_pr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fazri_lib.bench.campuses import Campuses
    from fazri_lib.bench.measured import Usage
    from fazri_lib.bench.sizes import Sizes

    Labelled = tuple[pd.DataFrame, pd.DataFrame]
    Found = tuple[Contender, pd.DataFrame, Usage]

GYM, CALENDAR = "series/campus_gym.parquet", "series/campus_gym_calendar.parquet"
NAB, NAB_WINDOWS = "series/nab.parquet", "series/nab_windows.csv"
PEER_SCRIPT = "anomaly_peers.py"
CONTENDERS = (
    Contender("forecast interval exceedance", "fazri", __name__, "exceedance"),
    Contender("robust z of the same hour (baseline)", "fazri", __name__, "robust_z"),
    Contender("IsolationForest", "scikit-learn", PEER_SCRIPT, "isolation_forest"),
    Contender("ECOD", "pyod", PEER_SCRIPT, "ecod"),
)
MERGE_GAP_H, TOLERANCE_H = 3.0, 1.0
UNSCORED_SHARE = 0.15
USUAL_LEVEL = 20.0
LEAST_HOURS = 96
MEANING = (
    "VUS-PR and AP: all thresholds, higher is better; best F1: events at the best threshold of all, merged within 3 h, "
    "1 h of tolerance: what could be had, not what a rule has. A row is scored from earlier rows alone; peers are "
    "fitted on what lies before the scored time, on the value, its distance from the usual one and its change."
)
NAB_TREATED = (
    "NAB: hourly means; the first 15 % of each series are the past that peers are fitted on; levels brought to 20; the "
    "level profile has seen a few days only, for hours of the week that is next to nothing."
)


def anomaly_bench(sizes: Sizes, campuses: Campuses) -> BenchResult:
    """Return how well scores of series single out anomalies, and how well detectors find incidents."""
    tables, notes, usages = [], [], []
    with tempfile.TemporaryDirectory() as scratch:
        for part, made in ((GYM, _gym_tables), (NAB, _nab_tables)):
            if foreign_data(part) is None:
                notes.append(absent(part))
                continue
            found = made(sizes, Path(scratch))
            tables += found[0]
            usages += found[1]
            notes += [NAB_TREATED] if part == NAB else []
    tables += campus_tables(campuses)
    usages += [usage for campus in campuses for usage in campus.costs.values()]
    return BenchResult(
        "anomaly",
        tuple(tables),
        (*notes, *absent_note()),
        seeds=(*sizes.planting_seeds, *sizes.seeds),
        peak_mb=max(usage.peak_mb for usage in usages),
        versions=peer_versions("scikit-learn", "pyod"),
    )


def exceedance(series: str, out: str) -> int:
    """Score a file of series by the forecast; return its rows."""
    return _scored_file("exceedance", series, out)


def robust_z(series: str, out: str) -> int:
    """Score a file of series by the robust z of the same hour; return its rows."""
    return _scored_file("robust_z", series, out)


def _scored_file(name: str, series: str, out: str) -> int:
    """Score every series (unique_id, ds, y, start, period_h) of a Parquet file into another one."""
    parts = []
    for _, rows in pd.read_parquet(series).groupby("unique_id"):
        more = {"period_h": int(rows["period_h"].iloc[0])} if name == "robust_z" else {}
        parts.append(SCORERS[name](rows, rows["start"].iloc[0], **more))
    scores = pd.concat(parts, ignore_index=True)
    scores.to_parquet(out)
    return len(scores)


def _gym_tables(sizes: Sizes, scratch: Path) -> tuple[list[Table], list[Usage]]:
    found = [_contest(*_planted(seed, sizes), scratch, f"gym-{seed}") for seed in sizes.planting_seeds]
    rows = pd.concat([rows for rows, _, _ in found])
    names = [one.name for one in present(CONTENDERS)]
    means = rows.groupby(["score", "by"], sort=False).mean().reset_index()
    kinds = pd.concat([kinds for _, kinds, _ in found]).groupby("kind").sum().reset_index()
    seeds = ", ".join(map(str, sizes.planting_seeds))
    by_kind = "Windows hit at the best threshold of each score, all seeds together."
    tables = [
        Table(f"Anomalies planted in the campus gym, mean of seeds {seeds}", MEANING, means.round(4)),
        Table("Planted anomalies by kind", by_kind, kinds[["kind", "windows", *names]]),
    ]
    return tables, [usage for _, _, usages in found for usage in usages]


def _nab_tables(sizes: Sizes, scratch: Path) -> tuple[list[Table], list[Usage]]:
    series, windows = _nab(sizes)
    rows, _, usages = _contest(series, windows, scratch, "nab")
    title = f"Numenta Anomaly Benchmark, {series['unique_id'].nunique()} series by the hour"
    return [Table(title, MEANING, rows.round(4))], usages


def _planted(seed: int, sizes: Sizes) -> Labelled:
    calendar, gym = foreign_data(CALENDAR), foreign_data(GYM)
    days = pd.read_parquet(calendar).query("hol == 1")["ds"].dt.normalize().unique()  # type: ignore[arg-type]
    series, windows = plant(pd.read_parquet(gym), pd.DatetimeIndex(days), seed)  # type: ignore[arg-type]
    last = TRAINED_UNTIL + sizes.score_days * DAY
    kept = ~series["ds"].dt.normalize().isin(days) | (series["ds"] < TRAINED_UNTIL)
    series = series.assign(start=TRAINED_UNTIL, period_h=WEEK_H, is_kept=kept)[series["ds"] < last]
    return series, windows[windows["start"] < last]


def _nab(sizes: Sizes) -> Labelled:
    path, labels = foreign_data(NAB), foreign_data(NAB_WINDOWS)
    windows = pd.read_csv(labels, parse_dates=["start", "end"])  # type: ignore[arg-type]
    rows = pd.read_parquet(path)  # type: ignore[arg-type]
    rows = rows.assign(ds=pd.to_datetime(rows["ds"]).dt.floor("h"))
    hourly = rows.groupby(["unique_id", "ds"], as_index=False)["y"].mean()
    lengths = hourly.groupby("unique_id").size()
    long_enough = lengths[lengths >= LEAST_HOURS].index
    has_windows = long_enough.isin(windows["unique_id"])
    chosen = [*long_enough[has_windows], *long_enough[~has_windows]][: sizes.nab_series]
    parts = [_prepared(hourly[hourly["unique_id"] == name]) for name in chosen]
    return pd.concat(parts, ignore_index=True), windows[windows["unique_id"].isin(chosen)]


def _prepared(part: pd.DataFrame) -> pd.DataFrame:
    """One series on a full grid of hours, its level brought to 20, with the start of its scored time."""
    hourly = part.set_index("ds")["y"].astype(float).asfreq("h")
    past = round(UNSCORED_SHARE * len(hourly))
    level = hourly.iloc[:past].abs().mean()
    scaled = hourly * (USUAL_LEVEL / level if level > 0 else 1.0)
    frame = scaled.rename("y").reset_index().assign(unique_id=part["unique_id"].iloc[0], start=hourly.index[past])
    return frame.assign(period_h=DAY_H, is_kept=True)


def _contest(
    series: pd.DataFrame, windows: pd.DataFrame, scratch: Path, name: str
) -> tuple[pd.DataFrame, pd.DataFrame, list[Usage]]:
    """Run every contender on the series; return a row each, the windows hit by kind, and what they used."""
    rows, usages, kinds = [], [], pd.DataFrame()
    for one, scores, usage in _scores(series, scratch, name):
        kept = scores.merge(series.loc[series["is_kept"], ["unique_id", "ds"]], on=["unique_id", "ds"])
        best, threshold = best_event_f1(kept, windows, MERGE_GAP_H, TOLERANCE_H)
        rows.append({"score": one.name, "by": one.by, **_measures(kept, windows), "best F1": best.f1})
        rows[-1] |= {"precision": best.precision, "recall": best.recall, "false a week": best.false_per_week}
        rows[-1] |= {"CPU s": usage.cpu_s, "peak MB": usage.peak_mb}
        usages.append(usage)
        if "kind" in windows:
            hit = recall_by_kind(kept.assign(flag=kept["score"] >= threshold), windows, TOLERANCE_H)
            kinds = hit.set_index("kind").rename(columns={"found": one.name}).combine_first(kinds)
    return pd.DataFrame(rows), kinds.rename_axis("kind").reset_index(), usages


def _scores(series: pd.DataFrame, scratch: Path, name: str) -> Iterator[Found]:
    path, out = scratch / f"{name}.parquet", scratch / f"{name}-scores.parquet"
    series.to_parquet(path)
    for one in present(CONTENDERS):
        usage = one.measured(path, out)
        yield one, pd.read_parquet(out), usage


def _measures(scores: pd.DataFrame, windows: pd.DataFrame) -> dict[str, float]:
    filled = scores["score"].fillna(scores.groupby("unique_id")["score"].transform("min")).fillna(0.0)
    is_event = in_windows(scores, windows)
    volumes = pd.Series(
        [vus_pr(is_event[rows.index], filled[rows.index]) for _, rows in scores.groupby("unique_id")], dtype=float
    )
    return {"VUS-PR": volumes.mean(), "AP": average_precision(is_event, filled)}
