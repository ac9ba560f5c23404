"""Presence: from sightings to stays, occupancy and coverage. Pure functions of Ibis tables."""

from fazri_lib.presence.coverage import coverage
from fazri_lib.presence.islands import LOOK_DAYS
from fazri_lib.presence.occupancy import QUARTER_S, Grid, anonymous, occupancy, quarter_of
from fazri_lib.presence.params import Params
from fazri_lib.presence.stays import Evidence, live_segments, number_claims, settled_segments, stays
from fazri_lib.presence.versions import sightings, versions

__all__ = [
    "LOOK_DAYS",
    "QUARTER_S",
    "Evidence",
    "Grid",
    "Params",
    "anonymous",
    "coverage",
    "live_segments",
    "number_claims",
    "occupancy",
    "quarter_of",
    "settled_segments",
    "sightings",
    "stays",
    "versions",
]
