"""What really happened, as the tables of `truth/`; instants are timestamp[us, UTC], people their truth number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from fazri_lib.sources.simulate.draws import NOWHERE
from fazri_lib.sources.simulate.holders import instants
from fazri_lib.sources.simulate.raw_rows import day_numbers
from fazri_lib.sources.simulate.scene import CROWD, Event
from fazri_lib.sources.simulate.span import SLOT_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fazri_lib.sources.simulate.campus import Campus, DayLived
    from fazri_lib.sources.simulate.draws import IntArray
    from fazri_lib.sources.simulate.head_count import HeadCount
    from fazri_lib.sources.simulate.true_stays import Stays


def stay_schema() -> pa.Schema:
    """Return the schema of truth table `stays`."""
    moment = pa.timestamp("us", tz="UTC")
    return pa.schema({"entity_id": pa.int64(), "zone_id": pa.string(), "started_at": moment, "ended_at": moment})


def stay_rows(campus: Campus, stays: Stays) -> pa.Table:
    """Return rows of truth table `stays`."""
    return pa.table(
        {
            "entity_id": pa.array(stays.person + 1, pa.int64()),
            "zone_id": _zone_ids(campus, stays.zone),
            "started_at": instants(stays.start_s),
            "ended_at": instants(stays.end_s),
        }
    )


def mention_schema() -> pa.Schema:
    """Return the schema of truth table `mentions`."""
    texts = {name: pa.string() for name in ("zone_id", "id_value", "text")}
    return pa.schema({"note_id": pa.string(), "kind": pa.string(), "entity_id": pa.int64(), **texts})


def mention_rows(campus: Campus, lived: DayLived) -> pa.Table:
    """Return rows of truth table `mentions`: whom and what the notes of a day name."""
    told = lived.notes.mentions
    note_ids = day_numbers("N", lived, len(lived.notes.person))
    nobody, nowhere, nothing = told.person == NOWHERE, told.zone == NOWHERE, told.id_value == ""
    zone_ids = np.array(campus.society.places.ids)[told.zone]
    columns = [
        note_ids.take(pa.array(told.note)),
        pa.array(told.kind, pa.string()),
        pa.array(told.person + 1, pa.int64(), mask=nobody),
        pa.array(zone_ids, pa.string(), mask=nowhere),
        pa.array(told.id_value, pa.string(), mask=nothing),
        pa.array(told.text, pa.string()),
    ]
    return pa.table(columns, schema=mention_schema())


def occupancy_rows(campus: Campus, counted: HeadCount) -> pa.Table:
    """Return truth table `occupancy`: every zone and quarter hour of the span, empty ones too."""
    people = counted.people
    zones, quarters = people.shape
    ts_s = campus.span.start_s + np.arange(quarters) * SLOT_S
    return pa.table(
        {
            "zone_id": _zone_ids(campus, np.repeat(np.arange(zones), quarters)),
            "ts": instants(np.tile(ts_s, zones)),
            "people": pa.array(people.ravel(), pa.float64()),
        }
    )


def event_rows(campus: Campus, events: Sequence[Event]) -> pa.Table:
    """Return truth table `incidents` or `lookalikes`, in order of time.

    The person is empty when it concerns a zone, the zone when it concerns a person wherever they are.
    """
    ordered = sorted(events, key=lambda event: (event.start_s, event.type, event.person))
    return pa.table(
        {
            "type": pa.array([event.type for event in ordered], pa.string()),
            "entity_id": pa.array(
                [None if event.person == CROWD else event.person + 1 for event in ordered], pa.int64()
            ),
            "zone_id": _zone_ids(campus, np.array([event.zone for event in ordered], dtype=np.int64)),
            "started_at": instants(np.array([event.start_s for event in ordered], dtype=np.int64)),
            "ended_at": instants(np.array([event.end_s for event in ordered], dtype=np.int64)),
        }
    )


def _zone_ids(campus: Campus, zone: IntArray) -> pa.Array:
    return pa.array(campus.society.places.ids, pa.string()).take(pa.array(zone, mask=zone == NOWHERE))
