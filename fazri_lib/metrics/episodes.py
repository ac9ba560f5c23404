"""Alerts as an operator meets them: episodes of flagged rows against labelled windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from fazri_lib.metrics.clusters import harmonic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MERGE_GAP_H = 2.0
SWEPT = 1 - np.logspace(-4.3, -0.7, 60)


class EpisodeScores(NamedTuple):
    """What a detector's alerts are worth.

    Attributes:
        precision: share of alert episodes that meet a labelled window; NaN without an episode.
        recall: share of labelled windows that are hit; NaN without a window.
        f1: harmonic mean of both, 0 where either is 0 or unknown.
        false_per_week: episodes that meet no window, per series and week.
    """

    precision: float
    recall: float
    f1: float
    false_per_week: float


class _Series(NamedTuple):
    """One series: its moments in order, where its windows begin and end among its rows, and its flags or scores."""

    ds: NDArray[np.datetime64]
    starts: NDArray[np.datetime64]
    ends: NDArray[np.datetime64]
    marks: NDArray[np.float64]
    kinds: NDArray[np.object_]

    @property
    def weeks(self) -> float:
        """Length in weeks."""
        return float((self.ds[-1] - self.ds[0]) / np.timedelta64(7, "D"))


def episode_scores(
    flagged: pd.DataFrame, windows: pd.DataFrame, merge_gap_h: float = MERGE_GAP_H, tolerance_h: float = 0.0
) -> EpisodeScores:
    """Return precision, recall and F1 of alert episodes.

    An episode is a run of flagged rows with gaps of at most `merge_gap_h`. Windows outside the scored time are
    left out.

    Args:
        flagged: `unique_id, ds, flag`.
        windows: `unique_id, start, end` (both ends belong to it).
        merge_gap_h: gap that does not end an episode, hours.
        tolerance_h: hours by which a window is widened on both sides.
    """
    return _summed(_series(flagged, windows, "flag", tolerance_h), 0.5, merge_gap_h)


def best_event_f1(
    scored: pd.DataFrame, windows: pd.DataFrame, merge_gap_h: float = MERGE_GAP_H, tolerance_h: float = 0.0
) -> tuple[EpisodeScores, float]:
    """Return the scores at the one threshold for all series with the highest F1, and it; an upper bound, not a rule.

    Sixty thresholds between the highest 0.005 % and 20 % of the scores are tried; a row is flagged at or above one.

    Args:
        scored: `unique_id, ds, score`.
        windows: as of `episode_scores`.
        merge_gap_h: as there.
        tolerance_h: as there.
    """
    rows = scored.assign(score=_filled(scored))
    series = _series(rows, windows, "score", tolerance_h)
    thresholds = np.unique(np.quantile(rows["score"], SWEPT))
    found = [_summed(series, float(threshold), merge_gap_h) for threshold in thresholds]
    best = max(range(len(found)), key=lambda place: (found[place].f1, -place))
    return found[best], float(thresholds[best])


def recall_by_kind(flagged: pd.DataFrame, windows: pd.DataFrame, tolerance_h: float = 0.0) -> pd.DataFrame:
    """Return `kind, windows, found`: how many of the windows of each kind that hold a row have a flagged one.

    Args:
        flagged: `unique_id, ds, flag`.
        windows: `unique_id, start, end, kind`.
        tolerance_h: as of `episode_scores`.
    """
    parts = []
    for one in _series(flagged, windows, "flag", tolerance_h):
        first, after = _rows_of(one)
        counted = np.append(0, np.cumsum(one.marks > 0))
        parts.append(pd.DataFrame({"kind": one.kinds, "rows": after - first, "hits": counted[after] - counted[first]}))
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"kind": [], "rows": [], "hits": []})
    table = table[table["rows"] > 0]
    found = table.assign(is_found=table["hits"] > 0).groupby("kind")["is_found"].agg(["size", "sum"])
    return found.rename(columns={"size": "windows", "sum": "found"}).reset_index()


def in_windows(scored: pd.DataFrame, windows: pd.DataFrame) -> pd.Series[bool]:
    """Return which rows (`unique_id, ds`) lie in a window of their series, both ends included."""
    inside = pd.Series(data=False, index=scored.index)
    own = dict(iter(windows.groupby("unique_id")))
    for name, rows in scored.groupby("unique_id"):
        if name in own:
            ds = rows["ds"].to_numpy()
            starts, ends = np.sort(own[name]["start"].to_numpy()), np.sort(own[name]["end"].to_numpy())
            begun, over = np.searchsorted(starts, ds, side="right"), np.searchsorted(ends, ds, side="left")
            inside.loc[rows.index] = begun > over
    return inside


def _filled(scored: pd.DataFrame) -> pd.Series[float]:
    """Rows without a score get the lowest of their series."""
    return scored["score"].fillna(scored.groupby("unique_id")["score"].transform("min")).astype(float)


def _series(rows: pd.DataFrame, windows: pd.DataFrame, column: str, tolerance_h: float) -> list[_Series]:
    wide = pd.Timedelta(hours=tolerance_h)
    own = {name: part.sort_values(["start", "end"]) for name, part in windows.groupby("unique_id")}
    found = []
    for name, part in rows.sort_values("ds").groupby("unique_id"):
        of_it = own.get(name, windows.iloc[:0])
        kinds = of_it["kind"].to_numpy(object) if "kind" in of_it else np.full(len(of_it), None, dtype=object)
        starts, ends = (of_it["start"] - wide).to_numpy(), (of_it["end"] + wide).to_numpy()
        ds = part["ds"].to_numpy()
        is_scored = (ends >= ds[0]) & (starts <= ds[-1])
        marks = part[column].to_numpy(dtype=float)
        found.append(_Series(ds, starts[is_scored], ends[is_scored], marks, kinds[is_scored]))
    return found


def _rows_of(one: _Series) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First row of each window and the row after its last one."""
    return np.searchsorted(one.ds, one.starts, side="left"), np.searchsorted(one.ds, one.ends, side="right")


def _summed(series: Sequence[_Series], threshold: float, merge_gap_h: float) -> EpisodeScores:
    gap = np.timedelta64(round(merge_gap_h * 3600), "s")
    counts = np.array([_counts(one, one.marks >= threshold, gap) for one in series]).reshape(-1, 4).sum(axis=0)
    episodes, good, windows, hit = (int(number) for number in counts)
    weeks = sum(one.weeks for one in series)
    precision, recall = (part / whole if whole else np.nan for part, whole in ((good, episodes), (hit, windows)))
    f1 = harmonic(precision, recall).f1 if episodes and windows else 0.0
    return EpisodeScores(precision, recall, f1, (episodes - good) / weeks if weeks else np.nan)


def _counts(one: _Series, flag: NDArray[np.bool_], gap: np.timedelta64) -> tuple[int, int, int, int]:
    """Episodes, those that meet a window, windows, those that are hit."""
    first, after = _rows_of(one)
    counted = np.append(0, np.cumsum(flag))
    hit = int((counted[after] > counted[first]).sum())
    rows = np.flatnonzero(flag)
    if not len(rows):
        return 0, 0, len(one.starts), hit
    parts = np.diff(one.ds[rows]) > gap
    began, ended = rows[np.append(True, parts)], rows[np.append(parts, True)]
    begun_windows = np.searchsorted(np.sort(one.starts), one.ds[ended], side="right")
    over_windows = np.searchsorted(np.sort(one.ends), one.ds[began], side="left")
    return len(began), int((begun_windows > over_windows).sum()), len(one.starts), hit
