"""One new record against everybody."""

from __future__ import annotations

import datetime as dt

import pytest
from search_tables import NOW, index_of, made, tables

from fazri_lib.resolution.search import ByRarity, Candidate, candidates_of, match, microseconds

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

    def weights(self, record, candidates):
        """As `Scorer`."""
        return [{"email": 9.0 if record["email"] in one.known.get("email", ()) else -5.0} for one in candidates]


def test_the_scorer_decides_the_order(index):
    """Two are called so; the model's weights by field rank them and are handed on."""
    record = {"name": "Mehta", "email": "arun.mehta@tiny.example"}
    best, other, *_ = match(index, record, Disagreeing(), AT)
    assert (best.entity_id, best.weight, best.by_field) == (3, 9.0, {"email": 9.0})
    assert (other.entity_id, other.weight) == (1, -5.0)


def test_the_baseline_counts_what_is_shared(index):
    """By rarity; a part that the record does not have weighs nothing."""
    (scored, *_) = match(index, {"name": "Lakshmi Iyer"}, ByRarity(), AT, limit=1)
    assert scored.entity_id == 4
    assert scored.weight == pytest.approx(sum(scored.by_field.values()), abs=1e-6)
    assert ByRarity().weights({"name": "x"}, [Candidate(1, {}, {"name": 2.0, "email": 3.0})]) == [{"name": 2.0}]


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
