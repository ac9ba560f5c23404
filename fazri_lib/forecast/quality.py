"""Rows of `quality`: how good a capability is here, beside its baseline, and the verdict in words."""

from __future__ import annotations

import pandas as pd

COLUMNS = ("capability", "measure", "value", "baseline", "baseline_name", "verdict")

GOOD, WEAK, NO_SIGNAL, NOT_ENOUGH = "good", "weak", "no signal", "not enough data"
SIGNIFICANT = 0.01
"""One-sided p value from which on "better than the baseline" is believed."""

Row = tuple[str, float, float, str | None, str]
"""Measure, value, baseline, name of the baseline, verdict."""


def quality_rows(capability: str, rows: list[Row]) -> pd.DataFrame:
    """Return the rows with the columns of the table `quality`."""
    frame = pd.DataFrame([(capability, *row) for row in rows], columns=list(COLUMNS))
    return frame.astype({"value": "float64", "baseline": "float64"})
