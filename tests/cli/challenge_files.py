"""A handful of people and a few days in the files of the challenge campus, each written as that file is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SWIPES = "campus card_swipes.csv"
FIRST = dt.datetime(2025, 9, 1)
DAYS, PEOPLE = 9, 12
ZONES = ("LIB_ENT", "CAF_01", "LAB_101")


def write_files(folder: Path) -> Path:
    """Write profiles, swipes, Wi-Fi and bookings; the cards C0 and C1 are shared by two people each."""
    folder.mkdir()
    _write(folder / "student or staff profiles.csv", profiles())
    _write(folder / SWIPES, swipes())
    _write(folder / "wifi_associations_logs.csv", wifi())
    _write(folder / "lab_bookings.csv", bookings())
    return folder


def profiles() -> list[str]:
    """People E0 to E11, students but for two."""
    head = "entity_id,name,role,email,department,student_id,staff_id,card_id,device_hash,face_id"
    rows = [
        f"E{i},Name {i},{'staff' if i < 2 else 'student'},u{i}@x.example,CSE,S{i},,C{i % 10},DH{i:012x},F{i}"
        for i in range(PEOPLE)
    ]
    return [head, *rows]


def swipes() -> list[str]:
    """Each day each card at the library in the morning, at the cafeteria at noon."""
    rows = [
        f"C{i % 10},{zone},{at:%Y-%m-%d %H:%M:%S}"
        for day in range(DAYS)
        for i in range(PEOPLE)
        for zone, at in (
            ("LIB_ENT", FIRST + dt.timedelta(days=day, hours=9, minutes=i)),
            ("CAF_01", FIRST + dt.timedelta(days=day, hours=12, minutes=2 * i)),
        )
    ]
    return ["card_id,location_id,timestamp", *dict.fromkeys(rows)]


def wifi() -> list[str]:
    """Each device in the library in the afternoon, times written month first."""
    at = [FIRST + dt.timedelta(days=day, hours=15, minutes=i) for day in range(DAYS + 7) for i in range(PEOPLE)]
    rows = [f"DH{i % PEOPLE:012x},AP_LIB_1,{t.month}/{t.day}/{t.year} {t:%H:%M}" for i, t in enumerate(at)]
    return ["device_hash,ap_id,timestamp", *rows]


def bookings() -> list[str]:
    """A lab booked every day, attended every second time; the last days prove that the month comes first."""
    rows = [
        f"B{day},E3,LAB_101,9/{day + 1}/2025 16:00,9/{day + 1}/2025 18:00,{'YES' if day % 2 else 'NO'}"
        for day in range(DAYS + 7)
    ]
    return ["booking_id,entity_id,room_id,start_time,end_time,attended (YES/NO)", *rows]


def _write(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
