"""Resolution by exact identifiers: records of several directories that share an identifying value are one entity.

Decisions are made in the order in which records became known and rest only on what was known by then. A value that two
records of one directory share identifies nobody, unless that directory may list a person several times. A record that
fits several entities is linked to each of them with equal weight: it is kept ambiguous, not guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

_NODE = ["directory", "record_key"]
_SHIFT = np.uint64(11)  # 53 bits: exact also where numbers are floats, as in a browser
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Nodes:
    """Directory keys and what identifies them.

    Attributes:
        frame: `node` (its number), `directory`, `record_key`, `known_at` (first known), `entity_id` (if it founds one).
        keys: `node`, `id_key` of its identifying values when it was first known.
    """

    frame: pd.DataFrame
    keys: pd.DataFrame


def current_records(records: pd.DataFrame) -> pd.DataFrame:
    """Return the versions of directory rows that hold, numbered: `node` (directory key) and `version_no` within it.

    Of rows with the same key and validity the one loaded last holds.

    Args:
        records: lake table `records`.
    """
    rows = records.sort_values(["known_at", "load_order", "record_id"], kind="stable")
    rows = rows.drop_duplicates([*_NODE, "known_at"], keep="last").reset_index(drop=True)
    node = rows.groupby(_NODE, sort=True).ngroup()
    return rows.assign(node=node, version_no=rows.groupby(node, sort=False).cumcount())


def link(records: pd.DataFrame, identifiers: pd.DataFrame, several: Collection[str] = ()) -> pd.DataFrame:
    """Return which directory key belongs to which entity: `node, entity_id, probability`.

    Args:
        records: rows of `current_records`.
        identifiers: lake table `record_identifiers`.
        several: directories in which a person may have several records.
    """
    nodes = _nodes(records, identifiers)
    keys = _uncontested(nodes, several)
    known = pd.DataFrame({"id_key": pd.Series(dtype="int64"), "entity_id": pd.Series(dtype="int64")})
    parts = [
        pd.DataFrame(
            {
                "node": pd.Series(dtype="int64"),
                "entity_id": pd.Series(dtype="int64"),
                "probability": pd.Series(dtype="float64"),
            }
        )
    ]
    batch_keys = dict(iter(keys.groupby("known_at")))
    for known_at, batch in nodes.frame.groupby("known_at", sort=True):
        keyed = batch_keys.get(known_at, keys.iloc[:0])
        parts.append(_link_batch(batch, keyed, known))
        fresh = keyed.merge(parts[-1], on="node")[["id_key", "entity_id"]]
        known = pd.concat([known, fresh]).drop_duplicates()
    return pd.concat(parts, ignore_index=True)


def numbers(rows: pd.DataFrame) -> NDArray[np.int64]:
    """Return the number that each row of a directory gives to the person whom it founds.

    Args:
        rows: `directory, record_key`.
    """
    text = rows["directory"].astype(str) + _SEPARATOR + rows["record_key"].astype(str)
    hashed: NDArray[np.int64] = (pd.util.hash_array(text.to_numpy(dtype=object), categorize=False) >> _SHIFT).astype(
        "int64"
    )
    return hashed


def _nodes(records: pd.DataFrame, identifiers: pd.DataFrame) -> Nodes:
    first = records[records["version_no"] == 0].sort_values("node")
    frame = first[["node", *_NODE, "known_at", "record_id"]].reset_index(drop=True)
    frame["entity_id"] = numbers(frame)
    identifying = identifiers.loc[identifiers["identifies"].astype(bool), ["record_id", "id_key"]]
    keys = frame[["node", "record_id"]].merge(identifying, on="record_id")[["node", "id_key"]].drop_duplicates()
    return Nodes(frame.drop(columns="record_id"), keys)


def _uncontested(nodes: Nodes, several: Collection[str]) -> pd.DataFrame:
    """The identifying values of each record, `node, id_key, known_at`, less those shared within a directory by then."""
    rows = nodes.keys.merge(nodes.frame[["node", "directory", "known_at"]], on="node").sort_values(
        "known_at", kind="stable"
    )
    single = rows[~rows["directory"].isin(several)]
    second = single[single.groupby(["id_key", "directory"]).cumcount() == 1]
    contested = second.groupby("id_key").agg(contested_at=("known_at", "min")).reset_index()
    rows = rows.merge(contested, on="id_key", how="left")
    is_clear = rows["contested_at"].isna() | (rows["known_at"] < rows["contested_at"])
    return rows.loc[is_clear, ["node", "id_key", "known_at"]]


def _link_batch(batch: pd.DataFrame, keys: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Link the records that became known together, among themselves and to the entities there already."""
    position = pd.Series(np.arange(len(batch)), index=batch["node"])
    groups = _components(position[keys["node"]].to_numpy(), keys["id_key"].to_numpy(), len(batch))
    rows = batch[["node", *_NODE, "entity_id"]].assign(group=groups)
    founders = rows.sort_values(_NODE).drop_duplicates("group")[["group", "entity_id"]]
    found = (
        keys.merge(rows[["node", "group"]], on="node")
        .merge(known, on="id_key")[["group", "entity_id"]]
        .drop_duplicates()
    )
    founders = pd.concat([founders[~founders["group"].isin(found["group"])], found])
    founders = founders.assign(probability=1.0 / founders.groupby("group")["entity_id"].transform("size"))
    return rows[["node", "group"]].merge(founders, on="group")[["node", "entity_id", "probability"]]


def _components(positions: np.ndarray, keys: np.ndarray, count: int) -> np.ndarray:
    """Number the connected components of records that share values."""
    codes = pd.factorize(keys)[0] + count
    size = count + (int(codes.max()) - count + 1 if len(codes) else 0)
    graph = coo_array((np.ones(len(codes), dtype=np.int8), (positions, codes)), shape=(size, size))
    labels: np.ndarray = connected_components(graph, directed=False)[1]
    return labels[:count]
