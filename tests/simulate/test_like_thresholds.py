"""Disclosure control: thresholds count units on both sides, fallbacks say nothing of few, the noise is private."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from ibis.backends.duckdb import Backend

from fazri_lib.sources.contract import Contract
from fazri_lib.sources.likeness.learning import Control, _share
from fazri_lib.sources.likeness.parts import Part, draws, private_draws
from fazri_lib.sources.likeness.people_learning import directory_shape, memberships, roles_of, sharing
from fazri_lib.sources.likeness.persons import Persons
from fazri_lib.workflows.like_counts import _facts

LEAST = 10


@pytest.fixture
def control():
    """The same draws for every test."""
    return Control(LEAST, np.random.default_rng(1))


def persons(units, roles=None, inside=None, cards=None):
    """People by unit, role, directories and card; everybody has one record in each of their directories."""
    count = len(units)
    people = pd.DataFrame({"person": range(count), "unit": units, "role": roles or ["x"] * count, "department": None})
    inside = inside or ["a"] * count
    records = pd.DataFrame(
        [(person, name) for person, names in enumerate(inside) for name in names.split(",")],
        columns=["person", "directory"],
    )
    listed = pd.DataFrame({"person": range(count), "id_type": "card", "id_key": cards or list(range(count))})
    return Persons(people, records, listed, pd.DataFrame())


def in_one_group(found):
    """Everybody in group 0."""
    return pd.Series(0, index=found.people.index)


def test_ten_with_one_card_are_one(control):
    """Ten guards of one card are one unit, which is not released; ten pairs with a card each are, as 20 of 40."""
    guards = persons([0] * 10 + list(range(1, 21)), cards=[0] * 10 + list(range(1, 21)))
    assert sharing(guards, "card", in_one_group(guards), 1, control).holders[0].tolist() == [1, 0, 0, 0, 0, 0]
    each = [*np.repeat(range(10), 2).tolist(), *range(10, 30)]
    pairs = sharing(persons(each, cards=each), "card", pd.Series(0, index=range(40)), 1, control).holders[0]
    assert pairs[:2].min() > 0.2
    assert pairs[:2].sum() == pytest.approx(1)


def test_two_records_of_one_unit(control):
    """Ten people of one unit with two records each do not tell that anybody has two."""
    found = persons([0] * 10 + list(range(1, 21)), inside=["a,a"] * 10 + ["a"] * 20)
    names = ("name", "email", "phone", "born_on", "role", "department", "valid_from", "valid_to")
    records = found.records.assign(record_id=range(40), **{f"has_{name}": True for name in names})
    found = Persons(found.people, records, found.listed, found.keys)
    item = Contract(source="a", kind="directory", files="a.csv", columns={"record_key": "no"})
    assert directory_shape(item, found, in_one_group(found), 1, control).records.tolist() == [1, 0, 0, 0, 0, 0]


def observations(lacking_units):
    """Forty rows, a unit each, of attended bookings with a text; then twenty rows of the given units with neither."""
    rows = pd.DataFrame({"unit": [*range(40), *lacking_units], "id_key": 7, "is_known": True, "sensor_id": "s"})
    rows["text"], rows["is_attended"] = ["t"] * 40 + [None] * 20, [True] * 40 + [False] * 20
    rows["local_ts"], rows["ts_resolution_s"] = pd.Timestamp("2025-03-14"), 1.0
    rows["observation_id"] = range(1000, 1060)
    for name in ("ref_id", "thing_id", "category", "ended_at"):
        rows[name] = "v"
    return rows


def facts_of(rows):
    """The facts of a source."""
    backend = Backend()
    backend.do_connect()
    found = _facts(backend.create_table("rows", rows)).to_pandas().iloc[0]
    return {str(name): float(value) for name, value in found.items()}


def test_lacking_counts_units(control):
    """Twenty rows without a text by one unit are not told; by twenty units 40 of 60 rows have one."""
    one, many = facts_of(observations([99] * 20)), facts_of(observations(range(40, 60)))
    assert (one["text_lacking_units"], many["text_lacking_units"]) == (1, 20)
    assert (_share(one, "text", control), _share(many, "text", control)) == (1.0, pytest.approx(40 / 60))
    attended = [_share(facts, "attended", control, "told") for facts in (one, many)]
    assert attended == [1.0, pytest.approx(40 / 60)]


def test_untold_bookings_hide_nobody(control):
    """One unit missed bookings and nineteen bookings do not tell: those who tell all attended."""
    rows = observations(range(40, 60)).astype({"is_attended": "boolean"})
    rows.loc[41:, "is_attended"] = None
    facts = facts_of(rows)
    assert facts["attended_lacking_units"] == 1
    assert _share(facts, "attended", control, "told") == 1.0


def test_few_anonymous_rows(control):
    """Nine rows without an identifier are none, ten of sixty are a sixth; few with one among many without are none."""
    found = []
    for anonymous in (9, 10, 51):
        rows = observations(range(40, 60)).astype({"id_key": "Int64", "unit": "Int64"})
        rows.loc[: anonymous - 1, ["id_key", "unit"]] = pd.NA
        found.append(_share(facts_of(rows), "anonymous", control))
    assert found == [0.0, pytest.approx(1 / 6), 1.0]


def test_no_role_of_few():
    """Nine of one role and eight of another are seventeen of none; with ten of the first all are of that."""
    group, roles = roles_of(persons(list(range(17)), ["x"] * 9 + ["y"] * 8), LEAST)
    assert (roles, set(group)) == (("",), {0})
    group, roles = roles_of(persons(list(range(18)), ["x"] * 10 + ["y"] * 8), LEAST)
    assert (roles, set(group)) == (("x",), {0})


def test_no_directory_of_few(control):
    """Of sets of nine, eight and one only a directory of ten units is kept, even if the group is hardly in it."""
    found = persons(list(range(18)), inside=["a"] * 9 + ["b"] * 8 + ["a,c"])
    assert set(memberships(found, in_one_group(found), 0, control).draw(control.rng, 99)) == {"a"}
    small = persons(list(range(17)), inside=["a"] * 9 + ["b"] * 8)
    assert set(memberships(small, in_one_group(small), 0, control).draw(control.rng, 99)) == {""}


def test_noise_is_not_that_of_the_seed():
    """The seed alone, or other files, draw other noise; the same files in another order draw the same."""
    drawn = private_draws(5, ["ab", "cd"]).laplace(size=3).tolist()
    assert drawn == private_draws(5, ["cd", "ab", "ab"]).laplace(size=3).tolist()
    others = [private_draws(seed, files) for seed, files in ((5, ["ab", "ce"]), (5, []), (6, ["ab", "cd"]))]
    assert all(drawn != other.laplace(size=3).tolist() for other in (*others, draws(5, Part.LEARNING)))
