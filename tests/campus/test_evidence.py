"""What stands behind findings and people, by the rows of `tiny_campus`."""

from __future__ import annotations

import pytest

from fazri_lib.access import pseudonym
from fazri_lib.errors import UnknownNameError


def test_a_finding_on_counts_shows_the_counts_around_it(campus):
    """Finding 3 lists an observation that is not in the extract: no row, but reason and action stand."""
    answer = campus.evidence(3)
    assert answer.summary == "because What to do: look"
    assert answer.tables["finding"]["zone_id"].tolist() == ["LIB"]
    assert answer.title == "Overcrowding, Sat 13 Sep 2025 14:30"


def test_an_unknown_finding_is_refused(campus):
    """A number that is none, one not known yet, and a word: each with what to do."""
    for wrong in ("77", "word", ""):
        with pytest.raises(UnknownNameError, match="no such finding at this moment"):
            campus.evidence(wrong)
    with pytest.raises(UnknownNameError):
        campus.at("2025-09-13T13:00").evidence(2)


def test_claims_with_their_weights(campus):
    """Entity 2 shares a card: one row of which the half is theirs; the latest one first for entity 1."""
    shared = campus.claims(2, start="2025-09-13")
    assert shared.frame["probability"].tolist() == [0.5]
    assert shared.summary == "1 row, 1 of them may be somebody else: swipes 1."
    own = campus.claims(pseudonym(1), start="2025-09-13").frame
    assert own["ts"].is_monotonic_decreasing
    assert own["zone"].iloc[0] == "Library"
    assert own["is_presence"].tolist().count(False) == 1


def test_no_claims_in_a_period(campus):
    """Said in words."""
    assert campus.claims(2, start="2025-09-01", end="2025-09-02").summary.startswith("Nothing was logged")


def test_the_record_of_a_person_has_no_name_unless_revealed(campus):
    """The table beside the identifiers says role and department only."""
    record = campus.person(1).tables["record"]
    assert record["role"].tolist() == ["student"]
    assert "name" not in record
