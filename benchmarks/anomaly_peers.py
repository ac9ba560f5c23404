#!/usr/bin/env python3
"""Score series with one detector of scikit-learn or PyOD; called by `fazri bench anomaly` with the peers' interpreter.

usage: anomaly_peers.py isolation_forest|ecod SERIES.parquet OUT.parquet
Reads unique_id, ds, y, start, period_h (hourly, y empty where not observed); fits each series on the rows before its
start, scores the rows after it with that fit; writes unique_id, ds, score; prints what it used as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from pyod.models.ecod import ECOD
from sklearn.ensemble import IsolationForest

SEED = 0
FOLDS = 8
DAY_H = 24


def features(rows: pd.DataFrame) -> pd.DataFrame:
    """Value, distance from the median of the same hour in the last eight periods, change, time of day."""
    period = int(rows["period_h"].iloc[0])
    y = rows.set_index("ds")["y"].astype(float).asfreq("h")
    spare = -len(y) % period
    folds = pd.DataFrame(np.append(y.to_numpy(), np.full(spare, np.nan)).reshape(-1, period))
    usual = folds.shift(1).rolling(FOLDS, min_periods=1).median().to_numpy().ravel()[: len(y)]
    angle = 2 * np.pi * y.index.hour / 24
    columns = {"y": y, "off": y - usual, "change": y.diff(), "sin": np.sin(angle), "cos": np.cos(angle)}
    return pd.DataFrame(columns, index=y.index)


def isolation_forest(past: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Score with an isolation forest fitted on the past."""
    return -IsolationForest(n_estimators=200, random_state=SEED).fit(past).score_samples(asked)


def ecod(past: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Score by empirical tail probabilities (Li et al. 2022), a day at a time.

    PyOD mixes the asked rows into its distributions, so all at once would let a row know what came after it.
    """
    detector = ECOD().fit(past)
    days = [asked[first : first + DAY_H] for first in range(0, len(asked), DAY_H)]
    return np.concatenate([detector.decision_function(day) for day in days])


MODELS = {"isolation_forest": isolation_forest, "ecod": ecod}


def one(model: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Score one series; what a row lacks is taken from the median of the past."""
    table = features(rows)
    is_past = table.index < rows["start"].iloc[0]
    middle = table[is_past].median().fillna(0.0)
    observed = table["y"].notna()
    past = table[is_past & observed].fillna(middle).to_numpy()
    asked = table[~is_past & observed]
    score = MODELS[model](past, asked.fillna(middle).to_numpy())
    return pd.DataFrame({"unique_id": rows["unique_id"].iloc[0], "ds": asked.index, "score": score})


def peak_mb() -> float:
    """Return the largest resident memory of this process so far, MB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in status if line.startswith("VmHWM")).split()[1]) / 1024


def main(model: str, series: str, out: str) -> None:
    """Score all series of the file."""
    rows = pd.read_parquet(series)
    start_mb, wall, cpu = peak_mb(), time.perf_counter(), time.process_time()
    made = pd.concat([one(model, part) for _, part in rows.groupby("unique_id")], ignore_index=True)
    usage = {"seconds": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
    made.to_parquet(out)
    usage |= {"peak_mb": peak_mb(), "start_mb": start_mb, "rows": len(made)}
    sys.stdout.write(json.dumps(usage) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
