"""Who is on record."""

from __future__ import annotations

import pytest

import fazri_lib as fazri
from fazri_lib.access import pseudonym
from fazri_lib.errors import SettingsError, UnknownNameError


def test_everybody_under_a_pseudonym(campus):
    """All three people, without name, with a label each, counted by role."""
    answer = campus.people()
    assert answer.frame["pseudonym"].tolist() == [pseudonym(i) for i in (1, 2, 3)]
    assert "name" not in answer.frame
    assert answer.summary == "3 people: student 2, faculty 1."


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"role": "student"}, [1, 3]),
        ({"role": ["student", "faculty"], "department": "CSE"}, [1, 2]),
        ({"role": "x"}, []),
    ],
)
def test_filters_narrow(campus, filters, expected):
    """One value or several; filters are joined by and."""
    assert campus.people(**filters).frame["entity_id"].tolist() == expected


def test_an_unknown_filter_is_refused(campus):
    """The nearest name is given."""
    with pytest.raises(UnknownNameError, match="did you mean department"):
        campus.people(departement="CSE")


def test_search_by_label_and_id(campus):
    """The beginning of a pseudonym, in any case, or the id."""
    assert campus.search(pseudonym(2).lower()[:6]).frame["entity_id"].tolist() == [2]
    assert campus.search("3").frame["entity_id"].tolist() == [3]
    assert campus.search("P-").summary == "3 people: student 2, faculty 1. 3 of them fit equally well."


@pytest.mark.parametrize("text", ["Asha", "C1", "asha@tiny.example"])
def test_personal_values_find_nobody_unless_revealed(campus, tiny_home, text):
    """A name, a card or an address is found only by who may see it."""
    assert campus.search(text).summary.startswith("Nothing found.")
    with fazri.open(tiny_home, reveal=True, purpose="test") as revealed:
        assert revealed.search(text).frame["entity_id"].dropna().tolist() == [1]


def test_a_search_needs_a_text(campus):
    """An empty text would mean everybody."""
    with pytest.raises(SettingsError, match="nothing to search"):
        campus.search("  ")


def test_identity_shows_identifiers_by_label(campus):
    """A shared card has the same label for both holders, and a weight of one half."""
    second, third = campus.person(2).frame, campus.person(pseudonym(3)).frame
    assert second["id_value"].tolist() == third["id_value"].tolist() != ["C9"]
    assert second["probability"].tolist() == [0.5]
    assert campus.person(2).summary.endswith("Identifiers that lead to this person: 1, shared with others: 1.")
    assert campus.person(2).plot() is not None


def test_identity_revealed(tiny_home):
    """With the scope the card itself is shown."""
    with fazri.open(tiny_home, reveal=True, purpose="test") as campus:
        assert campus.person(1).frame["id_value"].tolist() == ["C1"]


@pytest.mark.parametrize(
    ("who", "message"), [("P-0000000", "no person P-0000000"), (77, "entity id"), ("nobody", "expected a pseudonym")]
)
def test_an_unknown_person_is_refused(campus, who, message):
    """Neither label nor id is on record."""
    with pytest.raises(UnknownNameError, match=message):
        campus.person(who)


@pytest.mark.parametrize("question", ["person", "how", "timeline"])
def test_a_name_leads_to_the_search(campus, question):
    """Who asks for a name is told how names are found; the name stands in no message."""
    with pytest.raises(UnknownNameError, match=r"campus\.search\(\.\.\.\), opened with reveal=True") as refused:
        getattr(campus, question)("Asha Rao")
    assert "Asha" not in str(refused.value)


def test_a_misspelt_label_is_corrected(campus):
    """One wrong letter: the nearest label is offered."""
    label = pseudonym(1)
    with pytest.raises(UnknownNameError, match=f"did you mean {label}"):
        campus.person(label[:-1] + "Z")


def test_a_label_of_two_people_is_refused(campus, monkeypatch):
    """Two people with one label: the ids are offered."""
    monkeypatch.setattr(campus._view, "entity_of", {"P-1111111": [1, 2]})
    with pytest.raises(UnknownNameError, match="means 2 people"):
        campus.person("P-1111111")


def test_the_example_is_who_has_the_surest_findings(campus):
    """Person 1 has findings of .9 and .2, person 2 one of .6."""
    assert campus.example_person() == pseudonym(1)


def test_no_personal_value_in_any_answer(campus):
    """Names, cards and addresses stand in no row, sentence or table of any answer."""
    answers = [
        campus.people(),
        campus.person(1),
        campus.person(2),
        campus.timeline(1),
        campus.where(1),
        campus.findings(),
    ]
    text = " ".join(a.frame.to_csv() + a.summary + a.title + a.table() for a in answers)
    for value in ("Asha", "Ben", "C1,", "C9", "tiny.example"):
        assert value not in text
