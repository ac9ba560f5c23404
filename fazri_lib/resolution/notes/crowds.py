"""How many people a note could mean: everybody on record, and those of each department, as powers of two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator

CROWDS = pa.schema(
    [("department", pa.string()), ("size", pa.float64()), ("since", pa.timestamp("us")), ("until", pa.timestamp("us"))]
)
"""Columns of `crowds`."""
EVERYBODY = ""
"""The department of the crowd of all people on record."""


def crowds(entities: pd.DataFrame) -> pd.DataFrame:
    """Return how many people were on record, and in each department, rounded down to a power of two.

    Rounded, because one more person on record must not change what every note says of everybody.

    Args:
        entities: extract table `entities`, all versions.

    Returns:
        Columns of `CROWDS`: each size with the time in which it held; `until` is empty for the last.
    """
    named = entities.loc[entities["department"].notna(), ["entity_id", "department", "known_at"]]
    every = entities[["entity_id", "known_at"]].assign(department=EVERYBODY)
    first = pd.concat([every, named]).groupby(["department", "entity_id"], sort=True)["known_at"].min().reset_index()
    rows = [row for department, known in first.groupby("department") for row in _sizes(department, known["known_at"])]
    return pd.DataFrame(rows, columns=CROWDS.names)


def _sizes(department: object, known_at: pd.Series) -> Iterator[tuple[object, float, pd.Timestamp, object]]:
    moments = known_at.sort_values(ignore_index=True)
    powers = [2**power for power in range(len(moments).bit_length()) if 2**power <= len(moments)]
    starts = [moments[power - 1] for power in powers]
    for power, since, until in zip(powers, starts, [*starts[1:], pd.NaT], strict=True):
        if since != until:
            yield department, float(power), since, until
