"""The identity of a row: a 63-bit number made of its source, its mapped columns and its occurrence among equal rows.

The columns are folded into one 64-bit state, eight bytes of text at a time, by multiplication and shifts
(as SplitMix64: Steele, Lea, Flood, *Fast splittable pseudorandom number generators*, 2014), on whole columns.
A cryptographic sum of every row would cost more time than all other parsing; nothing here relies on secrecy.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Words = npt.NDArray[np.uint64]

_FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_SHIFTS = np.uint64(32), np.uint64(29)
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(9)], dtype=np.uint64)


def seed_of(source: str) -> np.uint64:
    """Return the number with which the identities of a source start."""
    return np.uint64(int.from_bytes(hashlib.md5(source.encode(), usedforsecurity=False).digest()[:8], "little"))


def identities(seed: np.uint64, values: Sequence[Words]) -> npt.NDArray[np.int64]:
    """Return a positive 63-bit number for each row; equal rows have equal numbers.

    Args:
        seed: of `seed_of`.
        values: per column, in the contract's order, the numbers of `numbers_of`.
    """
    state = np.full(len(values[0]), seed, dtype=np.uint64)
    for column in values:
        state = _mixed(state ^ column)
    return codes(state)


def numbers_of(column: pa.Array) -> Words:
    """Return a 64-bit number for each value of a column of text, timestamps or lists of numbers."""
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.int64()).fill_null(-1).to_numpy().view(np.uint64)  # type: ignore[no-any-return]
    return _folded_bytes(*_bytes_of(column))


def codes(numbers: Words) -> npt.NDArray[np.int64]:
    """Return 64-bit numbers as positive ones of 63 bits."""
    return (numbers >> np.uint64(1)).astype(np.int64)


def repeated(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the numbers that occur more than once; sorts in place."""
    numbers.sort()
    return np.unique(numbers[1:][numbers[1:] == numbers[:-1]])


def _bytes_of(column: pa.Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Return where each value starts and ends, and the bytes of all, with room to read a word beyond."""
    _, offsets, *rest = column.buffers()
    ends = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1].astype(np.int64)
    if pa.types.is_list(column.type):
        ends *= column.type.value_type.bit_width // 8
    buffer = rest[-1]
    data = np.frombuffer(buffer, np.uint8)[: ends[-1]] if buffer is not None and len(ends) else np.zeros(0, np.uint8)
    return ends, np.concatenate([data, np.zeros(8, np.uint8)])


def _folded_bytes(ends: npt.NDArray[np.int64], data: npt.NDArray[np.uint8]) -> Words:
    words = np.ndarray((len(data) - 7,), np.dtype("<u8"), data.data, strides=(1,))  # the word that starts at each byte
    starts, left = ends[:-1], np.diff(ends)
    state = _mixed(left.astype(np.uint64))
    rows = np.flatnonzero(left > 0)
    while len(rows):
        whole = len(rows) == len(state)
        word = words[starts if whole else starts[rows]]
        size = left if whole else left[rows]
        word &= _MASKS[np.minimum(size, 8)]
        if whole:
            state = _mixed(state ^ word)
        else:
            state[rows] = _mixed(state[rows] ^ word)
        starts, left = starts + 8, left - 8
        rows = rows[size > 8]  # noqa: PLR2004 - bytes of a word
    return state


def _mixed(state: Words) -> Words:
    state = state * _FIRST
    state ^= state >> _SHIFTS[0]
    state *= _SECOND
    state ^= state >> _SHIFTS[1]
    return state
