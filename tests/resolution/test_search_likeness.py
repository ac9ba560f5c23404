"""How like a typed word is to one on record."""

from __future__ import annotations

import pytest

from fazri_lib.resolution.search.likeness import (
    Level,
    likeness_of_identifier,
    likeness_of_word,
    slips,
    slips_allowed,
)


@pytest.mark.parametrize(
    ("typed", "known", "level"),
    [
        ("mehta", "mehta", Level.WORD),
        ("m", "mehta", Level.PART),
        ("mehtaa", "mehta", Level.ONE_LETTER),
        ("meta", "mehta", Level.ONE_LETTER),
        ("mehat", "mehta", Level.ONE_LETTER),  # swapped
        ("mejta", "mehta", Level.ONE_LETTER),
        ("meh", "mehta", Level.PART),
        ("has", "haas", Level.ONE_LETTER),
        ("mx", "mex", None),  # two letters: too short for a slip
        ("mohto", "mehta", Level.SOUND),  # two slips: too many for five letters; the sound is the same
        ("chakrabarty", "chakraborti", Level.TWO_LETTERS),
        ("chakrbrty", "chakraborti", Level.SOUND),
        ("laxmi", "lakshmi", Level.SOUND),
        ("305", "306", None),  # numbers hold no slips
        ("lab1", "lab2", None),
        ("नेहा", "नहा", None),  # signs are no letters of their own: such words are found as a whole
    ],
)
def test_levels_of_words(typed, known, level):
    """From the same to sounding alike; slips bounded by length."""
    assert likeness_of_word(typed, known) == level


@pytest.mark.parametrize(
    ("typed", "level"),
    [
        ("c003286", Level.IDENTIFIER),
        ("c00", Level.PART),
        ("c0", None),  # a beginning has three letters
        ("3286", Level.PART),
        ("286", None),  # an end has four
        ("0328", None),  # a piece of the middle is none
        ("c003287", None),
    ],
)
def test_levels_of_identifiers(typed, level):
    """The whole, its beginning or its end; never misspelt: another card is another card."""
    assert likeness_of_identifier(typed, "c003286") == level


@pytest.mark.parametrize(
    ("word", "most"), [("", 0), ("ne", 0), ("neh", 1), ("neha", 1), ("sharmaa", 1), ("chaudhry", 2)]
)
def test_slips_allowed_by_length(word, most):
    """None below three letters, one below eight, then two."""
    assert slips_allowed(word) == most


def test_slips_are_counted_for_many_words_at_once():
    """By hand: the same, one wrong, missing, added, swapped, two; a swapped pair is not changed again."""
    others = ["mehta", "mexta", "meta", "mehtar", "mehat", "hemta", ""]
    assert slips("mehta", others).tolist() == [0, 1, 1, 1, 1, 2, 5]
    assert slips("ca", ["abc"]).tolist() == [3]
