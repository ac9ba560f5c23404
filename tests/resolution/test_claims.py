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
