"""Search as a reader asks: answers with reasons, names only for who may see them."""

from __future__ import annotations

import pandas as pd
import pytest
import tiny_campus
from tiny_campus import utc

import fazri_lib as fazri
from fazri_lib.access import Grant, Scope, pseudonym
from fazri_lib.campus.pool import Pool
from fazri_lib.campus.reading import Reader, read_by
from fazri_lib.errors import AccessDeniedError, NotEnoughDataError, SettingsError
from fazri_lib.settings import load

pytestmark = pytest.mark.engine


@pytest.fixture
def revealed(tiny_home):
    """The tiny campus with names."""
    with fazri.open(tiny_home, reveal=True, purpose="test") as campus:
        yield campus


def test_the_reasons_are_told(revealed):
    """Name with a letter wrong, end of an address, department; the shared card with its share."""
    answer = revealed.search("Ashaa rao cse")
    (row,) = answer.frame.head(1).to_dict("records")
    assert (row["kind"], row["key"], row["label"], row["name"]) == ("person", pseudonym(1), "Asha Rao", "Asha Rao")
    assert row["reason"] == "name Asha Rao, one letter differs; department CSE"
    assert row["more"] == f"{pseudonym(1)}, student, CSE"
    assert answer.summary.endswith("First: Asha Rao (name Asha Rao, one letter differs; department CSE).")
    shared = revealed.search("C9")
    assert shared.frame["reason"].tolist() == ["card is C9, 50% sure"] * 2 + ["card is C9"]
    assert shared.summary == "2 people: faculty 1, student 1. 1 card. 2 of them fit equally well."
    assert revealed.search("asha@tin").frame["reason"].tolist() == ["name Asha Rao; email begins with ashatin"]
    assert revealed.search("example").frame["reason"].tolist()[0] == "email ends in example"


def test_numbers_and_pseudonyms_are_told(campus):
    """What leads to somebody without a name."""
    assert campus.search("3").frame["reason"].tolist() == ["number is 3"]
    label = pseudonym(2)
    assert campus.search(label).frame["reason"].tolist() == [f"pseudonym is {label}"]
    assert campus.search(label[:5]).frame["reason"].tolist() == [f"pseudonym begins with {label[:5]}"]
    assert (
        campus.search("studnt mech").frame["reason"].tolist()[0] == "role student, one letter differs; department MECH"
    )


def test_zones_come_after_people(campus):
    """By name, id, building, kind; a letter may be wrong."""
    answer = campus.search("libraryy")
    assert answer.frame[["kind", "key", "label", "reason"]].to_numpy().tolist() == [
        ["zone", "LIB", "Library", "name Library, one letter differs"]
    ]
    assert answer.summary == "1 zone."
    assert campus.search("LAB_305").frame["key"].tolist() == ["LAB_305"]


@pytest.mark.parametrize(
    "text", ["Asha", "asha rao", "Ashaa", "C1", "C9", "asha@tiny.example", "asha@tin", "example", "tiny", "iyer"]
)
def test_nothing_personal_is_found_or_told_without_the_scope(campus, text):
    """Alone nobody; beside an open word exactly what that word finds, weights and words included."""
    assert campus.search(text).frame.empty
    alone, beside = campus.search("student"), campus.search(f"student {text}")
    pd.testing.assert_frame_equal(alone.frame, beside.frame)
    assert alone.summary == beside.summary
    assert "name" not in alone.frame
    for word in ("Asha", "Rao", "tiny.example", "C9"):
        assert word not in alone.frame.to_csv() + alone.table()


def test_where_names_are_hidden_it_is_said(campus, revealed):
    """Nothing found: who sees no names is told why, who does is not."""
    assert campus.search("Asha").summary == ("Nothing found. Names and identifiers are searched only with reveal=True.")
    assert revealed.search("Zzyx").summary == "Nothing found."
    assert "reveal" not in campus.search("student").summary


def test_as_of(tmp_path):
    """Who became known later is found from then on; a former card says until when."""
    home, rows = tiny_campus.make(tmp_path), tiny_campus.tables()
    late = {"known_at": utc("09:00")}
    rows["entities"] = pd.concat([rows["entities"], pd.DataFrame([{"entity_id": 4, "kind": "person", **late}])])
    rows["entities"]["confidence"] = 1.0
    rows["person"] = pd.concat([rows["person"], pd.DataFrame([{"entity_id": 4, "name": "Asha Rao", **late}])])
    ended = {"entity_id": 3, "id_type": "card_id", "id_value": "OLD-7", "id_key": 5, "probability": 1.0}
    ended |= {"source": "profiles", "valid_to": utc("2025-09-01"), "known_at": utc("08:00")}
    rows["identifiers"] = pd.concat([rows["identifiers"], pd.DataFrame([ended])])
    tiny_campus.publish(home, rows)
    with fazri.open(home, reveal=True, purpose="test") as now:
        assert now.search("asha rao").frame["entity_id"].tolist() == [1, 4]
        assert now.search("old7").frame["reason"].tolist() == ["card is OLD-7, until 2025-09-01", "card is OLD-7"]
        before = now.at("2025-09-13T08:30+00:00")
        assert before.search("asha rao").frame["entity_id"].tolist() == [1]
        assert now.at("2025-09-13T07:30+00:00").search("old7").frame.empty


@pytest.mark.parametrize(
    ("text", "limit", "message"),
    [
        (" ", 5, "nothing to search for"),
        ("x" * 201, 5, "got 1 words, 201 letters"),
        ("a " * 13, 5, "got 13 words"),
        ("a", 0, "limit of hits"),
    ],
)
def test_what_cannot_be_asked_is_refused(campus, text, limit, message):
    """Too little, too much; the text itself stands in no message."""
    with pytest.raises(SettingsError, match=message) as raised:
        campus.search(text, limit=limit)
    assert "xxx" not in str(raised.value)


@pytest.mark.parametrize(
    "text", ["", "%", "_", "*", "' or 1=1 --", "\\", "(", "\u0000", "नेहा", "x" * 5_000, "a " * 500]
)
def test_the_box_takes_whatever_is_typed(campus, revealed, text):
    """Signs of patterns and quotes mean nothing, endless texts are cut; nothing fails."""
    for asked in (campus, revealed):
        assert asked.look_up(text).summary.endswith(("results.", "result.", "found."))


def test_the_box_shows_zones_first_and_people_for_who_may_see_them(tmp_path):
    """A viewer of zones finds zones alone."""
    home = tiny_campus.make(tmp_path)
    pool = Pool(home, load(home))
    found = {}
    for name, scopes in {"viewer": {Scope.ZONES}, "analyst": {Scope.ZONES, Scope.PEOPLE}}.items():
        with read_by(Reader(name, Grant(frozenset(scopes)), home, pool.settings, pool)) as reader:
            campus = fazri.open()
            found[name] = [campus.look_up(text).frame["kind"].tolist() for text in ("cafetria", "cse", "lab 3")]
        reader.close()
    pool.close()
    assert found == {"viewer": [["zone"], [], ["zone"]], "analyst": [["zone"], ["person"] * 2, ["zone", "person"]]}


def test_faces_are_for_who_sees_names(campus, revealed):
    """Whoever has a picture could put a name to a pseudonym. Without faces on record it is said."""
    with pytest.raises(AccessDeniedError, match="reveal"):
        campus.search_face([1.0, 2.0])
    with pytest.raises(NotEnoughDataError, match="load embeddings"):
        revealed.search_face([1.0, 2.0])


def test_what_was_searched_for_with_names_is_told_to_the_audit_log(tmp_path):
    """That names were shown, once."""
    home, seen = tiny_campus.make(tmp_path), []
    pool = Pool(home, load(home))
    grant = Grant(frozenset({Scope.PEOPLE, Scope.REVEAL}))
    with read_by(Reader("sam", grant, home, pool.settings, pool, lambda *told: seen.append(told))) as reader:
        campus = fazri.open()
        assert campus.search("asha").frame["name"].tolist() == ["Asha Rao"]
        campus.search("ben")
    reader.close()
    pool.close()
    assert seen == [("", "names revealed")]
