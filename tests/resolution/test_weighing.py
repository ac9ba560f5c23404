"""Claims and alibis over time: dropping the future changes no view, and both engines agree."""

import datetime as dt
from contextlib import ExitStack

import ibis
import numpy as np
import pytest

from fazri_lib import resolution
from fazri_lib.schema import ALWAYS
from fazri_lib.store import held

DAY = dt.datetime(2026, 3, 2)
ZONES = ("LIB", "LAB", "GYM", "CAF")
KEYS = {1: (7,), 2: (8,), 3: (9,), 10: (7, 8), 11: (7, 8, 9), 12: tuple(range(7, 19))}
"""Who holds which key: three own devices, a card of two, one of three, a house phone of twelve."""


def sightings(count=400):
    """Sightings of a morning, most known at once, some up to two hours later, some to the minute."""
    rng = np.random.default_rng(3)
    after_s, late_s = rng.integers(0, 4 * 3600, count), rng.integers(0, 7200, count) * (rng.random(count) < 0.25)
    rows = []
    for at in range(count):
        ts = DAY + dt.timedelta(seconds=int(after_s[at]))
        row = {"observation_id": at + 1, "ts": ts, "known_at": ts + dt.timedelta(seconds=int(late_s[at]))}
        row |= {"id_key": int(rng.choice((1, 1, 2, 2, 3, 10, 11, 12))), "zone_id": str(rng.choice(ZONES))}
        row |= {"ts_resolution_s": float(rng.choice((0, 1, 60))), "source": str(rng.choice(("swipes", "wifi")))}
        rows.append(row | {"kind": "observation", "local_date": ts.date()})
    return rows


@pytest.fixture
def made_on(load_into, rows_of):
    """`made_on(engine, rows)`: alibis and claims of these sightings, all versions."""

    def made_on(engine, rows):
        seen = load_into(engine, rows, "observations")
        seen = seen.mutate(until_at=seen.ts + ibis.interval(minutes=20), is_presence=seen.zone_id.notnull())
        always = {"id_type": "t", "id_value": "v", "probability": 1.0, "source": "s", "known_at": ALWAYS}
        holders = [{"entity_id": entity, "id_key": key, **always} for key, people in KEYS.items() for entity in people]
        walks = load_into(engine, [{"zone_id": "LIB", "other_zone_id": "LAB", "distance_m": 300.0}], "zone_walks")
        with ExitStack() as holding:

            def hold(expression):
                return holding.enter_context(held(engine, expression))

            claims = hold(resolution.claims(seen, load_into(engine, holders, "identifiers")))
            found = hold(resolution.alibis(claims, walks, resolution.Params(radio=("wifi",)), hold))
            return rows_of(found), rows_of(resolution.weighed(claims, found))

    return made_on


@pytest.fixture
def made(duck, made_on):
    """`made(rows)`: the same on DuckDB."""
    return lambda rows: made_on(duck, rows)


def view(rows, moment):
    """Rows as known at a moment, without what was not known then."""
    known = [r for r in rows if r["known_at"] <= moment and not (r["superseded_at"] and r["superseded_at"] <= moment)]
    return sorted(repr({**row, "superseded_at": None}) for row in known)


def test_dropping_the_future_changes_no_view(made):
    """Alibis and claims as of T are the same with and without the sightings that became known after T."""
    rows = sightings()
    whole = made(rows)
    assert sum(row["superseded_at"] is not None for row in whole[0]) > 3
    assert sum(row["is_settled"] for row in whole[1]) > 30
    for minutes in (45, 100, 175, 260):
        moment = DAY + dt.timedelta(minutes=minutes)
        cut = made([row for row in rows if row["known_at"] <= moment])
        for of_whole, of_cut in zip(whole, cut, strict=True):
            assert view(of_whole, moment) == view(of_cut, moment)
            assert view(of_cut, moment)


def test_order_of_rows_changes_nothing(made):
    """The same sightings backwards give the same alibis and claims."""
    rows = sightings(150)
    assert made(rows) == made(rows[::-1])


def test_each_observation_has_one_view_of_whole_weights(made):
    """At any moment the weights of one observation add up to one, to 10/12 on the phone of twelve before alibis."""
    rows = sightings()
    phone = {row["observation_id"] for row in rows if row["id_key"] == 12}
    alibis, claims = made(rows)
    for moment in (DAY + dt.timedelta(hours=2), DAY + dt.timedelta(days=1)):
        sums = {}
        for row in claims:
            if row["known_at"] <= moment and not (row["superseded_at"] and row["superseded_at"] <= moment):
                sums[row["observation_id"]] = sums.get(row["observation_id"], 0) + row["probability"]
        assert all(total == pytest.approx(1, abs=1e-7) for number, total in sums.items() if number not in phone)
        free = phone - {row["observation_id"] for row in alibis}
        assert {round(sums[number], 6) for number in free & set(sums)} == {round(10 / 12, 6)}
        assert all(sums[number] <= 10 / 12 + 1e-7 for number in phone & set(sums))


@pytest.mark.spark
def test_both_engines_agree(duck, spark, made_on):
    """Every alibi and every weight, digit by digit."""
    rows = sightings(200)
    assert made_on(duck, rows) == made_on(spark, rows)
