"""Do probabilities mean what they say?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

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


def brier_binary(probability: ArrayLike, happened: ArrayLike) -> float:
    """Return the Brier score of single statements: mean of (p - 1{it happened})^2; 0 best, 1 worst, NaN without any."""
    stated, came = np.asarray(probability, dtype=float), np.asarray(happened, dtype=float)
    return float(np.square(stated - came).mean()) if stated.size else float("nan")


def calibration_error(confidence: ArrayLike, is_correct: ArrayLike, bins: int = 10) -> float:
    """Return the expected calibration error: sum over bins of share of cases * |accuracy - mean confidence|.

    Source: Naeini et al., "Obtaining well calibrated probabilities using Bayesian binning", 2015; equal-width bins.

    Args:
        confidence: the probability given to the first guess of each case.
        is_correct: whether that guess was right.
        bins: number of bins over 0..1.
    """
    table = reliability(confidence, is_correct, bins)
    gap = (table["came"] - table["stated"]).abs() * table["cases"]
    return float(gap.sum() / table["cases"].sum()) if len(table) else float("nan")


def reliability(probability: ArrayLike, happened: ArrayLike, bins: int = 10) -> pd.DataFrame:
    """Return the reliability curve: for each bin of stated probability how often it came.

    Source: Murphy and Winkler, "Reliability of subjective probability forecasts", 1977; equal-width bins.

    Args:
        probability: the probability stated in each case.
        happened: whether it came.
        bins: number of bins over 0..1.

    Returns:
        `from, to, cases, stated, came`: ends of the bin, its cases, their mean probability and the share that came;
        bins without a case are left out.
    """
    stated, came = np.asarray(probability, dtype=float), np.asarray(happened, dtype=float)
    number = np.clip((stated * bins).astype(int), 0, bins - 1)
    cases = np.bincount(number, minlength=bins)
    used = np.flatnonzero(cases)
    mean_stated = np.bincount(number, weights=stated, minlength=bins)[used] / cases[used]
    mean_came = np.bincount(number, weights=came, minlength=bins)[used] / cases[used]
    ends = {"from": used / bins, "to": (used + 1) / bins}
    return pd.DataFrame({**ends, "cases": cases[used], "stated": mean_stated, "came": mean_came})
