"""Rhythms that a statistician would expect of a campus."""

from __future__ import annotations

import pandas as pd
import pytest


@pytest.fixture(scope="module")
def hourly(folder):
    """Mean head count by hour and zone."""
    occupancy = folder.truth("occupancy")
    occupancy["hour_at"] = occupancy["ts"].dt.floor("h")
    return occupancy.pivot_table(index="hour_at", columns="zone_id", values="people")


def test_days_and_weeks_repeat(hourly):
    """Occupancy of the campus resembles itself after a day, and more so after a week."""
    total = hourly.sum(axis=1)
    assert total.autocorr(24) > 0.6
    assert total.autocorr(168) > 0.8


def test_zones_have_weeks(hourly):
    """Each of the zones that are used daily repeats after a week."""
    for zone_id in ("LIBRARY", "CAFETERIA", "OFFICES", "LAB_COMP", "HOSTEL"):
        assert hourly[zone_id].autocorr(168) > 0.6


def test_holidays_and_weekends_are_quiet(folder):
    """Far fewer people come on Sundays and on the university day than on other days."""
    stays = folder.truth("stays")
    stays["day"] = stays["started_at"].dt.tz_convert("Europe/Berlin").dt.date.astype(str)
    people = stays.groupby("day")["entity_id"].nunique()
    assert people["2025-03-09"] < 0.5 * people["2025-03-10"]
    assert people["2025-03-12"] < 0.5 * people["2025-03-13"]


def test_the_library_is_fuller_in_examination_week(hourly):
    """Examination week fills the reading room more than the week after."""
    library = hourly["LIBRARY"]
    assert library["2025-03-17":"2025-03-21"].mean() > library["2025-03-24":"2025-03-28"].mean()


def test_the_next_place_can_be_guessed(folder):
    """A person's own last two places tell the next one in over half of the cases, the commonest place in under a third.

    Published order-2 Markov predictors on campus Wi-Fi reach about 60 to 75 % (Song et al. 2006).
    """
    stays = folder.truth("stays").sort_values(["entity_id", "started_at"])
    grouped = stays.groupby("entity_id")
    stays["before"], stays["following"] = grouped["zone_id"].shift(1), grouped["zone_id"].shift(-1)
    stays = stays.dropna()
    cutoff = stays["started_at"].quantile(0.75)
    past, rest = stays[stays["started_at"] < cutoff], stays[stays["started_at"] >= cutoff]
    commonest = past["following"].mode()[0]
    keys = ["entity_id", "zone_id", "before"]
    guess = past.groupby(keys)["following"].agg(lambda seen: seen.mode()[0]).rename("guess").reset_index()
    guessed = rest.merge(guess, on=keys, how="left")["guess"].fillna(commonest)
    assert (rest["following"] == commonest).mean() < 0.33
    assert (guessed.to_numpy() == rest["following"].to_numpy()).mean() > 0.55


def test_dwell_times(folder):
    """Half of the stays are shorter than an hour and a half, few are longer than five hours."""
    stays = folder.truth("stays")
    dwell_min = (stays["ended_at"] - stays["started_at"]).dt.total_seconds() / 60
    assert 30 < dwell_min.median() < 100
    assert (dwell_min > 300).mean() < 0.05
    assert pd.Timedelta(minutes=dwell_min.min()) > pd.Timedelta(minutes=1)
