"""People in zones whose policy does not list their role or department; two detectors share it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import ibis

from fazri_lib.anomaly.finding import episode_starts, level_of
from fazri_lib.anomaly.policy import admitted, trimmed

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from fazri_lib.anomaly.inputs import Inputs, Params

QUIET = dt.timedelta(hours=12)
_CLAIM = ("observation_id", "entity_id", "zone_id", "ts", "known_at", "probability")


def not_admitted(inputs: Inputs, params: Params, *, attribute: str, policy: str) -> ir.Table:
    """Return the first claim of each episode of somebody in a zone that does not list their attribute.

    The attribute is the one known when the claim was; people in whom it is unknown are not caught.

    Args:
        inputs: the tables.
        params: `min_score`.
        attribute: column of `entities`.
        policy: column of `zones` that lists its allowed values.
    """
    allowed = admitted(inputs.zones, policy)
    zones = inputs.zones.select("zone_id", zone_name="name", policy=policy).semi_join(allowed, "zone_id")
    claims = inputs.presence(params.min_score).select(*_CLAIM).join(zones, "zone_id")
    people = _as_known(claims, inputs.entities, attribute)
    caught = people.anti_join(allowed, ["zone_id", "value"])
    rows = caught.mutate(
        score=caught.probability,
        level=level_of(caught.probability),
        tie=caught.observation_id,
        started_at=caught.ts,
        ended_at=ibis.null("timestamp"),
        severity=ibis.literal("high"),
    )
    return episode_starts(rows, ("entity_id", "zone_id"), QUIET)


def _as_known(claims: ir.Table, entities: ir.Table, attribute: str) -> ir.Table:
    """Claims with the person's attribute as it was known when the claim was."""
    value = trimmed(entities[attribute]).lower().nullif("")
    versions = entities.select("entity_id", value=value, since_at="known_at", until_at="superseded_at")
    held = [
        claims.entity_id == versions.entity_id,
        versions.since_at <= claims.known_at,
        versions.until_at.isnull() | (claims.known_at < versions.until_at),
    ]
    known = claims.join(versions.filter(versions.value.notnull()), held)
    return known.drop("since_at", "until_at", "entity_id_right")
