"""How like a word that was typed is to a word on record: one rule, in levels from the same to sounding alike."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.resolution.search.words import sound_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

SHORTEST_BEGINNING = 3
"""Letters that the beginning of an identifier has at least; of a word one is enough: an initial."""
SHORTEST_END = 4
"""Letters that the end of an identifier has at least."""
_ONE_FROM, _TWO_FROM = 3, 8
_SOUND_FROM = 4


class Level(IntEnum):
    """How a word matched; a smaller one is a closer match."""

    IDENTIFIER = 0
    """The identifier, pseudonym or number itself."""
    WORD = 1
    """The word itself."""
    PART = 2
    """Beginning of a word; beginning or end of an identifier."""
    ONE_LETTER = 3
    """One letter wrong, missing, too many, or two neighbours swapped."""
    TWO_LETTERS = 4
    """Two such slips."""
    SOUND = 5
    """Another spelling of the same sound, or another form of the name."""


def slips_allowed(word: str) -> int:
    """Return how many slips a word may hold: none below 3 letters, one below 8, else two; none beside digits."""
    if not word.isalpha():
        return 0
    return (len(word) >= _ONE_FROM) + (len(word) >= _TWO_FROM)


def sound_compared(word: str) -> str:
    """Return the key by which words that sound like this one are found; "" when it is too short for that."""
    return sound_of(word) if len(word) >= _SOUND_FROM else ""


def likeness_of_word(typed: str, known: str) -> Level | None:
    """Return how a typed word is like a word on record; None when it is not. Both folded."""
    if known == typed:
        return Level.WORD
    if known.startswith(typed):
        return Level.PART
    most = slips_allowed(typed)
    if most and known.isalpha() and abs(len(known) - len(typed)) <= most:
        count = _slips_between(typed, known)
        if count <= most:
            return Level.ONE_LETTER if count == 1 else Level.TWO_LETTERS
    sound = sound_compared(typed)
    return Level.SOUND if sound and sound_compared(known) == sound else None


def likeness_of_identifier(typed: str, known: str) -> Level | None:
    """Return how a typed word is like an identifier on record, both in `identifier_form`; None when it is not."""
    if known == typed:
        return Level.IDENTIFIER
    is_beginning = len(typed) >= SHORTEST_BEGINNING and known.startswith(typed)
    is_end = len(typed) >= SHORTEST_END and known.endswith(typed)
    return Level.PART if is_beginning or is_end else None


def _slips_between(typed: str, known: str) -> int:
    """As `slips`, for one pair: faster than arrays are for so little."""
    before, last = list(range(len(known) + 1)), list(range(len(known) + 1))
    for i, letter in enumerate(typed):
        row = [i + 1]
        for j, other in enumerate(known):
            least = min(last[j + 1] + 1, row[j] + 1, last[j] + (letter != other))
            if i and j and letter == known[j - 1] and other == typed[i - 1]:
                least = min(least, before[j - 1] + 1)
            row.append(least)
        before, last = last, row
    return last[-1]


def slips(typed: str, known: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return the slips between a word and each of several others: optimal string alignment distance.

    Damerau's four slips, no piece of a word changed twice (Boytsov, *Indexing methods for approximate dictionary
    searching*, 2011, section 2); all other words in one pass.
    """
    letters = np.array([ord(letter) for letter in typed], dtype=np.int64)
    texts = np.array(list(known), dtype=f"<U{max(map(len, known), default=1) or 1}")
    others = texts.view(np.uint32).reshape(len(texts), -1).astype(np.int64)
    width = others.shape[1]
    before, last = None, np.broadcast_to(np.arange(width + 1), (len(texts), width + 1))
    for i, letter in enumerate(letters):
        row = np.empty_like(last)
        row[:, 0] = i + 1
        cost = (others != letter).astype(np.int64)
        best = np.minimum(last[:, 1:] + 1, last[:, :-1] + cost)
        if before is not None:
            swapped = (others[:, :-1] == letter) & (others[:, 1:] == letters[i - 1])
            best[:, 1:] = np.where(swapped, np.minimum(best[:, 1:], before[:, :-2] + 1), best[:, 1:])
        for j in range(width):
            row[:, j + 1] = np.minimum(best[:, j], row[:, j] + 1)
        before, last = last, row
    return last[np.arange(len(texts)), np.char.str_len(texts)]
