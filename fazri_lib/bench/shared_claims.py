"""Are the weights of people who hold the same card honest, and what do alibis add?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fazri_lib.metrics import brier_binary, calibration_error

if TYPE_CHECKING:
    import pandas as pd

SHARED = (
    "Observations that several people claim, all of them and those of which an alibi speaks against some claimant, "
    "with the weights before alibis (baseline) and after them. Hit rate of the likeliest claimant, equally likely ones "
    "counted in parts, beside what its weight promises; Brier score and calibration error of single claims."
)
ALIBIS = (
    "Claims with an alibi: what they weighed before it and after it, and the share that are true all the same, because "
    "somebody else bore the alibi or a sensor was mistaken."
)
_TIE = 1e-6


def shared_rows(claims: pd.DataFrame) -> list[dict[str, object]]:
    """Return hit rate, Brier score and calibration of claims on shared identifiers, before and after alibis.

    Args:
        claims: rows of `claims_with_truth`.
    """
    shared = claims[claims["claimants"] > 1]
    touched = shared[shared.groupby("observation_id")["has_alibi"].transform("any")]
    return [
        {
            "observations": name,
            "weights": when,
            "by": by,
            "number": rows["observation_id"].nunique(),
            "claims": len(rows),
            **hit_rates(rows, column),
            "Brier": brier_binary(rows[column], rows["is_right"]),
            "calibration error": calibration_error(rows[column], rows["is_right"]),
        }
        for name, rows in (("several claimants", shared), ("with an alibi", touched))
        for when, by, column in (("after alibis", "fazri", "probability"), ("before", "baseline", "before_alibis"))
    ]


def alibi_row(claims: pd.DataFrame) -> dict[str, object]:
    """Return what claims with an alibi weigh and how many are true."""
    rows = claims[claims["has_alibi"]]
    return {
        "claims with an alibi": len(rows),
        "weight before": rows["before_alibis"].mean(),
        "weight after": rows["probability"].mean(),
        "true": rows["is_right"].mean(),
    }


def hit_rates(claims: pd.DataFrame, weight: str = "probability") -> dict[str, float]:
    """Return `hit rate`, how often the likeliest claimant is the right one, and `promised`, what its weight says.

    Of claimants that are equally likely each counts in part: which of them stands first says nothing.
    """
    top = claims.groupby("observation_id")[weight].transform("max")
    best = claims[claims[weight] >= top - _TIE].groupby("observation_id")
    return {"hit rate": best["is_right"].mean().mean(), "promised": best[weight].max().mean()}
