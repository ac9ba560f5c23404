"""A campus with known truth: people, places, days, what the sensors wrote of them and what really happened."""

from fazri_lib.sources.simulate import raw_rows, truth_rows
from fazri_lib.sources.simulate.campus import Campus, DayLived, build_campus, live_day
from fazri_lib.sources.simulate.campus_texts import CONTRACTS, SETTINGS, readme
from fazri_lib.sources.simulate.directories import directories
from fazri_lib.sources.simulate.head_count import HeadCount
from fazri_lib.sources.simulate.holders import holders, identities, people_rows
from fazri_lib.sources.simulate.scene import Event
from fazri_lib.sources.simulate.schedule import INCIDENTS, LOOKALIKES

__all__ = [
    "CONTRACTS",
    "INCIDENTS",
    "LOOKALIKES",
    "SETTINGS",
    "Campus",
    "DayLived",
    "Event",
    "HeadCount",
    "build_campus",
    "directories",
    "holders",
    "identities",
    "live_day",
    "people_rows",
    "raw_rows",
    "readme",
    "truth_rows",
]
