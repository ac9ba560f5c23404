"""The review queue: what is asked, of small campuses made by hand, and in which order."""

import pandas as pd
import pytest

from fazri_lib.resolution.review import (
    MERGE,
    PLACE,
    RANDOM,
    SPLIT,
    Known,
    answered_splits,
    implied,
    questions,
    sides,
)


def known(entities, pairs, directories=None):
    """A campus: entity of each record (or several with probabilities), weights of pairs, directories ("d" + number)."""
    links = [
        (record, entity, probability)
        for record, given in entities.items()
        for entity, probability in (given if isinstance(given, dict) else {given: 1.0}).items()
    ]
    named = {record: f"d{record}" for record in entities} | (directories or {})
    records = pd.DataFrame(
        {"record_id": list(named), "directory": list(named.values()), "record_key": [f"k{record}" for record in named]}
    )
    frame = pd.DataFrame(links, columns=["record_id", "entity_id", "probability"])
    scored = pd.DataFrame([(*pair, bits) for pair, bits in pairs.items()], columns=["left_id", "right_id", "weight"])
    return Known(records, frame, scored.astype({"left_id": "int64", "right_id": "int64", "weight": "float64"}))


def test_two_people_that_may_be_one():
    """Two pairs of 2 and -2 bits between two entities, two not compared (-8 each): mean -4 bits, 4 pairs at stake."""
    campus = known({1: 10, 2: 10, 3: 20, 4: 20}, {(1, 2): 20, (3, 4): 20, (1, 3): 2, (2, 4): -2})
    (row,) = questions(campus).to_dict("records")
    assert row == {
        "kind": MERGE, "left_id": 1, "right_id": 3, "left_entity": 10, "right_entity": 20, "weight": -4.0,
        "probability": pytest.approx(1 / 17, abs=1e-6), "left_records": 2, "right_records": 2, "pairs": 4,
        "gain": pytest.approx(1 / 17 * 16 / 17 * 4, abs=1e-5),
    }  # fmt: skip


def test_the_weakest_join():
    """Four records held by a mean of 1 bit between two halves of 20 bits: asked about the strongest pair across."""
    campus = known({1: 10, 2: 10, 3: 10, 4: 10}, {(1, 2): 20, (3, 4): 20, (1, 3): 2, (2, 3): 4, (1, 4): 1, (2, 4): -3})
    (row,) = questions(campus).to_dict("records")
    assert (row["kind"], row["left_id"], row["right_id"], row["weight"]) == (SPLIT, 2, 3, 1.0)
    assert (row["left_records"], row["right_records"], row["pairs"]) == (2, 2, 4)
    assert row["gain"] == pytest.approx(2 / 3 * 1 / 3 * 4, abs=1e-5)
    assert sides(campus, SPLIT, 2, 3) == ([2, 1], [3, 4])


def test_what_is_beyond_doubt_is_not_asked():
    """An entity all of whose pairs weigh ten bits and more has no weak join."""
    assert questions(known({1: 10, 2: 10}, {(1, 2): 10})).empty


def test_a_record_that_two_people_fit():
    """One question for each entity of a record in doubt, and none of merging the two because of it."""
    campus = known({1: 10, 2: {10: 0.6, 20: 0.4}, 3: 20}, {(1, 2): 5, (2, 3): 4.5})
    found = questions(campus)
    assert found[["kind", "left_id", "right_id", "probability"]].to_numpy().tolist() == [
        [PLACE, 2, 1, 0.6],
        [PLACE, 2, 3, 0.4],
    ]
    assert found["gain"].tolist() == [0.24, 0.24]
    assert sides(campus, PLACE, 2, 3) == ([2], [3])


def test_two_rows_of_a_directory_of_single_rows():
    """Two people who each have a row where nobody has two cannot be one; in a list of devices they can."""
    entities, pairs = {1: 10, 2: 10, 3: 20, 4: 20}, {(1, 2): 20, (3, 4): 20, (1, 3): 5}
    assert questions(known(entities, pairs, {2: "staff", 4: "staff"})).empty
    several = entities | {5: 30, 6: 30}
    found = questions(known(several, pairs | {(5, 6): 20}, {2: "devices", 4: "devices", 5: "devices", 6: "devices"}))
    assert found["kind"].tolist() == [MERGE]


def test_the_most_useful_first():
    """Of equally doubtful merges the larger comes first; a surer one later; ties by record number."""
    campus = known(
        {1: 10, 2: 20, 3: 30, 4: 40, 5: 40, 6: 50, 7: 60}, {(1, 2): 0, (3, 4): 0, (3, 5): 0, (4, 5): 20, (6, 7): 5}
    )
    assert questions(campus)[["left_id", "right_id"]].to_numpy().tolist() == [[3, 4], [1, 2], [6, 7]]


@pytest.mark.parametrize("pair", [(1, 3), (3, 1), (2, 4)])
def test_answered_merges_are_not_asked_again(pair):
    """An answer about any two records of the two sides settles a merge, whichever of them was asked about."""
    campus = known({1: 10, 2: 10, 3: 20, 4: 20}, {(1, 2): 20, (3, 4): 20, (1, 3): 2, (2, 4): -2})
    assert questions(campus, [pair]).empty


def test_answered_splits_are_not_asked_again():
    """An answer across the weakest join settles it; one within a half, or about a record that is gone, does not."""
    campus = known({1: 10, 2: 10, 3: 10, 4: 10}, {(1, 2): 20, (3, 4): 20, (1, 3): 2, (2, 3): 4, (1, 4): 1, (2, 4): -3})
    assert questions(campus, [(4, 1)]).empty
    assert len(questions(campus, [(1, 2), (77, 78)])) == 1


CHAIN = {(1, 2): 20, (3, 4): 6, (1, 3): 2, (2, 3): 2, (1, 5): -2}
"""5 hangs on 1 by -2 bits (last join), 1 and 2 on 3 by 2 bits (the join before), 3 and 4 by 6, 1 and 2 beyond doubt."""


def test_after_an_answer_the_next_weakest_join_is_asked():
    """5 against the rest first; then 1, 2 against 3, 4; then 3 against 4; then nothing: 1 and 2 agree by 20 bits."""
    person = 2**62 + 1  # a float would round it
    campus = known(dict.fromkeys(range(1, 6), person), CHAIN)
    told, asked = [], []
    while len(found := questions(campus, told)):
        (row,) = found.to_dict("records")
        asked.append((row["left_id"], row["right_id"], row["weight"], row["left_records"], row["right_records"]))
        told.append(asked[-1][:2])
    assert asked == [(1, 5, -2.0, 4, 1), (1, 3, 2.0, 2, 2), (3, 4, 6.0, 1, 1)]
    assert sides(campus, SPLIT, 1, 3) == ([1, 2], [3, 4])
    assert sides(campus, SPLIT, 3, 4) == ([3], [4])
    assert sorted(map(tuple, answered_splits(campus, told)[["left_id", "right_id"]].to_numpy().tolist())) == sorted(
        told
    )


def test_a_join_without_a_compared_pair_hides_no_other():
    """Nothing was compared between 1, 2 and 3, 4 of one person, so both weak pairs within are asked about."""
    campus = known(dict.fromkeys(range(1, 5), 10), {(1, 2): 3, (3, 4): 2})
    assert questions(campus)[["left_id", "right_id"]].to_numpy().tolist() == [[3, 4], [1, 2]]


def test_what_follows_from_answers():
    """1 = 2 and 2 = 3 tell of 1 and 3; with 3 and 4 apart all three are apart from 4; who is unsure tells no more."""
    pairs = {(1, 2): "same", (3, 4): "different", (2, 3): "same", (4, 5): "unsure"}
    told = pd.Series(pairs.values(), index=pd.MultiIndex.from_tuples(pairs))
    assert {tuple(sorted(pair)) for pair in implied(told)} == {(1, 2), (2, 3), (1, 3), (1, 4), (2, 4), (3, 4), (4, 5)}


def test_answered_places_are_not_asked_again():
    """An answer about a record in doubt and a member of one of its entities settles that one, the other stays."""
    campus = known({1: 10, 2: {10: 0.6, 20: 0.4}, 3: 20}, {(1, 2): 5, (2, 3): 4.5})
    assert questions(campus, [(2, 3)])["right_id"].tolist() == [1]


def test_sides_of_a_merge_and_of_a_random_pair():
    """A merge shows all records of both entities; a random pair only itself, so that the rest does not decide it."""
    campus = known({1: 10, 2: 10, 3: 20, 4: 20}, {(1, 2): 20, (3, 4): 20, (2, 3): 2})
    assert sides(campus, MERGE, 2, 3) == ([2, 1], [3, 4])
    assert sides(campus, RANDOM, 2, 3) == ([2], [3])


def test_nothing_to_ask():
    """Of nobody nothing is asked."""
    assert questions(known({}, {})).empty
