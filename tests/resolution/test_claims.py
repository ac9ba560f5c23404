"""Claims: several holders of one card are several weighted claims, at the time and by what was known then."""

import datetime as dt

import pytest

from fazri_lib import resolution

NINE = dt.datetime(2026, 3, 2, 9)
HOUR = dt.timedelta(hours=1)
ALWAYS = dt.datetime(1970, 1, 1)


def holder(entity, key=5, **other):
    """A holder of the card, known always, with what is given changed."""
    return {
        "entity_id": entity,
        "id_type": "card_id",
        "id_value": "C",
        "id_key": key,
        "probability": 1.0,
        "source": "s",
        "known_at": ALWAYS,
    } | other


@pytest.fixture
def claimed(load, rows_of):
    """Probability by entity for one swipe of the card."""

    def claimed(*holders, ts=NINE, known_at=NINE, key=5):
        seen = {
            "observation_id": 1,
            "source": "swipes",
            "kind": "observation",
            "ts": ts,
            "local_date": ts.date(),
            "id_key": key,
            "known_at": known_at,
        }
        rows = load([seen], "observations")
        rows = rows.mutate(until_at=rows.ts, is_presence=rows.ts == rows.ts)
        return {
            r["entity_id"]: r["probability"]
            for r in rows_of(resolution.claims(rows, load(list(holders), "identifiers")))
        }

    return claimed


def test_one_holder_is_certain(claimed):
    """A card with one holder gives one claim of probability one; another card's holder none."""
    assert claimed(holder(7), holder(8, key=6)) == {7: 1.0}


def test_three_holders_share_the_observation(claimed):
    """Three holders get a third each, and the claims add up to one."""
    got = claimed(holder(7), holder(8), holder(9))
    assert got == dict.fromkeys((7, 8, 9), pytest.approx(1 / 3, abs=1e-8))
    assert sum(got.values()) == pytest.approx(1, abs=1e-8)


def test_weights_follow_the_probability_of_holding(claimed):
    """A record that fits two entities equally weighs half against a sure holder."""
    assert claimed(holder(7), holder(8, probability=0.5)) == {7: pytest.approx(2 / 3), 8: pytest.approx(1 / 3)}


def test_holding_twice_counts_once(claimed):
    """The same person listed with the card in two directories is one claimant."""
    assert claimed(holder(7), holder(7, valid_from=NINE - HOUR), holder(8)) == {7: 0.5, 8: 0.5}


def test_only_holders_of_that_time(claimed):
    """A reissued card: before the change the old holder, from it on the new one."""
    old = holder(7, valid_to=NINE, known_at=NINE), holder(7, superseded_at=NINE)
    new = holder(8, valid_from=NINE, known_at=NINE)
    assert claimed(*old, new, ts=NINE - HOUR, known_at=NINE - HOUR) == {7: 1.0}
    assert claimed(*old, new) == {8: 1.0}


def test_holders_that_became_known_later_do_not_count(claimed):
    """A holder listed an hour after the swipe changes nothing in what was known at the swipe."""
    assert claimed(holder(7), holder(8, known_at=NINE + HOUR)) == {7: 1.0}


def test_nobody_holds_it(claimed):
    """An identifier that no directory lists, or none at all, has no claim."""
    assert claimed(holder(7, key=6)) == {}
    assert claimed(holder(7), key=None) == {}


def crowd(count):
    """So many holders of the card."""
    return [holder(entity) for entity in range(count)]


@pytest.mark.parametrize(("count", "each"), [(10, 0.1), (11, 10 / 121), (20, 0.025), (100, 0.001)])
def test_what_very_many_hold_says_little(claimed, count, each):
    """Ten share it whole; of more each has ten over the square of their number, the rest is somebody unknown's."""
    got = claimed(*crowd(count))
    assert got == dict.fromkeys(range(count), pytest.approx(each, abs=1e-8))
    assert sum(got.values()) == pytest.approx(min(1, 10 / count), abs=1e-6)


def test_what_more_than_a_hundred_hold_says_nothing(claimed):
    """101 holders: no claim at all; 101 of whom two gave it back before count as 99."""
    assert claimed(*crowd(101)) == {}
    gone = [row | {"valid_to": NINE} if row["entity_id"] < 2 else row for row in crowd(101)]
    assert claimed(*gone) == dict.fromkeys(range(2, 101), pytest.approx(10 / 99**2, abs=1e-8))


def test_listed_twice_is_no_crowd(claimed):
    """Sixty people, each listed by two directories, are sixty."""
    got = claimed(*crowd(60), *(row | {"source": "other"} for row in crowd(60)))
    assert got == dict.fromkeys(range(60), pytest.approx(10 / 60**2, abs=1e-8))


def test_the_cap_keeps_the_directories_weights(claimed):
    """Twenty holders, one of them held by half: half the others' weight, all together 10/20."""
    rows = [holder(0, probability=0.5), *crowd(20)[1:]]
    got = claimed(*rows)
    assert got[0] == pytest.approx(got[1] / 2, abs=1e-8)
    assert sum(got.values()) == pytest.approx(0.5, abs=1e-6)
