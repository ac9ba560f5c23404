"""Things: rooms, books, cards, devices and other identifiers, each with what is known of it."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from fazri_lib.schema import EXTRACT_TABLES

ZONE, BOOK = "zone", "book"
_KEYS = {"zone_id": "string", "thing_id": "string", "id_type": "string", "id_value": "string", "id_key": "int64"}


def things(zones: ir.Table, identifiers: ir.Table, observations: ir.Table, mentions: ir.Table) -> ir.Table:
    """Return every zone, every thing that rows are about, and every identifier that a directory lists.

    `observation_count` are logged rows in the zone, about the thing or with the identifier, `first_at` and `last_at`
    the first and the last of them; `mention_count` notes that may name it; `holder_count` people who are listed with
    the identifier and have not given it back.

    Args:
        zones: extract table.
        identifiers: extract table, the view at one moment.
        observations: extract table, the view at the same moment.
        mentions: extract table, the view at the same moment.

    Returns:
        Extract table `things`.
    """
    parts = (_zones(zones, observations, mentions), _books(observations), _listed(identifiers, observations, mentions))
    contract = EXTRACT_TABLES["things"]
    return ibis.union(*(contract.of(_counted(part)) for part in parts))


def _zones(zones: ir.Table, observations: ir.Table, mentions: ir.Table) -> ir.Table:
    rows = zones.select("zone_id").mutate(kind=ibis.literal(ZONE))
    return _named(_seen(rows, observations, "zone_id"), mentions, "zone_id")


def _books(observations: ir.Table) -> ir.Table:
    """Things of loans and other rows: what they are called is all that is known of them."""
    rows = observations.filter(observations.thing_id.notnull())
    found = rows.group_by("thing_id").agg(
        observation_count=rows.observation_id.nunique(), first_at=rows.ts.min(), last_at=rows.ts.max()
    )
    return found.mutate(kind=ibis.literal(BOOK))


def _listed(identifiers: ir.Table, observations: ir.Table, mentions: ir.Table) -> ir.Table:
    is_held = identifiers.valid_to.isnull()
    rows = identifiers.group_by("id_type", "id_value", "id_key").agg(
        holder_count=is_held.ifelse(identifiers.entity_id, ibis.null("int64")).nunique()
    )
    return _named(_seen(rows.mutate(kind=rows.id_type), observations, "id_key"), mentions, "id_key")


def _seen(rows: ir.Table, observations: ir.Table, key: str) -> ir.Table:
    """Add the logged rows by a key: how many, the first and the last."""
    seen = observations.filter(observations[key].notnull())
    counts = seen.group_by(key).agg(
        observation_count=seen.observation_id.nunique(), first_at=seen.ts.min(), last_at=seen.ts.max()
    )
    return rows.left_join(counts, key).drop(f"{key}_right")


def _named(rows: ir.Table, mentions: ir.Table, key: str) -> ir.Table:
    """Add the notes that may name it."""
    named = mentions.filter(mentions[key].notnull())
    counts = named.group_by(key).agg(mention_count=named.observation_id.nunique())
    return rows.left_join(counts, key).drop(f"{key}_right")


def _counted(rows: ir.Table) -> ir.Table:
    """Nothing counted is 0; keys of other kinds are empty."""
    missing = {name: ibis.null(kind) for name, kind in _KEYS.items() if name not in rows.columns}
    counts = ("observation_count", "mention_count", "holder_count")
    numbers = {name: rows[name].fill_null(0) if name in rows.columns else ibis.literal(0) for name in counts}
    return rows.mutate(**missing, **numbers)
