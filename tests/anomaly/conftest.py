"""A small campus written down row by row, and one drawn at random, for detectors to look at."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from fazri_lib.anomaly import Inputs, Params
from fazri_lib.schema import ALWAYS, EXTRACT_TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

    import ibis.expr.types as ir

    Campus = dict[str, pa.Table]
    Detector = Callable[[Inputs, Params], ir.Table]

TABLES = ("observations", "claims", "occupancy", "entities", "zones", "zone_walks", "calendar")
YEAR = (dt.datetime(2026, 1, 1), dt.datetime(2026, 12, 31))


@dataclass
class Scene:
    """Rows of the tables that detectors read. Times are UTC; the campus's clock is `time_zone`."""

    run: Callable[..., list[dict[str, Any]]]
    time_zone: str = "UTC"
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in TABLES})

    def zone(self, zone_id: str, **policy: Any) -> None:
        """Add a zone; its name is "Zone <id>"."""
        self.rows["zones"].append({"zone_id": zone_id, "name": f"Zone {zone_id}", "security": "low"} | policy)

    def walk(self, one: str, other: str, metres: float) -> None:
        """Add a walk in both directions."""
        self.rows["zone_walks"] += [
            {"zone_id": a, "other_zone_id": b, "distance_m": metres} for a, b in ((one, other), (other, one))
        ]

    def person(self, entity_id: int, **facts: Any) -> None:
        """Add a version of a person, known always unless `known_at` is given."""
        version = {"entity_id": entity_id, "kind": "person", "confidence": 1.0, "known_at": ALWAYS}
        self.rows["entities"].append(version | facts)

    def crowd(self, zone_id: str, ts: dt.datetime, people: float, lo: float, hi: float, **facts: Any) -> None:
        """Add an occupancy row, known at the quarter's end."""
        known_at = ts + dt.timedelta(minutes=15)
        row = {"zone_id": zone_id, "ts": ts, "local_ts": ts, "people": people, "people_lo": lo, "people_hi": hi}
        self.rows["occupancy"].append(row | {"quality": "measured", "known_at": known_at} | facts)

    def seen(self, zone_id: str, ts: dt.datetime, claims: dict[int, float] | int | None = None, **facts: Any) -> int:
        """Add an observation with its claims (person -> probability; a number: that person for sure); return its id."""
        number = len(self.rows["observations"]) + 1
        weights = {} if claims is None else ({claims: 1.0} if isinstance(claims, int) else claims)
        row = {
            "observation_id": number, "source": "swipes", "kind": "observation", "zone_id": zone_id, "ts": ts,
            "local_ts": ts, "local_date": ts.date(), "ts_resolution_s": 1.0, "known_at": ts,
        } | facts  # fmt: skip
        self.rows["observations"].append(row)
        self.rows["claims"] += [
            {"is_presence": True} | row | {"entity_id": who, "probability": weight} for who, weight in weights.items()
        ]
        return number

    def found(self, detector: Detector, **params: Any) -> list[dict[str, Any]]:
        """Return what a detector finds, in the order in which it was known."""
        findings = self.run(detector, campus_of(self.rows), Params(**params), self.time_zone)
        return sorted(findings, key=lambda row: (row["known_at"], row["started_at"], row["finding_id"]))


def campus_of(rows: dict[str, list[dict[str, Any]]]) -> Campus:
    """Return rows as Arrow tables in the contracts' columns; what a table has no column for is left out."""
    made = {}
    for name in TABLES:
        contract = EXTRACT_TABLES[name]
        fitting = [{key: row.get(key) for key in contract.column_names} for row in rows.get(name, [])]
        made[name] = pa.Table.from_pylist(fitting, schema=contract.arrow_schema)
    return made


@pytest.fixture(scope="session")
def arrow_of() -> Callable[[dict[str, list[dict[str, Any]]]], Campus]:
    """`arrow_of(rows)`: the tables that detectors read."""
    return campus_of


@pytest.fixture(scope="session")
def run(duck) -> Callable[..., list[dict[str, Any]]]:
    """`run(detector, campus, params, time_zone)`: its findings on DuckDB, each compiled once: that takes longest."""
    compiled: dict[Any, str] = {}

    def run_on(detector: Detector, campus: Campus, params: Params, time_zone: str) -> list[dict[str, Any]]:
        loaded = {name: duck.create_table(f"campus_{name}", rows, overwrite=True) for name, rows in campus.items()}
        key = (detector, params, time_zone)
        if key not in compiled:
            inputs = Inputs(**loaded, time_zone=time_zone, span=YEAR)
            compiled[key] = duck.compile(detector(inputs, params))
        rows = duck.con.execute(compiled[key]).to_arrow_table().to_pylist()
        return sorted(rows, key=lambda row: (row["started_at"], row["finding_id"]))

    return run_on


@pytest.fixture
def scene(run) -> Scene:
    """An empty scene on DuckDB."""
    return Scene(run)
