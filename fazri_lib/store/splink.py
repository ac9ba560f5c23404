"""Splink on DuckDB: which level of each comparison a pair of records reaches."""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa

from fazri_lib.errors import FazriError
from fazri_lib.resolution.comparison import LISTED
from fazri_lib.store.engine import open_duckdb

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from fazri_lib.resolution.comparison import Comparison
    from fazri_lib.resolution.model import Model
    from fazri_lib.resolution.pairs import Pairs

RECORD = "record"
CHUNK = 800_000
_CODE = (
    2.0**-40
)  # Splink gives weights, not levels: probabilities whose weights are 1, 2, 3 ... name the level, 0 is unknown


class PairComparer:
    """Compares pairs of prepared records; `open_comparer` makes one.

    Attributes:
        comparisons: what it compares, in order.
    """

    def __init__(self, linker: Any, engine: Any, comparisons: tuple[Comparison, ...]) -> None:
        self._linker = linker
        self._engine = engine
        self.comparisons = comparisons

    def __call__(self, pairs: Pairs) -> NDArray[np.int8]:
        """Return the level of each pair and comparison: 0 the strongest, -1 where one side is unknown.

        Raises:
            FazriError: the engine cannot; it says which kind of error, without the query and the values in it.
        """
        levels = np.empty((len(pairs), len(self.comparisons)), dtype=np.int8)
        for start in range(0, len(pairs), CHUNK):
            part = slice(start, start + CHUNK)
            levels[part] = self._tried(pairs.where(part))
        return levels

    def _tried(self, pairs: Pairs) -> NDArray[np.int8]:
        from splink.internals.exceptions import SplinkException  # noqa: PLC0415 - a second to import, and there by now

        try:
            return self._compared(pairs)
        except (SplinkException, duckdb.Error) as error:
            said = type(error.__cause__ or error).__name__
        raise FazriError(
            f"records cannot be compared: expected values that every level can read and memory for them, got {said} of "
            "the engine; leave out a field of the spec to see whose values it is, or raise the memory limit"
        )

    def _compared(self, pairs: Pairs) -> NDArray[np.int8]:
        asked = pa.table(
            {
                "join_key_l": pairs.left,
                "join_key_r": pairs.right,
                "match_key": pa.array(["0"] * len(pairs), pa.string()),
            }
        )
        registered = self._engine.register(asked)
        self._linker.table_management.register_blocked_pairs_for_predict(registered)
        scored = self._linker.inference.predict(warning_mode="never")
        numbers = ", ".join(f"cast(mw_{one.field} as tinyint)" for one in self.comparisons)
        rows = self._engine.duckdb_con.sql(
            f"select {numbers} from {scored.physical_name} order by {RECORD}_l, {RECORD}_r"  # noqa: S608 - names of ours
        ).to_arrow_table()
        scored.drop_table_from_database_and_remove_from_cache()
        return np.column_stack([column.to_numpy() for column in rows.columns]) - np.int8(1)


@contextmanager
def open_comparer(
    columns: Mapping[str, pd.Series],
    comparisons: Sequence[Comparison],
    memory_limit: str = "4GB",
    threads: int = 0,
    model: Model | None = None,
) -> Iterator[PairComparer]:
    """Give Splink the prepared records and close its engine afterwards; what it spilled is gone then.

    Args:
        columns: prepared columns, all of one length; a record's number is its position.
        comparisons: what is compared.
        memory_limit: of DuckDB.
        threads: 0 takes all cores.
        model: trained on these comparisons; only for Splink's own weights, levels need none.
    """
    from splink import DuckDBAPI, Linker  # noqa: PLC0415 - a second to import

    logging.getLogger("splink").setLevel(logging.ERROR)
    with TemporaryDirectory(prefix="fazri-", ignore_cleanup_errors=True) as spill:
        backend = open_duckdb(memory_limit, threads, Path(spill))
        try:
            engine = DuckDBAPI(connection=backend.con)
            records = engine.register(_table(_asked(columns, comparisons)))
            del columns  # they may be large, and this frame stays
            linker = Linker(records, splink_settings(comparisons, model), log_level=logging.ERROR)
            yield PairComparer(linker, engine, tuple(comparisons))
        finally:
            backend.disconnect()


def splink_settings(comparisons: Sequence[Comparison], model: Model | None = None) -> dict[str, Any]:
    """Return comparisons as settings of Splink, with the probabilities of a model where one is given.

    Splink's own frequency adjustment is left out: it counts a person's own records as commonness (see `Frequencies`).
    """
    described = []
    for number, one in enumerate(comparisons):
        levels: list[dict[str, Any]] = [
            {"sql_condition": one.unknown, "label_for_charts": "unknown", "is_null_level": True}
        ]
        last = len(one) - 1
        asked = {last: f"not coalesce({one.agrees}, false)", last - 1: "ELSE"}
        for place in (last, *range(last)):
            level = one.levels[place]
            m, u = (model.m[number][place], model.u[number][place]) if model else (2.0**place * _CODE, _CODE / 2)
            trained = {"m_probability": float(m), "u_probability": float(u)}
            levels.append(
                {"sql_condition": asked.get(place, level.condition), "label_for_charts": level.label, **trained}
            )
        described.append({"output_column_name": one.field, "comparison_levels": levels})
    settings: dict[str, Any] = {
        "link_type": "dedupe_only",
        "unique_id_column_name": RECORD,
        "comparisons": described,
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
    }
    return settings if model is None else {**settings, "probability_two_random_records_match": model.prior}


def _asked(columns: Mapping[str, pd.Series], comparisons: Sequence[Comparison]) -> dict[str, pd.Series]:
    """Return the columns that comparisons ask for; the others only find pairs."""
    text = " ".join(
        " ".join((one.unknown, one.agrees, *(level.condition for level in one.levels))) for one in comparisons
    )
    names = set(re.findall(r"\b(\w+)_[lr]\b", text))
    return {name: column for name, column in columns.items() if name in names}


def _table(columns: Mapping[str, pd.Series]) -> pa.Table:
    arrays: dict[str, Any] = {}
    for name, column in columns.items():
        kind = pa.list_(pa.string()) if name.endswith(LISTED) else pa.string()
        arrays[name] = pa.array(column.tolist(), type=kind)
    length = len(next(iter(arrays.values())))
    return pa.table({RECORD: pa.array(np.arange(length)), **arrays})
