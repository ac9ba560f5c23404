"""Who a text means: ranks, reasons, what may be searched, and what was known."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from search_tables import NOW, hits, ids, index_of, made, tables

from fazri_lib.access import pseudonym
from fazri_lib.resolution.search import (
    ALL,
    NUMBER,
    PLAIN,
    PSEUDONYMS_ONLY,
    Index,
    Level,
    microseconds,
    other_forms,
    parsed,
)
from fazri_lib.resolution.search.explaining import STILL
from fazri_lib.schema import EXTRACT_TABLES

EARLY, LATE = dt.datetime(2025, 3, 1), dt.datetime(2025, 9, 1)


@pytest.fixture(scope="module")
def index():
    """Six people."""
    return index_of(tables())


def reasons(hit):
    """Word, level, field and text of each match."""
    return [(match.word, match.level.name, match.field, match.text) for match in hit.matches]


def test_several_words_add_up(index):
    """Four words, a letter wrong: all match Neha Mehta, and less than half of their weight anybody else."""
    (best,) = hits(index, "neha mehtaa civil 3286")
    assert best.entity_id == 1
    assert reasons(best) == [
        ("neha", "WORD", "name", "Neha Mehta"),
        ("mehtaa", "ONE_LETTER", "name", "Neha Mehta"),
        ("civil", "WORD", "department", "Civil"),
        ("3286", "PART", "card_id", "C-003286"),
    ]


def test_the_weight_is_the_surprise(index):
    """Of six people one is called Neha, two have a word that begins so: log2(7/1), log2(7/2)."""
    first, second = hits(index, "neha")
    assert [(hit.entity_id, hit.weight) for hit in (first, second)] == [
        (1, pytest.approx(math.log2(7 / 1), abs=1e-6)),
        (2, pytest.approx(math.log2(7 / 2), abs=1e-6)),
    ]


def test_an_identifier_comes_before_a_name_that_before_a_part():
    """Of sixty people it is one's card, one's name, the beginning of one's name, one's name but for a letter."""
    people = [("Zebra", "abcde"), ("Abcde", "x1"), ("Abcdef", "x2"), ("Abxde", "x3"), *[("Otto", "x4")] * 56]
    rows = {
        "entities": [{"entity_id": i} for i in range(60)],
        "person": [{"entity_id": i, "name": name} for i, (name, _) in enumerate(people)],
        "identifiers": [{"entity_id": i, "id_type": "card_id", "id_value": c} for i, (_, c) in enumerate(people)],
        "links": [{"record_id": 1, "entity_id": 0}],
    }
    found = hits(index_of(made(rows)), "abcde")
    assert [(hit.entity_id, hit.matches[0].level) for hit in found] == [
        (0, Level.IDENTIFIER), (1, Level.WORD), (2, Level.PART), (3, Level.ONE_LETTER),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C-003286", [1]),
        ("c 003 286", [1]),  # written with blanks
        ("C003286", [1]),
        ("c00328", [1, 2]),
        ("neha.mehta@tiny.example", [1]),
        ("neha.meh", [1]),  # the beginning of an address
        ("mehta neha", [1, 2]),  # Nehal Mehra begins so, and a letter differs
        ("meha mehta", [1, 3]),
        ("laxmi", [4]),
        ("bjorn obrien", [5]),
        ("BJÖRN O\u2019BRIEN", [5]),
        ("नेहा", [6]),
        ("ne mehra", [2, 1]),
        ("7004", [4]),  # a record id
        ("3", [3]),  # an entity id
        (pseudonym(2), [2]),
        (pseudonym(2).lower()[:5], [2]),
        ("unknown", []),
        ("", []),
        ("%", []),
        ("_____", []),
        ("*'; drop table person; --", []),
        ("99999999999999999999", []),
        ("\u0000\ud7ff", []),
        ("x" * 200, []),
    ],
)
def test_what_is_found(index, text, expected):
    """By identifier, part, name however written, numbers and pseudonym; signs of patterns mean nothing."""
    assert ids(index, text) == expected


def test_a_letter_alone_is_an_initial(index):
    """With a family name it decides; alone it finds all whose name has it, in the order of their ids."""
    assert ids(index, "n mehta")[0] == 1
    assert ids(index, "l") == [4]  # Lakshmi; Library is a department


def test_no_word_on_record_counts_twice(index):
    """Both words are like Mehta: Arun, who has one of it, is no better than one match."""
    found = {hit.entity_id: hit for hit in hits(index, "meta mehta")}
    assert [len(found[i].matches) for i in (1, 3)] == [1, 1]
    assert ids(index, "mehta mehta") == ids(index, "mehta")


def test_a_piece_of_something_is_nobodys_number(index):
    """3 is an entity, the 3 of lab_3 is not."""
    assert ids(index, "3", kinds=PSEUDONYMS_ONLY) == [3]
    assert ids(index, "lab_3", kinds=PSEUDONYMS_ONLY) == []


@pytest.mark.parametrize(
    "text", ["neha", "mehtaa", "C-003286", "3286", "neha.mehta@tiny.example", "laxmi", "नेहा", "7001"]
)
def test_who_sees_pseudonyms_cannot_probe_names(index, text):
    """No hit, no weight, no value tells of names and identifiers."""
    assert hits(index, text, kinds=PSEUDONYMS_ONLY) == []
    with_role = hits(index, f"{text} civil", kinds=PSEUDONYMS_ONLY)
    alone = hits(index, "civil", kinds=PSEUDONYMS_ONLY)
    assert with_role == alone
    assert {name for hit in alone for name in hit.known} == {"role", "department"}


def test_who_sees_pseudonyms_finds_by_what_is_open(index):
    """Pseudonym, id, role and department, these misspelt, too."""
    label = pseudonym(4)
    assert ids(index, f"{label} physcs", kinds=PSEUDONYMS_ONLY) == [4]
    assert ids(index, "physcs studnet", kinds=PSEUDONYMS_ONLY) == [4, 6, 3]
    ((match,),) = (hit.matches for hit in hits(index, label[:4], kinds=PSEUDONYMS_ONLY))
    assert (match.field, match.level) == (NUMBER, Level.PART)


def test_ambiguity_is_kept():
    """A card of two people finds both, each with its share; a former card with its end."""
    shared = [{"entity_id": i, "id_type": "card_id", "id_value": "S-900001", "probability": 0.5} for i in (4, 5)]
    former = {"entity_id": 6, "id_type": "card_id", "id_value": "F-1", "valid_to": EARLY}
    index = index_of(tables(identifiers=[*shared, former]))
    found = hits(index, "S-900001")
    assert [(hit.entity_id, hit.matches[0].probability) for hit in found] == [(4, 0.5), (5, 0.5)]
    assert found[0].weight == found[1].weight
    (gone,) = hits(index, "F-1")
    assert (gone.matches[0].valid_to, found[0].matches[0].valid_to) == (microseconds(EARLY), STILL)


def later_rows():
    """A new person, a new name, a new card, a corrected department: known from September."""
    new = {"entity_id": 7, "known_at": LATE}
    return {
        "entities": [new | {"role": "student", "department": "Civil"}],
        "person": [new | {"name": "Neha Mehta"}],
        "identifiers": [
            new | {"id_type": "card_id", "id_value": "civil 3286"},
            {"entity_id": 4, "id_type": "badge", "id_value": "C-003286", "known_at": LATE},
        ],
        "links": [{"record_id": 7_007, "entity_id": 7, "known_at": LATE}],
    }


@pytest.mark.parametrize(
    "text", ["neha mehta", "civil 3286", "3286", "C-003286", "c-00", "student", "7", "7007", "mehtaa", pseudonym(7)]
)
def test_nothing_from_the_future(index, text):
    """Asked for March, the index that knows September gives the hits, weights and reasons of the one that does not."""
    whole = index_of(tables(**later_rows()))
    assert hits(whole, text, EARLY) == hits(index, text, EARLY)
    assert hits(whole, text, LATE) != hits(index, text, EARLY)


def test_what_was_replaced_is_found_until_then():
    """A name until it was corrected; after that the new one."""
    rows = tables()
    old = {"entity_id": 8, "name": "Sita Verma", "superseded_at": LATE}
    new = {"entity_id": 8, "name": "Sita Kapoor", "known_at": LATE}
    rows |= made({"entities": [{"entity_id": 8}], "person": [old, new]})
    found = index_of(rows)
    assert [ids(found, "verma", moment=at) for at in (EARLY, LATE)] == [[8], []]
    assert [ids(found, "kapoor", moment=at) for at in (EARLY, LATE)] == [[], [8]]


def test_the_order_of_the_rows_changes_nothing(index):
    """Shuffled tables give the same hits."""
    rng = np.random.default_rng(4)
    shuffled = index_of({name: rows.take(rng.permutation(len(rows))) for name, rows in tables().items()})
    for text in ("neha mehta", "c00328", "student", "3286"):
        assert hits(shuffled, text) == hits(index, text)


def test_limit_and_ties(index):
    """Of equal hits those with the smallest ids; the number of hits that are looked at changes no rank."""
    assert ids(index, "student", limit=2) == [1, 2]
    assert ids(index, "student", limit=100) == [1, 2, 4, 6]


def test_a_thing_is_found_by_its_kind():
    """An entity that is no person has its kind as a word."""
    found = index_of(tables(entities=[{"entity_id": 9, "kind": "projector"}]))
    (hit,) = hits(found, "projectr", kinds=PSEUDONYMS_ONLY)
    assert (hit.entity_id, hit.known) == (9, {"kind": ("projector",)})


def test_other_forms_of_a_name(index):
    """Given from outside, they count like words that sound alike."""
    index.others = lambda word: ("lakshmi",) if word == "lucky" else ()
    assert [match.level for hit in hits(index, "lucky") for match in hit.matches] == [Level.SOUND]
    index.others = lambda _: ()


def test_short_forms_are_found_both_ways():
    """Bill finds William and William finds Bill, after who is called so; two short forms of one name are not meant."""
    names = {21: "William Shaw", 22: "Bill Shaw", 23: "Billy Shaw"} | {i: f"Rosa Quill{i}" for i in range(30, 60)}
    rows = {"person": [{"entity_id": i, "name": name} for i, name in names.items()]}
    rows |= {"entities": [{"entity_id": i} for i in names], "identifiers": [], "links": []}
    found = Index(index_of(made(rows)).arrays, other_forms)
    assert ids(found, "bill shaw") == [22, 23, 21]  # 23: Billy begins so
    assert ids(found, "william") == [21, 22, 23]
    assert ids(found, "billy shaw")[0] == 23
    assert "robert" in other_forms("bill")
    assert "bob" not in other_forms("bill")


def test_an_index_of_nobody_finds_nobody():
    """Empty tables, with and without a first piece."""
    cut = {name: rows.slice(0, 0) for name, rows in tables().items()}
    for rows in (cut, {name: EXTRACT_TABLES[name].empty() for name in cut}):
        empty = index_of(rows)
        assert hits(empty, "neha") == hits(empty, "P-") == hits(empty, "3286") == []


def test_days_of_birth_are_whole():
    """A day is found as a day, written with or without signs; no piece of it is."""
    rows = tables() | made({"person": [{"entity_id": 1, "name": "Neha", "born_on": dt.date(2001, 4, 5)}]})
    found = index_of(rows)
    assert [ids(found, text) for text in ("2001-04-05", "20010405", "05.04.2001", "2001", "0405")] == [[1]] * 3 + [
        [],
        [],
    ]


def test_words_of_a_text_are_parted_by_what_was_known(index):
    """An address on record stays whole; one that is not is two words and more."""
    at = microseconds(NOW)
    words = [[word.text for word in parsed(text, index, at)] for text in ("neha.mehta@tiny.example", "neha.mehta@x")]
    assert words == [["nehamehtatinyexample"], ["neha", "mehta", "x"]]
    assert [word.text for word in parsed("neha.mehta@tiny.example", index, at, frozenset({PLAIN}))][:2] == [
        "neha", "mehta",
    ]  # fmt: skip
    assert parsed("Neha neha", index, at, ALL) == parsed("neha", index, at, ALL)


def test_identifiers_known_later_take_nobodys_place(monkeypatch):
    """Of the first two that were known then, though others would stand before them now."""
    monkeypatch.setattr("fazri_lib.resolution.search.index._LOOKED_AT", 2)
    early = [
        {"entity_id": 3, "id_type": "card_id", "id_value": f"DD-9{place}", "known_at": EARLY} for place in range(5, 9)
    ]
    late = [{"entity_id": 2, "id_type": "card_id", "id_value": f"DD-9{place}", "known_at": LATE} for place in range(5)]
    found = index_of(tables(identifiers=[*late, *early]))
    at = [microseconds(moment) for moment in (EARLY, LATE)]
    texts = [[text for _, _, text in found.identifiers_like("dd9", moment, 10)] for moment in at]
    assert texts == [["DD-95", "DD-96"], ["DD-90", "DD-91"]]
    assert found.identifiers_like("dd95", at[0] - 1, 10) == []
    assert found.identifiers_like("dd95", at[0], 10) == [(Level.IDENTIFIER, "card_id", "DD-95")]
