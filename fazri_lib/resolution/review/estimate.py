"""Precision and recall by threshold with intervals, from the answers to random pairs of each stratum.

The estimate is the stratified one (Cochran, "Sampling Techniques", 1977, chapter 5). Its intervals are melded from the
exact ones of each stratum (Clopper and Pearson, 1934): a figure that grows with some shares and falls with others is
drawn many times, for its lower end with the lower confidence distributions of the former and the upper ones of the
latter, and the other way round (Fay, Proschan and Brittain, "Combining one-sample confidence procedures", Biometrics
2015). That holds with few answers and with shares near 0 or 1, where normal intervals have no width. "Unsure" counts
as "different" for the lower end of a share and as "same" for its upper end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.resolution.model import probability
from fazri_lib.resolution.review.sampling import EDGES

if TYPE_CHECKING:
    from numpy.typing import NDArray

DRAWS = 4000
SEED = 20_260
LEVEL = 0.95


def estimated(strata: pd.DataFrame, *, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
    """Return precision and recall of "one person from this weight on", for each lower end of a stratum.

    Both are about the pairs that were compared and kept; what blocking has missed is not in them.

    Args:
        strata: of `sampling.sampled`.
        draws: for the intervals.
        seed: of the draws.

    Returns:
        `threshold` (bits), `probability` (the same as odds), `pairs` from there on, `answers` in turn from there on,
        `precision, precision_lo, precision_hi, claimed_precision, recall, recall_lo, recall_hi, claimed_recall`.
        Estimates are empty while a stratum that they need has no answer; intervals are 0 to 1 where nothing is known.
        Claims are the model's own.
    """
    lower, upper = _drawn(strata, draws, np.random.default_rng(seed))
    pairs, claimed = (strata[name].to_numpy(dtype=np.float64) for name in ("pairs", "expected"))
    told = (strata["same"] + strata["different"]).to_numpy(dtype=np.float64)
    is_known = (told > 0) | (pairs == 0)
    found = strata["same"].to_numpy(dtype=np.float64) / np.maximum(told, 1) * pairs
    rows = []
    for low in EDGES:
        above = strata["low"].to_numpy() >= low
        some, is_none = max(pairs[above].sum(), 1), float(not pairs[above].any())
        row = {"threshold": low, "probability": float(probability(np.array([low]))[0])}
        row |= {"pairs": pairs[above].sum(), "answers": told[above].sum()}
        row |= _figure("precision", found[above].sum(), pairs[above].sum(), is_known[above])
        row |= _ends("precision", lower[:, above].sum(axis=1) / some, upper[:, above].sum(axis=1) / some + is_none)
        row |= _figure("claimed_precision", claimed[above].sum(), pairs[above].sum())
        row |= _figure("recall", found[above].sum(), found.sum(), is_known)
        row |= _ends("recall", _share(lower, upper, above, 0.0), _share(upper, lower, above, 1.0))
        row |= _figure("claimed_recall", claimed[above].sum(), claimed.sum())
        rows.append(row)
    return pd.DataFrame(rows).round(6).astype({"pairs": int, "answers": int})


def _drawn(
    strata: pd.DataFrame, draws: int, source: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw the pairs of one person in each stratum from its lower and its upper confidence distribution."""
    lower, upper = np.zeros((draws, len(strata))), np.zeros((draws, len(strata)))
    columns = [strata[name].tolist() for name in ("pairs", "same", "different", "unsure")]
    for place, (pairs, same, different, unsure) in enumerate(zip(*columns, strict=True)):
        rest = max(pairs - same - different - unsure, 0)
        low = source.beta(same, different + unsure + 1, draws) if same else np.zeros(draws)
        high = source.beta(same + unsure + 1, different, draws) if different else np.ones(draws)
        lower[:, place] = same + rest * low
        upper[:, place] = same + unsure + rest * high
    return lower, upper


def _share(
    of: NDArray[np.float64], beside: NDArray[np.float64], above: NDArray[np.bool_], of_none: float
) -> NDArray[np.float64]:
    """Return the share that lies above, what is above drawn from one side and what is below from the other."""
    found, missed = of[:, above].sum(axis=1), beside[:, ~above].sum(axis=1)
    total = found + missed
    share: NDArray[np.float64] = np.divide(found, total, out=np.full_like(found, of_none), where=total > 0)
    return share


def _figure(name: str, part: float, whole: float, is_known: NDArray[np.bool_] | None = None) -> dict[str, float]:
    is_told = whole > 0 and (is_known is None or bool(is_known.all()))
    return {name: part / whole if is_told else np.nan}


def _ends(name: str, lower: NDArray[np.float64], upper: NDArray[np.float64]) -> dict[str, float]:
    tail = (1 - LEVEL) / 2
    return {f"{name}_lo": float(np.quantile(lower, tail)), f"{name}_hi": float(np.quantile(upper, 1 - tail))}
