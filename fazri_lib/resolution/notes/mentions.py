"""Mentions: which people, zones and identifiers the texts of notes name, and how probable each is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from fazri_lib.resolution.notes import context
from fazri_lib.resolution.notes.letters import SEPARATOR, plain
from fazri_lib.resolution.notes.readings import readings
from fazri_lib.resolution.notes.weighing import LEAST, weighed
from fazri_lib.resolution.notes.words import NOTE, runs, stacked, words
from fazri_lib.schema import EXTRACT_TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

    import ibis.expr.types as ir

PERSON, ZONE = "person", "zone"
_SPAN = ("observation_id", "known_at", "text_from", "text_to")


@dataclass(frozen=True, slots=True)
class Known:
    """What notes can name, and what was seen around them, each with the moments at which it became known.

    Attributes:
        bearers: rows of `bearers`.
        crowds: rows of `crowds`.
        zone_phrases: rows of `zone_phrases`.
        identifiers: extract table `identifiers`, all versions.
        entities: extract table `entities`, all versions.
        claims: extract table `claims`, all versions, of the notes' days.
    """

    bearers: ir.Table
    crowds: ir.Table
    zone_phrases: ir.Table
    identifiers: ir.Table
    entities: ir.Table
    claims: ir.Table


def mentions(observations: ir.Table, known: Known, hold: Callable[[ir.Table], ir.Table]) -> ir.Table:
    """Return what the texts of logged rows name, from what was known when each row was.

    A name that several people bear is several mentions, their probabilities adding up to at most one; a place inside a
    longer one that is read, too, is none of its own.

    Args:
        observations: rows of the extract's `observations`.
        known: what can be named.
        hold: computes an expression once and keeps its rows.

    Returns:
        Extract table `mentions`.
    """
    notes = observations.filter(observations.text.notnull())
    found = hold(words(notes))
    in_runs = hold(runs(found))
    zones, things = hold(_zones(in_runs, known.zone_phrases)), hold(_things(in_runs, known.identifiers))
    people = hold(readings(found, known.bearers))
    outer = hold(_outermost(stacked(*(rows.select(*_SPAN) for rows in (zones, things, people)), distinct=True)))
    zones, things, people = (rows.semi_join(outer, list(_SPAN)) for rows in (zones, things, people))
    zones = hold(_shared(zones))
    around = _around(notes, zones, known, hold)
    contract = EXTRACT_TABLES["mentions"]
    parts = (_of_people(weighed(hold(people), known.bearers, around)), _of_zones(zones), things)
    return ibis.union(*(contract.of(_in_contract(rows)) for rows in parts))


def _around(
    notes: ir.Table, zones: ir.Table, known: Known, hold: Callable[[ir.Table], ir.Table]
) -> dict[str, ir.Table]:
    """What `weighed` needs to know of the notes' surroundings."""
    own = notes.filter(notes.zone_id.notnull()).select("observation_id", "known_at", "local_date", "zone_id")
    own = own.mutate(share=ibis.literal(1.0))
    named = zones.select(*own.columns[:-1], share="probability")
    places = stacked(own, named)
    places = places.group_by("observation_id", "known_at", "local_date", "zone_id").agg(share=places.share.max())
    return {
        "near": hold(context.nearness(places, known.claims)),
        "departments": context.departments(notes, known.claims, known.entities),
        "entities": known.entities,
        "sizes": hold(context.sizes(notes, known.crowds)),
        "everybody": hold(context.everybody(notes, known.crowds)),
    }


def _zones(in_runs: ir.Table, phrases: ir.Table) -> ir.Table:
    """Places where a zone is called by its name or a part of it: `said` is the share of the name."""
    return in_runs.join(phrases, "phrase").select(*NOTE, "text_from", "text_to", "zone_id", "said")


def _shared(zones: ir.Table) -> ir.Table:
    """Zones that are called alike share: together they are as probable as what was said, at most one."""
    together = ibis.window(group_by=list(_SPAN))
    rows = zones.mutate(fit=zones.zone_id.count().over(together), all_said=zones.said.sum().over(together))
    rows = rows.mutate(probability=(rows.said / ibis.greatest(rows.all_said, 1.0)).round(6))
    return rows.filter(rows.probability >= LEAST)


def _things(in_runs: ir.Table, identifiers: ir.Table) -> ir.Table:
    """Places where an identifier stands, one row for each who held it then, or one without anybody."""
    spelt = plain(identifiers.id_value.re_replace(f"{SEPARATOR}+", " ").strip())
    held = identifiers.mutate(phrase=spelt).filter(lambda row: row.phrase.re_search("[0-9]") | row.phrase.contains(" "))
    first = held.group_by("phrase", "id_type", "id_value", "id_key").agg(first_at=held.known_at.min())
    named = in_runs.join(first, "phrase").filter(lambda row: row.first_at <= row.known_at)
    places = named.select(*NOTE, "text_from", "text_to", "id_type", "id_value", "id_key")
    given = held.select(
        "entity_id",
        "id_key",
        "valid_from",
        "valid_to",
        weight="probability",
        said_at="known_at",
        out_at="superseded_at",
    )
    met = places.join(given, "id_key").filter(_holds)
    each = met.group_by(*_SPAN, "id_key", "entity_id").agg(weight=met.weight.max())
    among = ibis.window(group_by=[*_SPAN, "id_key"])
    each = each.mutate(probability=(each.weight / each.weight.sum().over(among)).round(6), fit=each.count().over(among))
    rows = places.left_join(each, [*_SPAN, "id_key"]).drop(*(f"{name}_right" for name in (*_SPAN, "id_key")))
    held_by = ibis.cases(
        (rows.entity_id.isnull(), "identifier that nobody held"),
        (rows.fit == 1, "identifier of one holder"),
        else_="identifier of " + rows.fit.cast("string") + " holders",
    )
    return rows.mutate(kind=rows.id_type, probability=rows.probability.fill_null(1.0), reason=held_by)


def _holds(row: ir.Table) -> ir.BooleanValue:
    is_known = (row.said_at <= row.known_at) & (row.out_at.isnull() | (row.known_at < row.out_at))
    return (
        is_known
        & (row.valid_from.isnull() | (row.valid_from <= row.ts))
        & (row.valid_to.isnull() | (row.ts < row.valid_to))
    )


def _outermost(spans: ir.Table) -> ir.Table:
    """The places that lie in no longer one of the same note."""
    longer = spans.select("observation_id", "known_at", longer_from="text_from", longer_to="text_to")
    pairs = spans.join(longer, ["observation_id", "known_at"])
    inside = pairs.filter(
        pairs.longer_from <= pairs.text_from,
        pairs.text_to <= pairs.longer_to,
        (pairs.longer_to - pairs.longer_from) > (pairs.text_to - pairs.text_from),
    )
    return spans.anti_join(inside, list(_SPAN))


def _of_people(rows: ir.Table) -> ir.Table:
    return rows.mutate(kind=ibis.literal(PERSON))


def _of_zones(rows: ir.Table) -> ir.Table:
    name = (rows.said >= 1.0).ifelse("name of the zone", "part of its name")
    fit = (rows.fit == 1).ifelse("", "; " + rows.fit.cast("string") + " zones fit")
    return rows.mutate(kind=ibis.literal(ZONE), reason=name + fit)


def _in_contract(rows: ir.Table) -> ir.Table:
    """Add the columns of the table that rows of this kind leave empty."""
    wanted = EXTRACT_TABLES["mentions"].ibis_schema
    missing = {name: ibis.null(kind) for name, kind in wanted.items() if name not in rows.columns}
    return rows.mutate(**missing)
