"""Fields made ready: the same said differently becomes the same."""

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fazri_lib.resolution.kinds import KINDS, prepare
from fazri_lib.resolution.kinds.contact import read_email, read_phone
from fazri_lib.resolution.kinds.date import read_date
from fazri_lib.resolution.kinds.identifier import read_identifier
from fazri_lib.resolution.kinds.name import forms, split_full
from fazri_lib.resolution.normal import mapped, sound, words
from fazri_lib.resolution.spec import read_spec


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  O'Brien-Smith ", "obrien smith"),
        ("MÜLLER", "muller"),
        ("Straße", "strasse"),
        ("Łukasz", "lukasz"),
        ("--", ""),
    ],
)
def test_words_have_no_case_accent_or_mark(text, plain):
    """Marks part words, apostrophes do not."""
    assert words(text) == plain


def test_mapped_asks_each_text_once():
    """Unknown stays unknown, an empty answer becomes it."""
    asked = []

    def answer(text):
        asked.append(text)
        return text.strip()

    assert mapped(pd.Series(["a", None, "a", " "], dtype=object), answer).tolist() == ["a", None, "a", None]
    assert asked == ["a", " "]


def test_names_that_sound_alike():
    """Spelling of one sound, doubled letters and vowels do not count; the first letter does."""
    assert sound("philip") == sound("filipp")
    assert sound("smith") == sound("smyth")
    assert sound("smith") != sound("smart")
    assert sound("") == ""


@pytest.mark.parametrize(
    ("full", "given", "family", "parts"),
    [
        ("Dr. Anna Maria Weber", "anna", "weber", ("anna", "maria", "weber")),
        ("Weber, Anna", "anna", "weber", ("anna", "weber")),
        ("González, Moritz S.", "moritz", "gonzalez", ("moritz", "s", "gonzalez")),
        ("thomas clifford, 1st baron clifford", "thomas", "clifford", ("thomas", "clifford", "baron")),
        ("Weber", "", "weber", ("weber",)),
        ("John King Jr", "john", "king", ("john", "king")),
        ("", "", "", ()),
    ],
)
def test_names_in_full_fall_apart(full, given, family, parts):
    """Titles and ranks go; what stands after a comma is the given name unless it is a rank."""
    assert split_full(full) == (given, family, parts)


def test_dotted_vowels_are_one_however_they_are_written():
    """With dots, without and with an e they are the same name; other letters are not."""
    table = pd.DataFrame({"name": ["Jürgen Müller", "Juergen Mueller", "jurgen muller", "Jorgen Miller"]}, dtype=object)
    spec = read_spec({"fields": {"name": {"kind": "name", "full": "name"}}}, "spec.toml")
    (name,) = prepare(table, spec)
    assert name.columns["name__both"].tolist() == ["jurgen muller"] * 3 + ["jorgen miller"]


def test_nicknames_have_the_names_that_they_are_short_for():
    """Tom may be Thomas; an unknown name is only itself."""
    assert "thomas" in forms("tom")
    assert forms("xyz") == ("xyz",)
    assert forms("") == ()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1971-06-24", ("1971", "06", "24")),
        ("19710624", ("1971", "06", "24")),
        ("24/6/1971", ("1971", "06", "24")),
        ("24 June 1971", ("1971", "06", "24")),
        ("June 1971", ("1971", "06", "")),
        ("1971", ("1971", "", "")),
        ("19711332", ("1971", "13", "32")),
        ("1971-123-4", None),
        ("in spring", None),
        ("12/1999/2000", None),
        ("1999/2000", None),
        ("Jun 1971 2010", None),
        ("\u0661\u0669\u0667\u0661-\u0660\u0666-\u0662\u0664", ("1971", "06", "24")),
        ("\uff12\uff14/\uff16/\uff11\uff19\uff17\uff11", ("1971", "06", "24")),
    ],
)
def test_dates_in_any_form(text, parts):
    """Impossible days are slips and kept; what is no date is none."""
    assert read_date(text) == parts


def test_a_column_tells_whether_days_come_first():
    """13 can be no month: 12/13/1999 makes 03/04/1999 the 4th of March; each source for itself."""
    spec = read_spec({"fields": {"born": {"kind": "date", "column": "dob"}}}, "s")
    rows = pd.DataFrame({"dob": ["12/13/1999", "03/04/1999", "03/04/1999"], "source": ["us", "us", "de"]}, dtype=object)
    assert prepare(rows, spec)[0].columns["born__day"].tolist() == ["19991213", "19990304", "19990403"]
    rows["dob"] = ["\uff11\uff12/\uff11\uff13/1999", "03/04/1999", "03/04/1999"]
    assert prepare(rows, spec)[0].columns["born__day"].tolist() == ["19991213", "19990304", "19990403"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(["1", "12", "1999", "2000", "/", "-", " ", "jun", "\u0663", "\u00b2"]), max_size=7))
def test_parts_of_a_date_have_their_width(signs):
    """Year four digits, month and day two, all 0 to 9: DuckDB compares days sign by sign and reads years as numbers."""
    parts = read_date("".join(signs))
    assert parts is None or re.fullmatch(r"[0-9]{4},([0-9]{2})?,([0-9]{2})?", ",".join(parts))


def test_contacts_and_identifiers():
    """An address needs an @; numbers lose their country code; a code its blanks and marks."""
    assert read_email(" mailto:A.B@X.org ") == "a.b@x.org"
    assert read_email("a.b at x") is None
    assert read_phone("+49 199 1019562") == read_phone("0199/1019562") == "991019562"[-9:]
    assert read_phone("12") is None
    assert read_identifier("AB-12 3") == "ab123"
    assert read_identifier("unknown") is None


def test_every_kind_makes_its_field_ready():
    """Each has levels down to none, keys over columns that are there, and says nothing of what is unknown."""
    fields = {kind: {"kind": kind, "column": "a"} for kind in KINDS if kind not in {"name", "place"}}
    fields |= {"name": {"kind": "name", "full": "a"}, "place": {"kind": "place", "columns": ["a", "b"]}}
    rows = pd.DataFrame({"a": [None, "x 1999 y@z"], "b": [None, "b"]}, dtype=object)
    for one in prepare(rows, read_spec({"fields": fields}, "s")):
        assert all(column.iloc[0] is None for column in one.columns.values())
        assert {name for key in one.keys for name in key.columns} <= set(one.columns)
        assert one.comparison.levels[-1].condition == "ELSE"
        assert {level.shared for level in one.comparison.levels} - {""} <= set(one.columns)


def test_addresses_repeat_the_name():
    """An e-mail address is compared apart from the name where there is one, and alone where there is none."""
    email = {"kind": "email", "column": "a"}
    rows = pd.DataFrame({"a": ["x@y"], "b": ["x"]}, dtype=object)
    both = prepare(rows, read_spec({"fields": {"who": {"kind": "name", "full": "b"}, "mail": email}}, "s"))
    assert [one.repeats for one in both] == ["", "who"]
    assert [one.repeats for one in prepare(rows, read_spec({"fields": {"mail": email}}, "s"))] == [""]
