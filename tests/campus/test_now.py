"""The campus at the moment of the view against usual, by the rows of `tiny_campus`."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
import tiny_campus

import fazri_lib as fazri


def test_people_now_against_usual(campus):
    """CAF has its usual 10; LIB's last count is an outage and LAB_305 was never counted: both have no signal."""
    answer = campus.now()
    rows = answer.frame.set_index("zone_id")
    assert rows.loc["CAF", ["people", "usual", "change"]].tolist() == [10.0, 10.0, 0.0]
    assert rows["quality"].to_dict() == {"CAF": "measured", "LIB": "no signal", "LAB_305": "no signal"}
    assert rows["people"].isna().to_dict() == {"CAF": False, "LIB": True, "LAB_305": True}
    assert answer.summary == (
        "10 people are on campus; 10 are usual on a Saturday at this hour. "
        "No zone is outside its usual range. No signal from Library, Lab."
    )
    assert answer.plot() is not None


def test_a_zone_outside_its_usual_range_is_named(campus):
    """At 12:00 LIB has 4 people, 2 are usual: two more than ever before at that hour."""
    assert "Outside the usual range: Library +2." in campus.at("2025-09-13T12:00").now().summary


def test_nothing_was_counted_yet(tmp_path):
    """A campus without any count says so instead of showing zeros."""
    rows = tiny_campus.tables() | {"occupancy": tiny_campus.occupancy().head(0)}
    (tmp_path / "fazri.toml").write_text(tiny_campus.TOML)
    tiny_campus.publish(tmp_path, rows)
    with fazri.open(tmp_path) as empty:
        assert empty.now().summary.startswith("No zone was counted in the last two hours.")
        assert empty.course().summary == "Most expected: 7 around Sat 21:30."


def test_the_course_of_the_day(campus):
    """Until the outage 14 people, usual are 12; then CAF's 10 alone. Expected: means of the hours, at their middle."""
    answer = campus.course(hours=6)
    rows = answer.frame.set_index("clock")
    noon = rows.loc[pd.Timestamp("2025-09-13 12:00")]
    assert noon[["people", "usual", "usual_lo", "usual_hi"]].tolist() == [14.0, 12.0, 12.0, 12.0]
    assert rows.loc[pd.Timestamp("2025-09-13 17:30"), "people"] == 10.0
    expected = rows["expected"].dropna()
    assert expected.tolist() == [3.0, 3.0, 3.0, 7.0, 3.0, 3.0]
    assert expected.index[0] == pd.Timestamp("2025-09-13 18:30")
    assert rows.index.max() == pd.Timestamp("2025-09-14 00:00")
    assert answer.summary == "Most so far: 14 people at 00:00. Most expected: 7 around Sat 21:30."


def test_nothing_of_the_future_is_in_the_day(campus):
    """Looked at from noon, the people of the afternoon are not there yet."""
    rows = campus.at("2025-09-13T12:00").course(hours=6).frame
    assert rows.loc[rows["clock"] > pd.Timestamp("2025-09-13 12:00"), "people"].isna().all()


def test_findings_by_severity_and_in_the_days_before(campus):
    """Three findings surer than one half on the last day, none in the days before."""
    answer = campus.severities(days=7)
    assert dict(zip(answer.frame["severity"], answer.frame["findings"], strict=True)) == {
        "critical": 1,
        "high": 1,
        "medium": 1,
        "low": 0,
    }
    assert answer.summary == "1 critical, 1 high, 1 medium in the last 7 days; 0 findings in the 7 days before."


def test_findings_of_the_last_days(campus):
    """Within the last day those three; the moment is the view's."""
    assert campus.recent_findings(days=1).frame["finding_id"].tolist() == [2, 1, 3]
    assert campus.at("2025-09-13T13:00").recent_findings(days=1).frame["finding_id"].tolist() == [1]


def test_a_source_that_is_silent_for_longer_than_ever(campus):
    """Swipes paused for 4 h before and are now silent for half an hour; wifi has only one hour: nothing to compare."""
    answer = campus.arrivals()
    assert answer.frame.set_index("source")["state"].to_dict() == {"swipes": "as usual", "wifi": "as usual"}
    assert answer.summary == "All 2 sources deliver as usual; 1 row was put aside."


@pytest.mark.engine
def test_a_silent_source_is_named(tmp_path):
    """Hourly rows until 05:00 UTC, looked at from 12:30: silent for 6.5 h, and never before."""
    hours = pd.date_range("2025-09-13 00:00", periods=6, freq="h")
    coverage = pd.DataFrame({"source": "swipes", "hour_at": hours, "rows": 5})
    coverage = coverage.assign(orphan_rows=0, shared_rows=0, late_rows=0)
    (tmp_path / "fazri.toml").write_text(tiny_campus.TOML)
    tiny_campus.publish(tmp_path, tiny_campus.tables() | {"coverage": coverage})
    with fazri.open(tmp_path) as silent:
        assert silent.as_of == tiny_campus.AS_OF.replace(tzinfo=dt.UTC)
        assert silent.arrivals().summary.startswith("Silent for longer than ever before: swipes for 6 h.")
