"""Presence: from sightings to stays, occupancy and coverage. Pure functions of Ibis tables."""

from fazri_lib.presence.coverage import coverage
from fazri_lib.presence.islands import AHEAD_DAYS, LOOK_DAYS, PLACE
from fazri_lib.presence.occupancy import QUARTER_S, Counted, Grid, anonymous, occupancy, quarter_of
from fazri_lib.presence.params import Params
from fazri_lib.presence.stays import Evidence, evidence, live_segments, stays
from fazri_lib.presence.versions import sightings, versions

__all__ = [
    "AHEAD_DAYS",
    "LOOK_DAYS",
    "PLACE",
    "QUARTER_S",
    "Counted",
    "Evidence",
    "Grid",
    "Params",
    "anonymous",
    "coverage",
    "evidence",
    "live_segments",
    "occupancy",
    "quarter_of",
    "sightings",
    "stays",
    "versions",
]
