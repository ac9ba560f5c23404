"""Measures of accuracy, each once: what `quality`, `fazri bench` and the tests all compute with."""

from fazri_lib.metrics.intervals import coverage
from fazri_lib.metrics.paired import p_better
from fazri_lib.metrics.point import mae, mase, wape, weekly_naive_scale
from fazri_lib.metrics.probability import brier, calibration_error
from fazri_lib.metrics.ranking import accuracy_at_k, mrr, ranks_of_truth

__all__ = [
    "accuracy_at_k",
    "brier",
    "calibration_error",
    "coverage",
    "mae",
    "mase",
    "mrr",
    "p_better",
    "ranks_of_truth",
    "wape",
    "weekly_naive_scale",
]
