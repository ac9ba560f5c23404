"""Answers about any two records of a tiny campus, asked about or not; see tests/tiny_records.py."""

from __future__ import annotations

import pytest
import tiny_records

import fazri_lib as fazri
from fazri_lib.access import record_label
from fazri_lib.campus.deciding import LocalDesk
from fazri_lib.errors import DecisionError, UnknownNameError
from fazri_lib.settings import load

S1, _, N1, T1, *_ = (record_label(directory, key) for _, directory, key, *_ in tiny_records.RECORDS)
pytestmark = pytest.mark.engine


@pytest.fixture
def campus(home):
    """Opened without any right to reveal."""
    with fazri.open(home) as opened:
        yield opened


def test_an_answer_about_any_two_records(campus, home):
    """Ben's T1 and Asha's S1 are asked about nowhere, and yet said to be one; the list has both."""
    told = campus.decide(T1.lower(), f" {S1} ", "same", "seen together")
    assert told.startswith("Decision 1: same, noted for fazri review, by ")
    assert "claims, stays and findings that were told before keep the person that was known then" in told
    row = campus.decisions().frame.iloc[0]
    assert ({row["left"], row["right"]}, row["is_followed"]) == ({T1, S1}, False)
    (one,) = LocalDesk(home, load(home)).decisions()
    assert {(one.left_directory, one.left_key), (one.right_directory, one.right_key)} == {
        ("staff", "T1"), ("students", "S1")
    }  # fmt: skip
    assert one.reason == "seen together"
    campus.decide(S1, N1, "different", reason="two people")
    with pytest.raises(DecisionError, match=r"got same against decision 2 .*, decision 1"):
        campus.decide(T1, N1, "same")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ((S1, "R-0000000", "same"), "no record R-0000000 at this moment"),
        ((S1, "same"), f"record {S1}: expected a second record, as R-4T2B0M9, got same"),
        ((S1, N1), "no answer given; expected one of same"),
        ((S1, N1, "same", "a", "b"), "expected one answer and one reason, got 3 texts"),
        ((S1,), "no answer given"),
    ],
)
def test_wrong_answers_about_two_records(campus, said, message):
    """What is missing or unknown is said in one line, and nothing is noted."""
    with pytest.raises(UnknownNameError, match=message):
        campus.decide(*said)
    assert campus.decisions().frame.empty


def test_a_record_is_not_two(campus):
    """A record and itself are no two records."""
    with pytest.raises(DecisionError, match="expected two records"):
        campus.decide(S1, S1, "same")
