"""Blocking: rare values make blocks, common ones are narrowed, and the budget holds."""

import numpy as np
import pandas as pd

from fazri_lib.resolution.blocking import WINDOW, candidates
from fazri_lib.resolution.comparison import Comparison, Key, Level, Prepared
from fazri_lib.resolution.pairs import Allowed, all_pairs, random_pairs

ANYBODY = np.full(400, -1)


def field(name, values):
    """A field of one column and one key."""
    comparison = Comparison(name, "false", (Level("equal", "true"), Level("differs", "ELSE")), "true")
    return Prepared({name: pd.Series(values, dtype=object)}, comparison, (Key(name, (name,)),))


def as_set(pairs):
    """Pairs as tuples."""
    return set(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))


def test_a_rare_value_makes_a_block():
    """Three with one name are three pairs; who shares nothing is in none; unknown is no value."""
    found = candidates([field("name", ["a", "b", "a", None, "a", None])], 6, Allowed(ANYBODY[:6]), 1000)
    assert as_set(found.pairs) == {(0, 2), (0, 4), (2, 4)}
    assert found.found_by.tolist() == [1, 1, 1]


def test_a_common_value_is_narrowed_by_a_second_field():
    """400 of one name and 200 days: only those of one day are compared, two by two."""
    days = [str(number // 2) for number in range(400)]
    found = candidates([field("name", ["a"] * 400), field("born", days)], 400, Allowed(ANYBODY), 10_000)
    assert {(0, 1), (398, 399)} <= as_set(found.pairs)
    assert len(found.pairs) <= 200 + 400 * WINDOW


def test_what_cannot_be_narrowed_is_compared_with_its_neighbours():
    """400 records that say the same: each with the next few in the order of contents, not 79,800 pairs."""
    found = candidates([field("name", ["a"] * 400)], 400, Allowed(ANYBODY), 10_000)
    assert as_set(found.pairs) == {(i, j) for i in range(400) for j in range(i + 1, min(i + WINDOW + 1, 400))}


def test_a_smaller_budget_makes_smaller_blocks():
    """Ten blocks of 40 are 7,800 pairs; a budget of 1,000 leaves neighbours only."""
    values = [str(number // 40) for number in range(400)]
    whole = candidates([field("name", values)], 400, Allowed(ANYBODY), 10_000)
    few = candidates([field("name", values)], 400, Allowed(ANYBODY), 1_000)
    assert len(whole.pairs) == 10 * 40 * 39 // 2
    assert len(few.pairs) < len(whole.pairs)


def test_of_too_many_pairs_those_that_one_rule_finds_are_left_out():
    """Pairs of a day and those of a name: where ten are too many, only the pair that both find is left."""
    prepared = [field("name", ["a", "a", "b", "b", "b"]), field("born", ["1", "1", "1", "1", "2"])]
    everything = candidates(prepared, 5, Allowed(ANYBODY[:5]), 1000)
    few = candidates(prepared, 5, Allowed(ANYBODY[:5]), 1000, most=3)
    assert len(everything.pairs) == 8
    assert as_set(few.pairs) == {(0, 1), (2, 3)}
    assert few.found_by.tolist() == [2, 2]


def test_pairs_that_cannot_be_are_left_out():
    """Two records of a source with one a person are no pair; the universe has none of them either."""
    allowed = Allowed(np.array([0, 0, 1, -1]))
    found = candidates([field("name", ["a"] * 4)], 4, allowed, 1000)
    assert as_set(found.pairs) == {(0, 2), (1, 2), (0, 3), (1, 3), (2, 3)}
    assert allowed.universe == 5
    assert allowed(all_pairs(4)).sum() == 5


def test_random_pairs_are_pairs_that_may_be():
    """Different, in order, about as many as asked, the same for the same seed."""
    allowed = Allowed(np.arange(1000) % 2)
    pairs = random_pairs(1000, 5000, allowed, 1)
    assert 4500 < len(pairs) < 5500
    assert (pairs.left < pairs.right).all()
    assert allowed(pairs).all()
    assert as_set(pairs) == as_set(random_pairs(1000, 5000, allowed, 1))
