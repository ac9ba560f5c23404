"""A day as the campus's systems write it down: the rows of the files in `raw/`, in campus time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fazri_lib.sources.simulate.draws import NOWHERE, IntArray, TextArray
from fazri_lib.sources.simulate.span import SLOT_S, local_seconds

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.campus import Campus, DayLived

_PER_DAY = 1_000_000
"""Numbers that a system gives out on one day, so that a number tells the day."""


def wifi_rows(campus: Campus, lived: DayLived) -> pa.Table:
    """Rows of the Wi-Fi controller's log."""
    found, devices = lived.wifi, campus.holdings.devices
    return pa.table(
        {
            "timestamp": _clock(found.ts_s),
            "device": _taken(devices.address, devices.position_at(found.kind, found.person, found.ts_s)),
            "ap_id": _taken(np.array(campus.society.places.ap_ids()), found.sensor),
        }
    )


def swipe_rows(campus: Campus, lived: DayLived) -> pa.Table:
    """Rows of the doors' log."""
    found = lived.swipes
    zones = np.array(campus.society.places.ids)
    readers = np.array([f"D{k:02d}{side}" for k in range(1, len(zones) + 1) for side in ("", "-OUT")])
    return pa.table(
        {
            "swiped_at": _clock(found.ts_s),
            "card_id": pa.array(campus.holdings.card_at(found.person, found.ts_s)),
            "reader": _taken(readers, 2 * found.zone + found.sensor),
            "zone": _taken(zones, found.zone),
        }
    )


def camera_lines(campus: Campus, lived: DayLived) -> pa.Array:
    """Lines of JSON of the camera frames, an empty face for one that nobody knows."""
    found = lived.cameras
    zones = np.array(campus.society.places.ids)
    cameras = np.array([f"CAM_{zone}_{k}" for zone in zones for k in (1, 2)])
    faces = np.where(found.person == NOWHERE, "", campus.holdings.face[found.person])
    values = {
        "frame": day_numbers("FR", lived, found.count),
        "at": pc.strftime(_clock(found.ts_s), format="%Y-%m-%dT%H:%M"),
        "camera": _taken(cameras, 2 * found.zone + found.sensor),
        "zone": _taken(zones, found.zone),
        "face": pa.array(faces, pa.string()),
    }
    parts = [
        part
        for n, (name, value) in enumerate(values.items())
        for part in (f'{"," if n else "{"}"{name}":"', value, '"')
    ]
    return pc.binary_join_element_wise(*parts, "}", "")


def booking_rows(campus: Campus, lived: DayLived) -> pa.Table:
    """Rows of the room bookings, by planned start."""
    bookings = lived.bookings
    order = np.lexsort((bookings.person, bookings.zone, bookings.start))
    starts_s = lived.day.start_s + bookings.start[order] * SLOT_S
    rows = pa.table(
        {
            "booking_no": day_numbers("B", lived, len(order)),
            "booked_by": _taken(campus.holdings.accounts.email, bookings.person[order]),
            "room": _taken(np.array(campus.society.places.ids), bookings.zone[order]),
            "starts_at": _clock(starts_s),
            "ends_at": _clock(starts_s + bookings.length[order] * SLOT_S),
            "attended": pa.array(np.where(bookings.is_attended[order], "YES", "NO")),
        }
    )
    return rows.filter(pa.array((starts_s >= campus.span.start_s) & (starts_s < campus.span.end_s)))


def loan_rows(lived: DayLived) -> pa.Table:
    """Rows of the library's loans."""
    loans = lived.loans
    return pa.table(
        {
            "loan_no": day_numbers("L", lived, len(loans.person)),
            "patron_no": _taken(loans.patron_no, np.arange(len(loans.person))),
            "book": pc.binary_join_element_wise(
                "BK", pc.utf8_lpad(pc.cast(pa.array(loans.book), pa.string()), width=6, padding="0"), ""
            ),
            "loaned_at": _clock(loans.ts_s),
        }
    )


def note_rows(campus: Campus, lived: DayLived) -> pa.Table:
    """Rows of the help desk's notes."""
    notes = lived.notes
    return pa.table(
        {
            "note_no": day_numbers("N", lived, len(notes.person)),
            "reporter": _taken(campus.holdings.accounts.email, notes.person),
            "category": pa.array(notes.category, pa.string()),
            "text": pa.array(notes.text, pa.string()),
            "written_at": _clock(notes.ts_s),
        }
    )


def day_numbers(prefix: str, lived: DayLived, count: int) -> pa.Array:
    """Return the numbers that a system gives its rows of one day, in their order."""
    numbers = pa.array(np.arange((lived.day.number + 1) * _PER_DAY, (lived.day.number + 1) * _PER_DAY + count))
    return pc.binary_join_element_wise(prefix, pc.utf8_lpad(pc.cast(numbers, pa.string()), width=9, padding="0"), "")


def _clock(ts_s: IntArray) -> pa.Array:
    return pa.array(local_seconds(ts_s), pa.timestamp("s"))


def _taken(values: TextArray, which: IntArray) -> pa.Array:
    return pa.array(values, pa.string()).take(pa.array(which))
