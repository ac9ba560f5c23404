"""Who held what, when: rotations and cards that are handed on, at their edges."""

import pandas as pd
import pytest

from fazri_lib.resolution import resolve
from fazri_lib.schema import ALWAYS, LAKE_TABLES

START = pd.Timestamp(ALWAYS)
JAN, FEB, MAR, APR, MAY = (pd.Timestamp(f"2026-0{month}-01") for month in range(1, 6))
ON_LIST = [("cards", "card")]
OPEN = pd.NaT


def directory(*rows):
    """Rows (key, known_at, value, valid_from, valid_to) of one list of cards; each key is a person."""
    records = [
        {"record_id": n, "directory": "cards", "record_key": key, "known_at": known_at, "load_order": n}
        for n, (key, known_at, *_) in enumerate(rows, start=1)
    ]
    identifiers = [
        {
            "record_id": n,
            "directory": "cards",
            "id_type": "card",
            "id_value": value,
            "id_key": ord(value),
            "identifies": False,
            "valid_from": valid_from,
            "valid_to": valid_to,
        }
        for n, (_, _, value, valid_from, valid_to) in enumerate(rows, start=1)
        if value
    ]
    frames = []
    for name, made in (("records", records), ("record_identifiers", identifiers)):
        columns = list(LAKE_TABLES[name].column_names)
        frames.append(LAKE_TABLES[name].arrow(pd.DataFrame(made, columns=columns)).to_pandas())
    return frames


def told(*rows, one_holder=()):
    """`(key, value, valid_from, valid_to, known_at, superseded_at)` of all versions."""
    resolved = resolve(*directory(*rows), (), one_holder)
    keys = {n: key for n, (key, *_) in enumerate(rows, start=1)}
    people = resolved.links.assign(key=resolved.links["record_id"].map(keys)).set_index("entity_id")["key"].to_dict()
    frame = resolved.identifiers.assign(key=resolved.identifiers["entity_id"].map(people))
    frame = frame.sort_values(["key", "id_value", "known_at"])
    columns = ["key", "id_value", "valid_from", "valid_to", "known_at", "superseded_at"]
    return [tuple(row) for row in frame[columns].astype(object).where(frame[columns].notna(), None).to_numpy().tolist()]


def test_a_card_handed_on_without_a_word_ends_with_the_next_start():
    """A has the card from January, B from February: A's end is February, known when B's start is."""
    rows = ("A", JAN, "c", JAN, OPEN), ("B", FEB, "c", FEB, OPEN)
    assert told(*rows, one_holder=ON_LIST) == [
        ("A", "c", JAN, None, JAN, FEB),
        ("A", "c", JAN, FEB, FEB, None),
        ("B", "c", FEB, None, FEB, None),
    ]


def test_where_lists_have_ends_an_open_end_is_open():
    """The same rows in a list that may state ends: both hold the card, as colleagues at a desk."""
    rows = ("A", JAN, "c", JAN, OPEN), ("B", FEB, "c", FEB, OPEN)
    assert told(*rows) == [("A", "c", JAN, None, JAN, None), ("B", "c", FEB, None, FEB, None)]


def test_starts_of_the_same_moment_share():
    """Given to both in January: neither took it from the other."""
    rows = ("A", JAN, "c", JAN, OPEN), ("B", JAN, "c", JAN, OPEN)
    assert [row[3] for row in told(*rows, one_holder=ON_LIST)] == [None, None]


def test_who_has_held_it_always_loses_it_to_the_first_start():
    """A without any start, B from February."""
    rows = ("A", START, "c", OPEN, OPEN), ("B", FEB, "c", FEB, OPEN)
    assert told(*rows, one_holder=ON_LIST)[:2] == [("A", "c", None, None, START, FEB), ("A", "c", None, FEB, FEB, None)]


def test_who_has_no_start_takes_nothing():
    """Both always: nobody knows who was first, both hold it."""
    rows = ("A", START, "c", OPEN, OPEN), ("B", START, "c", OPEN, OPEN)
    assert [row[3] for row in told(*rows, one_holder=ON_LIST)] == [None, None]


def test_a_chain_of_holders():
    """January, February, March: each ends with the next one's start."""
    rows = (("A", JAN, "c", JAN, OPEN), ("B", FEB, "c", FEB, OPEN), ("C", MAR, "c", MAR, OPEN))
    last = [row[:4] for row in told(*rows, one_holder=ON_LIST) if row[5] is None]
    assert last == [("A", "c", JAN, FEB), ("B", "c", FEB, MAR), ("C", "c", MAR, None)]


def test_a_start_that_is_told_late_ends_it_late():
    """Told in March that B had it from February: until March nobody could know; then it counts from February."""
    rows = ("A", JAN, "c", JAN, OPEN), ("B", MAR, "c", FEB, OPEN)
    assert told(*rows, one_holder=ON_LIST)[:2] == [("A", "c", JAN, None, JAN, MAR), ("A", "c", JAN, FEB, MAR, None)]


def test_an_earlier_start_that_is_told_later_moves_the_end():
    """C from March, and in April it comes out that B had it from February: A's end moves from March to February."""
    rows = ("A", JAN, "c", JAN, OPEN), ("C", MAR, "c", MAR, OPEN), ("B", APR, "c", FEB, OPEN)
    assert told(*rows, one_holder=ON_LIST)[:3] == [
        ("A", "c", JAN, None, JAN, MAR),
        ("A", "c", JAN, MAR, MAR, APR),
        ("A", "c", JAN, FEB, APR, None),
    ]


def test_a_start_in_the_future_ends_nothing_yet():
    """Told in January that B has it from March: until March A's interval is open."""
    rows = ("A", JAN, "c", JAN, OPEN), ("B", JAN, "c", MAR, OPEN)
    assert told(*rows, one_holder=ON_LIST)[:2] == [("A", "c", JAN, None, JAN, MAR), ("A", "c", JAN, MAR, MAR, None)]


def test_a_stated_overlap_is_kept():
    """A until April as stated, B from February: from February it looks handed on, since April both held it."""
    rows = ("A", JAN, "c", JAN, APR), ("B", FEB, "c", FEB, OPEN)
    assert told(*rows, one_holder=ON_LIST) == [
        ("A", "c", JAN, None, JAN, FEB),
        ("A", "c", JAN, FEB, FEB, APR),
        ("A", "c", JAN, APR, APR, None),
        ("B", "c", FEB, None, FEB, None),
    ]


def test_what_ended_before_is_not_taken():
    """A gave it back in February, B has it from March."""
    rows = ("A", JAN, "c", JAN, FEB), ("B", MAR, "c", MAR, OPEN)
    assert told(*rows, one_holder=ON_LIST)[:2] == [("A", "c", JAN, None, JAN, FEB), ("A", "c", JAN, FEB, FEB, None)]


def test_a_record_that_drops_the_card_late_lost_it_at_the_next_start():
    """A's record names another card from March, B has this one from February: A's end stays February."""
    rows = ("A", JAN, "c", JAN, OPEN), ("B", FEB, "c", FEB, OPEN), ("A", MAR, "d", OPEN, OPEN)
    of_a = [row for row in told(*rows, one_holder=ON_LIST) if row[:2] == ("A", "c")]
    assert {row[3] for row in of_a if row[4] >= FEB} == {FEB}
    assert of_a[-1][5] is None


def test_the_same_person_takes_nothing_from_themselves():
    """Two records of one person with the same device: the second start ends nothing."""
    records, identifiers = directory(("A", JAN, "c", JAN, OPEN), ("A2", FEB, "c", FEB, OPEN))
    mail = identifiers.assign(id_type="email", id_value="a", id_key=1, identifies=True, valid_from=OPEN)
    got = resolve(records, pd.concat([identifiers, mail], ignore_index=True), ["cards"], ON_LIST).identifiers
    assert got.loc[got["id_type"] == "card", "valid_to"].isna().all()


def test_other_lists_take_nothing():
    """Each directory speaks for itself: only kinds and lists that are named are handed on."""
    rows = ("A", JAN, "c", JAN, OPEN), ("B", FEB, "c", FEB, OPEN)
    for other in ([("network", "card")], [("cards", "device")]):
        assert [row[3] for row in told(*rows, one_holder=other)] == [None, None]


def test_a_rotated_address_ends_when_the_next_one_begins():
    """Learnt in March that the address changed in February: the old one ended in February, known from March."""
    rows = ("A", JAN, "c", JAN, OPEN), ("A", MAR, "d", FEB, OPEN)
    assert told(*rows) == [
        ("A", "c", JAN, None, JAN, MAR),
        ("A", "c", JAN, FEB, MAR, None),
        ("A", "d", FEB, None, MAR, None),
    ]


@pytest.mark.parametrize(("start", "end"), [(OPEN, MAR), (MAR, MAR), (APR, MAR), (JAN, MAR), (FEB, FEB)])
def test_the_edges_of_a_rotation(start, end):
    """Without a start, with one at or after the version, or not after the old one's: the version ends the old one."""
    rows = ("A", JAN, "c", JAN, OPEN), ("A", MAR, "d", start, OPEN)
    assert [row[3] for row in told(*rows) if row[1] == "c" and row[5] is None] == [end]


@pytest.mark.parametrize(("stated", "end", "known_at"), [(FEB, FEB, FEB), (MAR, MAR, MAR), (APR, FEB, MAR)])
def test_a_stated_end_and_a_rotation(stated, end, known_at):
    """An end that had come before the version holds; one that was still to come is overtaken by it."""
    rows = ("A", JAN, "c", JAN, stated), ("A", MAR, "d", FEB, OPEN)
    assert [row[3:5] for row in told(*rows) if row[1] == "c" and row[5] is None] == [(end, known_at)]


ROWS = (
    ("A", JAN, "c", JAN, MAY),
    ("B", FEB, "c", FEB, OPEN),
    ("C", APR, "c", pd.Timestamp("2026-01-15"), OPEN),
    ("B", MAR, "d", pd.Timestamp("2026-02-15"), OPEN),
    ("D", MAR, "d", MAR, APR),
    ("A", MAY, "e", APR, OPEN),
)


@pytest.mark.parametrize("moment", [JAN, FEB, MAR, APR, MAY])
def test_dropping_the_future_changes_no_view(moment):
    """What was known at T is the same with and without records and ends that became known later."""
    records, identifiers = directory(*ROWS)
    full = resolve(records, identifiers, (), ON_LIST).identifiers
    kept = records[records["known_at"] <= moment]
    hidden = identifiers.assign(valid_to=identifiers["valid_to"].where(identifiers["valid_to"] <= moment))
    cut = resolve(kept, hidden[hidden["record_id"].isin(kept["record_id"])], (), ON_LIST).identifiers
    views = [
        sorted(map(repr, rows[(rows["known_at"] <= moment) & ~(rows["superseded_at"] <= moment)]
        .drop(columns="superseded_at").to_numpy().tolist()))
        for rows in (full, cut)
    ]  # fmt: skip
    assert views[0] == views[1]
    assert views[0]
