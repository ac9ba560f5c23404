import numpy as np
import pandas as pd
import pytest

from fazri_lib.metrics import best_event_f1, episode_scores, in_windows, recall_by_kind

DS = pd.date_range("2026-01-05", periods=168, freq="h")


def flagged(*hours, column="flag"):
    """A week of hours, flagged at some."""
    frame = pd.DataFrame({"unique_id": "A", "ds": DS, column: 0.0})
    frame.loc[list(hours), column] = 1.0
    return frame


def windows(*spans, kinds=None):
    """Labelled windows from hour to hour."""
    frame = pd.DataFrame([{"unique_id": "A", "start": DS[first], "end": DS[last]} for first, last in spans])
    return frame if kinds is None else frame.assign(kind=kinds)


def test_episodes_by_hand():
    """Flags at 10, 12, 15 are two episodes; one meets a window, one of two windows is hit."""
    found = episode_scores(flagged(10, 12, 15), windows((11, 13), (40, 44)))
    assert found[:3] == (0.5, 0.5, 0.5)
    assert found.false_per_week == pytest.approx(1 / (167 / 168))


def test_a_gap_within_a_window_is_an_alarm_that_meets_but_does_not_hit():
    """Flags on both sides of a window make one episode that spans it; no row inside is flagged."""
    found = episode_scores(flagged(10, 12), windows((11, 11)))
    assert (found.precision, found.recall, found.f1) == (1.0, 0.0, 0.0)


def test_merge_gap_and_tolerance_in_hours():
    """A wider gap merges all three flags; a tolerance of two hours makes the late flag a hit."""
    assert episode_scores(flagged(10, 12, 15), windows((11, 13)), merge_gap_h=3).precision == 1.0
    assert episode_scores(flagged(15), windows((11, 13))).recall == 0.0
    assert episode_scores(flagged(15), windows((11, 13)), tolerance_h=2).recall == 1.0


def test_no_episode_and_no_window():
    """No episode: no precision. No window within the scored time: no recall, every episode false."""
    silent = episode_scores(flagged(), windows((11, 13)))
    assert np.isnan(silent.precision)
    assert (silent.recall, silent.f1) == (0.0, 0.0)
    outside = windows((1, 2)).assign(start=pd.Timestamp("2025-01-01"), end=pd.Timestamp("2025-01-02"))
    assert np.isnan(episode_scores(flagged(3), outside).recall)


def test_the_best_threshold_separates():
    """Scores 5 in the window, 4 once outside: the best threshold is above 4 and F1 is 1."""
    scored = flagged(column="score").assign(score=np.linspace(0, 1, 168))
    scored.loc[20:22, "score"] = 5.0
    scored.loc[90, "score"] = 4.0
    found, threshold = best_event_f1(scored, windows((20, 22)))
    assert found.f1 == 1.0
    assert 4.0 < threshold <= 5.0


def test_recall_by_kind_by_hand():
    """Of two drops one is found, of one surge none."""
    spans = windows((10, 12), (20, 22), (30, 32), kinds=["drop", "drop", "surge"])
    found = recall_by_kind(flagged(11), spans)
    assert found.to_numpy().tolist() == [["drop", 2, 1], ["surge", 1, 0]]
    assert recall_by_kind(flagged(11), spans.iloc[:0]).empty


def test_rows_in_windows():
    """Both ends of a window belong to it; overlapping windows mark a row once; other series stay unmarked."""
    rows = pd.concat([flagged(), flagged().assign(unique_id="B")], ignore_index=True)
    marked = in_windows(rows, windows((10, 12), (11, 14)))
    assert np.flatnonzero(marked).tolist() == [10, 11, 12, 13, 14]
