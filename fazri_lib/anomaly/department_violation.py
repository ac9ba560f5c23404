"""Department violation: somebody in a zone that does not admit their department."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from fazri_lib.anomaly.admission import not_admitted
from fazri_lib.anomaly.finding import as_findings

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from fazri_lib.anomaly.inputs import Inputs, Params

ACTION = "Ask the responsible department whether the visit was arranged; if not, review who may open its doors."


def department_violation(inputs: Inputs, params: Params) -> ir.Table:
    """Return one finding per person, zone and half day; a person of unknown department is not flagged.

    Args:
        inputs: the tables.
        params: `min_score`.
    """
    rows = not_admitted(inputs, params, attribute="department", policy="allowed_departments")
    who = ibis.literal("Somebody of department ") + rows.value + " in " + rows.zone_name
    reason = who + ", which admits " + rows.policy + "."
    told = rows.mutate(reason=reason, action=ibis.literal(ACTION))
    return as_findings(told, "department_violation", evidence=["observation_id"])
