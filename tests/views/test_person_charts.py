"""The days of a person as lanes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from fazri_lib.views import timeline

if TYPE_CHECKING:
    import holoviews as hv

ZONE = "Asia/Kolkata"
UNTIL = dt.datetime(2025, 9, 13, 12, 30, tzinfo=dt.UTC)


@pytest.fixture
def stays(instants):
    """LIB, a gap of 30 minutes, CAF, an open stay in LIB after a night."""
    return pd.DataFrame(
        {
            "zone_id": ["LIB", "CAF", "LIB"],
            "started_at": instants("06:00", "07:00", "12:00"),
            "ended_at": instants("06:30", "07:15", None),
            "confidence": [1.0, 0.5, 1.0],
            "sources": ["swipes", "wifi", "swipes"],
        }
    )


def bars(chart: hv.Overlay) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The gaps and the stays of a timeline."""
    gaps, seen = list(chart)
    return gaps.dframe(), seen.dframe()


def test_bars_lie_in_campus_time(stays):
    """06:00 UTC is 11:30 in Kolkata; an open stay ends at the moment of the view."""
    _, seen = bars(timeline(stays, time_zone=ZONE, until=UNTIL))
    assert seen["clock"].tolist()[0] == pd.Timestamp("2025-09-13 11:30")
    assert seen["end"].tolist()[2] == pd.Timestamp("2025-09-13 18:00")
    assert seen["minutes"].tolist() == [30, 15, 30]


def test_each_zone_has_a_lane(stays):
    """Gaps at the bottom, then zones from Z to A, so that they read from A to Z."""
    chart = timeline(stays, time_zone=ZONE, until=UNTIL)
    _, seen = bars(chart)
    assert ((seen["low"] + seen["high"]) / 2).tolist() == [1, 2, 1]


def test_gaps_of_a_day_are_drawn_and_nights_are_not(stays):
    """06:30-07:00 and 07:15-12:00; with at most four hours only the first one."""
    gaps, _ = bars(timeline(stays, time_zone=ZONE, until=UNTIL))
    assert gaps["minutes"].tolist() == [30, 285]
    short, _ = bars(timeline(stays, time_zone=ZONE, until=UNTIL, longest_gap_h=4))
    assert short["minutes"].tolist() == [30]


def test_a_stay_inside_another_one_is_no_gap(stays, instants):
    """Gaps are counted from the end of all earlier stays, not of the last one."""
    inside = stays.assign(started_at=instants("06:00", "06:10", "08:00"), ended_at=instants("07:45", "06:20", None))
    gaps, _ = bars(timeline(inside, time_zone=ZONE, until=UNTIL))
    assert gaps["minutes"].tolist() == [15]


def test_the_figure_is_readable(stays, figure):
    """Axis label with the time zone, zone names as ticks, as wide as there is room, no logo."""
    drawn = figure(timeline(stays, time_zone=ZONE, until=UNTIL))
    assert drawn.xaxis.axis_label == "Campus time (Asia/Kolkata)"
    assert list(drawn.yaxis.major_label_overrides.values()) == ["not seen", "LIB", "CAF"]
    assert drawn.sizing_mode == "stretch_width"
    assert drawn.toolbar.logo is None


def test_nothing_to_draw_is_said(stays):
    """No stay: a sentence instead of an empty frame."""
    assert "No stay" in timeline(stays.head(0), time_zone=ZONE, until=UNTIL).data
