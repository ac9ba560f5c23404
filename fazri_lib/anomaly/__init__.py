"""What is unusual: one file a detector, each a function of the extract's tables to findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from fazri_lib.anomaly.department_violation import department_violation
from fazri_lib.anomaly.impossible_travel import impossible_travel
from fazri_lib.anomaly.inputs import Inputs, Params
from fazri_lib.anomaly.off_hours import off_hours
from fazri_lib.anomaly.overcrowding import overcrowding
from fazri_lib.anomaly.radio import weigh_radio
from fazri_lib.anomaly.role_violation import role_violation
from fazri_lib.anomaly.settling import settled

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["DETECTORS", "Inputs", "Params", "detect", "settled", "weigh_radio"]

DETECTORS = (
    department_violation,
    impossible_travel,
    off_hours,
    overcrowding,
    role_violation,
)


def detect(inputs: Inputs, params: Params) -> ir.Table:
    """Return what all detectors find, in the columns of the findings table.

    Every finding depends on rows at most two days older than itself, so a caller may pass one month with two days
    before it and keep the findings of the month.

    Args:
        inputs: the tables.
        params: constants of the rules.
    """
    return ibis.union(*(detector(inputs, params) for detector in DETECTORS), distinct=False)
