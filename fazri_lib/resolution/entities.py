"""Entities and what is known of them over time, from linked directory records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from fazri_lib.resolution.exact import current_records, link
from fazri_lib.resolution.holdings import holdings
from fazri_lib.schema import EXTRACT_TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_PERSON = ("name", "email", "phone", "born_on")
_ROLE = ("role", "department")
_NEVER: Any = pd.NaT  # pandas' stubs do not let NaT be assigned to a column


@dataclass(frozen=True, slots=True)
class Resolved:
    """The extract's tables `entities`, `person`, `links` and `identifiers`, all versions."""

    entities: pd.DataFrame
    person: pd.DataFrame
    links: pd.DataFrame
    identifiers: pd.DataFrame


def resolve(
    records: pd.DataFrame,
    identifiers: pd.DataFrame,
    several: Collection[str] = (),
    one_holder: Collection[tuple[str, str]] = (),
) -> Resolved:
    """Resolve directory records into entities by exact identifiers.

    Args:
        records: lake table `records`.
        identifiers: lake table `record_identifiers`.
        several: directories in which a person may have several records, as a list of devices.
        one_holder: directories and kinds of identifiers in them that one person holds at a time.
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
        identifiers=_in_contract(holdings(rows, identifiers, linked, one_holder), "identifiers"),
    )


def row_versions(records: pd.DataFrame) -> pd.DataFrame:
    """Return the extract's table `records`: every version of every directory row, until the next one was known.

    Args:
        records: lake table `records`.
    """
    rows = current_records(records)
    return _in_contract(rows.assign(superseded_at=rows.groupby("node")["known_at"].shift(-1)), "records")


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


def _in_contract(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    renamed = (
        frame.rename(columns={"directory": "source"}) if table == "identifiers" and "source" not in frame else frame
    )
    return renamed.reindex(columns=list(EXTRACT_TABLES[table].column_names))
