"""Names of people and zones taken apart, and how many people are on record."""

import pandas as pd
import pytest

from fazri_lib.resolution.notes import bearers, crowds, zone_phrases
from fazri_lib.resolution.notes.bearers import split_name
from fazri_lib.schema import ALWAYS

NINE, TEN = pd.Timestamp("2026-03-02 09:00"), pd.Timestamp("2026-03-02 10:00")


@pytest.mark.parametrize(
    ("name", "given", "family"),
    [
        ("Anna Berg", ["Anna"], ["Berg"]),
        ("Berg, Dr. Anna Maria", ["Anna", "Maria"], ["Berg"]),
        ("Prof. Dr. Ludwig van der Heide", ["Ludwig"], ["Heide"]),
        ("Robert N. Lee", ["Robert"], ["Lee"]),
        ("Eva Müller-Lüdenscheid", ["Eva"], ["Müller", "Lüdenscheid"]),
        ("Plato", [], ["Plato"]),
        ("Berg,", [], ["Berg"]),
        ("Frank Castle Jr.", ["Frank"], ["Castle"]),
        ("", [], []),
    ],
)
def test_names_are_taken_apart(name, given, family):
    """Titles, particles and initials are no names; a comma turns; a hyphen keeps both."""
    assert split_name(name) == (given, family)


def test_bearers_know_from_when():
    """Each pair of names in both spellings, from the first moment on; a former name stays; one name alone is given."""
    person = pd.DataFrame(
        {
            "entity_id": [1, 1, 1, 2, 3],
            "name": ["Eva Koch", "Eva Böhm", "Böhm, Eva", "Plato", None],
            "known_at": [ALWAYS, NINE, TEN, NINE, NINE],
            "superseded_at": [NINE, TEN, None, None, None],
        }
    )
    rows = bearers(person)
    assert rows["named_until"].isna().all()
    found = {(r.entity_id, r.given, r.family): r.named_at for r in rows.itertuples()}
    assert found == {
        (1, "eva", "koch"): ALWAYS,
        (1, "eva", "bohm"): NINE,
        (1, "eva", "boehm"): NINE,
        (2, "plato", ""): NINE,
    }


def test_zone_phrases():
    """The name, the id and a type of its own say all; parts say the share of their letters, lone words its square."""
    zones = pd.DataFrame(
        {
            "zone_id": ["LAB_COMP", "LAB_CHEM", "GYM1"],
            "name": ["Computer lab", "Chemistry lab", "Sports hall"],
            "zone_type": ["lab", "lab", "gym"],
        }
    )
    rows = zone_phrases(zones)
    said = {(r.phrase, r.zone_id): r.said for r in rows.itertuples()}
    assert said["computer lab", "LAB_COMP"] == said["lab comp", "LAB_COMP"] == said["computer labs", "LAB_COMP"] == 1
    assert said["gym", "GYM1"] == 1
    assert said["chem lab", "LAB_CHEM"] == pytest.approx(7 / 12, abs=1e-6)
    assert said["computer", "LAB_COMP"] == pytest.approx((8 / 11) ** 2, abs=1e-6)
    assert said["lab", "LAB_COMP"] == pytest.approx((3 / 7) ** 2, abs=1e-6)
    assert ("lab", "GYM1") not in said
    assert not any(len(phrase) < 3 for phrase, _ in said)


def test_crowds_are_powers_of_two():
    """Five people, three of them from nine on: one, two and four; of a department as many as were in it."""
    entities = pd.DataFrame(
        {
            "entity_id": [1, 2, 3, 4, 5, 5],
            "department": ["A", None, None, None, None, "A"],
            "known_at": [ALWAYS, ALWAYS, NINE, NINE, NINE, TEN],
            "superseded_at": [None, None, None, None, TEN, None],
        }
    )
    rows = crowds(entities)
    found = [(r.department, r.size_, r.since) for r in rows.rename(columns={"size": "size_"}).itertuples()]
    assert found == [("", 2, ALWAYS), ("", 4, NINE), ("A", 1, ALWAYS), ("A", 2, TEN)]
    assert rows["until"].isna().tolist() == [False, True, False, True]


def test_who_went_into_another_is_not_called_any_more():
    """Person 2 turns out to be person 1 at ten: no bearer of that name from then on, and a crowd of one."""
    person = pd.DataFrame(
        {
            "entity_id": [1, 2],
            "name": ["Eva Koch", "Eve Koch"],
            "department": [None, None],
            "known_at": [ALWAYS, NINE],
            "superseded_at": [pd.NaT, TEN],
        }
    )
    rows = bearers(person).set_index("given")
    assert rows.loc["eve", ["named_at", "named_until"]].tolist() == [NINE, TEN]
    assert pd.isna(rows.loc["eva", "named_until"])
    sizes = crowds(person)
    assert sizes[["size", "since"]].to_numpy().tolist() == [[1, ALWAYS], [2, NINE], [1, TEN]]
