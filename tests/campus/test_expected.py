"""One zone's forecast beside what happened, and its skill, by the rows of `tiny_campus`."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fazri_lib import forecast as forecasting
from fazri_lib.campus import expected
from fazri_lib.campus.foreseen import Foreseen
from fazri_lib.errors import UnknownNameError

BANDS = ["people", "lo_80", "hi_80", "lo_95", "hi_95"]


@pytest.fixture(scope="module")
def hourly() -> pd.DataFrame:
    """Six weeks of two zones with an hour-of-day shape and noise, and ten hours of a third."""
    ds = pd.date_range("2025-08-01", periods=6 * 168, freq="h")
    noise = np.random.default_rng(5).normal(0, 2, (2, len(ds)))
    shape = 10 + 8 * np.sin(ds.hour.to_numpy() / 24 * 2 * np.pi)
    zones = [pd.DataFrame({"unique_id": f"Z{i}", "ds": ds, "y": np.maximum(shape + noise[i], 0)}) for i in range(2)]
    new = zones[0].tail(10).assign(unique_id="NEW", y=5.0)
    return pd.concat([*zones, new], ignore_index=True).astype({"unique_id": "str"})


@pytest.mark.parametrize("together", [1, 40])
@pytest.mark.parametrize("zone_id", ["Z0", "Z1"])
def test_all_zones_together_are_forecast_as_each_alone(hourly, zone_id, together, monkeypatch):
    """Ahead, a past day, and the verdict: a zone with a history of its own depends on itself alone, in any block."""
    monkeypatch.setattr("fazri_lib.campus.foreseen.TOGETHER", together)
    foreseen, alone = Foreseen(hourly), hourly[hourly["unique_id"] == zone_id]
    last = alone["ds"].max()
    for made, own in (
        (foreseen.ahead(zone_id, 30), forecasting.forecast(alone, last, 30)),
        (foreseen.earlier(zone_id, 4), forecasting.forecast(alone, last - pd.Timedelta(days=4), 24)),
    ):
        own = own.rename(columns={"yhat": "people"})  # noqa: PLW2901 - the same rows
        own = own[own["model"].isin(made["model"])].reset_index(drop=True)  # noqa: PLW2901 - the same rows
        assert len(made)
        pd.testing.assert_frame_equal(made[["ds", "model", *BANDS]], own[["ds", "model", *BANDS]])
    assert set(foreseen.earlier(zone_id, 4)["model"]) == {"level_profile"}
    pd.testing.assert_frame_equal(foreseen.verdict(zone_id), forecasting.evaluate_forecasts(alone, last))


def test_a_new_zone_is_forecast_from_the_others(hourly):
    """Ten hours are no history: as in the run's table it gets the mean of the others; the day before it was unknown."""
    foreseen = Foreseen(hourly)
    new, together = foreseen.ahead("NEW", 5), forecasting.forecast(hourly, hourly["ds"].max(), 5)
    rows = together[together["unique_id"] == "NEW"]
    assert new["people"].tolist() == rows["yhat"].tolist()
    others = [foreseen.ahead(zone_id, 5)["people"].to_numpy() for zone_id in ("Z0", "Z1")]
    assert new["people"].to_numpy() == pytest.approx(np.mean(others, axis=0))
    assert foreseen.earlier("NEW", 1).empty
    assert foreseen.verdict("NEW")["verdict"].unique().tolist() == ["not enough data"]


def test_a_forecast_of_all_zones_is_made_once(hourly, monkeypatch):
    """The second zone, and less far ahead, are slices."""
    made, real = [], forecasting.forecast
    monkeypatch.setattr(forecasting, "forecast", lambda *given, **named: made.append(given) or real(*given, **named))
    foreseen = Foreseen(hourly)
    for zone_id in ("Z0", "Z1"):
        foreseen.ahead(zone_id, 48)
        foreseen.ahead(zone_id, 12)
        foreseen.earlier(zone_id, 1)
    assert len(made) == 2


def test_each_part_says_when_it_was_made(campus):
    """Ahead: the view's moment. Past days: the end of the last hour read, their first hour. Measured: never."""
    frame = campus.expected("LIB", past_days=2, hours=12).frame
    made = frame.groupby("model")["made_at"]
    assert made.nunique().to_dict() == {
        "forecast at most a day before": 2,
        "level_profile": 1,
        "measured": 0,
        "seasonal_naive": 1,
    }
    assert (frame.loc[frame["model"] == "level_profile", "made_at"] == campus.as_of).all()
    said = frame[frame["model"] == "forecast at most a day before"]
    lead = said["ts"] - said["made_at"]
    assert (lead.min(), lead.max()) == (pd.Timedelta(0), pd.Timedelta(hours=23))
    measured = campus.forecast("LIB").frame
    assert measured.loc[measured["model"] == "measured", "made_at"].isna().all()


def judged(verdict: str, ours: float, naive: float, flat: float) -> pd.DataFrame:
    """Rows of `quality` of one zone: errors of the forecast and of both baselines."""
    rows = [("MASE 168 h", ours, naive, "seasonal_naive", verdict), ("MASE 168 h", ours, flat, "flat_median", verdict)]
    return pd.DataFrame(rows, columns=["measure", "value", "baseline", "baseline_name", "verdict"])


def test_the_verdict_is_told_with_the_better_baseline():
    """Errors of .75 are a quarter less than last week's hour makes, but a half more than the flat line: the latter."""
    told = expected._told_skill(judged("no signal", 0.75, 1.0, 0.5))
    assert "50% larger errors over a week ahead than taking the middle value" in told
    assert "smaller" not in told
    good = expected._told_skill(judged("good", 0.5, 1.0, 2.0))
    assert "50% smaller errors over a week ahead than taking the same hour of the week before." in good


def test_what_is_not_significant_may_be_chance():
    """Smaller errors and yet no signal: the sentence does not contradict itself."""
    told = expected._told_skill(judged("no signal", 0.9, 1.0, 1.0))
    assert told.endswith("10% smaller errors over a week ahead than taking the same hour of the week before, "
                         "which may be chance.")  # fmt: skip


def test_no_comparison_without_enough_data_or_a_baseline():
    """Figures of too few weeks are not told; a baseline without any error cannot be compared with."""
    assert expected._told_skill(judged("not enough data", 0.5, 1.0, 1.0)) == (
        "Verdict: not enough data - too few weeks to tell."
    )
    assert "errors" not in expected._told_skill(judged("no signal", 0.5, 1.0, 0.0))


def test_the_losing_model_is_not_shown_as_the_winner():
    """The card's sentence says so, and by which baseline; a good one needs no warning."""
    told = expected._told_loser(judged("no signal", 0.75, 1.0, 0.5))
    assert told == (
        " On past weeks of this zone it was not surely better than "
        "taking the middle value of the last four weeks at every hour."
    )
    assert expected._told_loser(judged("good", 0.5, 1.0, 2.0)) == ""


@pytest.mark.engine
def test_a_zone_without_signal_says_so_on_its_card(campus, monkeypatch):
    """`expected` asks for the zone's verdict."""
    monkeypatch.setattr(Foreseen, "verdict", lambda *_: judged("no signal", 0.75, 1.0, 0.5))
    assert "it was not surely better than" in campus.expected("LIB", past_days=1, hours=7).summary


def test_before_any_count_there_is_no_forecast_and_no_verdict(campus):
    """A month before the first row."""
    early = campus.at("2025-08-01")
    assert early.expected("LIB").summary == "There is no forecast: a zone needs two days of history."
    assert early.skill("LIB").summary.startswith("Verdict: not enough data.")


def test_the_past_shows_what_was_said_at_most_a_day_before(campus):
    """Two past days of 24 h, each forecast at its beginning; 12 h ahead, with the baseline."""
    answer = campus.expected("LIB", past_days=2, hours=12)
    counts = answer.frame["model"].value_counts()
    assert counts["forecast at most a day before"] == 48
    assert counts["level_profile"] == counts["seasonal_naive"] == 12
    measured = answer.frame[answer.frame["model"] == "measured"]
    assert set(measured["people"].dropna()) == {2.0, 4.0}
    assert "given at most a day before" in answer.summary
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
