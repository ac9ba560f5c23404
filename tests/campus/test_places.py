"""Zones over time."""

from __future__ import annotations

import pandas as pd
import pytest
import tiny_campus

import fazri_lib as fazri
from fazri_lib.errors import NotPublishedError, UnknownNameError


def test_zones_with_the_people_in_them(campus):
    """CAF 10 people, LIB's last row is an outage, LAB_305 never counted; names of zones are not personal."""
    frame = campus.zones().frame.set_index("zone_id")
    assert frame["people"].fillna(-1).to_dict() == {"CAF": 10, "LAB_305": -1, "LIB": -1}
    assert frame.loc["LIB", ["people_lo", "people_hi"]].isna().all()
    assert frame["quality"].to_dict() == {"CAF": "measured", "LIB": "no signal", "LAB_305": "no signal"}
    assert frame.loc["LIB", "name"] == "Library"
    assert campus.zones().summary == (
        "3 zones; 10 people in them at the last count. None is over capacity. No signal from Lab, Library."
    )
    assert campus.zones().plot() is not None


@pytest.mark.engine
def test_counts_of_three_hours_ago_are_not_those_of_now(tmp_path):
    """CAF was last counted at 15:00, it is 18:00: nobody knows how many are there."""
    occupancy = tiny_campus.occupancy()
    rows = tiny_campus.tables() | {"occupancy": occupancy[occupancy["local_ts"] <= "2025-09-13 15:00"]}
    (tmp_path / "fazri.toml").write_text(tiny_campus.TOML)
    tiny_campus.publish(tmp_path, rows)
    with fazri.open(tmp_path) as late:
        assert late.zones().frame["people"].isna().all()


def test_an_unknown_zone_is_refused(campus):
    """The nearest zone is given."""
    for ask in (campus.occupancy, campus.forecast, campus.typical_week):
        with pytest.raises(UnknownNameError, match="did you mean LAB_305"):
            ask("LAB_306")


def test_occupancy_of_a_zone_over_a_week(campus):
    """672 quarters, 4 of them in an outage; the peak is 4 people."""
    answer = campus.occupancy("LIB")
    assert len(answer.frame) == 672
    assert answer.title == "People in LIB, Sat 06 Sep to Sat 13 Sep 2025"
    assert "Most people: 4 (3 to 5) in LIB" in answer.summary
    assert "4 of 672 quarter hours fall into outages" in answer.summary
    assert answer.plot() is not None


def test_occupancy_of_all_zones_over_a_day(campus):
    """96 quarters of each measured zone."""
    assert campus.occupancy().frame.groupby("zone_id").size().to_dict() == {"CAF": 96, "LIB": 96}
    assert campus.occupancy().plot() is not None
    hours = campus.occupancy("CAF", "2025-09-13T10:00", "2025-09-13T12:00")
    assert hours.title == "People in CAF, Sat 13 Sep 2025 10:00 to 12:00"


def test_occupancy_of_a_period_without_data(campus):
    """An empty period is told, not an error."""
    assert campus.occupancy("LIB", "2025-08-01", "2025-08-02").summary == "Nothing was measured in this period."


def test_a_typical_week(campus):
    """The last Saturday had 4 people, the one before 2: 3 on average."""
    answer = campus.typical_week("LIB")
    assert "Sat" in answer.summary
    assert "(3 people)" in answer.summary
    assert answer.plot() is not None


def test_a_typical_week_without_data(campus):
    """A zone that was never counted."""
    assert campus.typical_week("LAB_305").summary == "There is no figure yet."


def test_a_day_against_usual(campus):
    """LIB has 4 people where 2 are usual; only times of day that were measured on the day are compared."""
    answer = campus.day()
    rows = answer.frame.set_index("zone_id")
    assert rows.loc["LIB", ["people", "usual", "change"]].tolist() == [4, 2, 2]
    assert rows.loc["CAF", "change"] == 0
    assert answer.summary == (
        "14 people on average, 12 are usual on such a day. Largest difference: LIB with 2.0 more than usual."
    )
    assert answer.plot() is not None


def test_a_day_without_earlier_ones(campus):
    """The first Saturday has nothing to be compared with, a day before the data nothing at all."""
    assert campus.day("2025-09-06").summary == "12 people on average; there is no earlier day to compare with."
    assert campus.day("2025-08-01").summary == "Nothing was measured on this day."


def test_a_day_to_come_is_refused(campus):
    """A day after the moment of the view is a forecast."""
    with pytest.raises(NotPublishedError, match="ask campus"):
        campus.day("2025-09-14")


def test_a_forecast_with_its_past(campus):
    """24 hours ahead by two models, and the measured hours of the days before with the same unit."""
    frame = campus.forecast("LIB", past_days=1).frame
    assert frame.groupby("model").size().to_dict() == {"level_profile": 24, "measured": 23, "seasonal_naive": 24}
    assert frame.loc[frame["model"] == "measured", "people"].unique().tolist() == [2, 4]
    assert (frame.loc[frame["model"] == "measured", "ts"] < pd.Timestamp("2025-09-13 12:30", tz="UTC")).all()


def test_a_forecast_is_told_with_its_quality(campus):
    """Peak, interval, verdict and the baseline beside it."""
    answer = campus.forecast("LIB")
    assert answer.summary == (
        "Expected peak: 7 people (80 %: 6 to 8), Sat 13 Sep 2025 21:00. "
        "Quality on this campus: good (MASE 168 h 0.50, 0.60 by the baseline)."
    )
    assert answer.plot() is not None


@pytest.mark.engine
def test_a_peak_of_one_person(tmp_path):
    """One is a person, not people."""
    import tiny_campus

    import fazri_lib as fazri

    rows = tiny_campus.tables()
    rows["forecasts"] = rows["forecasts"].assign(people=1.0)
    tiny_campus.publish(tiny_campus.make(tmp_path), rows)
    with fazri.open(tmp_path) as campus:
        assert campus.forecast("LIB").summary.startswith("Expected peak: 1 person (")


def test_a_zone_without_forecast(campus):
    """Nothing to forecast is told."""
    assert campus.forecast("LAB_305").summary.startswith("There is no forecast")


def test_a_forecast_of_the_next_hours_only(campus):
    """Three hours ahead: the peak of the fourth is not among them."""
    frame = campus.forecast("LIB", hours=3).frame
    assert frame.groupby("model").size()["level_profile"] == 3


def test_the_outlook_over_all_zones(campus):
    """LIB: seven people at 21:00 where four fit, and three within the first three hours."""
    answer = campus.outlook()
    assert answer.frame[["zone_id", "people", "capacity"]].to_numpy().tolist() == [["LIB", 7.0, 4]]
    assert answer.frame["peak_at"].iloc[0] == pd.Timestamp("2025-09-13 15:30", tz="UTC")
    assert answer.summary == "Expected over capacity: LIB."
    assert campus.outlook(3).summary == "No zone is expected over its capacity."
    assert answer.plot() is not None


def test_yesterday_is_a_day_of_the_view(campus):
    """Words for days: Friday 12 September."""
    assert campus.day("yesterday").title == "People by zone on Fri 12 Sep 2025"
    assert campus.day("today").title == campus.day().title


def test_the_busiest_zone(campus):
    """CAF has 10 people all the time."""
    assert campus.busiest_zone() == "CAF"
