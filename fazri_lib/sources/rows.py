"""The rows of one file as Arrow batches, before anything is made of them: what every format hands over."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fazri_lib.errors import FileRefusedError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fazri_lib.sources.contract import Contract

CODED_COLUMNS = ("zone_id", "sensor_id", "id_value")
"""Canonical columns whose values repeat, so that they are kept as a dictionary and its codes."""
CODED = pa.dictionary(pa.int32(), pa.string())
TIMESTAMP = pa.timestamp("us")
INSTANT = pa.timestamp("us", "UTC")


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not be split into columns: its data row number, what is wrong, a digest of its text."""

    row_number: int
    rule: str
    reason: str
    digest: str


@dataclass(slots=True)
class Rows:
    """The rows of one file.

    Attributes:
        columns: the file columns read, in the contract's order; batches name them c0, c1, ...
        batches: text, dictionary-coded text, timestamps (with zone UTC when the file says so) or lists of numbers.
        rejects: rows that are in no batch, in ascending order; complete once the batches are read.
    """

    columns: tuple[str, ...]
    batches: Iterator[pa.RecordBatch]
    rejects: list[Reject] = field(default_factory=list)

    def numbers(self, positions: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the data row numbers of rows given by their position (from 1) among the rows that are in batches."""
        missing = np.array([reject.row_number for reject in self.rejects], dtype=np.int64)
        before = np.searchsorted(missing - np.arange(len(missing)), positions, side="right")
        return positions + before


def setting_aside(
    rows: Rows, broken: Callable[[pa.RecordBatch], pa.Array | None], reason: str, *, drop: str | None = None
) -> Rows:
    """Return rows without the broken ones, which become rejects of rule ragged_row.

    Args:
        rows: rows to look at.
        broken: gives the text of each broken row of a batch, null for the others; None when none is broken.
        reason: what is wrong, without values.
        drop: a column that only served to tell.
    """
    kept = Rows(rows.columns, iter(()))

    def batches() -> Iterator[pa.RecordBatch]:
        digests, found, seen = Digests(), list[Reject](), 0
        for batch in rows.batches:
            texts = broken(batch)
            if texts is not None:
                places = np.flatnonzero(texts.is_valid().to_numpy(zero_copy_only=False))
                numbers = rows.numbers(seen + 1 + places).tolist()
                said = texts.drop_null().to_pylist()
                found += [
                    Reject(at, "ragged_row", reason, digests.of(text)) for at, text in zip(numbers, said, strict=True)
                ]
            seen += batch.num_rows
            left = batch if texts is None else batch.filter(texts.is_null())
            yield left.drop_columns([drop]) if drop else left
        kept.rejects[:] = sorted(rows.rejects + found, key=lambda reject: reject.row_number)

    kept.batches = batches()
    return kept


class Digests:
    """Digests of rejected rows that tell the n-th row of the same text from the first."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def of(self, text: str) -> str:
        """Return the digest of the next row with this text."""
        digest = hashlib.sha256(text.encode()).hexdigest()
        self._seen[digest] += 1
        return f"{digest}\x1f{self._seen[digest]}"


def named(position: int) -> str:
    """Return the name that the column at this position of the contract has in batches and staged tables."""
    return f"c{position}"


def positions(header: Sequence[str], contract: Contract, file: str) -> list[int]:
    """Return where the contract's columns stand in a file's header.

    Raises:
        FileRefusedError: one is missing or there twice.
    """
    names = [name.strip().removeprefix("\ufeff").strip() for name in header]
    counts = Counter(names)
    for column in contract.file_columns:
        if counts[column] > 1:
            raise FileRefusedError(
                f"{file}: the header has column {column} {counts[column]} times; expected it once; rename one of them"
            )
    for column in contract.file_columns:
        if column not in counts:
            raise FileRefusedError(
                f"{file}: has no column {column}{nearest(column, names)}; expected it by {contract.origin}; "
                "mend [columns] there, or the file"
            )
    return [names.index(column) for column in contract.file_columns]


def coded(contract: Contract) -> frozenset[str]:
    """Return the file columns that are kept as a dictionary and its codes."""
    if not contract.traits.is_timed:
        return frozenset()
    names = {name for name in CODED_COLUMNS if name != "id_value" or "id_type" in contract.constants}
    kept = {column for name, column in contract.columns.items() if name in names}
    plain = {column for name, column in contract.columns.items() if name not in names}
    return frozenset(kept - plain)


def as_raw(array: pa.Array, *, is_time: bool, is_coded: bool = False) -> pa.Array:
    """Return a typed column as the batches of `Rows` hold it."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if is_time and pa.types.is_timestamp(array.type):
        return array.cast(INSTANT if array.type.tz else TIMESTAMP, safe=False)
    if is_time and pa.types.is_date(array.type):
        return array.cast(TIMESTAMP)
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type) or pa.types.is_fixed_size_list(array.type):
        return array.cast(pa.list_(pa.float32()))
    text = array.cast(pa.string())
    if pa.types.is_floating(array.type):
        text = pc.replace_substring_regex(text, r"\.0+$", "")  # numbers that became floats because some were missing
    text = text.fill_null("")
    return text.dictionary_encode() if is_coded else text
