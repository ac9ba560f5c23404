"""A published extract of a tiny campus, made by hand: what each test computes, it computes from these rows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd

from fazri_lib.schema import ALWAYS, EXTRACT_TABLES
from fazri_lib.store import Manifest, Publisher, open_duckdb
from fazri_lib.store.manifest import read_manifest, write_manifest

if TYPE_CHECKING:
    from pathlib import Path

# Saturday 13 September 2025, 18:00 on the campus's clocks (Asia/Kolkata, UTC+5:30)
AS_OF = dt.datetime(2025, 9, 13, 12, 30)
TOML = 'name = "Tiny"\ntime_zone = "Asia/Kolkata"\n'


def utc(text: str) -> pd.Timestamp:
    """An instant on 13 September 2025 by its UTC time of day, or a full timestamp."""
    return pd.Timestamp(text if "-" in text else f"2025-09-13 {text}")


ENTITIES = [
    {"entity_id": 1, "role": "student", "department": "CSE"},
    {"entity_id": 2, "role": "faculty", "department": "CSE"},
    {"entity_id": 3, "role": "student", "department": "MECH"},
]
PERSON = [
    {"entity_id": 1, "name": "Asha Rao", "email": "asha@tiny.example"},
    {"entity_id": 2, "name": "Ben Iyer", "email": "ben@tiny.example"},
    {"entity_id": 3, "name": "Chitra Das", "email": "chitra@tiny.example"},
]
IDENTIFIERS = [
    {"entity_id": 1, "id_type": "card_id", "id_value": "C1", "id_key": 11, "probability": 1.0, "source": "profiles"},
    {"entity_id": 2, "id_type": "card_id", "id_value": "C9", "id_key": 99, "probability": 0.5, "source": "profiles"},
    {"entity_id": 3, "id_type": "card_id", "id_value": "C9", "id_key": 99, "probability": 0.5, "source": "profiles"},
]
ZONES = [
    {"zone_id": "LIB", "name": "Library", "capacity": 4, "security": "low", "latitude": 26.0, "longitude": 91.0},
    {"zone_id": "CAF", "name": "Cafeteria", "capacity": 90, "security": "low", "latitude": 26.001, "longitude": 91.0},
    {"zone_id": "LAB_305", "name": "Lab", "capacity": 30, "security": "high", "latitude": 26.0, "longitude": 91.001},
]
WALKS = [{"zone_id": "LIB", "other_zone_id": "CAF", "distance_m": 150.0}]


def claim(number: int, entity_id: int, ts: str, zone_id: str, probability: float = 1.0, **more: Any) -> dict[str, Any]:
    """A claim known at its own time, speaking for 15 minutes."""
    at = utc(ts)
    until = at + pd.Timedelta(minutes=15)
    row = {"observation_id": number, "entity_id": entity_id, "ts": at, "until_at": until, "zone_id": zone_id}
    row |= {"source": "swipes", "probability": probability, "is_presence": True, "known_at": at}
    return row | {"local_date": dt.date(2025, 9, 13), "ts_resolution_s": 1.0} | more


CLAIMS = [
    claim(1, 1, "06:00", "LIB"),
    claim(2, 1, "07:30", "CAF"),
    claim(3, 1, "12:00", "LAB_305"),
    claim(4, 2, "08:00", "LIB", 0.5),
    claim(4, 3, "08:00", "LIB", 0.5),
    claim(5, 1, "12:10", "LIB", known_at=utc("12:20")),  # known late
    claim(6, 1, "09:00", "CAF", is_presence=False, source="bookings"),  # a plan
]


def stay(number: int, entity_id: int, zone_id: str, start: str, end: str | None, **more: Any) -> dict[str, Any]:
    """A stay known from its start."""
    row = {"stay_id": number, "entity_id": entity_id, "zone_id": zone_id, "started_at": utc(start)}
    row |= {"ended_at": utc(end) if end else None, "local_date": dt.date(2025, 9, 13), "confidence": 1.0}
    return row | {"sources": "swipes", "observation_count": 1, "known_at": utc(start)} | more


STAYS = [
    stay(1, 1, "LIB", "06:00", "06:45"),
    stay(2, 1, "CAF", "07:30", "08:00"),
    stay(3, 1, "LAB_305", "12:00", None),
    stay(4, 2, "LIB", "08:00", "08:15", confidence=0.5),
    stay(5, 3, "LIB", "08:00", "08:15", confidence=0.5),
]


def finding(number: int, detector: str, severity: str, score: float, ts: str, **more: Any) -> dict[str, Any]:
    """A finding known at its start."""
    row = {"finding_id": number, "detector": detector, "severity": severity, "score": score, "started_at": utc(ts)}
    return row | {"reason": "because", "evidence": [number], "action": "look", "known_at": utc(ts)} | more


FINDINGS = [
    finding(1, "off_hours", "high", 0.9, "07:00", entity_id=1, zone_id="LAB_305"),
    finding(2, "off_hours", "critical", 0.6, "08:00", entity_id=2, zone_id="LIB"),
    finding(3, "overcrowding", "medium", 1.0, "09:00", zone_id="LIB"),
    finding(4, "role_violation", "high", 0.2, "10:00", entity_id=1, zone_id="LIB"),
]
COVERAGE = [
    {"source": "swipes", "hour_at": utc("06:00"), "rows": 60, "orphan_rows": 6, "shared_rows": 0, "late_rows": 3},
    {"source": "swipes", "hour_at": utc("11:00"), "rows": 40, "orphan_rows": 4, "shared_rows": 0, "late_rows": 2},
    {"source": "wifi", "hour_at": utc("08:00"), "rows": 100, "orphan_rows": 0, "shared_rows": 50, "late_rows": 0},
]
QUALITY = [
    ("forecast", "MASE 168 h", 0.5, 0.6, "seasonal_naive", "good"),
    ("next_place", "acc@1", 0.19, 0.19, "majority class", "no signal"),
]
QUARANTINE = [{"file": "s.csv", "row_number": 7, "rule": "unknown zone", "source": "swipes", "known_at": utc("06:00")}]


def occupancy() -> pd.DataFrame:
    """Two weeks of quarters in LIB: 2 people, 4 on the last day, an outage in its last hour; CAF always 10."""
    ts = pd.date_range("2025-08-31 18:30", AS_OF, freq="15min", inclusive="left")
    local = ts + pd.Timedelta(hours=5, minutes=30)
    is_last = local >= pd.Timestamp("2025-09-13")
    library = pd.DataFrame({"zone_id": "LIB", "ts": ts, "local_ts": local, "people": 2.0 + 2.0 * is_last})
    library["quality"] = ["outage" if t >= AS_OF - dt.timedelta(hours=1) else "measured" for t in ts]
    canteen = library.assign(zone_id="CAF", people=10.0, quality="measured")
    rows = pd.concat([library, canteen])
    return rows.assign(people_lo=rows["people"] - 1, people_hi=rows["people"] + 1, known_at=rows["ts"])


def forecasts() -> pd.DataFrame:
    """A day ahead of LIB: 3 people, 7 in the fourth hour; the baseline says 2."""
    ts = pd.date_range("2025-09-13 12:30", periods=24, freq="h")
    people = [3.0] * 3 + [7.0] + [3.0] * 20
    ours = pd.DataFrame({"zone_id": "LIB", "ts": ts, "model": "level_profile", "people": people, "made_at": AS_OF})
    band = ours.assign(lo_80=ours["people"] - 1, hi_80=ours["people"] + 1, lo_95=1.0, hi_95=ours["people"] + 2)
    return pd.concat([band, ours.assign(model="seasonal_naive", people=2.0)])


def tables() -> dict[str, pd.DataFrame]:
    """Rows of each extract table; tables not named here are empty."""
    always = {"known_at": ALWAYS}
    return {
        "entities": pd.DataFrame(ENTITIES).assign(kind="person", confidence=1.0, **always),
        "person": pd.DataFrame(PERSON).assign(**always),
        "identifiers": pd.DataFrame(IDENTIFIERS).assign(**always),
        "claims": pd.DataFrame(CLAIMS),
        "stays": pd.DataFrame(STAYS),
        "findings": pd.DataFrame(FINDINGS),
        "occupancy": occupancy(),
        "forecasts": forecasts(),
        "coverage": pd.DataFrame(COVERAGE),
        "quality": pd.DataFrame(QUALITY, columns=list(EXTRACT_TABLES["quality"].column_names)),
        "quarantine": pd.DataFrame(QUARANTINE),
        "zones": pd.DataFrame(ZONES),
        "zone_walks": pd.DataFrame(WALKS),
    }


def make(home: Path) -> Path:
    """Make a campus folder with that extract published."""
    (home / "fazri.toml").write_text(TOML)
    publish(home, tables())
    return home


def publish(home: Path, rows: dict[str, pd.DataFrame]) -> None:
    """Publish tables as the extract of a campus folder."""
    computed = ("forecasts", "quality", "relations", "coverage", "things", "runs")
    monthly = [name for name, table in EXTRACT_TABLES.items() if table.is_monthly]
    rest = [name for name in EXTRACT_TABLES if name not in monthly and name not in computed]
    publisher, backend = Publisher(home / "state", 1), open_duckdb()
    parts = {
        part: publisher.write(part, part, {name: _table(name, rows.get(name)) for name in names}, backend)
        for part, names in {"2025-09": monthly, "rest": rest, "computed": computed}.items()
    }
    manifest = Manifest(
        run_id="r1", made_at=AS_OF, as_of=AS_OF, time_zone="Asia/Kolkata", code_version="0",
        months={"2025-09": parts["2025-09"]}, rest=parts["rest"], computed=parts["computed"],
    )  # fmt: skip
    publisher.publish(manifest)
    backend.disconnect()


def _table(name: str, frame: pd.DataFrame | None) -> Any:
    contract = EXTRACT_TABLES[name]
    return ibis.memtable(contract.arrow(pd.DataFrame() if frame is None else frame), schema=contract.ibis_schema)


def publish_again(home: Path, run_id: str) -> None:
    """Publish the same files under another run, as a run that found nothing new."""
    folder = home / "state" / "extract"
    write_manifest(folder, read_manifest(folder).model_copy(update={"run_id": run_id}))
