"""True stays: nobody is in two places, walks take their time, hours and policies are kept outside incidents."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fazri_lib.sources.simulate.draws import NOWHERE
from fazri_lib.sources.simulate.span import Span
from fazri_lib.sources.simulate.true_stays import true_stays, within


@pytest.fixture(scope="module")
def lawful(folder):
    """Stays outside incidents, with zone, role and local times."""
    stays = folder.truth("stays").merge(folder.reference("zones"), on="zone_id").join(folder.roles(), on="entity_id")
    incidents = folder.truth("incidents").dropna(subset=["entity_id"])
    stays = stays.merge(
        incidents[["entity_id", "zone_id", "started_at", "type"]], on=["entity_id", "zone_id", "started_at"], how="left"
    )
    for column in ("started_at", "ended_at"):
        stays[column] = stays[column].dt.tz_convert("Europe/Berlin")
    return stays[stays["type"].isna()]


def test_shape(folder):
    """Stays carry the columns of the contract, instants in UTC, and have a length."""
    stays = folder.truth("stays")
    assert list(stays.columns) == ["entity_id", "zone_id", "started_at", "ended_at"]
    assert str(stays["started_at"].dtype) == "datetime64[us, UTC]"
    assert (stays["started_at"] < stays["ended_at"]).all()
    assert stays.notna().all(axis=None)


def test_nobody_is_in_two_zones_at_once(folder):
    """A person's next stay starts after the one before has ended."""
    stays = folder.truth("stays").sort_values(["entity_id", "started_at"])
    following = stays.groupby("entity_id")["started_at"].shift(-1)
    assert (following.isna() | (following >= stays["ended_at"])).all()


def test_walks_take_their_time(folder):
    """Between two zones nobody is faster than a quick walk of 2.2 m/s, and who walks on arrives within ten minutes."""
    stays = folder.truth("stays").sort_values(["entity_id", "started_at"])
    stays["other_zone_id"] = stays.groupby("entity_id")["zone_id"].shift(-1)
    stays["gap_s"] = (stays.groupby("entity_id")["started_at"].shift(-1) - stays["ended_at"]).dt.total_seconds()
    moves = stays.merge(folder.reference("zone_walks"), on=["zone_id", "other_zone_id"])
    assert (moves["gap_s"] * 2.2 >= moves["distance_m"] - 1e-6).all()
    assert moves["gap_s"].between(0, 600).mean() > 0.6


def test_opening_hours_are_kept(lawful):
    """Outside incidents nobody is in a closed zone, not for a second, the night of the clock change included."""
    dated = lawful[lawful["opens"] != ""]
    midnight = dated["started_at"].dt.normalize().dt.tz_localize(None)
    since, until = (dated[name].dt.tz_localize(None) - midnight for name in ("started_at", "ended_at"))
    assert (since >= pd.to_timedelta(dated["opens"] + ":00")).all()
    assert (until <= pd.to_timedelta(dated["closes"] + ":00")).all()
    weekday = dated["started_at"].dt.strftime("%a").str.lower()
    assert not any(day in closed.split(",") for day, closed in zip(weekday, dated["closed_weekdays"], strict=True))


def test_policies_are_kept(lawful):
    """Outside incidents nobody is in a zone of another role or department."""
    known = lawful.dropna(subset=["role"])
    for name, allowed in (("role", "allowed_roles"), ("department", "allowed_departments")):
        limited = known[known[allowed] != ""]
        assert len(limited)
        assert all(value in names.split(",") for value, names in zip(limited[name], limited[allowed], strict=True))


def test_visitors_have_no_directory_row(folder):
    """Some people are in no directory: their stays count, their identity is unknown."""
    strangers = set(folder.truth("stays")["entity_id"]) - set(folder.truth("identities")["entity_id"])
    assert 3 < len(strangers) < 40


def test_nights_of_security_staff_cross_midnight(folder):
    """Security staff, and only they, are there at half past one in the night, most nights."""
    stays = folder.truth("stays").join(folder.roles(), on="entity_id")
    nights = pd.date_range("2025-03-03T00:30", periods=28, tz="UTC")
    there = [stays[(stays["started_at"] <= night) & (stays["ended_at"] > night)] for night in nights]
    assert sum(len(rows) > 0 for rows in there) > 16
    lawful = folder.truth("incidents").query("type in ('off_hours', 'curfew')")["entity_id"]
    awake = pd.concat(there)
    assert set(awake[~awake["entity_id"].isin(lawful)]["department"]) == {"Security"}


def test_the_night_of_the_clock_change_has_no_seam():
    """A night shift across the change of the clocks lasts its true time; the next plan day starts where it ends."""
    span = Span(28)
    saturday, sunday = span.day(26), span.day(27)
    assert saturday.start_s + saturday.slots * 900 == sunday.start_s
    grid = np.full((1, saturday.slots), NOWHERE, dtype=np.int16)
    grid[0, 64:] = np.arange(saturday.slots - 64) // 4 % 2
    stays = true_stays(grid, saturday, np.array([[0, 60], [60, 0]]), np.random.default_rng(0))
    assert (stays.start_s[1:] > stays.end_s[:-1]).all()
    assert 0 <= sunday.start_s - stays.end_s[-1] < 300


def test_a_plan_of_two_zones():
    """Eight slots in two zones become two stays within their slots, with the walk between them."""
    day = Span(1).day(0)
    grid = np.full((1, day.slots), NOWHERE, dtype=np.int16)
    grid[0, 10:14], grid[0, 14:18] = 0, 1
    stays = true_stays(grid, day, np.array([[0, 100], [100, 0]]), np.random.default_rng(0))
    assert stays.zone.tolist() == [0, 1]
    assert day.start_s + 10 * 900 <= stays.start_s[0] < stays.end_s[0] <= day.start_s + 14 * 900 <= stays.start_s[1]
    assert stays.start_s[1] - stays.end_s[0] >= 100
    assert stays.end_s[1] <= day.start_s + 18 * 900


def test_the_span_cuts_stays():
    """Of the eve's night only the part after midnight remains, and nobody came in through the door then."""
    span = Span(1)
    eve = span.day(-1)
    grid = np.full((2, eve.slots), NOWHERE, dtype=np.int16)
    grid[0, 60:80], grid[1, 10:20] = 0, 0
    cut = within(true_stays(grid, eve, np.zeros((1, 1), dtype=np.int64), np.random.default_rng(0)), span)
    assert cut.person.tolist() == [0]
    assert cut.start_s.tolist() == [span.start_s]
    assert cut.is_entered.tolist() == [False]
