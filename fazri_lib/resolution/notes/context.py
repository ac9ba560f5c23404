"""Who is near to a note: people seen in the zone that it names, people of its writer's department."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from fazri_lib.resolution.notes.crowds import EVERYBODY

if TYPE_CHECKING:
    import ibis.expr.types as ir

_KEY = ("observation_id", "known_at")


def nearness(places: ir.Table, claims: ir.Table) -> ir.Table:
    """Return who was seen in the zones of a note on its day, as far as that was known when the note was.

    The probabilities of one note add up to the weights of its zones in which somebody was seen, at most to one: within
    a zone each person seen there has as much as the surest claim says.

    Args:
        places: `observation_id, known_at, local_date, zone_id, share`: the zones of notes with their weights.
        claims: extract table `claims`, all versions.

    Returns:
        `observation_id, known_at, entity_id, near`.
    """
    seen = claims.filter(claims.is_presence, claims.zone_id.notnull())
    seen = seen.select(
        "zone_id",
        "local_date",
        "entity_id",
        "probability",
        seen_known_at="known_at",
        seen_superseded_at="superseded_at",
    )
    met = places.join(seen, ["zone_id", "local_date"]).filter(_was_known)
    each = met.group_by(*_KEY, "zone_id", "entity_id").agg(share=met.share.max(), seen=met.probability.max())
    there = each.group_by(*_KEY, "zone_id").agg(share=each.share.max(), people=each.seen.sum())
    whole = there.group_by(*_KEY).agg(shares=ibis.greatest(there.share.sum(), 1.0))
    weighed = each.join(there.drop("share"), [*_KEY, "zone_id"]).join(whole, list(_KEY))
    return weighed.group_by(*_KEY, "entity_id").agg(
        near=(weighed.share / weighed.shares * weighed.seen / weighed.people).sum()
    )


def departments(notes: ir.Table, claims: ir.Table, entities: ir.Table) -> ir.Table:
    """Return the departments of the writers of notes: `observation_id, known_at, department, share`.

    Args:
        notes: rows with `observation_id` and `known_at`.
        claims: extract table `claims`, all versions.
        entities: extract table `entities`, all versions.
    """
    writers = notes.select(*_KEY).join(
        claims.select("observation_id", "known_at", "entity_id", "probability"), list(_KEY)
    )
    placed = department_of(writers, entities).filter(lambda row: row.department.notnull())
    return placed.group_by(*_KEY, "department").agg(share=placed.probability.sum())


def department_of(rows: ir.Table, entities: ir.Table) -> ir.Table:
    """Add the department that each person (`entity_id`) was known to be in at `known_at`; empty without one."""
    versions = entities.select("entity_id", "department", said_at="known_at", replaced_at="superseded_at")
    asked = rows.select("entity_id", "known_at").distinct()
    held = asked.join(versions, "entity_id").filter(
        lambda row: (row.said_at <= row.known_at) & (row.replaced_at.isnull() | (row.known_at < row.replaced_at))
    )
    held = held.group_by("entity_id", "known_at").agg(department=held.department.max())
    return rows.left_join(held, ["entity_id", "known_at"]).drop("entity_id_right", "known_at_right")


def sizes(notes: ir.Table, crowds: ir.Table) -> ir.Table:
    """Return how many people were on record when notes became known: `known_at, department, size`."""
    moments = notes.select("known_at").distinct()
    met = moments.cross_join(crowds).filter(
        lambda row: (row.since <= row.known_at) & (row.until.isnull() | (row.known_at < row.until))
    )
    return met.select("known_at", "department", "size")


def everybody(notes: ir.Table, crowds: ir.Table) -> ir.Table:
    """Return how many people were on record in all: `known_at, size`."""
    return sizes(notes, crowds.filter(crowds.department == EVERYBODY)).drop("department")


def _was_known(row: ir.Table) -> ir.BooleanValue:
    return (row.seen_known_at <= row.known_at) & (
        row.seen_superseded_at.isnull() | (row.known_at < row.seen_superseded_at)
    )
