"""Rhythms that a statistician would expect of a campus; each range names its source, or the reasoning behind it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

USED_DAILY = ("LIBRARY", "CAFETERIA", "OFFICES", "LAB_COMP", "HOSTEL")


@pytest.fixture(scope="module")
def hourly(folder):
    """Mean head count by hour and zone."""
    occupancy = folder.truth("occupancy")
    occupancy["hour_at"] = occupancy["ts"].dt.floor("h")
    return occupancy.pivot_table(index="hour_at", columns="zone_id", values="people")


@pytest.fixture(scope="module")
def stays(folder):
    """True stays by person and time, with the local day and the dwell in minutes."""
    rows = folder.truth("stays").sort_values(["entity_id", "started_at"])
    dwell_min = (rows["ended_at"] - rows["started_at"]).dt.total_seconds() / 60
    return rows.assign(day=rows["started_at"].dt.tz_convert("Europe/Berlin").dt.date.astype(str), dwell_min=dwell_min)


def test_days_and_weeks_repeat(hourly):
    """Occupancy of the campus resembles itself after a day, and more so after a week.

    Kotz and Essien (Analysis of a campus-wide wireless network, MobiCom 2002) show clear daily and weekly patterns of
    activity; the bounds are ours: timetables repeat weekly, weekends differ from working days.
    """
    total = hourly.sum(axis=1)
    assert 0.6 < total.autocorr(24) < total.autocorr(168) < 0.98


def test_zones_have_weeks(hourly):
    """Each of the zones that are used daily repeats after a week, and none exactly: nobody would believe that.

    Same source; examination week is fuller and has fewer classes, so two ordinary weeks are compared too.
    """
    ordinary = hourly["2025-03-10":"2025-03-16"], hourly["2025-03-24":"2025-03-29"]
    for zone_id in USED_DAILY:
        assert 0.4 < hourly[zone_id].autocorr(168) < 0.98
        first, second = (week[zone_id].to_numpy()[: 5 * 24] for week in ordinary)
        assert np.corrcoef(first, second)[0, 1] > 0.5


def test_presence_by_kind_of_day(folder, stays):
    """Most people come on a working day of term, a third or fewer on other days.

    Reasoning: everybody has classes or an office on most working days, not all come; residents live here.
    """
    present = stays.groupby("day")["entity_id"].nunique() / len(folder.truth("holders")["entity_id"].unique())
    calendar = folder.reference("calendar").set_index("local_date").reindex(present.index)
    is_free = (pd.to_datetime(present.index).day_of_week >= 5) | (
        calendar["is_holiday"].astype(str).str.lower() == "true"
    )
    assert present[~is_free].between(0.6, 0.98).all()
    assert present[is_free].between(0.05, 0.45).all()


def test_the_library_is_fuller_in_examination_week(hourly):
    """Examination week fills the reading room more than the week after."""
    library = hourly["LIBRARY"]
    assert library["2025-03-17":"2025-03-21"].mean() > library["2025-03-24":"2025-03-28"].mean()


def test_the_next_place_can_be_guessed(stays):
    """A person's own last two places tell the next one in 58 to 75 % of cases, their commonest one far more rarely.

    Song, Kotz, Jain, He (Evaluating next-cell predictors with extensive Wi-Fi mobility data, IEEE Transactions on
    Mobile Computing 5 (12), 2006): order-2 Markov with fallback, median about 72 % for users with long traces; ours are
    four weeks long, and short traces are predicted worse.
    """
    grouped = stays.groupby("entity_id")
    moves = stays.assign(before=grouped["zone_id"].shift(1), following=grouped["zone_id"].shift(-1)).dropna()
    cutoff = moves["started_at"].quantile(0.75)
    past, rest = moves[moves["started_at"] < cutoff], moves[moves["started_at"] >= cutoff]

    def guess(*keys):
        seen = past.groupby(list(keys))["following"].agg(lambda zones: zones.mode()[0]).rename("guess").reset_index()
        return rest.merge(seen, on=list(keys), how="left")["guess"]

    own, first = guess("entity_id"), guess("entity_id", "zone_id")
    second = guess("entity_id", "zone_id", "before").fillna(first).fillna(own)
    following = rest["following"].to_numpy()
    hits, hits_own = ((guessed.to_numpy() == following).mean() for guessed in (second, own))
    assert 0.58 < hits < 0.75
    assert hits_own < hits - 0.15


def test_dwell_times(stays):
    """Half of the stays are between half an hour and an hour and a half long; their tail is long.

    Papadopouli, Shen, Spanakis (Characterizing the duration and association patterns of wireless access in a campus,
    European Wireless 2005) fit visit durations with a BiPareto family: many short visits and a heavy tail. Here the
    tail ends where zones close: the longest tenth of the stays holds a quarter or more of all time, the standard
    deviation of the logarithm is near one.
    """
    dwell_min = stays["dwell_min"].sort_values().to_numpy()
    assert 30 < np.median(dwell_min) < 100
    assert (dwell_min > 300).mean() < 0.05
    assert dwell_min[-len(dwell_min) // 10 :].sum() / dwell_min.sum() > 0.25
    assert 0.6 < np.log(dwell_min).std() < 1.3
    assert dwell_min.min() > 1


def test_few_zones_a_day(stays):
    """Most people are in two to five zones on a day, hardly anybody in more than eight.

    Hsu and Helmy (IMPACT: Investigation of mobile-user patterns across university campuses using WLAN trace analysis,
    2005): the number of access points that a user visits is very small.
    """
    zones = stays.groupby(["entity_id", "day"])["zone_id"].nunique()
    assert zones.between(2, 5).mean() > 0.7
    assert (zones > 8).mean() < 0.02


def test_time_between_associations(folder):
    """A device is heard again after a quarter of an hour or so, and now and then only on the next day.

    Reasoning: controllers log a device when it comes, roams or renews its session; nights make the tail. The longest
    hundredth of the gaps are over 30 times as long as the median.
    """
    wifi = folder.wifi().drop_duplicates("row").sort_values(["entity_id", "device", "ts"])
    gap_min = wifi.groupby("device")["ts"].diff().dt.total_seconds().dropna() / 60
    assert 3 < gap_min.median() < 40
    assert gap_min.quantile(0.99) > 30 * gap_min.median()


def test_devices_to_people(folder, stays):
    """Wi-Fi hears from eight devices of ten people up to two devices a person of those who are there on a day.

    Reasoning: nearly everybody carries a phone, many a laptop, some nothing that connects.
    """
    wifi = folder.wifi()
    heard = wifi.assign(day=wifi["ts"].dt.tz_convert("Europe/Berlin").dt.date.astype(str))
    ratio = heard.groupby("day")["device"].nunique() / stays.groupby("day")["entity_id"].nunique()
    assert 0.8 < ratio.median() < 2
