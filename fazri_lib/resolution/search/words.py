"""Texts as they are compared: folded letters, words, identifiers without punctuation, and how a word sounds."""

from __future__ import annotations

import re
import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

_FIRST_OPTIONAL = 10  # canonical combining classes from here on are accents and vowel points; below they are letters
_APOSTROPHES = re.compile("['`\u2019\u02bc]")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_ALONE = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"})
_SOUNDS = (
    (re.compile("sch|sh|z|c(?=[eiy])"), "s"),
    (re.compile("tch|ch"), "C"),
    (re.compile("x"), "ks"),
    (re.compile("ph|gh(?=t)"), "f"),
    (re.compile("ck|kh|q|c"), "k"),
    (re.compile("w"), "v"),
    (re.compile("(?<=[tdbgj])h"), ""),
    (re.compile("y"), "i"),
)
_VOWELS = re.compile("(?<!^)[aeiou]")
_DOUBLED = re.compile(r"(.)\1+")
_FEWEST_SOUNDS = 3


def folded(text: str) -> str:
    """Return a text in lower case, without accents and vowel points, compatible forms made one (Unicode NFKC)."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in apart if unicodedata.combining(letter) < _FIRST_OPTIONAL)
    return unicodedata.normalize("NFKC", kept).casefold().translate(_ALONE)


def words_of(text: str) -> list[str]:
    """Return the words of a text, folded: runs of letters, digits and their signs; apostrophes part no words."""
    plain = _APOSTROPHES.sub("", folded(text))
    if plain.isascii():
        return _ASCII_WORD.findall(plain)
    return "".join(letter if _is_part(letter) else " " for letter in plain).split()


def identifier_form(text: str) -> str:
    """Return an identifier as it is compared: folded, without blanks and punctuation."""
    return "".join(words_of(text))


def sound_of(word: str) -> str:
    """Return a key that words of like sound share: its consonants, spellings of one sound made one; "" for none.

    Made for names written in Latin letters, as Mehta and Mehtha, Laxmi and Lakshmi, Philip and Filip.
    """
    if not (word.isascii() and word.isalpha()):
        return ""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    key = _DOUBLED.sub(r"\1", _VOWELS.sub("", _DOUBLED.sub(r"\1", word)))
    return key if len(key) >= _FEWEST_SOUNDS else ""


def words_of_each(texts: pa.LargeStringArray) -> tuple[pa.Int64Array, pa.LargeStringArray]:
    """Return the words of many texts, as `words_of`: the number of the text, and the word. Empty texts have none."""
    lists = _each(texts, lambda plain: pc.split_pattern_regex(plain, "[^a-z0-9]+"), words_of)
    owner, word = pc.list_parent_indices(lists), pc.list_flatten(lists)
    is_word = pc.greater(pc.utf8_length(word), 0)
    return owner.filter(is_word).cast(pa.int64()), word.filter(is_word)


def identifier_forms(texts: pa.LargeStringArray) -> pa.LargeStringArray:
    """Return many identifiers as `identifier_form` does."""
    return _each(texts, lambda plain: pc.replace_substring_regex(plain, "[^a-z0-9]+", ""), identifier_form)


def _each(texts: pa.LargeStringArray, of_ascii: object, of_others: object) -> pa.Array:
    """Apply one function to the plain texts at once and another to each of the others; the order stays."""
    assert callable(of_ascii)
    assert callable(of_others)
    is_plain = pc.string_is_ascii(texts)
    plain = pc.replace_substring_regex(pc.ascii_lower(texts.filter(is_plain)), "['`]", "")
    done = of_ascii(plain)
    if len(done) == len(texts):
        return done
    others = pa.array([of_others(text) for text in texts.filter(pc.invert(is_plain)).to_pylist()], done.type)
    place = pa.concat_arrays([pc.indices_nonzero(is_plain), pc.indices_nonzero(pc.invert(is_plain))])
    return pa.concat_arrays([done, others]).take(pc.sort_indices(place))


def _is_part(letter: str) -> bool:
    return letter.isalnum() or unicodedata.category(letter).startswith("M")
