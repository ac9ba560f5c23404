"""Stays: how claims carry each other on, when a stay is cut, and what was known of it when."""

import datetime as dt
import importlib

import numpy as np
import pytest

from fazri_lib import presence
from fazri_lib.presence import Params

DAY = dt.datetime(2026, 3, 2)
MADE = importlib.import_module("fazri_lib.presence.stays")  # the package shows a function of that name
SOURCES = ("cameras", "swipes", "wifi")
ALL_TIME = (dt.datetime(2026, 1, 1), dt.datetime(2027, 1, 1))


def at(hour, minute=0, day=0):
    """A time of the first day, or of one so many days later."""
    return DAY + dt.timedelta(days=day, hours=hour, minutes=minute)


def claim(number, ts, zone="LAB", **other):
    """A claim by one person's device, with what is given changed."""
    hold_min = other.pop("hold_min", 15)
    row = {
        "observation_id": number,
        "entity_id": 7,
        "ts": ts,
        "until_at": ts + dt.timedelta(minutes=hold_min),
        "local_date": ts.date(),
        "zone_id": zone,
        "source": "wifi",
        "probability": 1.0,
        "is_presence": True,
        "ts_resolution_s": 1.0,
        "known_at": ts,
    }
    return row | other


@pytest.fixture
def stays_of(load, rows_of):
    """Stays of claims, all versions or as of a moment."""

    def stays_of(claims, as_of=None, params=Params()):  # noqa: B008 - frozen
        evidence = presence.evidence(load(claims, "claims"), params, SOURCES)
        rows = rows_of(presence.stays(evidence, params, ALL_TIME))
        rows.sort(key=lambda row: (row["started_at"], row["known_at"]))
        if as_of is None:
            return rows
        return [
            r | {"superseded_at": None}
            for r in rows
            if r["known_at"] <= as_of and (r["superseded_at"] is None or as_of < r["superseded_at"])
        ]

    return stays_of


def settled(rows):
    """Zone, start and end of the settled stays."""
    return [(row["zone_id"], row["started_at"], row["ended_at"]) for row in rows if row["ended_at"] is not None]


def test_sightings_within_the_hold_are_one_stay(stays_of):
    """Three sightings 10 minutes apart with a hold of 15 are one stay that ends 15 minutes after the last."""
    rows = stays_of([claim(1, at(9)), claim(2, at(9, 10)), claim(3, at(9, 20))])
    assert settled(rows) == [("LAB", at(9), at(9, 35))]
    assert [row["observation_count"] for row in rows] == [1, 3]


def test_a_gap_longer_than_the_hold_starts_another_stay(stays_of):
    """A sighting exactly at the end of the hold carries the stay on, one a minute later does not."""
    assert settled(stays_of([claim(1, at(9)), claim(2, at(9, 15))])) == [("LAB", at(9), at(9, 30))]
    assert settled(stays_of([claim(1, at(9)), claim(2, at(9, 16))])) == [
        ("LAB", at(9), at(9, 15)),
        ("LAB", at(9, 16), at(9, 31)),
    ]


def test_a_sure_sighting_elsewhere_ends_the_stay(stays_of):
    """Seen in another zone after 5 minutes, the person has left; coming back starts a stay of its own."""
    rows = stays_of([claim(1, at(9)), claim(2, at(9, 5), "CAFE"), claim(3, at(9, 10))])
    assert settled(rows) == [("LAB", at(9), at(9, 5)), ("CAFE", at(9, 5), at(9, 10)), ("LAB", at(9, 10), at(9, 25))]


def test_an_unsure_claim_elsewhere_ends_nothing(stays_of):
    """A card with three holders, read elsewhere, does not end the stay of each of them."""
    rows = stays_of([claim(1, at(9)), claim(2, at(9, 5), "CAFE", probability=1 / 3), claim(3, at(9, 10))])
    assert ("LAB", at(9), at(9, 25)) in settled(rows)


def test_a_stay_runs_over_midnight_but_not_over_a_whole_second_day(stays_of):
    """Pings every 10 minutes for three days: cut at the end of the second day, and daily from then on."""
    pings = [claim(i, at(20) + dt.timedelta(minutes=10 * i)) for i in range(6 * 60)]
    rows = settled(stays_of(pings))
    assert [(start, end) for _, start, end in rows] == [
        (at(20), at(0, day=2)),
        (at(0, day=2), at(0, day=3)),
        (at(0, day=3), at(8, 5, day=3)),
    ]


def test_the_strongest_claim_gives_the_confidence_and_sources_are_listed(stays_of):
    """A shared card (1/3) and the person's own phone: confidence 1, both sources named in order."""
    rows = stays_of([claim(1, at(9), source="swipes", probability=1 / 3), claim(2, at(9, 5))])
    last = next(row for row in rows if row["ended_at"])
    assert (last["confidence"], last["sources"], last["observation_count"]) == (1.0, "swipes,wifi", 2)


def test_open_until_settled(stays_of):
    """Until the delay is over the stay is open, as its first sighting said; then the settled row replaces it."""
    claims = [claim(1, at(9)), claim(2, at(9, 10), source="swipes")]
    now = stays_of(claims, as_of=at(12))
    assert [(row["ended_at"], row["sources"], row["observation_count"]) for row in now] == [(None, "wifi", 1)]
    later = stays_of(claims, as_of=at(15, 25))
    assert [(row["ended_at"], row["sources"]) for row in later] == [(at(9, 25), "swipes,wifi")]
    assert stays_of(claims, as_of=at(15, 24))[0]["ended_at"] is None


def test_late_evidence_joins_when_settled(stays_of):
    """An attended booking, known at its end, bridges two sightings only once settled; before, two stays are open."""
    claims = [claim(1, at(9)), claim(2, at(11)), claim(3, at(9), hold_min=150, source="swipes", known_at=at(11, 30))]
    assert len(stays_of(claims, as_of=at(12))) == 2
    assert settled(stays_of(claims, as_of=at(20))) == [("LAB", at(9), at(11, 30))]


def test_too_late_evidence_joins_nothing(stays_of):
    """What becomes known after the declared delay makes no stay."""
    assert stays_of([claim(1, at(9), known_at=at(15, 1))]) == []


@pytest.mark.parametrize("hour", [9.2, 9.5, 11.4, 11.6, 14, 15.5, 17.5, 18])
def test_dropping_the_future_changes_no_view(stays_of, hour):
    """Stays as of T are the same whether or not claims known after T are there."""
    claims = [
        claim(1, at(9)),
        claim(2, at(9, 10), source="swipes", probability=0.5),
        claim(3, at(9, 20), "CAFE"),
        claim(4, at(11)),
        claim(5, at(9), hold_min=150, source="swipes", known_at=at(11, 30)),
        claim(6, at(11, 10)),
        claim(7, at(14), "CAFE", probability=0.25),
    ]
    moment = DAY + dt.timedelta(hours=hour)
    assert stays_of(claims, as_of=moment) == stays_of([c for c in claims if c["known_at"] <= moment], as_of=moment)


def random_claims(seed):
    """Claims of three people in two zones over five days, around midnight too; some uncertain, some late."""
    rng = np.random.default_rng(seed)
    claims = []
    for number in range(250):
        ts = DAY + dt.timedelta(minutes=int(rng.integers(0, 5 * 24 * 60)))
        other = {"entity_id": int(rng.integers(7, 10)), "hold_min": int(rng.choice([15, 90]))}
        if rng.random() < 0.05:
            other |= {"probability": 0.5}
        if rng.random() < 0.05:
            other |= {"known_at": ts + dt.timedelta(minutes=int(rng.integers(1, 200)))}
        claims.append(claim(number + 1, ts, str(rng.choice(["LAB", "CAFE"])), **other))
    return claims


@pytest.mark.parametrize("seed", range(3))
def test_clear_days_on_their_own_give_what_all_days_together_give(stays_of, seed, monkeypatch):
    """Whether certain days are taken apart from the others changes no stay."""
    claims = random_claims(seed)
    apart = stays_of(claims)
    monkeypatch.setattr(MADE, "_unclear_days", lambda rows: rows.select("entity_id", "local_date").distinct())
    assert len(apart) > 100
    assert stays_of(claims) == apart


@pytest.mark.parametrize("day", range(3))
def test_a_day_depends_on_two_days_after_it_at_most(stays_of, day):
    """Stays that start on a day are the same when all that came from the third day after it on is cut away."""
    claims = random_claims(5)
    limit = DAY.date() + dt.timedelta(days=day + presence.AHEAD_DAYS)
    cut = stays_of([row for row in claims if row["local_date"] <= limit])
    of_day = [
        [row for row in rows if row["started_at"].date() == limit - dt.timedelta(days=presence.AHEAD_DAYS)]
        for rows in (stays_of(claims), cut)
    ]
    assert of_day[0] == of_day[1]
    assert len(of_day[0]) > 10


def test_no_claims_no_stays(stays_of):
    """An empty table gives an empty table."""
    assert stays_of([]) == []


def in_versions(number, ts, first, last, hours):
    """A claim on a shared card whose weight changes so many hours after it."""
    moment = ts + dt.timedelta(hours=hours)
    return [
        claim(number, ts, source="swipes", probability=first, superseded_at=moment),
        claim(number, ts, source="swipes", probability=last, known_at=moment),
    ]


def test_a_stay_opens_with_the_first_weight_and_settles_with_the_last(stays_of):
    """One half at nine, one twentieth from ten on, by an alibi: open with .5, settled with .05, one row behind it."""
    rows = stays_of(in_versions(1, at(9), 0.5, 0.05, 1))
    assert [(row["ended_at"], row["confidence"], row["observation_count"]) for row in rows] == [
        (None, 0.5, 1),
        (at(9, 15), 0.05, 1),
    ]


def test_a_weight_that_changes_after_the_stay_settled_changes_nothing(stays_of):
    """With a delay of half an hour, the weight of an hour later comes too late: the first one stays."""
    rows = stays_of(in_versions(1, at(9), 0.5, 0.05, 1), params=Params(settle_h=0.5))
    assert [row["confidence"] for row in rows] == [0.5, 0.5]


def test_an_alibi_of_others_makes_a_claim_end_stays(stays_of):
    """A third in the cafeteria ends nothing; settled at .9, because the others were elsewhere, it ends the lab stay."""
    elsewhere = [row | {"zone_id": "CAFE"} for row in in_versions(2, at(9, 5), 1 / 3, 0.9, 1)]
    rows = stays_of([claim(1, at(9)), *elsewhere])
    assert ("LAB", at(9), at(9, 5)) in settled(rows)
