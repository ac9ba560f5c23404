"""How many people a note could mean: everybody on record, and those of each department, as powers of two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from fazri_lib.resolution.notes.lives import lives

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
    on_record = lives(entities)
    named = entities.loc[entities["department"].notna(), ["entity_id", "department", "known_at"]]
    named = named.merge(on_record, on="entity_id")
    named = named[(named["since"] <= named["known_at"]) & ~(named["until"] <= named["known_at"])]
    of_life = named.groupby(["department", "entity_id", "since"], sort=True)
    first = of_life.agg(came=("known_at", "min"), until=("until", "first")).reset_index()
    every = on_record.rename(columns={"since": "came"}).assign(department=EVERYBODY)
    parts = pd.concat([every, first])[["department", "came", "until"]].groupby("department", sort=True)
    rows = [row for department, part in parts for row in _sizes(department, part)]
    return pd.DataFrame(rows, columns=CROWDS.names)


def _sizes(department: object, members: pd.DataFrame) -> Iterator[tuple[object, float, pd.Timestamp, object]]:
    moves = pd.concat(
        [pd.Series(1, index=members["came"]), pd.Series(-1, index=pd.DatetimeIndex(members["until"].dropna()))]
    )
    counts = moves.groupby(level=0).sum().cumsum()
    powers = counts.map(lambda count: 2 ** (int(count).bit_length() - 1) if count else 0)
    powers = powers[powers != powers.shift()]
    for power, since, until in zip(powers, powers.index, [*powers.index[1:], pd.NaT], strict=True):
        if power:
            yield department, float(power), since, until
