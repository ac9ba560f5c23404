"""Entities and what is known of them over time, from linked directory records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from fazri_lib.resolution.exact import current_records, link
from fazri_lib.schema import ALWAYS, EXTRACT_TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_PERSON = ("name", "email", "phone", "born_on")
_ROLE = ("role", "department")
_NEVER: Any = pd.NaT  # pandas' stubs do not let NaT be assigned to a column
_HELD = ["node", "id_type", "id_value", "id_key"]


@dataclass(frozen=True, slots=True)
class Resolved:
    """The extract's tables `entities`, `person`, `links` and `identifiers`, all versions."""

    entities: pd.DataFrame
    person: pd.DataFrame
    links: pd.DataFrame
    identifiers: pd.DataFrame


def resolve(records: pd.DataFrame, identifiers: pd.DataFrame, several: Collection[str] = ()) -> Resolved:
    """Resolve directory records into entities by exact identifiers.

    Args:
        records: lake table `records`.
        identifiers: lake table `record_identifiers`.
        several: directories in which a person may have several records, as a list of devices.
    """
    rows = current_records(records)
    linked = link(rows, identifiers, several)
    facts = rows.merge(linked[linked["probability"] == 1.0], on="node")
    facts = facts.sort_values(["entity_id", "known_at", "directory", "record_key"], kind="stable")
    entities = _history(facts, _ROLE).assign(kind="person", confidence=1.0)
    return Resolved(
        entities=_in_contract(entities, "entities"),
        person=_in_contract(_history(facts, _PERSON), "person"),
        links=_in_contract(rows.merge(linked, on="node").assign(superseded_at=_NEVER), "links"),
        identifiers=_in_contract(_holdings(rows, identifiers, linked), "identifiers"),
    )


def _history(facts: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """One row per entity and moment at which anything became known: the last known value of each column."""
    filled = facts[["entity_id", "known_at", *columns]].copy()
    filled[list(columns)] = facts.groupby("entity_id")[list(columns)].ffill()
    filled = filled.drop_duplicates(["entity_id", "known_at"], keep="last")
    changed = (
        filled[list(columns)].ne(filled.groupby("entity_id")[list(columns)].shift()) & filled[list(columns)].notna()
    ).any(axis=1)
    filled = filled[changed | ~filled["entity_id"].duplicated()]
    return filled.assign(superseded_at=filled.groupby("entity_id")["known_at"].shift(-1))


def _holdings(rows: pd.DataFrame, identifiers: pd.DataFrame, linked: pd.DataFrame) -> pd.DataFrame:
    """Who held which identifier from when to when, as each directory said it; an end is known when it has come."""
    said = _statements(rows, identifiers)
    never_known = said["replaced_at"] <= said["ends_at"]
    opened = said[~(said["ends_at"] <= said["known_at"])]
    opened = opened.assign(superseded_at=opened[["ends_at", "replaced_at"]].min(axis=1), valid_to=_NEVER)
    closed = said[said["ends_at"].notna() & ~never_known]
    closed = closed.assign(
        valid_to=closed["ends_at"],
        superseded_at=closed["replaced_at"],
        known_at=closed[["known_at", "ends_at"]].max(axis=1),
    )
    held = _joined(pd.concat([opened, closed], ignore_index=True)).merge(linked, on="node")
    return held.drop(columns=["node", "run"]).drop_duplicates()


def _statements(rows: pd.DataFrame, identifiers: pd.DataFrame) -> pd.DataFrame:
    """What each version of a record says of an identifier that it lists.

    Returns:
        `*_HELD, directory, run` (of versions without a gap), `valid_from`, `known_at`, `ends_at` (as stated, or the
        moment of the first version without it), `replaced_at` (when the next version of the run says it anew).
    """
    following = rows[["node", "version_no", "known_at"]].rename(columns={"known_at": "next_at"})
    versions = rows[["record_id", "node", "version_no", "known_at", "directory"]].merge(
        following.assign(version_no=following["version_no"] - 1), on=["node", "version_no"], how="left"
    )
    said = versions.merge(identifiers.drop(columns="directory"), on="record_id")
    said = said.sort_values([*_HELD, "version_no"], kind="stable").drop_duplicates([*_HELD, "version_no"], keep="last")
    said = said.assign(run=said["version_no"] - said.groupby(_HELD).cumcount())
    together = said.groupby([*_HELD, "run"])
    since_known = said["known_at"].where(said["known_at"] > ALWAYS)
    first = said["valid_from"].fillna(since_known).where(together.cumcount() == 0)
    is_last = together.cumcount(ascending=False) == 0
    return said.assign(
        valid_from=first.groupby([said[name] for name in (*_HELD, "run")]).transform("first"),
        ends_at=said["valid_to"].mask(is_last, said[["valid_to", "next_at"]].min(axis=1)),
        replaced_at=said["next_at"].mask(is_last),
    )[[*_HELD, "directory", "run", "valid_from", "known_at", "ends_at", "replaced_at"]]


def _joined(held: pd.DataFrame) -> pd.DataFrame:
    """Rows that say the same one after the other are one row."""
    same = [*_HELD, "directory", "run", "valid_from", "valid_to"]
    held = held.sort_values([*same, "known_at"], kind="stable")
    continues = held.groupby(same, dropna=False)["superseded_at"].shift() == held["known_at"]
    piece = (~continues).cumsum()
    held["known_at"] = held.groupby(piece)["known_at"].transform("first")
    return held[~piece.duplicated(keep="last")].sort_values([*_HELD, "known_at"], kind="stable")


def _in_contract(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    renamed = (
        frame.rename(columns={"directory": "source"}) if table == "identifiers" and "source" not in frame else frame
    )
    return renamed.reindex(columns=list(EXTRACT_TABLES[table].column_names))
