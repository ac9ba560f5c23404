"""Words in order: found as a whole, by beginning, by end, misspelt, by sound - as going through all of them would."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from fazri_lib.resolution.search.likeness import Level, likeness_of_word
from fazri_lib.resolution.search.terms import Terms, terms_of


def terms(*words: str, **how: bool) -> Terms:
    """Terms of words; the fact that holds a word is its place."""
    return Terms(terms_of("t", pa.array(words, pa.large_string()), np.arange(len(words)), **how), "t")


def test_equal_and_beginning():
    """Facts of one word come in order; words of several bytes a letter stand where their bytes say."""
    found = terms("meh", "mehta", "neha", "mehta", "नेहा", "mehé")
    assert found.facts(*found.equal("mehta")).tolist() == [1, 3]
    assert found.facts(*found.equal("meht")).tolist() == []
    assert sorted(found.facts(*found.beginning("meh")).tolist()) == [0, 1, 3, 5]
    assert found.facts(*found.beginning("न")).tolist() == [4]
    assert found.facts(*found.beginning("zz")).tolist() == []
    assert len(found.facts(*found.beginning(""))) == 6


def test_ending():
    """By the end of the bytes, read backwards."""
    found = terms("c003286", "c113286", "c003287", "x", by_end=True)
    assert found.facts_of(found.ending("3286")).tolist() == [0, 1]
    assert found.facts_of(found.ending("9")).tolist() == []


def test_without_words_nothing_is_found():
    """An empty list of words answers everything with nothing."""
    found = terms(by_end=True, misspelt=True)
    assert len(found) == 0
    assert found.facts(*found.equal("a")).tolist() == found.facts_of(found.ending("abcd")).tolist() == []
    assert [numbers.tolist() for _, numbers in found.alike("mehta")] == [[], []]


@pytest.mark.parametrize("seed", [1, 2])
def test_misspelt_words_are_those_that_the_rule_names(seed):
    """Random words of a few letters, many of them a slip or two apart: each level as if all had been compared."""
    rng = np.random.default_rng(seed)
    words = sorted({"".join(rng.choice(list("abdhimt"), rng.integers(1, 12))) for _ in range(800)})
    found = terms(*words, misspelt=True)
    for typed in [*rng.choice(words, 12), "mehta", "mmmmmmmm", "a", "ahmiditbahmiditb"]:
        alike = {
            found.word(number): level for level, numbers in reversed(list(found.alike(typed))) for number in numbers
        }
        expected = {word: level for word in words if (level := likeness_of_word(typed, word))}
        slipped = {word: level for word, level in expected.items() if level >= Level.ONE_LETTER}
        assert {word: alike.get(word) for word in slipped} == slipped
        assert alike.keys() <= expected.keys()
