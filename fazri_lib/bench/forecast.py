"""People by the hour, in a real gym and in the zones of simulated campuses, beside the models of statsforecast."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from fazri_lib.bench.peers import Contender, absent_note, peer_versions, present
from fazri_lib.bench.places import absent, foreign_data
from fazri_lib.bench.result import BenchResult, Table
from fazri_lib.forecast import FORECASTERS, forecast
from fazri_lib.metrics import coverage, interval_score, mase, wape, weekly_naive_scale

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fazri_lib.bench.campuses import Campuses, SimulatedCampus
    from fazri_lib.bench.measured import Usage
    from fazri_lib.bench.sizes import Sizes

HORIZON_H = 168
SERIES, CUTOFFS = "series/campus_gym.parquet", "series/campus_gym_cutoffs.csv"
PEER_SCRIPT = "statsforecast_peers.py"
OURS = tuple(Contender(model.name, "fazri", __name__, "ours") for model in FORECASTERS)
PEERS = tuple(
    Contender(name, "statsforecast", PEER_SCRIPT, name) for name in ("SeasonalNaive", "MSTL_ETS", "AutoTheta")
)
PEERS_TREATED = (
    "statsforecast reads the last 84 days; gaps, which it cannot have, are filled with the same hour a week earlier, "
    "else 0; its forecasts are clipped at 0, which helps them; AutoTheta knows the season of a day only."
)
MEANING = (
    "MASE: mean absolute error over that of the in-sample weekly naive forecast, WAPE: error as a share of all people "
    "(168 h), lower is better; coverage: share of what came that the interval held; interval score (80 %, lower is "
    "better) in people. CPU seconds per origin, all series, fitting and intervals included."
)
TRUE_OCCUPANCY = (
    "Series of the simulated campus are the true hourly means of every zone, so that errors of counting stay out; "
    "origins two days apart, the last one a week before the end; the calendar is not read by anybody."
)


def forecast_bench(sizes: Sizes, campuses: Campuses) -> BenchResult:
    """Return accuracy, honesty and cost of every forecaster and, where their environment is built, of the peers."""
    tables, usages, notes = [], [], [TRUE_OCCUPANCY]
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        for title, series, cutoffs in _sets(sizes, campuses, scratch, notes):
            table, used = _table(title, series, cutoffs, scratch / "forecasts.parquet")
            tables.append(table)
            usages += used
    return BenchResult(
        "forecast",
        tuple(tables),
        (*notes, *(absent_note() or (PEERS_TREATED,))),
        seeds=sizes.seeds,
        peak_mb=max(usage.peak_mb for usage in usages),
        versions=peer_versions("statsforecast", "pandas"),
    )


def campus_series(campus: SimulatedCampus) -> pd.DataFrame:
    """Return the true people of every zone by the hour: unique_id, ds (campus wall clock), y."""
    truth = campus.truth("occupancy")
    local = truth["ts"].dt.tz_localize("UTC").dt.tz_convert(campus.settings.time_zone).dt.tz_localize(None)
    rows = truth.assign(unique_id=truth["zone_id"], ds=local.dt.floor("h"))
    return rows.groupby(["unique_id", "ds"])["people"].mean().rename("y").reset_index()


def _sets(sizes: Sizes, campuses: Campuses, scratch: Path, notes: list[str]) -> Iterator[tuple[str, Path, Path]]:
    """Yield title, series and origins of each table."""
    series, cutoffs = foreign_data(SERIES), foreign_data(CUTOFFS)
    if series is None or cutoffs is None:
        notes.append(absent(SERIES))
    else:
        chosen = scratch / "gym.csv"
        origins = pd.read_csv(cutoffs).head(sizes.gym_origins)
        origins.to_csv(chosen, index=False)
        yield f"Campus gym, {len(origins)} origins", series, chosen
    for campus in campuses:
        rows = campus_series(campus)
        path, chosen = scratch / f"{campus.seed}.parquet", scratch / f"{campus.seed}.csv"
        rows.to_parquet(path)
        last = rows["ds"].max() - pd.Timedelta(hours=HORIZON_H)
        origins = pd.DataFrame({"cutoff": [last - pd.Timedelta(days=2 * back) for back in range(sizes.campus_origins)]})
        origins.sort_values("cutoff").to_csv(chosen, index=False)
        zones = rows["unique_id"].nunique()
        yield f"Simulated campus, seed {campus.seed}, {zones} zones, {len(origins)} origins", path, chosen


def _table(title: str, series: Path, cutoffs: Path, out: Path) -> tuple[Table, list[Usage]]:
    rows, usages = [], []
    for one in present((*OURS, *PEERS)):
        named = () if one.is_peer else (one.name,)
        usage = one.measured(*named, series, cutoffs, out)
        scores = scored(pd.read_parquet(out), pd.read_parquet(series))
        costs = {"CPU s an origin": usage.cpu_s / usage.rows, "peak MB": usage.peak_mb}
        rows.append({"model": one.name, "by": one.by, **scores, **costs, "MB before work": usage.start_mb})
        usages.append(usage)
    return Table(title, MEANING, pd.DataFrame(rows).round(4)), usages


def ours(name: str, series: str, cutoffs: str, out: str) -> int:
    """Forecast every origin with one of our forecasters into a Parquet file; return the number of origins."""
    model = next(model for model in FORECASTERS if model.name == name)
    history = pd.read_parquet(series)
    origins = pd.read_csv(cutoffs, parse_dates=["cutoff"])["cutoff"]
    made = [forecast(history, origin, HORIZON_H, models=(model,)) for origin in origins]
    pd.concat(made, ignore_index=True).to_parquet(out)
    return len(origins)


def scored(made: pd.DataFrame, history: pd.DataFrame) -> dict[str, float]:
    """Return MASE of both horizons, WAPE, coverage and interval score of forecasts as `forecast` makes them."""
    known = history.astype({"y": "float64"})
    scale = weekly_naive_scale(known, made["cutoff"].min())
    paired = made.merge(known[["unique_id", "ds", "y"]], on=["unique_id", "ds"])
    day = paired[paired["ds"] <= paired["cutoff"] + pd.Timedelta(days=1)]
    return {
        "MASE 24 h": mase(day, scale),
        "MASE 168 h": mase(paired, scale),
        "WAPE": wape(paired["y"], paired["yhat"]),
        "coverage 80 %": coverage(paired["y"], paired["lo_80"], paired["hi_80"]),
        "coverage 95 %": coverage(paired["y"], paired["lo_95"], paired["hi_95"]),
        "interval score": interval_score(paired["y"], paired["lo_80"], paired["hi_80"], 0.8),
    }
