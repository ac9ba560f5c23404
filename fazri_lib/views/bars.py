"""Plain bars: shares of a whole, counts by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import holoviews as hv

from fazri_lib.views import palette
from fazri_lib.views.style import frame_options, highest, lanes_height, nothing

if TYPE_CHECKING:
    import pandas as pd

_NO_VALUE = "none"


def shares(rows: pd.DataFrame, *, label: str) -> hv.Element:
    """Draw a probability per row as a bar, the likeliest on top.

    Args:
        rows: the column `label` and `probability`.
        label: column that names the bars.
    """
    if rows.empty:
        return nothing("Nothing is known about this.")
    ordered = rows[[label, "probability"]].sort_values(["probability", label]).drop_duplicates(label, keep="last")
    return _bars(ordered, label, hv.Dimension("probability", label="Probability"), 1.0)


def count_bars(rows: pd.DataFrame, *, column: str, what: str) -> hv.Element:
    """Draw the number of rows by the values of a column, the most frequent on top.

    Args:
        rows: the rows.
        column: to group by.
        what: what is counted, for the axis.
    """
    if rows.empty:
        return nothing("Nothing to count.")
    counts = rows[column].astype(object).fillna(_NO_VALUE).value_counts().sort_values().rename("count").reset_index()
    return _bars(counts, column, hv.Dimension("count", label=what), 1.08 * highest(counts["count"]))


def amounts(rows: pd.DataFrame, *, label: str, value: str, what: str = "", is_sorted: bool = True) -> hv.Element:
    """Draw a number per row as a bar, the largest on top or in the order of the rows.

    Args:
        rows: the rows.
        label: column that names the bars.
        value: column of the numbers.
        what: they are, for the axis.
        is_sorted: whether the largest comes first.
    """
    if rows.empty:
        return nothing("Nothing to count.")
    ordered = rows.sort_values(value, kind="stable") if is_sorted else rows[::-1]
    drawn = ordered[[label, value]].assign(**{value: ordered[value].astype(float)})
    return _bars(drawn, label, hv.Dimension(value, label=what or value), 1.08 * float(drawn[value].max()))


def _bars(rows: pd.DataFrame, label: str, value: hv.Dimension, top: float) -> hv.Bars:
    options = frame_options(
        height=lanes_height(len(rows)),
        invert_axes=True,
        color=palette.LINE,
        line_color=None,
        bar_width=0.6,
        ylim=(0, top),
        xlabel="",
        tools=["hover"],
    )
    return hv.Bars(rows, hv.Dimension(label, label=label.replace("_", " ")), value).opts(**options)
