#!/usr/bin/env python3
"""Run one model of statsforecast on rolling origins; called by `fazri bench forecast` with the peers' interpreter.

usage: statsforecast_peers.py MODEL SERIES.parquet CUTOFFS.csv OUT.parquet
Writes unique_id, cutoff, ds, model, yhat, lo_80, hi_80, lo_95, hi_95 and prints what it used as one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import MSTL, AutoETS, AutoTheta, SeasonalNaive

HORIZON_H = 168
WEEK_H = 168
HISTORY_DAYS = 84
MODELS = {
    "SeasonalNaive": SeasonalNaive(season_length=WEEK_H, alias="model"),
    "MSTL_ETS": MSTL(season_length=[24, WEEK_H], trend_forecaster=AutoETS(model="ZZN"), alias="model"),
    "AutoTheta": AutoTheta(season_length=24, alias="model"),
}


def without_gaps(history: pd.DataFrame) -> pd.DataFrame:
    """Fill an hour of a series that was not observed with the same hour a week earlier, else with 0."""
    y = history.set_index("ds")["y"].astype(float).asfreq("h")
    for _ in range(4):
        y = y.fillna(y.shift(WEEK_H))
    return y.fillna(0.0).rename("y").reset_index().assign(unique_id=history["unique_id"].iloc[0])


def one(model: str, history: pd.DataFrame, cutoff: pd.Timestamp) -> pd.DataFrame:
    """Forecast one origin; counts are not negative, so neither is their forecast."""
    known = history[(history["ds"] <= cutoff) & (history["ds"] > cutoff - pd.Timedelta(days=HISTORY_DAYS))]
    engine = StatsForecast(models=[MODELS[model]], freq="h", n_jobs=1)
    filled = pd.concat([without_gaps(part) for _, part in known.groupby("unique_id")], ignore_index=True)
    made = engine.forecast(df=filled, h=HORIZON_H, level=[80, 95])
    names = {
        "model": "yhat",
        **{f"model-{end}-{level}": f"{end}_{level}" for end in ("lo", "hi") for level in (80, 95)},
    }
    made = made.rename(columns=names)
    numbers = [name for name in names.values() if name in made.columns]
    return made.assign(**{name: made[name].clip(lower=0.0) for name in numbers}, cutoff=cutoff, model=model)


def peak_mb() -> float:
    """Return the largest resident memory of this process so far, MB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in status if line.startswith("VmHWM")).split()[1]) / 1024


def main(model: str, series: str, cutoffs: str, out: str) -> None:
    """Forecast all origins; the first one is run once before the clock starts, because numba compiles then."""
    history = pd.read_parquet(series)
    origins = pd.read_csv(cutoffs, parse_dates=["cutoff"])["cutoff"]
    one(model, history[history["unique_id"] == history["unique_id"].iloc[0]], origins.iloc[0])
    start_mb, wall, cpu = peak_mb(), time.perf_counter(), time.process_time()
    made = pd.concat([one(model, history, origin) for origin in origins], ignore_index=True)
    usage = {"seconds": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
    made.to_parquet(out)
    usage |= {"peak_mb": peak_mb(), "start_mb": start_mb, "rows": len(origins)}
    sys.stdout.write(json.dumps(usage) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
