"""Do probabilities mean what they say?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def brier(probabilities: NDArray[np.floating], truth: NDArray[np.integer]) -> float:
    """Return the Brier score over classes: mean over cases of sum over classes (p - 1{truth})^2; 0 best, 2 worst.

    Source: Brier, "Verification of forecasts expressed in terms of probability", 1950 (its original form).

    Args:
        probabilities: one row a case, one column a class.
        truth: the true class (column number) of each row, negative where it is none of the columns.
    """
    if not len(truth):
        return float("nan")
    of_truth = np.take_along_axis(probabilities, np.clip(truth, 0, None)[:, None], axis=1)[:, 0].astype(float)
    squares = np.square(probabilities, dtype=float).sum(axis=1)
    return float((squares - 2 * np.where(truth >= 0, of_truth, 0.0) + 1).mean())


def calibration_error(confidence: ArrayLike, is_correct: ArrayLike, bins: int = 10) -> float:
    """Return the expected calibration error: sum over bins of share of cases * |accuracy - mean confidence|.

    Source: Naeini et al., "Obtaining well calibrated probabilities using Bayesian binning", 2015; equal-width bins.

    Args:
        confidence: the probability given to the first guess of each case.
        is_correct: whether that guess was right.
        bins: number of bins over 0..1.
    """
    sure, right = np.asarray(confidence, dtype=float), np.asarray(is_correct, dtype=float)
    if not sure.size:
        return float("nan")
    number = np.clip((sure * bins).astype(int), 0, bins - 1)
    gap = np.bincount(number, weights=right - sure, minlength=bins)
    return float(np.abs(gap).sum() / sure.size)
