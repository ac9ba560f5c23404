"""The campus at the moment of the view against usual, by the rows of `tiny_campus`."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
import tiny_campus

import fazri_lib as fazri
from fazri_lib.store.manifest import read_manifest, write_manifest


def test_people_now_against_usual(campus):
    """CAF has its usual 10; LIB's last count is an outage and LAB_305 was never counted: both have no signal."""
    answer = campus.now()
    rows = answer.frame.set_index("zone_id")
    assert rows.loc["CAF", ["people", "usual", "change"]].tolist() == [10.0, 10.0, 0.0]
    assert rows["quality"].to_dict() == {"CAF": "measured", "LIB": "no signal", "LAB_305": "no signal"}
    assert rows["people"].isna().to_dict() == {"CAF": False, "LIB": True, "LAB_305": True}
    assert answer.summary == (
        "10 people are on campus; 10 are usual on a Saturday at this hour. "
        "No zone is outside its usual range by more than 1 person. No signal from Library, Lab."
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
    """Until LIB's outage 14 people, usual are 12; then CAF's 10 alone, as usual. Expected: means of the hours."""
    answer = campus.course(hours=6)
    rows = answer.frame.set_index("clock")
    noon = rows.loc[pd.Timestamp("2025-09-13 12:00")]
    assert noon[["people", "usual", "usual_lo", "usual_hi"]].tolist() == [14.0, 12.0, 12.0, 12.0]
    silent = rows.loc[pd.Timestamp("2025-09-13 17:30")]
    assert silent[["people", "usual", "usual_lo", "usual_hi"]].tolist() == [10.0, 10.0, 10.0, 10.0]
    assert rows.loc[pd.Timestamp("2025-09-13 19:00"), "usual"] == 12.0
    expected = rows["expected"].dropna()
    assert expected.tolist() == [3.0, 3.0, 3.0, 7.0, 3.0, 3.0]
    assert expected.index[0] == pd.Timestamp("2025-09-13 18:30")
    assert rows.index.max() == pd.Timestamp("2025-09-14 00:00")
    assert answer.summary == (
        "Most so far: 14 people at 00:00. Most expected: 7 around Sat 21:30. "
        "Not counted all the time, and then left out of what is usual: Library."
    )
    assert "Not counted" not in campus.at("2025-09-13T12:00").course().summary


def published(home, occupancy, forecasts=None, **manifest):
    """The tiny campus with other counts, and other forecasts."""
    (home / "fazri.toml").write_text(f'name = "Tiny"\ntime_zone = "{manifest.get("time_zone", "Asia/Kolkata")}"\n')
    tiny_campus.publish(home, tiny_campus.tables() | {"occupancy": occupancy, "forecasts": forecasts})
    folder = home / "state" / "extract"
    write_manifest(folder, read_manifest(folder).model_copy(update=manifest))
    return fazri.open(home)


@pytest.mark.engine
def test_a_week_without_a_zone_does_not_lower_what_is_usual(tmp_path):
    """LIB was silent on one of the Saturdays before: its mean of the other weeks stands for it, 12 are usual."""
    rows = tiny_campus.occupancy()
    before = rows.assign(**{name: rows[name] - pd.Timedelta(days=7) for name in ("ts", "local_ts", "known_at")})
    before = before[before["local_ts"] < rows["local_ts"].min()]
    before.loc[before["zone_id"] == "LIB", "quality"] = "outage"
    with published(tmp_path, pd.concat([before, rows])) as campus:
        frame = campus.course().frame.set_index("clock")
        # Saturday 30 August is CAF alone, 6 September is both
        usual = frame.loc[pd.Timestamp("2025-09-13 12:00"), ["usual", "usual_lo", "usual_hi"]]
        assert usual.tolist() == [12.0, 12.0, 12.0]


@pytest.mark.engine
def test_usual_is_of_the_hour_that_was_counted_last(tmp_path):
    """People as the hour of the day, each quarter known when it is over: at 12:05 the last count is of 11:45."""
    rows = tiny_campus.occupancy()
    rows["people"] = rows["local_ts"].dt.hour.astype(float)
    rows["known_at"] = rows["ts"] + pd.Timedelta(minutes=15)
    with published(tmp_path, rows) as campus:
        frame = campus.at("2025-09-13T12:05").now().frame.set_index("zone_id")
        assert frame.loc["CAF", ["people", "usual", "change"]].tolist() == [11.0, 11.0, 0.0]
        midnight = campus.at("2025-09-13T00:05").now()
        assert midnight.frame.set_index("zone_id").loc["CAF", ["people", "usual"]].tolist() == [23.0, 23.0]
        assert "usual on a Friday at this hour" in midnight.summary


@pytest.mark.engine
def test_the_hour_that_the_clock_shows_twice_counts_once(tmp_path):
    """On 26 October 2025 Berlin has 02:00 to 03:00 twice: with 4 and 6 people in turn there are 5, not 10."""
    ts = pd.date_range("2025-10-25 22:00", "2025-10-26 10:00", freq="15min")
    local = ts.tz_localize("UTC").tz_convert("Europe/Berlin").tz_localize(None)
    people = pd.Series(5.0, index=ts)
    people[(ts >= "2025-10-26 00:00") & (ts < "2025-10-26 01:00")] = 4.0
    people[(ts >= "2025-10-26 01:00") & (ts < "2025-10-26 02:00")] = 6.0
    rows = pd.DataFrame({"zone_id": "CAF", "ts": ts, "local_ts": local, "people": people.to_numpy(), "known_at": ts})
    rows = rows.assign(people_lo=rows["people"], people_hi=rows["people"], quality="measured")
    with published(tmp_path, rows, as_of=dt.datetime(2025, 10, 26, 10, 0), time_zone="Europe/Berlin") as campus:
        day = campus.course().frame
        assert day["people"].dropna().unique().tolist() == [5.0]
        assert not day["clock"].duplicated().any()


@pytest.mark.engine
def test_the_hour_that_comes_twice_is_expected_once(tmp_path):
    """2 and 4 people in the first and the second hour from 02:00 in Berlin: 3 at 02:30."""
    ts = pd.date_range("2025-10-25 23:00", periods=4, freq="h")
    ahead = pd.DataFrame({"zone_id": "CAF", "ts": ts, "model": "level_profile", "people": [1.0, 2.0, 4.0, 5.0]})
    as_of = dt.datetime(2025, 10, 25, 23, 0)
    rows = tiny_campus.occupancy()
    with published(tmp_path, rows, ahead.assign(made_at=as_of), as_of=as_of, time_zone="Europe/Berlin") as campus:
        expected = campus.course(hours=5).frame.dropna(subset=["expected"]).set_index("clock")["expected"]
        assert expected.tolist() == [1.0, 3.0, 5.0]
        assert expected.index[1] == pd.Timestamp("2025-10-26 02:30")


@pytest.mark.engine
def test_the_last_days_start_with_a_campus_day(tmp_path):
    """A finding of Saturday 6 September 08:00 is of the last seven days at 18:00 a week later, in each answer."""
    early = tiny_campus.finding(9, "off_hours", "low", 0.9, "2025-09-06 02:30", entity_id=1, zone_id="LIB")
    before = tiny_campus.finding(10, "off_hours", "low", 0.9, "2025-09-05 18:00", entity_id=1, zone_id="LIB")
    (tmp_path / "fazri.toml").write_text(tiny_campus.TOML)
    rows = pd.DataFrame([*tiny_campus.FINDINGS, early, before])
    tiny_campus.publish(tmp_path, tiny_campus.tables() | {"findings": rows})
    with fazri.open(tmp_path) as campus:
        answer = campus.severities(days=7)
        assert answer.frame.set_index("severity").loc["low", ["findings", "before"]].tolist() == [1, 1]
        start = answer.chart.options["start"]
        assert start == "2025-09-06"
        assert len(campus.findings(start=start).frame) == answer.frame["findings"].sum() == 4
        assert set(campus.recent_findings(days=7).frame["finding_id"]) == {1, 2, 3, 9}


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
