"""One zone's forecast beside what happened, and its skill, by the rows of `tiny_campus`."""

from __future__ import annotations

import pytest

from fazri_lib.errors import UnknownNameError


def test_the_past_shows_what_was_said_a_day_before(campus):
    """Two past days of 24 h, each forecast at its beginning; 12 h ahead, with the baseline."""
    answer = campus.expected("LIB", past_days=2, hours=12)
    counts = answer.frame["model"].value_counts()
    assert counts["forecast a day before"] == 48
    assert counts["level_profile"] == counts["seasonal_naive"] == 12
    measured = answer.frame[answer.frame["model"] == "measured"]
    assert set(measured["people"].dropna()) == {2.0, 4.0}
    assert "given a day before" in answer.summary
    assert answer.plot() is not None


def test_before_there_is_history_there_is_no_forecast(campus):
    """On the first day nothing is invented."""
    answer = campus.at("2025-09-01T10:00").expected("LIB")
    assert answer.summary == "There is no forecast: a zone needs two days of history."


def test_two_weeks_are_not_enough_to_judge(campus):
    """The verdict says so, and no figure pretends otherwise."""
    assert campus.skill("LIB").summary.startswith("Verdict: not enough data.")


def test_an_unknown_zone_is_refused(campus):
    """With the nearest name."""
    for question in (campus.expected, campus.skill):
        with pytest.raises(UnknownNameError, match="did you mean LIB"):
            question("LIBB")
