"""What the review queue is made from: what can be asked for by name, and what is remembered of it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from fazri_lib.access import identifier_label
from fazri_lib.campus import queued
from fazri_lib.errors import UnknownNameError
from fazri_lib.resolution.review import MERGE, RANDOM, SPLIT, Known
from fazri_lib.store.operations import Decision

MERGES = 4500
AT = dt.datetime(2025, 9, 13)
ALIKE = ("N76067", "N98790")
"""Keys whose questions beside S1 have one label, I-SBRHZ7E: 1 in 34 thousand million (35 bits)."""


def known(rows, pairs):
    """What was known: id, directory, key and entity of each record; id, id and weight of each pair."""
    records = pd.DataFrame(rows, columns=["record_id", "directory", "record_key", "entity_id"])
    links = records[["record_id", "entity_id"]].assign(probability=1.0)
    return Known(
        records.drop(columns="entity_id"), links, pd.DataFrame(pairs, columns=["left_id", "right_id", "weight"])
    )


@pytest.fixture(scope="module")
def large():
    """4,500 even merges of a student and a card (.25 each), and one split that is nearly sure: last by gain."""
    number = np.arange(MERGES)
    students = [(int(i), "students", f"S{i}", int(i)) for i in number]
    cards = [(int(i) + 10_000, "cards", f"K{i}", int(i) + 10_000) for i in number]
    one = [(20_001, "students", "T1", 20_001), (20_002, "cards", "T2", 20_001)]
    pairs = [*((int(i), int(i) + 10_000, 0.0) for i in number), (20_001, 20_002, 9.0)]
    return queued.made(known([*students, *cards, *one], pairs), "")


def decision(number, *pair):
    """An answer to the pair of students and cards of a number."""
    left, right = pair or (("cards", f"K{number}"), ("students", f"S{number}"))
    return Decision(number, *left, *right, "different", "", "ada", AT, AT)


def test_each_kind_can_be_asked_for(large):
    """The split comes after 4,500 merges, and is listed and found nevertheless."""
    by_gain = queued.open_questions(large, [])
    assert by_gain["kind"].tolist() == [MERGE] * MERGES + [SPLIT]
    (row,) = queued.rows_of(queued.asked_next(large, [], by_gain, SPLIT, 20))
    assert queued.called(large, [], queued.label(large, row).lower()) == row


def test_what_comes_up_later_can_be_asked_for(large):
    """When the first thousand are answered the next ones are listed and found, and the answered ones still are."""
    held = [decision(number) for number in range(queued.MOST)]
    by_gain = queued.open_questions(large, held)
    assert len(by_gain) == MERGES - queued.MOST + 1
    listed = queued.rows_of(queued.asked_next(large, held, by_gain, MERGE, queued.MOST))
    assert [row["left_id"] for row in (listed[0], listed[-1])] == [queued.MOST, 2 * queued.MOST - 1]
    assert queued.called(large, held, queued.label(large, listed[-1])) == listed[-1]
    late = [decision(4000)]
    (answered,) = [row for row in queued.rows_of(large.queue) if row["left_id"] == 4000]
    assert queued.called(large, late, queued.label(large, answered)) == answered
    with pytest.raises(UnknownNameError, match="no question"):
        queued.called(large, [], queued.label(large, answered))  # nobody is shown it


def test_every_listed_question_is_found(large):
    """Of the mixed queue, too, random ones among them, whatever is answered."""
    for held in ([], [decision(number) for number in range(0, 3000, 2)]):
        by_gain = queued.open_questions(large, held)
        listed = queued.rows_of(queued.asked_next(large, held, by_gain, "", queued.MOST))
        assert {row["kind"] for row in listed} == {MERGE, RANDOM}
        labels = {queued.label(large, row): row for row in listed[:: len(listed) // 20]}
        found = {which: queued.called(large, held, which) for which in labels}
        assert [queued.pair(large, row) for row in found.values()] == [
            queued.pair(large, row) for row in labels.values()
        ]


def test_labels_that_are_alike_by_chance_are_not_guessed():
    """Two random pairs with one label: neither is taken for the other."""
    rows = [(1, "students", "S1", 1), (2, "network", ALIKE[0], 2), (3, "network", ALIKE[1], 3)]
    made = queued.made(known(rows, [(1, 2, 1.0), (1, 3, 1.0)]), "")
    drawn = [row for rows in made.labels.values() for row in rows if row["kind"] == RANDOM]
    (which,) = {queued.label(made, row) for row in drawn}
    assert which == f"Q{identifier_label(f'question random students S1 network {ALIKE[0]}')[1:]}"
    with pytest.raises(UnknownNameError, match="means 2 pairs of records, whose labels are alike by chance"):
        queued.called(made, [], which)


def test_numbers_of_people_stay_exact():
    """A record that belongs to nobody makes no floats of the numbers of the others, which have 63 bits."""
    big = 2**62 + 1
    made = known(
        [(1, "students", "S1", big), (2, "cards", "K1", big), (3, "cards", "K2", 5)], [(1, 2, 1.0), (1, 3, 1.0)]
    )
    made = Known(made.records, made.links[made.links["record_id"] != 3], made.pairs)
    rows = [row for rows in queued.made(made, "").labels.values() for row in rows if row["kind"] == RANDOM]
    assert [row["left_entity"] for row in rows] == [big, big]
