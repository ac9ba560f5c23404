"""A file in DuckDB, read once: one temporary table with the identity, the texts or codes and the times of every row."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fazri_lib.errors import FazriError
from fazri_lib.sources.duckdb_functions import key_of
from fazri_lib.sources.guessing import guess
from fazri_lib.sources.identity import codes, identities, numbers_of, repeated, seed_of
from fazri_lib.sources.proof import Refusal, facts_of, proven
from fazri_lib.sources.rows import INSTANT, TIMESTAMP, Rows, named
from fazri_lib.sources.times import TimeColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import ibis.expr.types as ir
    import numpy.typing as npt
    from ibis.backends.duckdb import Backend

    from fazri_lib.sources.contract import Contract
    from fazri_lib.sources.proof import Facts

ROW, IDENTITY = "row", "identity"
_DISTINCT = 0.9  # a dictionary with more words than this share of the rows is no help
_FEW_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Staged:
    """A file in DuckDB.

    Attributes:
        backend: where it is.
        contract: how it is read.
        file: its name.
        table: row (position from 1), identity of the content, and a column per file column: text, code, times.
        later: identities of the rows that repeat an earlier one: later_row, own; None when none does.
        words: per coded file column its dictionary: code, word.
        times: per file column that holds times how it was read.
        facts: what was found in them, by their names in `table`.
        rows: what was read, for row numbers and rejects.
        count: rows in `table`.
    """

    backend: Backend
    contract: Contract
    file: str
    table: ir.Table
    later: ir.Table | None
    words: dict[str, ir.Table]
    times: dict[str, TimeColumn]
    facts: dict[str, Facts]
    rows: Rows
    count: int

    def held(self, expression: ir.Table) -> ir.Table:
        """Compute a small table once."""
        return ibis.memtable(self.backend.to_pyarrow(expression), schema=expression.schema())

    def name_of(self, column: str) -> str:
        """Return the name that a file column has in `table`."""
        return named(self.rows.columns.index(column))

    def told_apart(self, table: ir.Table | None = None) -> ir.Table:
        """Return `table`, or some of its rows and columns, with an identity of its own for each row."""
        rows = self.table if table is None else table
        if self.later is None:
            return rows
        joined = rows.left_join(self.later, rows[ROW] == self.later.later_row)
        return joined.mutate(**{IDENTITY: ibis.coalesce(joined.own, joined[IDENTITY])}).select(*rows.columns)

    def number(self, position: int) -> int:
        """Return the data row number of a row in `table`."""
        return int(self.rows.numbers(np.array([position]))[0])


@contextmanager
def staging(backend: Backend, read: Callable[[], Rows], contract: Contract, file: str) -> Iterator[Staged]:
    """Stage a file for as long as the context lasts, its time formats proven.

    A sample tells by which formats to stage it; when the whole column proves others, it is staged once more by those.

    Args:
        backend: where to stage it.
        read: reads its rows from the start.
        contract: what they are.
        file: its name.

    Raises:
        FileRefusedError: the file is unusable as a whole; nothing of it stays.
    """
    made: list[str] = []
    try:
        staged = _staged(backend, read(), contract, file, made)
        times = {column: _proven(staged, column) for column in staged.times}
        if times != staged.times:
            _drop(backend, made)
            staged = _staged(backend, read(), contract, file, made, times)
        yield staged
    finally:
        _drop(backend, made)


def _drop(backend: Backend, made: list[str]) -> None:
    while made:
        backend.drop_table(made.pop(), force=True)


def temporary(backend: Backend, expression: ir.Table, made: list[str]) -> ir.Table:
    """Store a table under a name of its own, which is added to `made`."""
    name = ibis.util.gen_name("fazri")
    made.append(name)
    return backend.create_table(name, expression, temp=True)


@dataclass(slots=True)
class _Stream:
    """The batches of a file on their way into DuckDB, with identities added and dictionaries turned into codes."""

    rows: Rows
    seed: np.uint64
    coded: dict[str, bool]
    start: int = 1
    identities: list[npt.NDArray[np.int64]] = field(default_factory=list)
    words: dict[str, list[pa.Table]] = field(default_factory=dict)
    fault: FazriError | None = None

    def schema(self, first: pa.RecordBatch) -> pa.Schema:
        """Return the columns that it hands over."""
        fields = [(ROW, pa.int64()), (IDENTITY, pa.int64())]
        for name in first.schema.names:
            kind = first.schema.field(name).type
            if pa.types.is_dictionary(kind):
                kind = pa.int64() if self.coded[name] else pa.string()
            fields.append((name, TIMESTAMP if kind == INSTANT else kind))
        return pa.schema(fields)

    def batches(self, first: pa.RecordBatch, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Yield the batches; an error ends them and is kept, for DuckDB would hide what it says."""
        try:
            yield self._ready(first, schema)
            for batch in self.rows.batches:
                yield self._ready(batch, schema)
        except FazriError as error:
            self.fault = error

    def _ready(self, batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
        columns, numbers = zip(*(self._column(name, batch.column(name)) for name in batch.schema.names), strict=True)
        known = identities(self.seed, numbers)
        self.identities.append(known)
        rows = pa.array(np.arange(self.start, self.start + len(known)))
        self.start += len(known)
        return pa.record_batch([rows, pa.array(known), *columns], schema=schema)

    def _column(self, name: str, column: pa.Array) -> tuple[pa.Array, npt.NDArray[np.uint64]]:
        """Return a column as it is staged, and the numbers that stand for its values in identities."""
        if not pa.types.is_dictionary(column.type):
            return (column.cast(TIMESTAMP) if column.type == INSTANT else column), numbers_of(column)
        by_word = numbers_of(column.dictionary)
        by_row = by_word[column.indices.to_numpy()]
        if not self.coded[name]:
            return column.dictionary_decode(), by_row
        self.words.setdefault(name, []).append(pa.table({"code": codes(by_word), "word": column.dictionary}))
        return pa.array(codes(by_row)), by_row


def _staged(
    backend: Backend,
    rows: Rows,
    contract: Contract,
    file: str,
    made: list[str],
    times: dict[str, TimeColumn] | None = None,
) -> Staged:
    first = next((batch for batch in rows.batches if batch.num_rows), None)
    if first is None:
        first = pa.RecordBatch.from_pydict({named(at): pa.array([], pa.string()) for at in range(len(rows.columns))})
    stream = _Stream(
        rows, seed_of(contract.source), {name: _repeats(first.column(name)) for name in first.schema.names}
    )
    schema = stream.schema(first)
    times = times or {column: _guessed(first, rows, contract, column) for column in contract.time_columns}
    source = ibis.util.gen_name("stream")
    backend.con.register(source, pa.RecordBatchReader.from_batches(schema, stream.batches(first, schema)))
    try:
        raw = backend.table(source)
        parts = [column.parts(raw[column.column]) for column in times.values() if not column.is_typed]
        table = temporary(backend, raw.mutate(**{name: part for each in parts for name, part in each.items()}), made)
    finally:
        backend.con.unregister(source)
    if stream.fault:
        raise stream.fault
    words = {rows.columns[int(name[1:])]: ibis.memtable(_distinct(tables)) for name, tables in stream.words.items()}
    later = _later(backend, table, stream.identities, made)
    facts = facts_of(backend, table, times)
    return Staged(backend, contract, file, table, later, words, times, facts, rows, stream.start - 1)


def _repeats(column: pa.Array) -> bool:
    """Return whether a column's values repeat so often that codes pay."""
    return pa.types.is_dictionary(column.type) and (
        len(column) < _FEW_ROWS or len(column.dictionary) < _DISTINCT * len(column)
    )


def _guessed(first: pa.RecordBatch, rows: Rows, contract: Contract, column: str) -> TimeColumn:
    name = named(rows.columns.index(column))
    values = first.column(name)
    unread = TimeColumn(name, is_wide=column in contract.wide_columns)
    if pa.types.is_timestamp(values.type):
        return replace(unread, is_typed=True, is_instant=values.type == INSTANT)
    filled = values.filter(pc.not_equal(pc.utf8_trim_whitespace(values), ""))
    return guess(unread, filled, contract.time.formats) if len(filled) else unread


def _distinct(tables: list[pa.Table]) -> pa.Table:
    words = pa.concat_tables(tables)
    _, first = np.unique(words.column("code").to_numpy(), return_index=True)
    return words.take(pa.array(first))


def _later(backend: Backend, table: ir.Table, known: list[npt.NDArray[np.int64]], made: list[str]) -> ir.Table | None:
    """Return an identity of its own for the second and every later one of equal rows."""
    numbers = repeated(np.concatenate(known))
    if not len(numbers):
        return None
    equal = table.semi_join(ibis.memtable(pa.table({IDENTITY: numbers})), IDENTITY)
    nth = ibis.row_number().over(group_by=equal[IDENTITY], order_by=equal[ROW])
    later = equal.select(ROW, IDENTITY, nth=nth).filter(lambda t: t.nth > 0)
    own = key_of(later[IDENTITY].cast("string") + "\x1f" + later.nth.cast("string"))
    return temporary(backend, later.select(later_row=later[ROW], own=own), made)


def _proven(staged: Staged, column: str) -> TimeColumn:
    guessed = staged.times[column]
    if guessed.is_typed:
        return guessed
    refuse = Refusal(staged.file, column, staged.contract.origin, staged.number)
    return proven(staged, guessed, staged.facts[guessed.column], refuse)
