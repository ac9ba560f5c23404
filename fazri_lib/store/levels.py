"""Which level of each comparison a pair of a few records reaches: the same SQL as Splink is given, without Splink.

Splink takes a quarter of a second to set itself up, which is nothing for a run and too much for a question.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from fazri_lib.resolution.comparison import LISTED
from fazri_lib.store.engine import open_duckdb
from fazri_lib.store.splink import RECORD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd
    from ibis.backends.duckdb import Backend as DuckDB
    from numpy.typing import NDArray

    from fazri_lib.resolution.comparison import Comparison
    from fazri_lib.resolution.pairs import Pairs

_MEMORY = "256MB"


class FewComparer:
    """Compares pairs of a few prepared records; `open_few` makes one.

    Attributes:
        comparisons: what it compares, in order.
    """

    def __init__(self, backend: DuckDB, columns: Sequence[str], comparisons: tuple[Comparison, ...]) -> None:
        self._backend = backend
        self.comparisons = comparisons
        sides = ", ".join(f"a.{name} as {name}_l, b.{name} as {name}_r" for name in columns)
        levels = ", ".join(map(_level, comparisons))
        self._query = (
            f"with met as (select p.place, {sides} from asked p"  # noqa: S608 - names and conditions of ours
            f" join few a on a.{RECORD} = p.l join few b on b.{RECORD} = p.r) select {levels} from met order by place"
        )

    def __call__(self, pairs: Pairs) -> NDArray[np.int8]:
        """Return the level of each pair and comparison: 0 the strongest, -1 where one side is unknown."""
        asked = pa.table({"place": np.arange(len(pairs)), "l": pairs.left, "r": pairs.right})
        connection = self._backend.con
        connection.register("asked", asked)
        rows = connection.sql(self._query).to_arrow_table()
        return np.column_stack([column.to_numpy() for column in rows.columns]).astype(np.int8)


@contextmanager
def open_few(columns: Mapping[str, pd.Series], comparisons: Sequence[Comparison]) -> Iterator[FewComparer]:
    """Open an engine on a few prepared records and close it afterwards. It takes about 10 ms, a comparison as long.

    Args:
        columns: prepared columns, all of one length; a record's number is its position.
        comparisons: what is compared.
    """
    backend = open_duckdb(_MEMORY, threads=1)
    try:
        backend.con.register("few", _table(columns))
        yield FewComparer(backend, list(columns), tuple(comparisons))
    finally:
        backend.disconnect()


def _level(one: Comparison) -> str:
    """Return SQL for a comparison's level, asked in Splink's order: unknown, differs, then from the strongest."""
    last = len(one) - 1
    whens = " ".join(f"when {level.condition} then {place}" for place, level in enumerate(one.levels[: last - 1]))
    differs = f"when not coalesce({one.agrees}, false) then {last}"
    return f"case when {one.unknown} then -1 {differs} {whens} else {max(last - 1, 0)} end"


def _table(columns: Mapping[str, pd.Series]) -> pa.Table:
    kinds = {name: pa.list_(pa.string()) if name.endswith(LISTED) else pa.string() for name in columns}
    arrays = {name: pa.array(column.tolist(), type=kinds[name]) for name, column in columns.items()}
    return pa.table({RECORD: pa.array(np.arange(len(next(iter(arrays.values()))))), **arrays})
