"""The source contracts of a simulated campus's directories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fazri_lib.sources.simulate.directories import CATEGORIES, GROUPS, SHELVES, UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping


def _meanings(column: str, values: Mapping[str, str]) -> str:
    lines = [f'"{value}" = "{meaning}"' for value, meaning in values.items()]
    return "\n".join([f"[values.{column}]", *lines, ""])


_STUDENTS = """source = "students"
kind = "directory"
files = "raw/students.csv"
format = "csv"

[columns]
record_key = "student_no"
name = "name"
email = "email"
phone = "phone"
born_on = "born_on"
department = "department"

[constants]
role = "student"

[identifiers.student_no]
column = "student_no"
identifies = true

[identifiers.email]
column = "email"
identifies = true
valid_from = "enrolled_on"
valid_to = "left_on"

[identifiers.face_id]
column = "face_id"

[time]
formats = ["%Y-%m-%d"]
zone = "campus"
"""

_STAFF = """source = "staff"
kind = "directory"
files = "raw/staff.csv"
format = "csv"

[columns]
record_key = "staff_no"
name = "name"
email = "email"
phone = "phone"
born_on = "born_on"
role = "category"
department = "unit"

[identifiers.staff_no]
column = "staff_no"
identifies = true

[identifiers.email]
column = "email"
identifies = true
valid_from = "hired_on"

[identifiers.face_id]
column = "face_id"

[time]
formats = ["%d.%m.%Y"]
zone = "campus"

"""

_PATRONS = """source = "patrons"
kind = "directory"
files = "raw/patrons.csv"
format = "csv"

[columns]
record_key = "patron_no"
name = "name"
email = "email"
phone = "phone"
born_on = "born_on"
role = "borrower_group"
department = "subject"

[identifiers.patron_no]
column = "patron_no"
identifies = true

[identifiers.email]
column = "email"
identifies = true

[time]
formats = ["%d/%m/%Y"]
zone = "campus"

"""

_NETWORK = """source = "network"
kind = "directory"
files = "raw/network.csv"
format = "csv"
one_per_person = false

[columns]
record_key = "registration_no"
name = "owner"
email = "email"
phone = "phone"
valid_from = "changed_at"

[identifiers.email]
column = "email"
identifies = true

[identifiers.device_hash]
column = "device"
valid_from = "changed_at"

[time]
formats = ["%Y-%m-%d %H:%M:%S"]
zone = "campus"
"""

_CARDS = """source = "cards"
kind = "directory"
files = "raw/cards.csv"
format = "csv"

[columns]
record_key = "account_no"
name = "name"
born_on = "born_on"
valid_from = "valid_from"

[identifiers.student_no]
column = "student_no"
identifies = true

[identifiers.staff_no]
column = "staff_no"
identifies = true

[identifiers.card_id]
column = "card_id"
valid_from = "valid_from"
valid_to = "valid_to"

[time]
formats = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d"]
zone = "campus"
"""

DIRECTORY_CONTRACTS = {
    "students": _STUDENTS,
    "staff": _STAFF + _meanings("role", CATEGORIES) + "\n" + _meanings("department", UNITS),
    "patrons": _PATRONS + _meanings("role", GROUPS) + "\n" + _meanings("department", SHELVES),
    "network": _NETWORK,
    "cards": _CARDS,
}
"""Contracts of the directories by source."""
