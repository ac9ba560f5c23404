"""Role violation: somebody in a zone that does not admit their role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from fazri_lib.anomaly.admission import not_admitted
from fazri_lib.anomaly.finding import as_findings

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from fazri_lib.anomaly.inputs import Inputs, Params

ACTION = "Ask the owner of the zone whether the visit was arranged; if not, review who may open its doors."


def role_violation(inputs: Inputs, params: Params) -> ir.Table:
    """Return one finding per person, zone and half day; a person of unknown role is not flagged.

    Args:
        inputs: the tables.
        params: `min_score`.
    """
    rows = not_admitted(inputs, params, attribute="role", policy="allowed_roles")
    who = ibis.literal("Somebody of role ") + rows.value + " in " + rows.zone_name
    reason = who + ", which admits " + rows.policy + "."
    told = rows.mutate(reason=reason, action=ibis.literal(ACTION))
    return as_findings(told, "role_violation", evidence=["observation_id"])
