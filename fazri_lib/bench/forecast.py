"""The campus gym: people in a gym by the hour, forecast from 40 rolling origins, beside the models of statsforecast."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd

from fazri_lib.bench.measured import Usage, measure
from fazri_lib.bench.places import absent, foreign_data, peers_python, repository
from fazri_lib.bench.result import BenchResult, Table
from fazri_lib.forecast import FORECASTERS, forecast
from fazri_lib.metrics import coverage, mase, weekly_naive_scale

HORIZON_H = 168
SERIES, CUTOFFS = "series/campus_gym.parquet", "series/campus_gym_cutoffs.csv"
PEER_SCRIPT = Path("benchmarks") / "statsforecast_peers.py"
PEER_MODELS = ("SeasonalNaive", "MSTL_ETS")
PEERS_TREATED = (
    "statsforecast reads the last 84 days; gaps, which it cannot have, are filled with the same hour a week earlier, "
    "else 0; its forecasts are clipped at 0, which helps them."
)
PEERS_ABSENT = "peers absent: .venv-bench is not built; `make bench` builds it from requirements-bench.lock."
MEANING = (
    "MASE: mean absolute error over that of the in-sample weekly naive forecast, lower is better; coverage: share of "
    "what came that the interval held. CPU seconds per origin, fitting and intervals included."
)


def forecast_bench() -> BenchResult:
    """Return MASE, coverage and cost of every forecaster and, where their environment is built, of the peers."""
    series, cutoffs = foreign_data(SERIES), foreign_data(CUTOFFS)
    if series is None or cutoffs is None:
        return BenchResult("forecast", (), (absent(SERIES),))
    python = peers_python()
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "forecasts.parquet"
        made = [_row(model.name, "fazri", series, cutoffs, out) for model in FORECASTERS]
        if python:
            made += [_row(name, "statsforecast", series, cutoffs, out) for name in PEER_MODELS]
    rows, usages = zip(*made, strict=True)
    table = Table("Campus gym, 40 origins", MEANING, pd.DataFrame(rows).round(4))
    note = PEERS_TREATED if python else PEERS_ABSENT
    peak = max(usage.peak_mb for usage in usages)
    return BenchResult("forecast", (table,), (note,), peak_mb=peak, versions=_peer_versions(python))


def ours(name: str, series: str, cutoffs: str, out: str) -> int:
    """Forecast every origin with one of our forecasters into a Parquet file; return the number of origins."""
    model = next(model for model in FORECASTERS if model.name == name)
    history = pd.read_parquet(series)
    origins = pd.read_csv(cutoffs, parse_dates=["cutoff"])["cutoff"]
    made = [forecast(history, origin, HORIZON_H, models=(model,)) for origin in origins]
    pd.concat(made, ignore_index=True).to_parquet(out)
    return len(origins)


def _row(name: str, made_by: str, series: Path, cutoffs: Path, out: Path) -> tuple[dict[str, object], Usage]:
    if made_by == "fazri":
        usage = measure(__name__, "ours", name, series, cutoffs, out)
    else:
        usage = measure(str(_script()), name, series, cutoffs, out, python=peers_python())
    row = {"model": name, "by": made_by, **scored(pd.read_parquet(out), pd.read_parquet(series))}
    return {
        **row,
        "CPU s an origin": usage.cpu_s / usage.rows,
        "peak MB": usage.peak_mb,
        "MB before work": usage.start_mb,
    }, usage


def scored(made: pd.DataFrame, history: pd.DataFrame) -> dict[str, float]:
    """Return MASE of both horizons and coverage of forecasts (as `fazri_lib.forecast.forecast` makes them)."""
    known = history.astype({"y": "float64"})
    scale = weekly_naive_scale(known, made["cutoff"].min())
    paired = made.merge(known[["unique_id", "ds", "y"]], on=["unique_id", "ds"])
    day = paired[paired["ds"] <= paired["cutoff"] + pd.Timedelta(days=1)]
    return {
        "MASE 24 h": mase(day, scale),
        "MASE 168 h": mase(paired, scale),
        "coverage 80 %": coverage(paired["y"], paired["lo_80"], paired["hi_80"]),
        "coverage 95 %": coverage(paired["y"], paired["lo_95"], paired["hi_95"]),
    }


def _script() -> Path:
    root = repository()
    return (root or Path()) / PEER_SCRIPT


def _peer_versions(python: Path | None) -> dict[str, str]:
    lock = _script().parents[1] / "requirements-bench.lock"
    if python is None or not lock.is_file():
        return {}
    pinned = dict(line.strip().split("==") for line in lock.read_text().splitlines() if "==" in line)
    return {f"peers' {name}": pinned[name] for name in ("statsforecast", "pandas") if name in pinned}
