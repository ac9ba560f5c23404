"""Slips of the pen: one wrong, missing, doubled or swapped letter, as keyboards and text recognition make them."""

from __future__ import annotations

import numpy as np

from fazri_lib.sources.simulate.draws import IntArray, TextArray

_NEIGHBOURS = {
    "a": "sqe", "b": "vnh", "c": "xvo", "d": "sfe", "e": "wrc", "f": "dgt", "g": "fhq", "h": "gjb", "i": "uol", "j": "hki",
    "k": "jlx", "l": "kit", "m": "njr", "n": "bmu", "o": "ipc", "p": "oql", "q": "wag", "r": "etn", "s": "adz", "t": "ryl",
    "u": "iyv", "v": "cby", "w": "qev", "x": "zck", "y": "utv", "z": "xas",
    "0": "968", "1": "274", "2": "137", "3": "248", "4": "351", "5": "466", "6": "578", "7": "681", "8": "793", "9": "804",
}  # fmt: skip
"""Keys next to each other on a keyboard, and letters that look alike."""
_CODES = np.arange(0x1F00, dtype=np.uint32)
_ALIKE = np.repeat(_CODES[:, None], 3, axis=1)
for _key, _others in _NEIGHBOURS.items():
    _ALIKE[ord(_key)] = [ord(other) for other in _others]
    _ALIKE[ord(_key.upper())] = [ord(other.upper()) for other in _others]

_SHORTEST = 4
_KINDS = 4
_WRONG, _MISSING, _DOUBLED = range(_KINDS - 1)


def misspelt(rng: np.random.Generator, texts: TextArray, share: float) -> TextArray:
    """Return texts, a share of them with one slip after the first letter; short ones stay right."""
    wrong = np.flatnonzero((rng.random(len(texts)) < share) & (np.char.str_len(texts) >= _SHORTEST))
    found = texts.astype(f"<U{texts.dtype.itemsize // 4 + 1}")
    found[wrong] = _slip(rng, found[wrong], rng.integers(0, _KINDS, len(wrong)))
    return found


def wrong_digit(rng: np.random.Generator, numbers: TextArray, share: float) -> TextArray:
    """Return numbers written as text, a share of them with one wrong digit; empty ones stay empty."""
    wrong = np.flatnonzero((rng.random(len(numbers)) < share) & (np.char.str_len(numbers) >= _SHORTEST))
    found = numbers.copy()
    found[wrong] = _slip(rng, found[wrong], np.full(len(wrong), _WRONG))
    return found


def _slip(rng: np.random.Generator, texts: TextArray, kind: IntArray) -> TextArray:
    if not len(texts):
        return texts
    width = texts.dtype.itemsize // 4
    letters = np.ascontiguousarray(texts).view(np.uint32).reshape(len(texts), width)
    at = 1 + (rng.random(len(texts)) * (np.char.str_len(texts) - 2)).astype(np.int64)
    place, here = np.arange(width), at[:, None]
    moved = np.select(
        [kind[:, None] == _MISSING, kind[:, None] == _DOUBLED, kind[:, None] == _WRONG],
        [place + (place >= here), place - (place > here), np.broadcast_to(place, letters.shape)],
        place + (place == here) - (place == here + 1),
    )
    padded = np.pad(letters, ((0, 0), (0, 1)))
    changed = np.take_along_axis(padded, moved, axis=1)
    rows = np.flatnonzero(kind == _WRONG)
    changed[rows, at[rows]] = _ALIKE[changed[rows, at[rows]], rng.integers(0, 3, len(rows))]
    return np.ascontiguousarray(changed).view(texts.dtype).ravel()
