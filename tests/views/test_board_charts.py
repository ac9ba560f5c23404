"""The live charts: made once, then only their data and colours change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fazri_lib.views.board_curves import Course, ForecastBand
from fazri_lib.views.board_grids import Days, Week, ZoneHours
from fazri_lib.views.board_look import DARK, LIGHT
from fazri_lib.views.board_map import ZoneMap

ZONE = "Asia/Kolkata"
pytestmark = pytest.mark.slow


def models(drawing) -> int:
    """Number of Bokeh models of a chart."""
    return len(drawing.figure.references())


def test_hours_without_a_figure_stay_empty(occupancy):
    """Two days of 24 h and one lane; the last hour is an outage: 47 cells, coloured up to 23 people."""
    drawing = ZoneHours(lambda zone_id: f"Zone {zone_id}")
    drawing.show(occupancy, time_zone=ZONE)
    cells = drawing._cells.data
    assert len(cells["x"]) == 47
    assert set(cells["lane"]) == {"Zone LIB"}
    assert cells["told"][23] == "Zone LIB, Sat 13 Sep 23:00: 23.0 people"
    assert drawing._mapper.high == 23.0


def test_an_update_makes_no_new_model(occupancy):
    """Only sources change: that is what keeps an update cheap."""
    drawing = ZoneHours(str)
    drawing.show(occupancy, time_zone=ZONE)
    before = models(drawing)
    drawing.show(occupancy.assign(people=occupancy["people"] * 2), time_zone=ZONE)
    assert models(drawing) == before
    assert drawing._mapper.high == 46.0


def test_nothing_to_draw_is_said(occupancy):
    """Each chart in its own words, and the next rows bring it back."""
    week = Week()
    week.show(occupancy.assign(quality="outage"), time_zone=ZONE)
    assert week.fault == "No figure of occupancy in this period."
    week.show(occupancy, time_zone=ZONE)
    assert week.fault == ""
    band = ForecastBand()
    band.show(
        pd.DataFrame(columns=["ts", "model", "people", "lo_80", "hi_80", "lo_95", "hi_95"]), time_zone=ZONE, model="m"
    )
    assert band.fault == "There is no forecast of this zone yet."


def test_colours_follow_the_page(occupancy):
    """On the dark side the line of what was measured is light, and back."""
    drawing = Course()
    clock = pd.date_range("2025-09-13", periods=3, freq="h")
    rows = pd.DataFrame({"clock": clock, "people": [1.0, 2.0, np.nan], "usual": 1.0, "usual_lo": 0.0, "usual_hi": 2.0})
    drawing.show(rows.assign(expected=[np.nan, np.nan, 3.0]))
    line = drawing.figure.renderers[-1].glyph
    drawing.paint(DARK)
    assert line.line_color == DARK["actual"]
    drawing.paint(LIGHT)
    assert line.line_color == LIGHT["actual"]


def test_a_persons_days_have_lanes_and_gaps(instants):
    """06:00-06:45 in LIB and 07:30-08:00 in CAF: a gap of 45 minutes in its own lane."""
    stays = pd.DataFrame({"started_at": instants("06:00", "07:30"), "ended_at": instants("06:45", "08:00")})
    stays = stays.assign(zone_id=["LIB", "CAF"], confidence=[1.0, 0.5], sources="wifi")
    drawing = Days(str)
    drawing.show(stays, time_zone=ZONE, until=pd.Timestamp("2025-09-13 12:00", tz="UTC"))
    assert drawing._gaps.data["told"] == ["Not seen, Sat 13 Sep 12:15 to 13:00"]
    assert list(drawing._stays.data["alpha"]) == [1.0, 0.625]
    assert list(drawing.figure.y_range.factors) == ["not seen", "LIB", "CAF"]


def test_a_tap_on_the_map_chooses_the_zone():
    """The second spot by building and name is LAB; choosing it again later works, too."""
    zones = pd.DataFrame({"zone_id": ["LIB", "LAB"], "name": ["Library", "Lab"], "building": ["A", "B"]})
    zones = zones.assign(latitude=[26.0, 26.001], longitude=91.0, people=[2.0, np.nan], capacity=[4, 30])
    drawing, chosen = ZoneMap(), []
    drawing.show(zones, chosen="LIB")
    drawing.on_tap(chosen.append)
    for _ in range(2):
        drawing.spots.selected.indices = [1]
    assert chosen == ["LAB", "LAB"]
    assert drawing.spots.data["told"][1] == "Lab: no signal, room for 30"
    assert len(drawing._chosen.data["east_m"]) == 1


def test_the_map_counts_in_words():
    """One person, none or more people; a figure of 0.6 is shown as 1."""
    zones = pd.DataFrame({"zone_id": list("abc"), "name": list("abc"), "building": "A", "people": [0.6, 0.0, 2.0]})
    drawing = ZoneMap()
    drawing.show(zones.assign(latitude=26.0, longitude=91.0, capacity=4))
    assert [told.split(",")[0] for told in drawing.spots.data["told"]] == ["a: 1 person", "b: 0 people", "c: 2 people"]


def test_zones_without_coordinates_have_no_map():
    """The reason and the remedy are said."""
    zones = pd.DataFrame(
        {"zone_id": ["LIB"], "name": "Library", "building": "A", "latitude": np.nan, "longitude": np.nan}
    )
    drawing = ZoneMap()
    drawing.show(zones.assign(people=1.0, capacity=4))
    assert drawing.fault.startswith("No zone has coordinates; give latitude and longitude")
