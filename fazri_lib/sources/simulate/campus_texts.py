"""The texts of a simulated campus folder: settings, source contracts, and a note on where it came from."""

from __future__ import annotations

from fazri_lib.sources.simulate.directory_contracts import DIRECTORY_CONTRACTS
from fazri_lib.sources.simulate.span import TIME_ZONE

SETTINGS = f"""name = "Simulated campus"
time_zone = "{TIME_ZONE}"
"""

_CLOCK = '[time]\nformats = ["%Y-%m-%d %H:%M:%S"]\nzone = "campus"\n'

CONTRACTS = {
    **DIRECTORY_CONTRACTS,
    "swipes": """source = "swipes"
kind = "observation"
files = "raw/swipes.csv"
format = "csv"

[columns]
ts = "swiped_at"
zone_id = "zone"
sensor_id = "reader"
id_value = "card_id"

[constants]
id_type = "card_id"

"""
    + _CLOCK,
    "wifi": """source = "wifi"
kind = "observation"
files = "raw/wifi-*.csv"
format = "csv"
hold_min = 20
zone_from = "access_points"

[columns]
ts = "timestamp"
sensor_id = "ap_id"
id_value = "device"

[constants]
id_type = "device_hash"

"""
    + _CLOCK,
    "cameras": """source = "cameras"
kind = "observation"
files = "raw/cameras.jsonl"
format = "jsonl"

[columns]
ts = "at"
zone_id = "zone"
sensor_id = "camera"
id_value = "face"
ref_id = "frame"

[constants]
id_type = "face_id"

[time]
formats = ["%Y-%m-%dT%H:%M"]
zone = "campus"
""",
    "bookings": """source = "bookings"
kind = "booking"
files = "raw/bookings.csv"
format = "csv"

[columns]
ts = "starts_at"
ended_at = "ends_at"
zone_id = "room"
id_value = "booked_by"
ref_id = "booking_no"
is_attended = "attended"

[constants]
id_type = "email"

[values.is_attended]
YES = true
NO = false

"""
    + _CLOCK,
    "library": """source = "library"
kind = "transaction"
files = "raw/library.csv"
format = "csv"

[columns]
ts = "loaned_at"
id_value = "patron_no"
ref_id = "loan_no"
thing_id = "book"

[constants]
id_type = "patron_no"
zone_id = "LIBRARY"

"""
    + _CLOCK,
    "notes": """source = "notes"
kind = "note"
files = "raw/notes.csv"
format = "csv"

[columns]
ts = "written_at"
id_value = "reporter"
ref_id = "note_no"
category = "category"
text = "text"

[constants]
id_type = "email"

"""
    + _CLOCK,
}
"""Source contracts by source."""


def readme(people: int, days: int, seed: int) -> str:
    """Return the note that says how a folder was made."""
    return f"""# A simulated campus

Nobody in here exists. The same command makes the same bytes:

    fazri simulate --people {people} --days {days} --seed {seed} --out DIR

`raw/` is what the campus's systems wrote, `contracts/` how to read it, `truth/` what really happened (never ingested).

    fazri ingest .
    fazri run
"""
