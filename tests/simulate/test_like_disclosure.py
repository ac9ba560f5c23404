"""Disclosure control: thresholds, caps and noise of what is learnt of a campus."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fazri_lib.sources.likeness.disclosure import Cells, capped, released, shares
from fazri_lib.sources.likeness.persons import persons_of

NOON, THREE = 12, 3


def cells(*rows):
    """Cells of (place, hour, unit, amount)."""
    place, hour, unit, amount = (np.array(column) for column in zip(*rows, strict=True))
    return Cells(place, hour, unit, amount.astype(float))


def rng():
    """The same draws for every test."""
    return np.random.default_rng(1)


def crowd(place, hour, first=0, people=50, rows=4):
    """Many people who leave the same number of rows in one cell."""
    return [(place, hour, first + person, rows) for person in range(people)]


def test_a_cell_of_many_is_kept():
    """Fifty people with four rows each give about 200 rows in their cell and nothing elsewhere."""
    found = released(cells(*crowd(0, NOON)), 2, 10, rng())
    assert found[0, NOON] == pytest.approx(200)
    assert found.sum() == pytest.approx(200)


def test_a_lonely_hour_vanishes_in_its_place():
    """One person's rows at three follow the rhythm of the place: nothing is left at three."""
    found = released(cells(*crowd(0, NOON), (0, THREE, 7, 9)), 1, 10, rng())
    assert found[0, THREE] == 0
    assert found[0, NOON] == pytest.approx(200)  # 13 rows in all, capped to the 4 of the tenth from the top


def test_a_lonely_place_is_empty():
    """A place of nine people gets nothing; one of ten is kept."""
    found = released(cells(*crowd(0, NOON), *crowd(1, NOON, people=9), *crowd(2, NOON, people=10)), 3, 10, rng())
    assert found[1].sum() == 0
    assert found[2].sum() > 0


def test_few_of_each_day_are_merged_over_the_days():
    """Four other people on each of five working days are twenty at that hour: each day has a fifth of them."""
    rows = [row for day in range(5) for row in crowd(0, 24 * day + THREE, first=10 * day, people=4)]
    found = released(cells(*rows), 1, 10, rng())
    assert found[0, THREE:120:24] == pytest.approx([16.0] * 5)
    assert found.sum() == pytest.approx(80)


def test_nobody_dominates():
    """One with a thousand rows among fifty with four counts as those with four."""
    found = capped(cells(*crowd(0, NOON), (0, NOON, 99, 1000)), 10)
    assert found[-1] == pytest.approx(4)


def test_nothing_of_too_few():
    """Nine people in all give nothing at all."""
    assert released(cells(*crowd(0, NOON, people=9)), 1, 10, rng()).sum() == 0


def test_shares_of_few_are_left_out():
    """A category that nine people used is not known, whatever its rows; the others share the whole."""
    found = shares(np.array([500.0, 30.0, 30.0]), np.array([9, 10, 30]), 10, rng())
    assert found[0] == 0
    assert found.sum() == pytest.approx(1)


def test_people_and_units():
    """Two records of one e-mail are one person; two people with one card are two people of one unit."""
    records = pd.DataFrame(
        {
            "record_id": [1, 2, 3, 4],
            "directory": ["a", "b", "a", "a"],
            "key": [1, 1, 2, 3],
            "role": ["x", None, "y", "z"],
        }
    ).assign(department=None)
    listed = pd.DataFrame(
        [(1, "email", 100, True), (2, "email", 100, True), (2, "card", 900, False), (3, "card", 900, False)],
        columns=["record_id", "id_type", "id_key", "identifies"],
    )
    links = pd.DataFrame({"record_id": [], "entity_id": []}, dtype="int64")
    found = persons_of(records, listed, links)
    person = found.records.set_index("record_id")["person"]
    unit = found.people.set_index("person")["unit"]
    assert person[1] == person[2] != person[3]
    assert unit[person[1]] == unit[person[3]] != unit[person[4]]
    assert found.keys.set_index("id_key").loc[900, "holders"] == 2
    alike = pd.DataFrame({"record_id": [1, 4], "at": [77, 77]})
    tied = persons_of(records, listed, links, alike).people
    assert len(tied) == 3
    assert len(set(tied["unit"])) == 1
