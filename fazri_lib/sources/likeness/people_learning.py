"""Directories become shapes: sizes by role, how often what is filled, how many records and holders; no record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.sources.likeness.disclosure import shares
from fazri_lib.sources.likeness.shapes import DirectoryShape, Shares, Sharing

if TYPE_CHECKING:
    from fazri_lib.sources.contract import Contract
    from fazri_lib.sources.likeness.learning import Control
    from fazri_lib.sources.likeness.persons import Persons
    from fazri_lib.sources.simulate.draws import FloatArray

MOST = 6
"""More records or holders than this are counted as so many."""
FILLED = ("name", "email", "phone", "born_on", "role", "department", "valid_from", "valid_to")
_MOST_WITHIN_ROLE = 0.5


def roles_of(persons: Persons, least: int) -> tuple[pd.Series[int], tuple[str, ...]]:
    """Return the group of each person and the role of each group; roles of fewer than `least` join the largest.

    A unit counts once, so that a role of ten people who share one card is not ten. Where every role is too small, all
    are one group without a role.
    """
    roles = persons.people["role"].fillna("").astype(str)
    units = persons.people.assign(role=roles).groupby("role")["unit"].nunique().sort_index()
    large = tuple(str(role) for role in units.index[units >= least]) or ("",)
    largest = str(units.idxmax()) if units.max() >= least else ""
    merged = roles.where(roles.isin(large), largest)
    codes = np.searchsorted(np.array(large, dtype=str), merged.to_numpy(str))
    found: pd.Series[int] = pd.Series(codes, index=roles.index, dtype="int64")
    return found, large


def departments(persons: Persons, group: pd.Series[int], at: int, control: Control) -> Shares:
    """Return the departments of a group, those of too few people left out."""
    members = persons.people[group == at]
    counted = members.dropna(subset=["department"]).groupby("department")["unit"].agg(["size", "nunique"])
    return _shares(counted.sort_index(), control)


def memberships(persons: Persons, group: pd.Series[int], at: int, control: Control) -> Shares:
    """Return the sets of directories in which the people of a group are."""
    pairs = persons.records[["person", "directory"]].drop_duplicates().sort_values(["person", "directory"])
    sets = pairs.groupby("person")["directory"].agg(",".join)
    members = persons.people[group == at]
    counted = members.assign(inside=members["person"].map(sets)).groupby("inside")["unit"].agg(["size", "nunique"])
    found = _shares(counted.sort_index(), control)
    if found.shares.any():
        return found
    # too few of every set: all are in all large directories, whoever is in them, so that nothing of the group is said
    units = pairs.merge(persons.people[["person", "unit"]], on="person").groupby("directory")["unit"].nunique()
    large = sorted(units.index[units >= control.least].astype(str))
    return Shares((",".join(large),), np.ones(1)) if large else Shares((), np.zeros(0))


def directory_shape(
    contract: Contract, persons: Persons, group: pd.Series[int], groups: int, control: Control
) -> DirectoryShape:
    """Return the shape of a directory.

    Args:
        contract: the directory's.
        persons: whose the records are.
        group: group by person, in the order of `persons.people`.
        groups: number of groups.
        control: disclosure control.
    """
    records = persons.records[persons.records["directory"] == contract.source]
    records = records.assign(group=records["person"].map(pd.Series(group.to_numpy(), index=persons.people["person"])))
    records = records.assign(unit=records["person"].map(persons.people.set_index("person")["unit"]))
    each = records.groupby("person")["unit"].agg(["size", "first"])
    filled = {name: _filled(records, records[f"has_{name}"], groups, control) for name in FILLED}
    for id_type in contract.identifiers:
        own = persons.listed[(persons.listed["directory"] == contract.source) & (persons.listed["id_type"] == id_type)]
        for name, rows in (("id", own), ("from", own[own["has_from"]]), ("to", own[own["has_to"]])):
            filled[f"{name}:{id_type}"] = _filled(
                records, records["record_id"].isin(rows["record_id"]), groups, control
            )
    return DirectoryShape(contract, _histogram(each["size"], each["first"], control), filled)


def sharing(persons: Persons, id_type: str, group: pd.Series[int], groups: int, control: Control) -> Sharing:
    """Return how many people share a value of one identifier type, by people; arguments as of `directory_shape`."""
    held = persons.listed.loc[persons.listed["id_type"] == id_type, ["id_key", "person"]].drop_duplicates()
    held = held.assign(group=held["person"].map(pd.Series(group.to_numpy(), index=persons.people["person"])))
    unit = held["person"].map(persons.people.set_index("person")["unit"])
    holders = held.groupby("id_key")["person"].transform("size")
    groups_of_key = held[holders > 1].groupby("id_key")["group"].nunique()
    within = groups_of_key.lt(2)
    is_within = bool(len(within)) and float(within.mean()) > _MOST_WITHIN_ROLE
    parts = [(holders[held["group"] == at] if is_within else holders) for at in range(groups)]
    return Sharing(np.array([_histogram(part, unit[part.index], control) for part in parts]), is_within)


def _filled(records: pd.DataFrame, has: pd.Series[bool], groups: int, control: Control) -> FloatArray:
    """Return the share of records with a value by group; groups of too few people have that of all."""
    counts, units = np.zeros((2, groups)), np.zeros((2, groups))
    for at, rows in enumerate((has, ~has)):
        found = records[rows].groupby("group")["unit"].agg(["size", "nunique"])
        counts[at, found.index.to_numpy(np.int64)] = found["size"].to_numpy()
        units[at, found.index.to_numpy(np.int64)] = found["nunique"].to_numpy()
    is_enough = units.sum(axis=0) >= control.least
    counts, units = (np.where(is_enough, each, each.sum(axis=1, keepdims=True)) for each in (counts, units))
    counts = np.where(units >= control.least, counts, 0.0)  # too few have it, or have it not: nobody, or everybody
    shared: FloatArray = counts[0] / np.maximum(counts.sum(axis=0), 1.0)
    return shared


def _histogram(counts: pd.Series[int], unit: pd.Series[int], control: Control) -> FloatArray:
    """Return shares of 1, 2, ... MOST; those of too few units are left out: ten who share one card are one."""
    by_count = unit.groupby(counts.clip(upper=MOST)).agg(["size", "nunique"])
    by_count = by_count.reindex(range(1, MOST + 1), fill_value=0)
    amount, units = by_count["size"].to_numpy(np.float64), by_count["nunique"].to_numpy(np.int64)
    found = shares(amount, units, control.least, control.rng)
    return found if found.sum() > 0 else np.eye(MOST)[0]


def _shares(counted: pd.DataFrame, control: Control) -> Shares:
    counted = counted[counted["nunique"] >= control.least]
    amount, units = counted["size"].to_numpy(np.float64), counted["nunique"].to_numpy(np.int64)
    return Shares(tuple(counted.index.astype(str)), shares(amount, units, control.least, control.rng))
