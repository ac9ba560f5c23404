"""Words in order, each with the facts that hold it: found as a whole, by beginning, by end, misspelt and by sound.

Everything is a plain array, so that a file of arrays can be mapped into memory and read where it lies. Words are
found by bisection; misspelt ones as in symmetric deletion (SymSpell, Garbe 2012): two words a few slips apart share
what is left when a few letters are taken out of each, and of that only the first letters are needed.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fazri_lib.resolution.search.likeness import Level, slips, slips_allowed, sound_compared

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    Numbers = npt.NDArray[np.int64]
    Arrays = dict[str, np.ndarray]

_FIRST_LETTERS = 7
_ONE_SLIP_FROM, _TWO_SLIPS_FROM = 2, 6  # words one slip from 3 letters have 2, two slips from 8 have 6
_MIX, _SPREAD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_HALF = np.uint64(32)


class Terms:
    """Words in the order of their bytes, and the facts that hold each.

    Args:
        arrays: as made by `terms_of`.
        name: with which their names begin.
    """

    def __init__(self, arrays: Mapping[str, np.ndarray], name: str) -> None:
        self._of = {key.removeprefix(f"{name}."): array for key, array in arrays.items() if key.startswith(f"{name}.")}
        self._bytes = memoryview(self._of["letters"].data)
        self._starts = self._of["starts"]
        self._facts = self._of["facts"]
        self._first_fact = self._of["first_fact"]

    def __len__(self) -> int:
        return len(self._starts) - 1

    def word(self, number: int) -> str:
        """Return a word by its number."""
        return self._raw(number).decode()

    def facts(self, first: int, after: int) -> npt.NDArray[np.int32]:
        """Return the facts of the words from one number to before another."""
        return self._facts[self._first_fact[first] : self._first_fact[after]]

    def equal(self, word: str) -> tuple[int, int]:
        """Return the range of numbers of a word: of length one or none."""
        raw = word.encode()
        found = self._place(raw)
        return found, found + (found < len(self) and self._raw(found) == raw)

    def beginning(self, text: str) -> tuple[int, int]:
        """Return the range of numbers of the words that begin with a text."""
        raw = text.encode()
        return self._place(raw), self._place(raw + b"\xff")

    def ending(self, text: str) -> Numbers:
        """Return the numbers of the words that end with a text, when they were made to be found so."""
        backwards = text.encode()[::-1]
        by_end = self._of["by_end"]

        def place(wanted: bytes) -> int:
            return bisect_left(range(len(by_end)), wanted, key=lambda i: self._raw(int(by_end[i]))[::-1])

        return np.sort(by_end[place(backwards) : place(backwards + b"\xff")]).astype(np.int64)

    def facts_of(self, numbers: Numbers) -> npt.NDArray[np.int32]:
        """Return the facts of several words."""
        each = [self.facts(int(number), int(number) + 1) for number in numbers]
        return np.concatenate(each) if each else self._facts[:0]

    def alike(self, word: str) -> Iterator[tuple[Level, Numbers]]:
        """Yield the numbers of the words that are misspelt forms of a word or sound like it, the closest first."""
        most = slips_allowed(word)
        if most:
            near = self._numbers("cut", _cuts_of(word, most))
            known = [self.word(int(number)) for number in near]
            count = slips(word, known) if known else np.zeros(0, np.int64)
            plain = np.array([text.isalpha() for text in known], dtype=bool)
            for level, wanted in ((Level.ONE_LETTER, 1), (Level.TWO_LETTERS, 2))[:most]:
                yield level, near[(count == wanted) & plain]
        sound = sound_compared(word)
        if sound:
            heard = self._numbers("sound", _hashes([sound])).tolist()
            same = [number for number in heard if sound_compared(self.word(number)) == sound]
            yield Level.SOUND, np.array(same, dtype=np.int64)

    def _numbers(self, kind: str, hashes: npt.NDArray[np.uint32]) -> Numbers:
        known, number = self._of[f"{kind}_hash"], self._of[f"{kind}_word"]
        first, after = np.searchsorted(known, hashes, "left"), np.searchsorted(known, hashes, "right")
        found = [number[a:b] for a, b in zip(first, after, strict=True) if b > a]
        return np.unique(np.concatenate(found)).astype(np.int64) if found else np.zeros(0, np.int64)

    def _place(self, raw: bytes) -> int:
        return bisect_left(range(len(self)), raw, key=self._raw)

    def _raw(self, number: int) -> bytes:
        return bytes(self._bytes[self._starts[number] : self._starts[number + 1]])


def terms_of(
    name: str, words: pa.LargeStringArray, facts: Numbers, *, by_end: bool = False, misspelt: bool = False
) -> Arrays:
    """Return the arrays of a `Terms`.

    Args:
        name: with which their names begin.
        words: one for each place where a word stands.
        facts: of the same length, the fact that holds it.
        by_end: whether words can be found by their end.
        misspelt: whether they can be found misspelt and by sound.
    """
    coded = words.dictionary_encode()
    order = pc.sort_indices(coded.dictionary).to_numpy()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    number = rank[coded.indices.to_numpy(zero_copy_only=False)]
    by_word = np.lexsort((facts, number))
    known = coded.dictionary.take(pa.array(order))
    arrays: Arrays = {
        **texts_of(known),
        "facts": facts[by_word].astype(np.int32),
        "first_fact": _short(np.searchsorted(number[by_word], np.arange(len(order) + 1))),
    }
    if by_end:
        arrays["by_end"] = pc.sort_indices(pc.binary_reverse(known.cast(pa.large_binary()))).to_numpy().astype(np.int32)
    if misspelt:
        arrays |= _misspelt(known.to_pylist())
    return {f"{name}.{key}": array for key, array in arrays.items()}


def texts_of(texts: pa.LargeStringArray) -> Arrays:
    """Return texts as two arrays: their bytes one after another, and where each starts."""
    whole = pa.concat_arrays([texts, texts[:0]]) if texts.offset else texts
    _, starts, letters = whole.buffers()
    ends = np.frombuffer(starts, np.int64)[: len(whole) + 1] if len(whole) else np.zeros(1, np.int64)
    raw = np.frombuffer(letters, np.uint8)[: ends[-1]] if letters is not None else np.zeros(0, np.uint8)
    return {"letters": raw, "starts": _short(ends)}


def _short(numbers: Numbers) -> npt.NDArray[Any]:
    """Rising numbers in half the bytes, when they fit."""
    return numbers.astype(np.uint32) if numbers[-1] <= np.iinfo(np.uint32).max else numbers


def _misspelt(words: list[str]) -> Arrays:
    plain = [(number, word) for number, word in enumerate(words) if word.isalpha()]
    sounds = [(number, key) for number, word in plain if (key := sound_compared(word))]
    hashes, numbers = [np.zeros(0, np.uint32)], [np.zeros(0, np.int64)]
    for most, least, after in ((1, _ONE_SLIP_FROM, _TWO_SLIPS_FROM), (2, _TWO_SLIPS_FROM, 1 << 30)):
        chosen = [(number, word) for number, word in plain if least <= len(word) < after]
        for cut, is_there in _each_cut([word for _, word in chosen], most):
            hashes.append(cut[is_there])
            numbers.append(np.array([number for number, _ in chosen], dtype=np.int64)[is_there])
    return {
        **_by_hash("cut", np.concatenate(hashes), np.concatenate(numbers)),
        **_by_hash("sound", _hashes([key for _, key in sounds]), np.array([n for n, _ in sounds], dtype=np.int64)),
    }


def _by_hash(kind: str, hashes: npt.NDArray[np.uint32], numbers: Numbers) -> Arrays:
    order = np.lexsort((numbers, hashes))
    return {f"{kind}_hash": hashes[order], f"{kind}_word": numbers[order].astype(np.int32)}


def _cuts_of(word: str, most: int) -> npt.NDArray[np.uint32]:
    """The hashes of what is left of the beginning of a word when up to so many letters are taken out."""
    letters = word[:_FIRST_LETTERS]
    kept = {
        "".join(letters[place] for place in places)
        for count in range(most + 1)
        for places in itertools.combinations(range(len(letters)), len(letters) - count)
    }
    return np.unique(_hashes(sorted(kept)))


def _each_cut(words: list[str], most: int) -> Iterator[tuple[npt.NDArray[np.uint32], npt.NDArray[np.bool_]]]:
    """Yield, for each choice of places to take letters from, a hash a word and whether the word has these places."""
    letters = _letters([word[:_FIRST_LETTERS] for word in words])
    lengths = (letters > 0).sum(axis=1)
    for count in range(most + 1):
        for places in itertools.combinations(range(letters.shape[1]), count):
            kept = np.delete(letters, places, axis=1)
            yield _folded(kept), lengths > max(places, default=-1)


def _hashes(words: list[str]) -> npt.NDArray[np.uint32]:
    return _folded(_letters(words))


def _letters(words: list[str]) -> npt.NDArray[np.uint64]:
    width = max(map(len, words), default=1) or 1
    return np.array(words, dtype=f"<U{width}").view(np.uint32).reshape(len(words), width).astype(np.uint64)


def _folded(letters: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint32]:
    """A number for each row of letters; those that are 0 do not count."""
    state = np.zeros(len(letters), dtype=np.uint64)
    for column in letters.T:
        mixed = (state ^ column) * _MIX
        mixed = (mixed ^ (mixed >> _HALF)) * _SPREAD
        state = np.where(column > 0, mixed ^ (mixed >> _HALF), state)
    return (state >> _HALF).astype(np.uint32)
