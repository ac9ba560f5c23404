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


def changed(rng, word: str) -> str:
    """A word after one random slip."""
    at, letter = int(rng.integers(0, len(word) + 1)), str(rng.choice(list("abdhimt")))
    kinds = (word[:at] + letter + word[at:], word[:at] + word[at + 1 :], word[:at] + letter + word[at + 1 :])
    return str(rng.choice([*kinds, word[:at] + word[at : at + 2][::-1] + word[at + 2 :]])) or "a"


@pytest.mark.parametrize("seed", [1, 2])
def test_misspelt_words_are_those_that_the_rule_names(seed):
    """Random words and others one to three slips from them: each level as if all had been compared."""
    rng = np.random.default_rng(seed)
    typed = ["".join(rng.choice(list("abdhimt"), size)) for size in (3, 4, 5, 6, 7, 8, 9, 11, 15)]
    words = set(typed)
    for _ in range(3):
        words |= {changed(rng, word) for word in words for _ in range(3)}
    found, counts = terms(*sorted(words), misspelt=True), dict.fromkeys(Level, 0)
    for one in typed:
        alike = {found.word(number): level for level, numbers in reversed(list(found.alike(one))) for number in numbers}
        expected = {word: level for word in words if (level := likeness_of_word(one, word))}
        slipped = {word: level for word, level in expected.items() if level >= Level.ONE_LETTER}
        assert {word: alike.get(word) for word in slipped} == slipped
        assert alike.keys() <= expected.keys()
        for level in slipped.values():
            counts[level] += 1
    assert min(counts[level] for level in (Level.ONE_LETTER, Level.TWO_LETTERS)) > 20
    assert counts[Level.SOUND] > 1
