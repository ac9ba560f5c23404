"""Charts of findings."""

from __future__ import annotations

import holoviews as hv
import pandas as pd

from fazri_lib.views import palette
from fazri_lib.views.style import frame_options, lanes_height, nothing

_FEW = 5  # an axis that is shorter has ticks between whole numbers


def findings_bars(findings: pd.DataFrame) -> hv.Element:
    """Draw the number of findings by detector, stacked by severity, the most frequent detector on top.

    Args:
        findings: rows of table `findings`.
    """
    if findings.empty:
        return nothing("Nothing unusual was found.")
    counts = findings.groupby(["detector", "severity"]).size().rename("findings")
    detectors = counts.groupby("detector").sum().sort_values().index
    severities = [severity for severity in palette.SEVERITIES if severity in counts.index.get_level_values("severity")]
    full = pd.MultiIndex.from_product([detectors, severities], names=["detector", "severity"])
    rows = counts.reindex(full, fill_value=0).reset_index()
    keys = [hv.Dimension("detector", label="Detector"), hv.Dimension("severity", label="Severity")]
    options = frame_options(
        height=lanes_height(len(detectors)),
        stacked=True,
        invert_axes=True,
        xlabel="",
        ylim=(0, max(_FEW, 1.05 * int(counts.groupby("detector").sum().max()))),
        line_color="white",
        bar_width=0.62,
        cmap=[palette.SEVERITY[severity] for severity in severities],
        legend_position="top",
        legend_opts={"orientation": "horizontal"},
        tools=["hover"],
    )
    return hv.Bars(rows, keys, hv.Dimension("findings", label="Findings")).opts(**options)
