"""Where one person was, is and will be."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from fazri_lib.access import pseudonym
from fazri_lib.campus import whereabouts
from fazri_lib.campus.likely import UNKNOWN
from fazri_lib.errors import NotPublishedError, SettingsError


def test_a_day_as_stays_and_gaps(campus):
    """06:00-06:45 LIB, a gap of 45 minutes, 07:30-08:00 CAF, a gap of 4 hours, open in LAB_305.

    That row speaks for presence for 15 minutes: what comes after the last sign is no stay.
    """
    answer = campus.timeline(1)
    assert answer.frame["zone_id"].tolist() == ["LIB", "CAF", "LAB_305"]
    assert answer.frame["dwell_min"].tolist() == [45, 30, 15]
    assert answer.frame["gap_before_min"].fillna(0).tolist() == [0, 45, 240]
    assert "3 stays, 3 of them sure, and 2 gaps. Most time: LIB (0.8 h)" in answer.summary
    assert "No end of the last stay was known" in answer.summary
    assert answer.plot() is not None


def test_instants_say_that_they_are_utc(campus):
    """The frame's instants are time zone aware."""
    started = campus.timeline(1).frame["started_at"]
    assert started.dt.tz == dt.UTC
    assert started.iloc[0] == pd.Timestamp("2025-09-13 06:00", tz="UTC")


def test_a_period_cuts(campus):
    """Stays that overlap the period are shown; a date alone as the end is the end of that day."""
    assert campus.timeline(1, "2025-09-13T12:30", "2025-09-13T13:15").frame["zone_id"].tolist() == ["CAF"]
    assert len(campus.timeline(1, "2025-09-13", "2025-09-13").frame) == 3
    assert campus.timeline(1, "2025-09-10", "2025-09-11").summary == f"{pseudonym(1)} was not seen in this period."


def test_a_period_backwards_is_refused(campus):
    """The end before the start is a mistake."""
    with pytest.raises(SettingsError, match="swap them"):
        campus.timeline(1, "2025-09-13", "2025-09-12")


def test_an_open_stay_lasts_until_the_next_sure_one():
    """Three open stays: the first ends with the third, since the second is doubtful; the others when their rows do."""
    started = pd.to_datetime(["2025-09-13 08:00", "2025-09-13 09:00", "2025-09-13 10:00"]).as_unit("us")
    stays = pd.DataFrame({"started_at": started, "ended_at": pd.NaT, "confidence": [1.0, 0.3, 0.9]})
    stays = stays.astype({"ended_at": "datetime64[us]"})
    reach = pd.Series(pd.to_datetime(["2025-09-13 11:00", "2025-09-13 09:30", "2025-09-13 13:00"])).astype(
        "datetime64[us]"
    )
    until = whereabouts._until(stays, reach, dt.datetime(2025, 9, 13, 12), 0.5)
    assert [f"{moment:%H:%M}" for moment in until] == ["10:00", "09:30", "12:00"]
    without = whereabouts._until(stays, reach.where(reach.isna()), dt.datetime(2025, 9, 13, 12), 0.5)
    assert [moment.hour for moment in without] == [10, 10, 12]


def test_somebody_never_seen(campus, monkeypatch):
    """Without any stay the last week is asked for and is empty."""
    monkeypatch.setattr(campus._view, "entity_of", {pseudonym(9): [9]})
    assert campus.timeline(9).summary.endswith("was not seen in this period.")
    assert campus.where(9).summary == (
        f"Nothing tells where {pseudonym(9)} was: no sighting is near enough. "
        "There is no earlier sighting that is more likely than not."
    )


def test_where_at_the_moment_of_the_view(campus):
    """The last claim holds until 12:25; 5 minutes later it says 2 ** (-5 / 15)."""
    answer = campus.where(1)
    assert answer.frame["zone_id"].tolist() == ["LIB", UNKNOWN]
    assert answer.frame["probability"].iloc[0] == pytest.approx(0.5 ** (5 / 15), abs=1e-6)
    assert answer.frame["last_at"].iloc[0] == pd.Timestamp("2025-09-13 12:10", tz="UTC")
    assert "Last sure sighting: LIB, Sat 13 Sep 2025 17:40 (swipes)." in answer.summary
    assert answer.plot() is not None


def test_where_knows_nothing_that_was_not_known_then(campus):
    """The claim of 12:10 was known at 12:20 only: at 12:15 the person was last known in LAB_305."""
    early = campus.at("2025-09-13T17:45")
    assert early.where(1).frame["zone_id"].tolist() == ["LAB_305", UNKNOWN]
    assert "LIB" in campus.where(1, "2025-09-13T17:45").frame["zone_id"].tolist()


def test_where_does_not_take_plans_for_presence(campus):
    """A booking for 09:00 in CAF does not put anybody there."""
    assert campus.where(1, "2025-09-13T14:30").frame["source"].dropna().tolist() == ["swipes"]
    assert campus.where(1, "2025-09-13T14:30").frame["probability"].iloc[0] < 0.5


def test_where_of_a_shared_card(campus):
    """Both holders are there with one half; the claim of one half counts as sure sighting."""
    answer = campus.where(2, "2025-09-13T13:31")
    assert answer.frame["probability"].tolist() == [0.5, 0.5]
    assert f"{pseudonym(2)} was in LIB with 50%; 50% are unknown." in answer.summary


def test_where_after_the_moment_of_the_view_is_refused(campus):
    """What comes is a forecast, not a whereabout."""
    with pytest.raises(NotPublishedError, match=r"expected up to Sat 13 Sep 2025 18:00.*next_place"):
        campus.where(1, "2025-09-13T18:01")


def test_next_place_says_how_good_it_is(campus):
    """Three visits are too few, and the campus has no signal."""
    answer = campus.next_place(1)
    assert "no prediction" in answer.summary
    assert "no signal (19% right, 19% by majority class)" in answer.summary
    assert answer.plot() is not None


def test_next_place_names_the_likeliest_zone(campus, monkeypatch):
    """A prediction is told with its probability and reason."""
    rows = pd.DataFrame({"zone_id": ["CAF", "LIB"], "probability": [0.7, 0.3], "reason": ["lunch time", "habit"]})
    monkeypatch.setattr(whereabouts.forecast, "predict_next_place", lambda *_: rows)
    assert "CAF with 70%: lunch time." in campus.next_place(1, "2025-09-13T17:00").summary


def test_an_unmeasured_quality_is_told():
    """No row of quality: the sentence says so."""
    assert whereabouts._told_verdict(pd.DataFrame()) == "How good this is was not measured."
