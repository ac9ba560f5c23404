"""Charts of zones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fazri_lib.views import day_against_usual, occupancy_curve, occupancy_grid, week_heatmap, zone_map

ZONE = "Asia/Kolkata"


def test_a_curve_breaks_at_an_outage(occupancy):
    """The last four quarters are empty, not zero and not joined."""
    band, curve = list(occupancy_curve(occupancy, time_zone=ZONE))
    assert np.isnan(curve.dframe()["people"]).sum() == 4
    assert np.isnan(band.dframe()["people_hi"]).sum() == 4
    assert curve.dframe()["clock"].iloc[0] == pd.Timestamp("2025-09-13 00:00")


def test_the_capacity_is_a_line_unless_it_lies_far_above(occupancy, figure):
    """A capacity of 30 is drawn beside at most 23 people, one of 300 would flatten the curve."""
    assert [layer.label for layer in occupancy_curve(occupancy, time_zone=ZONE, capacity=30)][-1] == "capacity 30"
    assert len(occupancy_curve(occupancy, time_zone=ZONE, capacity=300)) == 2
    assert figure(occupancy_curve(occupancy, time_zone=ZONE, capacity=30)).yaxis.axis_label == "People"


def test_the_grid_holds_hourly_means(occupancy):
    """47 measured hours of one zone: the hour 05 has 5 people."""
    grid = occupancy_grid(occupancy, time_zone=ZONE).dframe()
    assert len(grid) == 47
    assert grid.set_index("clock").loc[pd.Timestamp("2025-09-13 05:00"), "people"] == 5


def test_the_week_has_all_hours_and_days(occupancy):
    """168 cells; Saturday 13:00 has 13 people, Monday none that is known."""
    cells = week_heatmap(occupancy, time_zone=ZONE).dframe().set_index(["weekday", "hour"])["people"]
    assert len(cells) == 168
    assert cells["Sat", 13] == 13
    assert np.isnan(cells["Mon", 13])


def test_a_day_against_usual(figure):
    """A bar per zone, a mark where usual is known, an axis that fits both."""
    day = pd.DataFrame({"zone_id": ["LIB", "CAF"], "people": [5.0, 2.0], "usual": [8.0, np.nan]})
    chart = day_against_usual(day)
    bars, marks = list(chart)
    assert bars.dframe()["zone_id"].tolist() == ["CAF", "LIB"]
    assert marks.dframe()["usual"].tolist() == [8.0]
    assert figure(chart).x_range.end == pytest.approx(1.12 * 8)


@pytest.fixture
def zones():
    """Two zones 0.001 degrees apart in each direction, and one without coordinates."""
    places = {"zone_id": ["A", "B", "C"], "latitude": [26.0, 26.001, None], "longitude": [91.0, 91.001, None]}
    return pd.DataFrame(places).assign(people=[3.0, 5.0, 1.0], capacity=10)


def test_the_map_is_in_metres(zones):
    """0.001 degrees north are 111 m, east at 26 degrees north 100 m; both counted from the middle."""
    points = zone_map(zones).get(1).dframe()
    assert points["zone_id"].tolist() == ["A", "B"]
    assert points["north_m"].tolist() == pytest.approx([-55.7, 55.7], abs=0.1)
    assert points["east_m"].tolist() == pytest.approx([-50.0, 50.0], abs=0.1)


def test_the_map_has_equal_axes_and_walks(zones, figure):
    """A metre is as long upwards as sidewards; only walks between drawn zones are lines."""
    walks = pd.DataFrame({"zone_id": ["A", "A"], "other_zone_id": ["B", "C"]})
    chart = zone_map(zones, walks)
    assert len(chart.get(0).dframe()) == 1
    assert figure(chart).match_aspect is True
    assert figure(chart).xaxis.axis_label == "East (m)"


def test_too_many_walks_are_not_drawn(zones):
    """Lines between all zones would hide the zones."""
    walks = pd.DataFrame({"zone_id": ["A", "B"] * 5, "other_zone_id": ["B", "A"] * 5})
    assert len(zone_map(zones, walks).get(0).dframe()) == 0


def test_names_stand_beside_their_circles(zones, figure):
    """Below, if nothing is in the way: 16.5 pixels from the middle."""
    (names,) = [r for r in figure(zone_map(zones)).renderers if "aside_y" in r.data_source.data]
    assert names.data_source.data["aside_x"] == [0.0, 0.0]
    assert names.data_source.data["aside_y"] == [16.5, 16.5]


def test_nothing_to_draw_is_said(occupancy, zones):
    """A sentence instead of an empty frame, and no coordinates is told with the remedy."""
    outage = occupancy.assign(quality="outage")
    assert "No figure" in occupancy_curve(occupancy.head(0), time_zone=ZONE).data
    assert "No figure" in occupancy_grid(outage, time_zone=ZONE).data
    assert "No figure" in week_heatmap(outage, time_zone=ZONE).data
    assert "No zone was measured" in day_against_usual(pd.DataFrame()).data
    assert "zones file" in zone_map(zones.tail(1)).data
