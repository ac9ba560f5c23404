"""Slips of the pen: one wrong, missing, doubled or swapped letter, as keyboards and text recognition make them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.draws import IntArray, TextArray

_NEIGHBOURS = """
asqe bvnh cxvo dsfe ewrc fdgt gfhq hgjb iuol jhki kjlx lkit mnjr nbmu oipc poql qwag retn sadz tryl uiyv vcby wqev xzck
yutv zxas 0968 1274 2137 3248 4351 5466 6578 7681 8793 9804
"""
"""A key, then three that are next to it on a keyboard or look alike."""
_CODES = np.arange(0x1F00, dtype=np.uint32)
_ALIKE = np.repeat(_CODES[:, None], 3, axis=1)
for _keys in (*_NEIGHBOURS.split(), *_NEIGHBOURS.upper().split()):
    _ALIKE[ord(_keys[0])] = [ord(other) for other in _keys[1:]]

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
