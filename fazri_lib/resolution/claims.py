"""Claims: who may be behind an observation. Several holders of one card are several weighted claims."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from fazri_lib.schema import EXTRACT_TABLES

_CARRIED = (
    "observation_id",
    "ts",
    "until_at",
    "local_date",
    "zone_id",
    "source",
    "is_presence",
    "ts_resolution_s",
    "known_at",
    "superseded_at",
)


def claims(sightings: ir.Table, identifiers: ir.Table) -> ir.Table:
    """Return the weighted claims of people on observations.

    A holder counts when the identifier was valid for them at the observation's time and that was known by then. The
    weights of one observation add up to one; an observation whose identifier nobody holds has no claim.

    Args:
        sightings: rows of the extract's `observations` with `until_at` and `is_presence` added.
        identifiers: extract table `identifiers`, all versions.

    Returns:
        Extract table `claims`.
    """
    held = identifiers.select(
        "entity_id",
        "id_key",
        "valid_from",
        "valid_to",
        weight="probability",
        held_known_at="known_at",
        held_superseded_at="superseded_at",
    )
    counts = held.group_by("id_key").agg(holdings=ibis._.count())
    held = held.join(counts, "id_key").select(*held.columns, "holdings")
    matched = sightings.join(held, "id_key").filter(_holds)
    alone = matched.filter(matched.holdings == 1).mutate(probability=ibis.literal(1.0))
    several = matched.filter(matched.holdings > 1)
    among = several.group_by("entity_id", *_CARRIED).agg(weight=several.weight.max())
    together = ibis.window(group_by=["observation_id", "known_at"])
    shared = among.mutate(probability=(among.weight / among.weight.sum().over(together)).round(9))
    contract = EXTRACT_TABLES["claims"]
    return ibis.union(contract.of(alone), contract.of(shared))


def _holds(row: ir.Table) -> ir.BooleanValue:
    is_known = (row.held_known_at <= row.known_at) & (
        row.held_superseded_at.isnull() | (row.known_at < row.held_superseded_at)
    )
    is_valid = (row.valid_from.isnull() | (row.valid_from <= row.ts)) & (
        row.valid_to.isnull() | (row.ts < row.valid_to)
    )
    return is_known & is_valid
