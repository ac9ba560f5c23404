"""Who is behind the identifiers of a campus, by number only: names, contacts and identifiers stay in the lake."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

ROLE, DEPARTMENT = "role", "department"


@dataclass(frozen=True, slots=True)
class Persons:
    """People of the directories, numbered anew.

    Attributes:
        people: person, unit, role, department; a unit is all whom an identifier, a name with a birth or a telephone
            connects.
        records: the given records with their person.
        listed: the given identifiers with their person.
        keys: id_key, person (the first of several holders), unit, holders.
    """

    people: pd.DataFrame
    records: pd.DataFrame
    listed: pd.DataFrame
    keys: pd.DataFrame


def persons_of(
    records: pd.DataFrame, listed: pd.DataFrame, links: pd.DataFrame, alike: pd.DataFrame | None = None
) -> Persons:
    """Return people and units: records are one person when an identifying identifier, a key or a link connects them.

    Args:
        records: record_id, directory, key (a number for the directory's own key), role, department and more.
        listed: record_id, id_type, id_key, identifies and more.
        links: record_id, entity_id of a published run; may be empty.
        alike: record_id, at of what one human alone should have, as a name with a birth: such people are one unit.
    """
    records = records.sort_values(["directory", "record_id"], ignore_index=True)
    same = [
        listed.loc[listed["identifies"], ["record_id"]].assign(at=listed["id_key"], sort=0),
        records[["record_id"]].assign(at=pd.factorize(records["directory"])[0] * 31 + records["key"], sort=1),
        links[["record_id"]].assign(at=links["entity_id"], sort=2),
    ]
    records = records.assign(person=_connected(records["record_id"], pd.concat(same)))
    listed = listed.merge(records[["record_id", "person"]], on="record_id")
    people = records.groupby("person", as_index=False)[[ROLE, DEPARTMENT]].first()
    ties = [listed[["person"]].assign(at=listed["id_key"], sort=0)]
    if alike is not None:
        ties.append(alike.merge(records[["record_id", "person"]], on="record_id")[["person", "at"]].assign(sort=1))
    people["unit"] = _connected(people["person"], pd.concat(ties).rename(columns={"person": "record_id"}))
    held = listed[["id_key", "person"]].drop_duplicates()
    keys = held.groupby("id_key", as_index=False).agg(person=("person", "min"), holders=("person", "size"))
    keys = keys.merge(people[["person", "unit"]], on="person")
    return Persons(people, records, listed, keys)


def _connected(members: pd.Series[int], edges: pd.DataFrame) -> np.ndarray:
    """Return the number of the connected component of each member; `edges` ties a member to a node (sort, at)."""
    position = pd.Series(np.arange(len(members)), index=members.to_numpy())
    edges = edges[edges["record_id"].isin(position.index)]
    nodes = edges.groupby(["sort", "at"]).ngroup().to_numpy() + len(members)
    ends = position[edges["record_id"]].to_numpy()
    size = int(nodes.max(initial=len(members) - 1)) + 1
    graph = coo_array((np.ones(len(nodes)), (ends, nodes)), shape=(size, size))
    found: np.ndarray = connected_components(graph, directed=False)[1][: len(members)].astype(np.int64)
    return found
