"""Measures of accuracy, each once: what `quality`, `fazri bench` and the tests all compute with."""

from fazri_lib.metrics.clusters import PrecisionRecall, bcubed, exact_clusters, harmonic, pairwise
from fazri_lib.metrics.detection import average_precision, vus_pr
from fazri_lib.metrics.episodes import EpisodeScores, best_event_f1, episode_scores, in_windows, recall_by_kind
from fazri_lib.metrics.intervals import coverage, interval_score
from fazri_lib.metrics.paired import p_better
from fazri_lib.metrics.point import bias, mae, mase, wape, weekly_naive_scale
from fazri_lib.metrics.probability import brier, brier_binary, calibration_error, reliability
from fazri_lib.metrics.ranking import accuracy_at_k, mrr, ranks_of_truth

__all__ = [
    "EpisodeScores",
    "PrecisionRecall",
    "accuracy_at_k",
    "average_precision",
    "bcubed",
    "best_event_f1",
    "bias",
    "brier",
    "brier_binary",
    "calibration_error",
    "coverage",
    "episode_scores",
    "exact_clusters",
    "harmonic",
    "in_windows",
    "interval_score",
    "mae",
    "mase",
    "mrr",
    "p_better",
    "pairwise",
    "ranks_of_truth",
    "recall_by_kind",
    "reliability",
    "vus_pr",
    "wape",
    "weekly_naive_scale",
]
