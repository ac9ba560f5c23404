"""Settling: findings whose evidence weighs otherwise once it is settled, as when an alibi arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from fazri_lib.schema import EXTRACT_TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from fazri_lib.anomaly.inputs import Params


def settled(findings: ir.Table, claims: ir.Table, changes: ir.Table, params: Params, settle_s: int) -> ir.Table:
    """Return findings with a second version where the weights of the claims behind them changed.

    A score is in proportion to the weight of each claim that it rests on, so the settled one is the first times the
    changes of these weights, at most 1. It is known when the last claim behind it has settled, whatever changed before;
    a finding that is then less sure than `min_score` is over and has no second version.

    Args:
        findings: rows as the detectors found them, from first versions of claims.
        claims: these claims.
        changes: `observation_id, entity_id, change`: settled over first weight of the claims in which they differ.
        params: `min_score`.
        settle_s: seconds after an observation when its claims are settled.

    Returns:
        Extract table `findings`.
    """
    whole = EXTRACT_TABLES["findings"].of(findings)
    changed = _changed(whole, claims, changes, settle_s)
    rows = whole.join(changed, "finding_id")
    rows = rows.mutate(over_at=ibis.greatest(rows.known_at, rows.settled_at))
    first = rows.filter(rows.known_at < rows.over_at).mutate(superseded_at=ibis._.over_at)
    second = rows.mutate(score=ibis.least(rows.score * rows.change, 1.0).round(6), known_at=rows.over_at)
    second = second.filter(second.score > 0, second.score >= params.min_score)
    contract = EXTRACT_TABLES["findings"]
    return ibis.union(whole.anti_join(changed, "finding_id"), contract.of(first), contract.of(second))


def _changed(findings: ir.Table, claims: ir.Table, changes: ir.Table, settle_s: int) -> ir.Table:
    """`finding_id, change, settled_at` of findings with evidence that changed."""
    of_people = findings.filter(findings.entity_id.notnull())
    behind = of_people.select("finding_id", "entity_id", observation_id=of_people.evidence.unnest()).distinct()
    met = behind.join(changes, ["observation_id", "entity_id"])
    product = met.group_by("finding_id").agg(change=met.change.ln().sum().exp())
    seen = behind.semi_join(product, "finding_id").join(
        claims.select("observation_id", "entity_id", "ts"), ["observation_id", "entity_id"]
    )
    last = seen.group_by("finding_id").agg(settled_at=seen.ts.max() + ibis.interval(seconds=settle_s))
    return product.join(last, "finding_id").select("finding_id", "change", "settled_at")
