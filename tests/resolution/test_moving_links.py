"""Rows that go from one person to another: what follows for numbers, facts, and who holds what."""

import pandas as pd

from fazri_lib.resolution.exact import current_records, numbers
from fazri_lib.resolution.facts import facts, steady, versions
from fazri_lib.resolution.folding.history import identity_changes, joined
from fazri_lib.resolution.holdings import holdings
from fazri_lib.schema import ALWAYS, LAKE_TABLES

START = pd.Timestamp(ALWAYS)
JAN, FEB, MAR, APR = (pd.Timestamp(f"2026-0{month}-01") for month in range(1, 5))
OPEN = pd.NaT


def rows_of(*said):
    """Rows of one list: (key, known_at, facts)."""
    columns = list(LAKE_TABLES["records"].column_names)
    made = [
        {"record_id": n, "directory": "d", "record_key": key, "known_at": known_at, "load_order": n, **more}
        for n, (key, known_at, more) in enumerate(said, start=1)
    ]
    return current_records(LAKE_TABLES["records"].arrow(pd.DataFrame(made, columns=columns)).to_pandas())


def states_of(rows, *said):
    """States (key, entity, probability, is_own, is_sole, known_at, superseded_at), with nodes."""
    columns = ["record_key", "entity_id", "probability", "is_own", "is_sole", "known_at", "superseded_at"]
    frame = pd.DataFrame(said, columns=columns).assign(directory="d")
    frame = frame.astype({"known_at": "datetime64[us]", "superseded_at": "datetime64[us]"})
    return frame.merge(rows.drop_duplicates("node")[["node", "record_key"]], on="record_key")


def test_a_merge_and_a_split_are_told():
    """B is one with A from February until March: B's number goes into A's and comes out of it."""
    rows = rows_of(("A", START, {}), ("B", JAN, {}))
    named = rows[["directory", "record_key"]]
    a, b = numbers(named)
    number = pd.Series([a, b], index=pd.MultiIndex.from_frame(named))
    states = states_of(
        rows,
        ("A", a, 1.0, True, True, START, OPEN),
        ("B", b, 1.0, True, True, JAN, FEB),
        ("B", a, 0.9, True, True, FEB, MAR),
        ("B", b, 1.0, True, True, MAR, OPEN),
    )
    told = identity_changes(states, number)
    assert told[["entity_id", "other_id", "what", "known_at"]].to_numpy().tolist() == [
        [b, a, "merged", FEB],
        [b, a, "split", MAR],
    ]


def test_facts_follow_the_rows():
    """A's department is B's while B's row is A's; B is not there in that time, and afterwards all is as before."""
    rows = rows_of(("A", START, {"role": "student"}), ("B", JAN, {"role": "student", "department": "Law"}))
    states = states_of(
        rows,
        ("A", 1, 1.0, True, True, START, OPEN),
        ("B", 2, 1.0, True, True, JAN, FEB),
        ("B", 1, 0.8, True, True, FEB, MAR),
        ("B", 2, 1.0, True, True, MAR, OPEN),
    )
    told = versions(facts(rows, states), ("department", "confidence"))
    rows_told = told.astype(object).where(told.notna(), None).to_numpy().tolist()
    assert rows_told == [
        [1, None, 1.0, START, FEB],
        [1, "Law", 0.9, FEB, MAR],
        [1, None, 1.0, MAR, None],
        [2, "Law", 1.0, JAN, FEB],
        [2, "Law", 1.0, MAR, None],
    ]


def test_an_ambiguous_row_says_nothing_of_a_person_with_sure_ones():
    """X fits two: neither takes its department; where all rows of a person are ambiguous, they speak."""
    rows = rows_of(
        ("A", START, {"department": "Law"}), ("X", JAN, {"department": "Art"}), ("Y", FEB, {"role": "staff"})
    )
    states = states_of(
        rows,
        ("A", 1, 1.0, True, True, START, OPEN),
        ("X", 1, 0.5, True, False, JAN, OPEN),
        ("X", 9, 0.5, False, False, JAN, OPEN),
        ("Y", 9, 0.4, True, False, FEB, OPEN),
    )
    told = versions(facts(rows, states), ("department", "role", "confidence")).set_index("entity_id")
    assert told.loc[1, ["department", "confidence"]].tolist() == ["Law", 1.0]
    assert told.loc[9, ["role", "confidence"]].tolist() == ["staff", 0.4]


def test_versions_that_differ_in_confidence_alone_are_one_without_it():
    """Three versions, the second only surer: months see two."""
    entities = pd.DataFrame(
        {
            "entity_id": [1, 1, 1],
            "role": ["a", "a", "b"],
            "confidence": [0.8, 0.9, 0.9],
            "known_at": [START, JAN, FEB],
            "superseded_at": [JAN, FEB, OPEN],
        }
    )
    seen = steady(entities)
    assert seen[["role", "known_at"]].to_numpy().tolist() == [["a", START], ["b", FEB]]
    assert seen["superseded_at"].tolist()[0] == FEB


def test_states_that_say_the_same_are_one():
    """A look that finds the same leaves no trace; an ambiguous row is compared with all that it fits."""
    rows = rows_of(("A", START, {}), ("X", START, {}))
    states = states_of(
        rows,
        ("A", 1, 1.0, True, True, START, JAN),
        ("A", 1, 1.0, True, True, JAN, OPEN),
        ("X", 1, 0.5, True, False, START, JAN),
        ("X", 2, 0.5, False, False, START, JAN),
        ("X", 1, 0.5, True, False, JAN, FEB),
        ("X", 2, 0.4, False, False, JAN, FEB),
    )
    told = joined(states)
    assert told[["record_key", "known_at"]].to_numpy().tolist() == [
        ["A", START],
        ["X", START],
        ["X", START],
        ["X", JAN],
        ["X", JAN],
    ]


def listed(rows, **starts):
    """Identifiers: each row lists card c from its start on."""
    made = [
        {"record_id": row.record_id, "directory": "d", "id_type": "card", "id_value": "c", "id_key": 1}
        | {"identifies": False, "valid_from": starts[row.record_key]}
        for row in rows.itertuples()
    ]
    columns = list(LAKE_TABLES["record_identifiers"].column_names)
    return LAKE_TABLES["record_identifiers"].arrow(pd.DataFrame(made, columns=columns)).to_pandas()


def held(rows, states, one_holder=()):
    """(entity, valid_to, known_at, superseded_at) of all versions."""
    linked = states[["node", "entity_id", "probability", "known_at", "superseded_at"]]
    frame = holdings(rows, listed(rows, A=JAN, B=FEB), linked, one_holder)
    frame = frame.sort_values(["entity_id", "valid_from", "known_at"])
    frame = frame[["entity_id", "valid_to", "known_at", "superseded_at"]].astype(object)
    return frame.where(frame.notna(), None).to_numpy().tolist()


def test_what_a_row_lists_goes_with_it():
    """B's row is A's person from March on, and so is B's card, its past too; until then it was B's."""
    rows = rows_of(("A", JAN, {}), ("B", FEB, {}))
    states = states_of(
        rows,
        ("A", 1, 1.0, True, True, JAN, OPEN),
        ("B", 2, 1.0, True, True, FEB, MAR),
        ("B", 1, 1.0, True, True, MAR, OPEN),
    )
    assert held(rows, states) == [
        [1, None, JAN, None],
        [1, None, MAR, None],
        [2, None, FEB, MAR],
    ]


def test_a_card_is_handed_on_as_long_as_the_taker_is_somebody_else():
    """B's start ends A's hold from February on; once B turns out to be A, in March, A's hold is open again."""
    rows = rows_of(("A", JAN, {}), ("B", FEB, {}))
    states = states_of(
        rows,
        ("A", 1, 1.0, True, True, JAN, OPEN),
        ("B", 2, 1.0, True, True, FEB, MAR),
        ("B", 1, 1.0, True, True, MAR, OPEN),
    )
    assert held(rows, states, [("d", "card")]) == [
        [1, None, JAN, FEB],
        [1, FEB, FEB, MAR],
        [1, None, MAR, None],
        [1, None, MAR, None],
        [2, None, FEB, MAR],
    ]
