"""Weighing: claims on a shared identifier once their alibis are counted, at once and in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from fazri_lib.resolution.alibis import CLAIM, settles_at
from fazri_lib.resolution.claims import with_sighting

if TYPE_CHECKING:
    import ibis.expr.types as ir

_NOBODY = 1e-6


def weighed(claims: ir.Table, alibis: ir.Table) -> ir.Table:
    """Return claims with the weights that their alibis leave, shared out anew among the claimants of the observation.

    Bayes' rule with the alibi's factor as the likelihood: what the directories gave each claimant, times the factor,
    over the sum, in which the share of somebody unknown stays as it was. If all claimants have equal alibis nothing
    changes: the rule cannot tell who lent what to whom.

    Args:
        claims: rows of `claims.claims`.
        alibis: rows of `alibis.alibis` of these claims.

    Returns:
        Extract table `claims` in at most two versions, and `is_settled`: whether a row is the second one.
    """
    shared = _shared_out(_with_factors(claims.semi_join(alibis, "observation_id"), alibis))
    is_changed = shared.first_probability != shared.settled_probability
    never = ibis.null("timestamp")
    first = shared.mutate(
        probability=shared.first_probability,
        superseded_at=is_changed.ifelse(settles_at(shared), never),
        is_settled=ibis.literal(value=False),
    )
    settled = shared.filter(is_changed)
    settled = settled.mutate(
        probability=settled.settled_probability,
        known_at=settles_at(settled),
        superseded_at=never,
        is_settled=ibis.literal(value=True),
    )
    others = with_sighting(claims.anti_join(alibis, "observation_id")).mutate(is_settled=ibis.literal(value=False))
    return ibis.union(others, *(rows.select(*others.columns).cast(others.schema()) for rows in (first, settled)))


def changes(weighed: ir.Table) -> ir.Table:
    """Return `observation_id, entity_id, change`: settled over first weight, of the rows of `weighed` with both."""
    settled = weighed.filter(weighed.is_settled).select(*CLAIM, "probability")
    first = weighed.filter(~weighed.is_settled).select(*CLAIM, before="probability")
    rows = settled.join(first, CLAIM)
    return rows.select(*CLAIM, change=rows.probability / rows.before)


def _with_factors(claims: ir.Table, alibis: ir.Table) -> ir.Table:
    """Claims with what their alibis leave, at once and in the end: `first_factor`, `settled_factor`."""
    first = alibis.select(*CLAIM, "known_at", first_factor="factor")
    last = alibis.filter(alibis.superseded_at.isnull()).select(*CLAIM, settled_factor="factor")
    rows = claims.left_join(first, [*CLAIM, "known_at"]).select(*claims.columns, "first_factor")
    rows = rows.left_join(last, CLAIM).select(*rows.columns, "settled_factor")
    return rows.fill_null({"first_factor": 1.0, "settled_factor": 1.0})


def _shared_out(rows: ir.Table) -> ir.Table:
    """Claims with their new weights, `first_probability` and `settled_probability`."""
    together = ibis.window(group_by="observation_id")
    left = 1.0 - rows.probability.sum().over(together)
    rows = rows.mutate(unknown=(left > _NOBODY).ifelse(left, 0.0))
    first, settled = rows.probability * rows.first_factor, rows.probability * rows.settled_factor
    return rows.mutate(
        first_probability=(first / (first.sum().over(together) + rows.unknown)).round(9),
        settled_probability=(settled / (settled.sum().over(together) + rows.unknown)).round(9),
    )
