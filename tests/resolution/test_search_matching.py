"""One new record against everybody."""

from __future__ import annotations

import datetime as dt

import pytest
from search_tables import NOW, index_of, made, tables

from fazri_lib.resolution.search import ByRarity, Candidate, Part, Scored, candidates_of, match, microseconds, shares

AT = microseconds(NOW)


@pytest.fixture(scope="module")
def index():
    """Six people."""
    return index_of(tables())


def test_candidates_share_something_and_bring_all_that_is_known(index):
    """Names, identifiers, role and department as known then; who shares more comes first."""
    first, *others = candidates_of(index, {"name": "Neha Mehtaa", "email": "neha.mehta@tiny.example"}, AT)
    assert first.known == {
        "name": ("Neha Mehta",),
        "email": ("neha.mehta@tiny.example",),
        "role": ("student",),
        "department": ("Civil",),
        "card_id": ("C-003286",),
    }
    assert set(first.rarity) == {"name", "email"}
    assert [one.entity_id for one in others] == [2, 3]


def test_a_role_makes_nobody_a_candidate(index):
    """Nor does a field that nobody has, an empty value, or an empty record."""
    for record in ({"role": "student"}, {"passport": "X1"}, {"name": ""}, {}):
        assert candidates_of(index, record, AT) == []


class Disagreeing:
    """A scorer that holds an e-mail to be worth 9 bits when it is equal, -5 when it is not."""

    def scored(self, record, candidates):
        """As `Scorer`."""
        bits = [9.0 if record["email"] in one.known.get("email", ()) else -5.0 for one in candidates]
        return [
            Scored(one.entity_id, said, (Part("email", "", said),)) for one, said in zip(candidates, bits, strict=True)
        ]


def test_the_scorer_decides_the_order(index):
    """Two are called so; the model's weights by field rank them and are handed on."""
    record = {"name": "Mehta", "email": "arun.mehta@tiny.example"}
    best, other, *_ = match(index, record, Disagreeing(), AT)
    assert (best.entity_id, best.weight, best.parts) == (3, 9.0, (Part("email", "", 9.0),))
    assert (other.entity_id, other.weight) == (1, -5.0)


def test_the_baseline_counts_what_is_shared(index):
    """By rarity; a part that the record does not have weighs nothing."""
    (scored, *_) = match(index, {"name": "Lakshmi Iyer"}, ByRarity(), AT, limit=1)
    assert scored.entity_id == 4
    assert scored.weight == pytest.approx(sum(part.bits for part in scored.parts), abs=1e-6)
    (alone,) = ByRarity().scored({"name": "x"}, [Candidate(1, {}, {"name": 2.0, "email": 3.0})])
    assert alone == Scored(1, 2.0, (Part("name", "shared", 2.0),))


def test_only_who_was_on_record_is_a_candidate():
    """A person of September is none in March."""
    late = dt.datetime(2025, 9, 1)
    rows = tables() | made(
        {
            "entities": [{"entity_id": 9, "known_at": late}],
            "person": [{"entity_id": 9, "name": "Zara Quill", "known_at": late}],
        }
    )
    found = index_of(rows)
    assert [len(candidates_of(found, {"name": "Zara Quill"}, microseconds(late) + step)) for step in (-1, 0)] == [0, 1]


def test_certainty_is_shared_between_all_who_fit_and_nobody():
    """Odds of 8, 2 and 1 to one of nobody: 8, 2, 1 and 1 of 12; with no candidate it is nobody's for sure."""
    probabilities, nobody = shares([Scored(number, weight, ()) for number, weight in ((1, 3.0), (2, 1.0), (3, 0.0))])
    assert probabilities == [0.666667, 0.166667, 0.083333]
    assert nobody == 0.083333
    assert shares([]) == ([], 1.0)
