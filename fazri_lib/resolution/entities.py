"""Entities and what is known of them over time, from linked directory records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from fazri_lib.resolution.exact import current_records, numbers
from fazri_lib.resolution.facts import PERSON, ROLE, facts, versions
from fazri_lib.resolution.folding import Engine, Kept, exact_states, folded
from fazri_lib.resolution.folding.directories import listed_numbers
from fazri_lib.resolution.folding.history import NODE, identity_changes, joined, overlapping
from fazri_lib.resolution.folding.kept import MATCHER
from fazri_lib.resolution.folding.timeline import DECISION
from fazri_lib.resolution.folding.versions import pair_versions
from fazri_lib.resolution.holdings import holdings
from fazri_lib.schema import EXTRACT_TABLES

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True, slots=True)
class Resolved:
    """The extract's tables of people and of how they were found, all versions, and what the next run goes on from."""

    entities: pd.DataFrame
    person: pd.DataFrame
    links: pd.DataFrame
    identifiers: pd.DataFrame
    records: pd.DataFrame
    pairs: pd.DataFrame
    matchers: pd.DataFrame
    changes: pd.DataFrame
    kept: Kept | None = None


def resolve(
    records: pd.DataFrame,
    identifiers: pd.DataFrame,
    several: Collection[str] = (),
    one_holder: Collection[tuple[str, str]] = (),
    decisions: pd.DataFrame | None = None,
    engine: Engine | None = None,
) -> Resolved:
    """Resolve directory records into entities, as was known at every moment.

    Args:
        records: lake table `records`.
        identifiers: lake table `record_identifiers`.
        several: directories in which a person may have several records, as a list of devices.
        one_holder: directories and kinds of identifiers in them that one person holds at a time.
        decisions: of reviewers, columns of `timeline.DECISION`; default: none.
        engine: what compares records; without one, and where little is known, exact identifiers decide.
    """
    rows = current_records(records)
    if decisions is None:
        decisions = pd.DataFrame(columns=DECISION).astype(dict.fromkeys(DECISION[-2:], "datetime64[us]"))
    kept = folded(rows, identifiers, several, decisions, engine) if engine else exact_states(rows, identifiers, several)
    nodes = rows.drop_duplicates("node")[["node", *NODE]]
    states = kept.states.merge(nodes, on=NODE)
    ended = rows.sort_values(["node", "version_no"], kind="stable")
    ended = ended.assign(superseded_at=ended.groupby("node")["known_at"].shift(-1))
    found = facts(rows, states)
    linked = states[["node", "entity_id", "probability", "known_at", "superseded_at"]]
    told = ended[["record_id", "directory", "node", "known_at", "superseded_at"]]
    entities = versions(found, (*ROLE, "confidence")).assign(kind="person")
    number = pd.Series(numbers(nodes), index=pd.MultiIndex.from_frame(nodes[NODE]))
    return Resolved(
        entities=_in_contract(entities, "entities"),
        person=_in_contract(versions(found, PERSON), "person"),
        links=_in_contract(overlapping(told, linked, "node"), "links"),
        identifiers=_in_contract(holdings(rows, identifiers, _holders(states), one_holder), "identifiers"),
        records=_in_contract(ended.assign(numbers=listed_numbers(ended, identifiers)), "records"),
        pairs=_in_contract(pair_versions(ended, kept.pairs), "pairs"),
        matchers=_in_contract(kept.matchers[MATCHER], "matchers"),
        changes=_in_contract(identity_changes(kept.states, number), "changes"),
        kept=kept if engine else None,
    )


def _holders(states: pd.DataFrame) -> pd.DataFrame:
    """Return who holds what rows list: a row that fits one person alone is that person's, however alike the others are.

    So the holders of a card change where a row goes to somebody else, not with every bit of evidence.
    """
    nodes = states[["node", *NODE]].drop_duplicates()
    held = joined(states.assign(probability=states["probability"].mask(states["is_sole"], 1.0))).merge(nodes, on=NODE)
    return held[["node", "entity_id", "probability", "known_at", "superseded_at"]]


def _in_contract(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    renamed = (
        frame.rename(columns={"directory": "source"}) if table == "identifiers" and "source" not in frame else frame
    )
    return renamed.reindex(columns=list(EXTRACT_TABLES[table].column_names))
