"""Bars of shares, counts and findings."""

from __future__ import annotations

import pandas as pd

from fazri_lib.views import count_bars, findings_bars, shares
from fazri_lib.views.palette import SEVERITY


def test_shares_put_the_likeliest_on_top(figure):
    """Ordered from below; the scale is 0 to 1."""
    rows = pd.DataFrame({"zone_id": ["A", "B", "B"], "probability": [0.2, 0.5, 0.3]})
    chart = shares(rows, label="zone_id")
    assert chart.dframe()["zone_id"].tolist() == ["A", "B"]
    assert chart.dframe()["probability"].tolist() == [0.2, 0.5]
    assert figure(chart).x_range.end == 1


def test_counts_name_what_is_empty():
    """Rows without a value are counted as none."""
    chart = count_bars(pd.DataFrame({"role": ["staff", None, "staff"]}), column="role", what="People")
    assert dict(chart.dframe()[["role", "count"]].itertuples(index=False)) == {"none": 1, "staff": 2}


def test_findings_are_stacked_by_severity(figure):
    """Every pair of detector and severity has a number; colours go with severities, whichever are there."""
    rows = pd.DataFrame({"detector": ["a", "b", "b"], "severity": ["critical", "low", "critical"]})
    chart = findings_bars(rows)
    cells = chart.dframe().set_index(["detector", "severity"])["findings"].to_dict()
    assert cells == {("a", "low"): 0, ("a", "critical"): 1, ("b", "low"): 1, ("b", "critical"): 1}
    assert chart.dframe()["detector"].tolist()[-1] == "b"
    assert figure(chart).x_range.end == 5
    assert chart.opts.get("style").kwargs["cmap"] == [SEVERITY["low"], SEVERITY["critical"]]


def test_nothing_to_draw_is_said():
    """A sentence instead of an empty frame."""
    assert "Nothing unusual" in findings_bars(pd.DataFrame()).data
    assert "Nothing is known" in shares(pd.DataFrame(), label="zone_id").data
    assert "Nothing to count" in count_bars(pd.DataFrame(), column="role", what="People").data
