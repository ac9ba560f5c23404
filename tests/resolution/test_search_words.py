"""Texts as they are compared."""

from __future__ import annotations

import pyarrow as pa
import pytest

from fazri_lib.resolution.search.words import (
    folded,
    identifier_form,
    identifier_forms,
    sound_of,
    words_of,
    words_of_each,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Neha  MEHTA", ["neha", "mehta"]),
        ("Łukasz Müller-Weiß", ["lukasz", "muller", "weiss"]),
        ("O'Brien, Anne\u2019s", ["obrien", "annes"]),
        ("\uff2e\uff45\uff48\uff41", ["neha"]),  # full width
        ("Nguyễn", ["nguyen"]),
        ("Ангелина Ёлкина", ["ангелина", "елкина"]),
        ("नेहा शर्मा", ["नेहा", "शर्मा"]),  # vowel signs and the virama are no accents
        ("محمّد", ["محمد"]),  # vowel points are
        ("李小龙", ["李小龙"]),
        ("İpek ISIK \u0131S\u0131K", ["ipek", "isik", "isik"]),
        ("a_b", ["a", "b"]),
        ("", []),
        (" %_*?'-- ", []),
    ],
)
def test_words_of_several_scripts(text, expected):
    """Case, accents and punctuation do not count; letters and their signs do."""
    assert words_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("C-003 286", "c003286"), ("Neha.Mehta@x.Example", "nehamehtaxexample"), ("AA:bb:0C", "aabb0c"), ("--", "")],
)
def test_identifiers_as_a_whole(text, expected):
    """Blanks and punctuation do not count."""
    assert identifier_form(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mehta", "mehtha"),
        ("lakshmi", "laxmi"),
        ("philip", "filip"),
        ("choudhary", "chaudhuri"),
        ("schmidt", "shmidt"),
        ("vishwanath", "wiswanat"),
        ("yadav", "yadhav"),
    ],
)
def test_words_that_sound_alike(one, other):
    """Their consonants are the same; vowels count at the beginning only."""
    assert sound_of(one) == sound_of(other) != ""


@pytest.mark.parametrize("word", ["", "neha", "müller", "नेहा", "c003286"])
def test_words_without_a_sound(word):
    """Too few consonants, other letters, digits: no key that half of all names would share."""
    assert not sound_of(word)


def test_different_sounds_stay_apart():
    """Another first vowel, another consonant."""
    assert len({sound_of(word) for word in ("indira", "andira", "mohan", "mahesh", "suresh", "naresh")}) == 6


def test_many_texts_at_once_are_done_as_one_by_one():
    """Plain and other texts mixed, empty ones, a slice: the same words in the same order."""
    texts = ["x", "Neha Mehta", "", "Łukasz", "O'Brien", "नेहा शर्मा", "C-003 286", "--", "Ё"]
    array = pa.array(texts, pa.large_string())[1:]
    owner, words = words_of_each(array)
    expected = [(number, word) for number, text in enumerate(texts[1:]) for word in words_of(text)]
    assert sorted(zip(owner.to_pylist(), words.to_pylist(), strict=True)) == sorted(expected)
    assert identifier_forms(array).to_pylist() == [identifier_form(text) for text in texts[1:]]
    assert folded("ABC") == "abc"
