"""Texts in one form: what only differs in case, accents, blanks or marks becomes the same."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_QUOTES = re.compile(r"['`\u2018\u2019\u02bc\u00b4]")
_MARKS = re.compile(r"[\W_]+")
_PLAIN = str.maketrans(
    {
        "\u00df": "ss",
        "\u00e6": "ae",
        "\u0153": "oe",
        "\u00f8": "o",
        "\u0142": "l",
        "\u0111": "d",
        "\u00fe": "th",
        "\u00f0": "d",
        "\u0131": "i",
    }
)
EMPTY = frozenset({"", "na", "n a", "nan", "none", "null", "nil", "unknown", "not known", "nat"})
"""What people and programs write for "not known"."""


def words(text: str) -> str:
    """Return a text in lower case without accents and marks, single blanks between its words."""
    lowered = text.casefold()
    if lowered.isascii():
        return lowered if lowered.isalnum() else _MARKS.sub(" ", lowered.replace("'", "").replace("`", "")).strip()
    folded = unicodedata.normalize("NFKD", lowered).translate(_PLAIN)
    kept = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _MARKS.sub(" ", _QUOTES.sub("", kept)).strip()


def mapped(column: pd.Series, function: Callable[[str], object]) -> pd.Series:
    """Apply a function to each different text of a column; unknown stays unknown, an empty answer becomes it."""
    codes, values = pd.factorize(column, use_na_sentinel=True)
    return taken(codes, [function(value) or None for value in values], column.index)


def taken(codes: NDArray[np.integer[Any]], values: Sequence[object], index: pd.Index) -> pd.Series:
    """Return a column of values by their positions, None at -1."""
    known = np.empty(len(values) + 1, dtype=object)  # one longer: -1 is the last, and lists stay lists
    for place, value in enumerate(values):
        known[place] = value
    return pd.Series(known[codes], index=index, dtype=object)


@functools.lru_cache(maxsize=200_000)
def sound(word: str) -> str:
    """Return a coarse key of how a word sounds: its first letter and the classes of the consonants after it.

    As Soundex (Russell, 1918) but without its limit of four signs, and with the pairs ph, kn, wr, mac taken as spoken.
    """
    spoken = word.replace(" ", "")
    for written, heard in _SPOKEN:
        spoken = spoken.replace(written, heard)
    if not spoken:
        return ""
    codes = [_CLASSES.get(letter, "") for letter in spoken]
    tail = [code for before, code in itertools.pairwise(codes) if code and code != before]
    return spoken[0] + "".join(tail)


_SPOKEN = (("ph", "f"), ("kn", "n"), ("wr", "r"), ("gh", "g"), ("mac", "mc"), ("sch", "s"), ("ck", "k"))
_CLASSES = {
    letter: code
    for code, letters in {"1": "bfpv", "2": "cgjkqsxz", "3": "dt", "4": "l", "5": "mn", "6": "r"}.items()
    for letter in letters
}
