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
    import numpy.typing as npt

    Words = npt.NDArray[np.uint64]

_FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_SHIFTS = np.uint64(32), np.uint64(29)
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(9)], dtype=np.uint64)


def identities(source: str, batch: pa.RecordBatch) -> npt.NDArray[np.int64]:
    """Return a positive 63-bit number for each row of a batch; equal rows have equal numbers.

    Args:
        source: name of the source.
        batch: text, dictionaries of text, timestamps or lists of numbers, in the contract's order.
    """
    seed = int.from_bytes(hashlib.md5(source.encode(), usedforsecurity=False).digest()[:8], "little")
    state = np.full(batch.num_rows, seed, dtype=np.uint64)
    for column in batch.columns:
        state = fold(state, column)
    return (state >> np.uint64(1)).astype(np.int64)


def fold(state: Words, column: pa.Array) -> Words:
    """Return the state of each row with the row's value folded in; a dictionary counts as the text it stands for."""
    if pa.types.is_dictionary(column.type):
        return _mixed(state ^ _values(column.dictionary)[column.indices.to_numpy()])
    return _mixed(state ^ _values(column))


def _values(column: pa.Array) -> Words:
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.int64()).fill_null(-1).to_numpy().view(np.uint64)  # type: ignore[no-any-return]
    return _folded_bytes(*_bytes_of(column))


def codes_of(column: pa.DictionaryArray) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return a 63-bit code per row of a dictionary column, and the code of each word of its dictionary."""
    by_word = (_values(column.dictionary) >> np.uint64(1)).astype(np.int64)
    return by_word[column.indices.to_numpy()], by_word


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
