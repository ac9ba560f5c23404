"""How people of a copy move, stay, and leave rows."""

from __future__ import annotations

import numpy as np
import pytest

from fazri_lib.sources.likeness.movement import fitted, moved
from fazri_lib.sources.likeness.stays import HeadCount, StayMaker, walks_s
from fazri_lib.sources.likeness.traces import drawn
from fazri_lib.sources.simulate.draws import NOWHERE

DAY_S = 86_400


def rng():
    """The same draws for every test."""
    return np.random.default_rng(1)


def test_flows_fit_both_margins():
    """Rows add up to the supply, columns to the demand, and a move of no weight stays one."""
    flows = fitted(np.array([[1.0, 1.0], [0.0, 1.0]]), np.array([10.0, 5.0]), np.array([6.0, 9.0]))
    assert flows.sum(axis=1) == pytest.approx([10, 5])
    assert flows.sum(axis=0) == pytest.approx([6, 9], rel=1e-3)
    assert flows[1, 0] == pytest.approx(0, abs=1e-6)


def test_only_active_people_come():
    """Of a hundred people the forty active ones are drawn into the zone that wants thirty; about thirty come."""
    is_active = np.arange(100) < 40
    zone = np.full(100, NOWHERE)
    found = moved(zone, is_active, np.zeros(100, bool), (np.ones((2, 2)), np.array([30])), rng())
    assert (found[~is_active] == NOWHERE).all()
    assert 20 <= (found == 0).sum() <= 38


def test_stays_have_a_walk_between():
    """Two hours in one zone and one in another are two stays; the way of 390 m at 1.3 m/s takes 300 s of the first."""
    maker = StayMaker(1, walks_s(np.array([[0.0, 390.0], [390.0, 0.0]])))
    zones = np.full((24, 1), NOWHERE)
    zones[9:11], zones[11] = 0, 1
    stays, presence = maker.day(zones, 0, rng())
    assert stays.zone.tolist() == [0, 1]
    assert stays.start_s[1] - stays.end_s[0] == 300
    assert abs(stays.start_s[0] - 9 * 3600) <= 1500
    assert presence.hour.tolist() == [9, 10, 11]
    assert (presence.low_s >= stays.start_s[presence.zone]).all()
    assert (presence.high_s <= stays.end_s[presence.zone] + 1).all()


def test_a_stay_goes_on_over_midnight():
    """Who is there at eleven at night and at midnight has one stay, which ends on the second day."""
    maker = StayMaker(1, walks_s(np.zeros((1, 1))))
    night, morning = np.full((24, 1), NOWHERE), np.full((24, 1), NOWHERE)
    night[23], morning[:2] = 0, 0
    assert len(maker.day(night, 0, rng())[0].person) == 0
    stays, _ = maker.day(morning, DAY_S, rng())
    assert len(stays.person) == 1
    assert stays.start_s[0] < DAY_S < stays.end_s[0]
    count = HeadCount(1, 0, 2)
    count.add(stays)
    assert count.people.sum() * 900 == pytest.approx(stays.end_s[0] - stays.start_s[0])


def test_rows_are_of_people_who_are_there():
    """Sixty rows of an hour with three people are twenty each, while they are there; rows of an empty hour move."""
    maker = StayMaker(4, walks_s(np.zeros((1, 1))))
    zones = np.full((24, 4), NOWHERE)
    zones[9, :3] = 0
    _, presence = maker.day(zones, 0, rng())
    wanted = np.zeros((2, 24), dtype=np.int64)
    wanted[0, 9], wanted[0, 3] = 50, 10
    rows = drawn(wanted, presence, np.ones(4, bool), 0, rng())
    assert np.bincount(rows.person, minlength=4).tolist() == [20, 20, 20, 0]
    low, high = presence.low_s[rows.person], presence.high_s[rows.person]
    assert ((rows.ts_s >= low) & (rows.ts_s < high)).all()
