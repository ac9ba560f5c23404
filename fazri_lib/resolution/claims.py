"""Claims: who may be behind an observation. Several holders of one card are several weighted claims."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from fazri_lib.schema import EXTRACT_TABLES

SHARED_BY = 10
"""So many people may share a card or a device and still use it as their own: a desk, a bench, a family."""
MOST_HOLDERS = 100
"""An identifier that more people hold at a time says nothing of any of them."""
_BOOKING = "booking"
_OBSERVATION = ["observation_id", "known_at"]
_CARRIED = (
    "observation_id",
    "ts",
    "until_at",
    "local_date",
    "zone_id",
    "source",
    "is_presence",
    "is_sighting",
    "ts_resolution_s",
    "known_at",
    "superseded_at",
)


def claims(sightings: ir.Table, identifiers: ir.Table) -> ir.Table:
    """Return the claims of people on observations, weighted by the directories alone.

    A holder counts when the identifier was valid for them at the observation's time and that was known by then. The
    weights of one observation add up to one; an observation whose identifier nobody holds has no claim.

    Cap: what n people hold at a time, n over `SHARED_BY`, is no longer one of theirs but a thing of the place, as a
    house phone, and whoever uses it need not be on its list. Its holders share `SHARED_BY / n`; the rest belongs to
    somebody unknown and has no claim. What more than `MOST_HOLDERS` hold, each for under one in a thousand, has none.

    Args:
        sightings: rows of the extract's `observations` with `until_at` and `is_presence` added.
        identifiers: extract table `identifiers`, all versions.

    Returns:
        Extract table `claims`, and `is_sighting`: whether the row shows somebody in a zone at its very moment, as a
        card does and a booking does not.
    """
    seen = sightings.mutate(is_sighting=sightings.is_presence & (sightings.kind != _BOOKING))
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
    matched = seen.join(held, "id_key").filter(_holds)
    alone = matched.filter(matched.holdings == 1).mutate(probability=ibis.literal(1.0))
    return ibis.union(with_sighting(alone), with_sighting(_shared(matched.filter(matched.holdings > 1))))


def with_sighting(rows: ir.Table) -> ir.Table:
    """Return rows in the columns of `claims` and `is_sighting`."""
    contract = EXTRACT_TABLES["claims"]
    return rows.select(*contract.column_names, "is_sighting").cast(contract.ibis_schema)


def _shared(matched: ir.Table) -> ir.Table:
    crowded = matched.filter(matched.holdings > MOST_HOLDERS)
    counted = crowded.group_by(_OBSERVATION).agg(holders=crowded.entity_id.nunique())
    crowds = counted.filter(counted.holders > MOST_HOLDERS)
    several = matched.anti_join(crowds, _OBSERVATION)
    among = several.group_by("entity_id", *_CARRIED).agg(weight=several.weight.max())
    together = ibis.window(group_by=_OBSERVATION)
    holders = among.count().over(together)
    said = ibis.least(SHARED_BY / holders, 1.0)
    return among.mutate(probability=(said * among.weight / among.weight.sum().over(together)).round(9))


def _holds(row: ir.Table) -> ir.BooleanValue:
    is_known = (row.held_known_at <= row.known_at) & (
        row.held_superseded_at.isnull() | (row.known_at < row.held_superseded_at)
    )
    is_valid = (row.valid_from.isnull() | (row.valid_from <= row.ts)) & (
        row.valid_to.isnull() | (row.ts < row.valid_to)
    )
    return is_known & is_valid
