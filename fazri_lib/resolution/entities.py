"""Entities and what is known of them over time, from linked directory records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from fazri_lib.resolution.exact import current_records, link
from fazri_lib.schema import ALWAYS, EXTRACT_TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def resolve(records: pd.DataFrame, identifiers: pd.DataFrame, directories: Sequence[str] = ()) -> Resolved:
    """Resolve directory records into entities by exact identifiers.

    Args:
        records: lake table `records`.
        identifiers: lake table `record_identifiers`.
        directories: directories in order of trust, the least trusted first: of values known since the same moment
            the more trusted one is shown.
    """
    rows = current_records(records)
    linked = link(rows, identifiers)
    facts = rows.merge(linked[linked["probability"] == 1.0], on="node")
    trust = {name: place for place, name in enumerate(directories)}
    facts = facts.assign(trust=facts["directory"].map(trust).fillna(-1))
    facts = facts.sort_values(["entity_id", "known_at", "trust", "directory", "record_key"], kind="stable")
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
    """Who held which identifier from when to when, an end being known only when it has come."""
    spans = _spans(rows, identifiers).merge(linked, on="node")
    spans = spans.assign(is_open=spans["ends_at"].isna())
    held = (
        spans.groupby(["entity_id", "id_type", "id_value", "id_key", "valid_from"], dropna=False)
        .agg(
            known_at=("known_at", "min"),
            ends_at=("ends_at", "max"),
            is_open=("is_open", "any"),
            probability=("probability", "max"),
            source=("directory", "min"),
        )
        .reset_index()
    )
    held["ends_at"] = held["ends_at"].mask(held["is_open"])
    has_end = held["ends_at"].notna()
    opened = held[~has_end | (held["ends_at"] > held["known_at"])]
    opened = opened.assign(valid_to=_NEVER, superseded_at=opened["ends_at"])
    closed = held[has_end]
    closed = closed.assign(
        valid_to=closed["ends_at"], superseded_at=_NEVER, known_at=closed[["known_at", "ends_at"]].max(axis=1)
    )
    return pd.concat([opened, closed], ignore_index=True)


def _spans(rows: pd.DataFrame, identifiers: pd.DataFrame) -> pd.DataFrame:
    """Runs of versions of one record that list the same identifier, with `known_at`, `valid_from`, `ends_at`."""
    listed = rows[["record_id", "node", "version_no", "known_at", "directory"]].merge(
        identifiers.drop(columns="directory"), on="record_id"
    )
    listed = listed.sort_values([*_HELD, "version_no"], kind="stable")
    run = listed["version_no"] - listed.groupby(_HELD).cumcount()
    runs = (
        listed.groupby([*_HELD, run.rename("run")])
        .agg(
            known_at=("known_at", "first"),
            first_version=("version_no", "first"),
            last_version=("version_no", "last"),
            directory=("directory", "first"),
        )
        .reset_index()
    )
    # "first" and "last" pass over empty values, but an empty end of the last version means that it is open
    stated = listed.drop_duplicates([*_HELD, "version_no"], keep="last")
    for end, version in (("valid_from", "first_version"), ("valid_to", "last_version")):
        of_version = stated[[*_HELD, "version_no", end]].rename(columns={"version_no": version})
        runs = runs.merge(of_version, on=[*_HELD, version], how="left")
    following = rows[["node", "version_no", "known_at"]].rename(columns={"known_at": "replaced_at"})
    runs = runs.merge(
        following.assign(last_version=following["version_no"] - 1).drop(columns="version_no"),
        on=["node", "last_version"],
        how="left",
    )
    since_known = runs["known_at"].where(runs["known_at"] > ALWAYS)
    return runs.assign(
        valid_from=runs["valid_from"].fillna(since_known), ends_at=runs[["valid_to", "replaced_at"]].min(axis=1)
    )


def _in_contract(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    renamed = (
        frame.rename(columns={"directory": "source"}) if table == "identifiers" and "source" not in frame else frame
    )
    return renamed.reindex(columns=list(EXTRACT_TABLES[table].column_names))
