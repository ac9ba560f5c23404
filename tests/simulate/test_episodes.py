"""What lasts for days is what its type says."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from fazri_lib.sources.simulate import build_campus, live_day
from fazri_lib.sources.simulate.episodes import Episode
from fazri_lib.sources.simulate.span import Span

DAY = pd.Timedelta(days=1)


@pytest.fixture(scope="module")
def stays(folder):
    """True stays with the local date and the local hour of their start."""
    rows = folder.truth("stays")
    local = rows["started_at"].dt.tz_convert("Europe/Berlin")
    return rows.assign(day=local.dt.date, hour=local.dt.hour + local.dt.minute / 60)


def of_type(folder, name, kind):
    """The events of one type: some, each of a person, none in a zone."""
    found = folder.truth(name).query("type == @kind").astype({"entity_id": "int64"})
    assert len(found) >= 2
    assert found["zone_id"].isna().all()
    return found


@pytest.mark.parametrize(("name", "kind"), [("incidents", "absence"), ("lookalikes", "announced_leave")])
def test_away(folder, stays, name, kind):
    """Who is away has no stay for eight days or more, and came on some days of the week before."""
    for event in of_type(folder, name, kind).itertuples():
        own = stays[stays["entity_id"] == event.entity_id]
        assert own[(own["ended_at"] > event.started_at) & (own["started_at"] < event.ended_at)].empty
        assert event.ended_at - event.started_at >= 7.9 * DAY
        before = own[own["started_at"].between(event.started_at - 7 * DAY, event.started_at)]
        assert before["day"].nunique() >= 2


def test_leave_is_announced(folder):
    """Who is on leave wrote so on its first day; who is absent did not."""
    notes = folder.heard("notes.csv", "written_at", "email", "reporter").query("category == 'leave'")
    written = set(zip(notes["entity_id"], notes["written_at"].str[:10], strict=True))
    leave = of_type(folder, "lookalikes", "announced_leave")
    assert written == set(zip(leave["entity_id"], leave["started_at"].dt.date.astype(str), strict=True))


def test_unlike_own_past(folder, stays):
    """For a week the person is in zones, at hours or on days that they were hardly ever in before."""
    for event in of_type(folder, "incidents", "unlike_own_past").itertuples():
        own = stays[stays["entity_id"] == event.entity_id]
        week = own[own["started_at"].between(event.started_at, event.ended_at)]
        before = own[own["started_at"] < event.started_at]
        assert week["day"].nunique() >= 5
        shared = before["zone_id"].value_counts(normalize=True).reindex(week["zone_id"].unique()).fillna(0)
        assert (shared < 0.2).all() or abs(week["hour"].median() - before["hour"].median()) > 2


def test_unlike_peers(folder, stays):
    """All the time the person comes in the afternoon and stays until the evening; their colleagues work by day."""
    roles = folder.roles()
    found = of_type(folder, "incidents", "unlike_peers")
    first = stays.groupby(["entity_id", "day"])["hour"].min().groupby("entity_id").median()
    others = roles[roles["role"].isin(["faculty", "staff"]) & (roles["department"] != "Security")].index
    assert (first[found["entity_id"]] > 15).all()
    assert first[others.difference(found["entity_id"])].dropna().median() < 11


def test_an_episode_by_hand():
    """Two plan days from day 3: it covers days 3 and 4, and lasts from six in the morning to six in the morning."""
    span = Span(10)
    one = Episode("absence", 7, -1, 3, 2)
    assert [one.covers(number) for number in (2, 3, 4, 5)] == [False, True, True, False]
    event = one.event(span)
    assert (event.start_s, event.end_s) == (span.day(3).start_s, span.day(5).start_s)


def test_one_person_one_episode():
    """Nobody has two episodes, and no reader two wrong clocks; short spans have none."""
    episodes = build_campus(300, 28, 4).episodes
    for found in ([one.person for one in episodes if one.person >= 0], [one.zone for one in episodes if one.zone >= 0]):
        assert len(found) == len(set(found)) >= 2
    assert build_campus(40, 6, 4).episodes == ()


def test_only_people_in_an_episode_change():
    """Without its episodes a day is the same for everybody else, before anything is planted."""
    campus = dataclasses.replace(build_campus(60, 28, 1), schedule={})
    with_them, without = (
        live_day(each, campus.span.day(15)).stays for each in (campus, dataclasses.replace(campus, episodes=()))
    )
    concerned = {one.person for one in campus.episodes if one.covers(15)}
    assert concerned
    changed = {
        person
        for person in range(60)
        if list(with_them.zone[with_them.person == person]) != list(without.zone[without.person == person])
    }
    bookers = changed - concerned
    assert len(bookers) <= 3
