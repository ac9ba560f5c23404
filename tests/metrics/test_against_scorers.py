"""Our measures against scorers that somebody else wrote, on random and edge inputs (next places: test_probability)."""

import numpy as np
import pandas as pd
import pytest
from metrics.shared_tools import scorer

from fazri_lib import metrics

pytestmark = pytest.mark.slow
SEEDS = range(3)
DS = pd.date_range("2026-01-05", periods=24 * 21, freq="h")


def same(ours, theirs):
    """Equal up to rounding; NaN equals NaN."""
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12, nan_ok=True)


def clusterings():
    """Random clusterings of 60 records, all together, all apart, one record."""
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        yield rng.integers(0, 25, 60), rng.integers(0, 20, 60), rng.integers(0, 3, 60)
    yield np.zeros(7, int), np.arange(7), np.arange(7) % 2
    yield np.arange(7), np.zeros(7, int), np.arange(7) % 2
    yield np.array([0]), np.array([5]), np.array([1])


@pytest.mark.parametrize("case", range(6))
def test_clusters(case):
    """Pairwise (also between sources only), B-cubed and exact clusters as eval_pairs.py has them."""
    tool = scorer("eval_pairs")
    found, truth, source = list(clusterings())[case]
    named = [dict(enumerate(labels.tolist())) for labels in (found, truth, source)]
    for with_source in (False, True):
        theirs = tool.evaluate(named[0], named[1], named[2] if with_source else None)
        ours = metrics.pairwise(found, truth, source if with_source else None)
        same(tuple(ours), tuple(theirs[f"pairwise_{name}"] for name in ("precision", "recall", "f1")))
        same(tuple(metrics.bcubed(found, truth)), tuple(theirs[f"bcubed_{n}"] for n in ("precision", "recall", "f1")))
        assert metrics.exact_clusters(found, truth) == theirs["clusters_exactly_right"]


def labelled(seed):
    """Two series of three weeks with scores (some equal, some empty), and windows of two kinds."""
    rng = np.random.default_rng(seed)
    scores, labels = [], []
    for name in ("A", "B"):
        values = rng.gamma(1.0, 1.0, len(DS)).round(1)
        for start in rng.choice(len(DS) - 30, 6, replace=False):
            span = int(rng.integers(0, 12))
            kind = str(rng.choice(["drop", "surge"]))
            labels.append({"unique_id": name, "start": DS[start], "end": DS[start + span], "kind": kind})
            values[start : start + span + 1] += rng.gamma(1.0, 2.0, span + 1).round(1)
        scores.append(pd.DataFrame({"unique_id": name, "ds": DS, "score": values}))
    table = pd.concat(scores, ignore_index=True)
    table.loc[rng.choice(len(table), 10, replace=False), "score"] = np.nan
    return table, pd.DataFrame(labels)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("gap", "tolerance"), [(2.0, 0.0), (3.0, 1.0)])
def test_anomalies(seed, gap, tolerance):
    """Best event F1, its precision, recall and false alerts, average precision, VUS-PR and recall by kind."""
    tool = scorer("eval_anomaly")
    scores, windows = labelled(seed)
    theirs = tool.evaluate(scores, windows, best=True, gap=gap, tol=tolerance)
    found, threshold = metrics.best_event_f1(scores, windows, gap, tolerance)
    same(threshold, theirs["thr"])
    same(tuple(found), tuple(theirs[name] for name in ("precision", "recall", "F1", "false_wk")))
    filled = scores.assign(score=scores["score"].fillna(scores.groupby("unique_id")["score"].transform("min")))
    is_event = metrics.in_windows(filled, windows)
    same(metrics.average_precision(is_event, filled["score"]), theirs["AP"])
    volumes = [metrics.vus_pr(is_event[part.index], part["score"]) for _, part in filled.groupby("unique_id")]
    same(np.nanmean(volumes), theirs["VUS_PR"])
    kinds = metrics.recall_by_kind(filled.assign(flag=filled["score"] >= threshold), windows, tolerance)
    ours = {row.kind: f"{row.found}/{row.windows}" for row in kinds.itertuples()}
    assert ours == theirs["recall_by_kind"]


@pytest.mark.parametrize("flags", [0.0, 1.0])
def test_anomalies_at_the_edges(flags):
    """Nothing flagged and everything flagged."""
    tool = scorer("eval_anomaly")
    scores, windows = labelled(0)
    scores = scores.assign(score=flags, flag=flags)
    theirs = tool.evaluate(scores, windows, threshold=0.5)
    ours = metrics.episode_scores(scores, windows)
    same(tuple(ours), tuple(theirs[name] for name in ("precision", "recall", "F1", "false_wk")))


@pytest.mark.parametrize("edge", ["first", "last", "all but one", "one row"])
@pytest.mark.parametrize("buffer_rows", [0, 1, 2, 12])
def test_volumes_at_the_edges(edge, buffer_rows):
    """Windows that touch the ends of the series, cover nearly all of it or only one row."""
    tool = scorer("eval_anomaly")
    is_event = np.zeros(80, bool)
    is_event[{"first": slice(5), "last": slice(70, None), "all but one": slice(79), "one row": slice(9, 10)}[edge]] = 1
    score = np.random.default_rng(1).normal(size=80).round(1)
    same(metrics.vus_pr(is_event, score, buffer_rows), tool.vus_pr(is_event, score, buffer_rows))


def forecasts(seed):
    """Four weeks of two series and forecasts of the last one, some hours not observed."""
    rng = np.random.default_rng(seed)
    ds = pd.date_range("2026-01-05", periods=24 * 28, freq="h")
    series = [pd.DataFrame({"unique_id": name, "ds": ds, "y": rng.poisson(9, len(ds)).astype(float)}) for name in "AB"]
    history = pd.concat(series, ignore_index=True)
    cutoff = ds[-169]
    made = history[history["ds"] > cutoff].assign(cutoff=cutoff, yhat=lambda part: rng.poisson(9, len(part)) + 0.5)
    half = rng.uniform(1, 6, len(made))
    made = made.assign(lo80=made["yhat"] - half, hi80=made["yhat"] + half)
    made.loc[made.sample(5, random_state=seed).index, "y"] = np.nan
    return made, history, cutoff


@pytest.mark.parametrize("seed", SEEDS)
def test_forecasts(seed):
    """MASE, WAPE, bias, coverage, and the interval score that their weighted score is made of."""
    tool = scorer("eval_forecast")
    made, history, cutoff = forecasts(seed)
    scales = tool.scales(history, made, 168)
    theirs = tool.score(made, scales)
    scale = metrics.weekly_naive_scale(history, cutoff)
    same(metrics.mase(made, scale), theirs["MASE"])
    same(metrics.wape(made["y"], made["yhat"]), theirs["WAPE"])
    same(metrics.bias(made["y"], made["yhat"]), theirs["bias"])
    same(metrics.coverage(made["y"], made["lo80"], made["hi80"]), theirs["cov80"])
    parts = []
    for name, part in made.groupby("unique_id"):
        interval = metrics.interval_score(part["y"], part["lo80"], part["hi80"], 0.8)
        error = metrics.mae(part["y"], part["yhat"])
        parts.append((0.5 * error + 0.1 * interval) / 1.5 / scale[name])
    same(np.mean(parts), theirs["sWIS"])
