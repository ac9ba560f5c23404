"""What holds for every detector of the tuple, on a campus drawn at random and on a quiet one."""

from __future__ import annotations

import dataclasses
import datetime as dt
import inspect
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from fazri_lib.anomaly import DETECTORS, Inputs, Params, detect
from fazri_lib.schema import ALWAYS, EXTRACT_TABLES

if TYPE_CHECKING:
    from collections.abc import Callable


Campus = dict[str, pa.Table]
Rows = list[dict[str, Any]]

MONDAY = dt.datetime(2026, 6, 1)
DAYS = 5
TIME_ZONE = "Europe/Berlin"
ZONES = [
    {"zone_id": "GATE", "name": "Gate", "security": "low"},
    {"zone_id": "HALL", "name": "Hall", "security": "low", "opens": "08:00", "closes": "22:00", "capacity": 40},
    {"zone_id": "BAR", "name": "Bar", "security": "low", "opens": "18:00", "closes": "02:00", "capacity": 20},
    {"zone_id": "LAB", "name": "Lab", "security": "high", "opens": "07:00", "closes": "19:00",
     "closed_weekdays": "wed,sat", "allowed_departments": "ECE, Physics", "off_hours_severity": "critical"},
    {"zone_id": "ROOM", "name": "Room", "security": "medium", "allowed_roles": "staff,faculty"},
]  # fmt: skip
WALKS = [("GATE", "HALL", 250.0), ("HALL", "LAB", 120.0), ("BAR", "ROOM", 600.0)]
SOURCES = [("swipes", "observation", 1.0), ("wifi", "observation", 60.0), ("cameras", "observation", 0.0),
           ("library", "transaction", 60.0), ("bookings", "booking", 60.0)]  # fmt: skip


def minutes(number: float) -> dt.timedelta:
    """So many minutes."""
    return dt.timedelta(minutes=float(number))


def wide(number: int) -> int:
    """An id as they are: 62 bits without a pattern."""
    return number * 0x9E3779B97F4A7C15 % 2**62


def sighting(number: int, source: int, zone_id: str, ts: dt.datetime, known_at: dt.datetime) -> dict[str, Any]:
    """A row of observations; of a negative number the follower of its namesake."""
    name, kind, resolution_s = SOURCES[source]
    return {"observation_id": wide(2 * abs(number) + (number < 0)),
            "source": name, "kind": kind, "zone_id": zone_id, "ts": ts,
            "local_ts": ts, "local_date": ts.date(), "ts_resolution_s": resolution_s, "known_at": known_at}  # fmt: skip


def places() -> dict[str, Rows]:
    """Zones and walks."""
    walks = [(a, b, m) for one, other, m in WALKS for a, b in ((one, other), (other, one))]
    return {
        "zones": ZONES,
        "zone_walks": [dict(zip(("zone_id", "other_zone_id", "distance_m"), walk, strict=True)) for walk in walks],
    }


def people(rng: np.random.Generator, number: int) -> Rows:
    """People with roles and departments, some unknown, some that change."""
    rows: Rows = []
    for person in range(1, number + 1):
        role, department = rng.choice(["student", "Staff", "faculty", ""]), rng.choice(["ECE", "physics", "Law", ""])
        row = {"entity_id": wide(person), "kind": "person", "role": role, "department": department, "confidence": 1.0}
        changed_at = MONDAY + minutes(rng.integers(DAYS * 1440)) if rng.random() < 0.3 else None
        rows.append(row | {"known_at": ALWAYS, "superseded_at": changed_at})
        if changed_at:
            rows.append(row | {"role": "staff", "department": "ECE", "known_at": changed_at})
    return rows


def weights(rng: np.random.Generator, number: int) -> dict[int, float]:
    """Nobody, one person, or three holders of a card."""
    kind = rng.choice(["nobody", "one", "shared"], p=[0.1, 0.6, 0.3])
    if kind == "nobody":
        return {}
    first = int(rng.integers(1, number + 1))
    if kind == "one":
        return {wide(first): 1.0}
    return {wide((first + k) % number + 1): 1 / 3 for k in range(3)}


@pytest.fixture(scope="module")
def busy(arrow_of) -> Campus:
    """A campus on which everything happens: 20 people, five zones, five days, late rows, bookings, shared cards."""
    rng = np.random.default_rng(20260601)
    rows: dict[str, Rows] = {"observations": [], "claims": [], "occupancy": [], "entities": people(rng, 20)} | places()
    for number in range(1, 1201):
        source, zone = int(rng.integers(len(SOURCES))), rng.choice([row["zone_id"] for row in ZONES])
        whole = dt.timedelta(seconds=int(rng.integers(DAYS * 86_400)))
        ts = MONDAY + (minutes(whole.total_seconds() // 60) if SOURCES[source][2] else whole)
        late = minutes(rng.integers(1, 3000)) if rng.random() < 0.2 else dt.timedelta()
        holders, is_attended = weights(rng, 20), bool(rng.random() < 0.5)
        add(rows, sighting(number, source, zone, ts, ts + late), holders, is_attended=is_attended)
        if rng.random() < 0.2:  # the same people soon after, elsewhere
            soon, other = ts + minutes(rng.integers(120) / 60), str(rng.choice(["HALL", "LAB", "GATE"]))
            add(rows, sighting(-number, number % 3, other, soon, soon + late / 2), holders, is_attended=is_attended)
    for quarter in range(DAYS * 96):
        for zone, usual in (("HALL", 25), ("BAR", 12)):
            crowd(rows, zone, MONDAY + minutes(15 * quarter), rng.normal(usual, usual / 2, 2).clip(0))
    return arrow_of(rows)


def add(rows: dict[str, Rows], row: dict[str, Any], holders: dict[int, float], *, is_attended: bool) -> None:
    """Add an observation and its claims; a booking has two versions."""
    versions = [(row, True)]
    if row["kind"] == "booking":
        ends = {"known_at": row["known_at"] + minutes(90)}
        versions = [
            (row | {"superseded_at": ends["known_at"]}, False),
            (row | ends | {"is_attended": is_attended}, is_attended),
        ]
    for version, is_presence in versions:
        rows["observations"].append(version)
        rows["claims"] += [
            version | {"entity_id": who, "probability": weight, "is_presence": is_presence}
            for who, weight in holders.items()
        ]


def crowd(rows: dict[str, Rows], zone: str, ts: dt.datetime, counts: np.ndarray) -> None:
    """Add the two versions of an occupancy row."""
    row = {"zone_id": zone, "ts": ts, "local_ts": ts, "quality": "measured"}
    known = [ts + minutes(15), ts + minutes(360)]
    for count, known_at, until in zip(counts.round(3), known, [known[1], None], strict=True):
        interval = {"people": count, "people_lo": max(count - 8, 0), "people_hi": count + 8}
        rows["occupancy"].append(row | interval | {"known_at": known_at, "superseded_at": until})


@pytest.fixture(scope="module")
def quiet(arrow_of) -> Campus:
    """A campus on which everybody keeps to hours, lists, walking speed and capacity."""
    rng = np.random.default_rng(7)
    rows: dict[str, Rows] = {"observations": [], "claims": [], "occupancy": []} | places()
    staff = {"kind": "person", "role": "Staff", "department": "ece", "confidence": 1.0, "known_at": ALWAYS}
    rows["entities"] = [{"entity_id": wide(who)} | staff for who in range(1, 31)]
    for day, person in np.ndindex(DAYS, 30):
        at = MONDAY + minutes(1440 * day + 6 * 60 + rng.integers(60))
        while at < MONDAY + minutes(1440 * day + 16 * 60):
            zone = rng.choice(["GATE", "HALL", "ROOM"] + ["LAB"] * (day != 2))
            number, source = len(rows["observations"]) + 1, int(rng.integers(4))
            add(rows, sighting(number, source, zone, at, at), {wide(person + 1): 1.0}, is_attended=True)
            at += minutes(rng.integers(6, 120))
    for quarter in range(DAYS * 96):
        crowd(rows, "HALL", MONDAY + minutes(15 * quarter), rng.uniform(0, 38, 2))
    return arrow_of(rows)


@pytest.fixture
def find(run) -> Callable[..., Rows]:
    """`find(detector, campus, min_score)`: its findings on DuckDB."""

    def on(detector: Any, campus: Campus, min_score: float = Params().min_score) -> Rows:
        return run(detector, campus, dataclasses.replace(Params(), min_score=min_score), TIME_ZONE)

    return on


@pytest.fixture
def inputs_on(load_into) -> Callable[..., Inputs]:
    """`inputs_on(backend, campus)`: the campus as detectors read it."""

    def on(backend: Any, campus: Campus) -> Inputs:
        loaded = {name: load_into(backend, rows, name) for name, rows in campus.items()}
        return Inputs(**loaded, time_zone=TIME_ZONE, span=(MONDAY, MONDAY + dt.timedelta(days=DAYS + 3)))

    return on


each = pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.__name__)


def as_known(campus: Campus, moment: dt.datetime) -> Campus:
    """What was known of a campus at a moment: later rows are not there, nor is that older ones were superseded."""
    cut = {}
    for name, table in campus.items():
        if "known_at" not in table.column_names:
            cut[name] = table
            continue
        rows = table.filter(pc.less_equal(table["known_at"], pa.scalar(moment)))
        still = pc.if_else(pc.greater(rows["superseded_at"], pa.scalar(moment)), None, rows["superseded_at"])
        cut[name] = rows.set_column(rows.column_names.index("superseded_at"), "superseded_at", still)
    return cut


@each
def test_named_after_its_file(detector, find, busy):
    """A detector is a function of (inputs, params) that bears its file's name, and so do its findings."""
    assert detector.__module__ == f"fazri_lib.anomaly.{detector.__name__}"
    assert list(inspect.signature(detector).parameters) == ["inputs", "params"]
    assert {row["detector"] for row in find(detector, busy)} == {detector.__name__}


@each
def test_rows_are_whole(detector, find, busy):
    """Every finding has reason, action, severity, a score of at least `min_score`, its time and an id of its own."""
    rows = find(detector, busy)
    assert len(rows) > 3
    assert len({row["finding_id"] for row in rows}) == len(rows)
    for row in rows:
        assert all(row[name] is not None for name in EXTRACT_TABLES["findings"].required)
        assert len(row["reason"]) > 20
        assert len(row["action"]) > 20
        assert row["severity"] in {"low", "medium", "high", "critical"}
        assert Params().min_score <= row["score"] <= 1
        assert row["started_at"] <= row["known_at"]
        assert row["finding_id"] >= 0


@each
def test_evidence(detector, find, busy):
    """Evidence are observations of the input; only a detector that finds without observations may have none."""
    needs_none = bool(find(detector, busy | {name: busy[name][:0] for name in ("observations", "claims")}))
    given = set(busy["observations"]["observation_id"].to_pylist())
    for row in find(detector, busy):
        assert set(row["evidence"]) <= given
        assert needs_none or row["evidence"]


@each
def test_empty_tables(detector, engine, inputs_on, busy, rows_of):
    """Nothing in, nothing out, in the contract's columns and types."""
    findings = detector(inputs_on(engine, {name: table[:0] for name, table in busy.items()}), Params())
    assert findings.schema() == EXTRACT_TABLES["findings"].ibis_schema
    assert rows_of(findings) == []


@each
def test_silent_on_the_null_set(detector, find, quiet):
    """People who keep to every policy are never found."""
    assert find(detector, quiet) == []


@each
def test_repeatable(detector, find, busy, duck):
    """The same rows in another order give the same findings, and the inputs stay as they were."""
    shuffled = {name: table.take(np.random.default_rng(3).permutation(len(table))) for name, table in busy.items()}
    assert find(detector, shuffled) == find(detector, busy)
    for name, table in busy.items():
        assert duck.table(f"campus_{name}").to_pyarrow().equals(table)


@each
def test_independent_of_batch_mates(detector, find, busy):
    """A person's findings do not change when all others are left out, nor a zone's when all other zones are."""
    found = find(detector, busy)
    for person in (wide(3), wide(11)):
        alone = busy | {"claims": busy["claims"].filter(pc.equal(busy["claims"]["entity_id"], person))}
        mine = [row for row in find(detector, alone) if row["entity_id"] == person]
        assert mine == [row for row in found if row["entity_id"] == person]
    for zone in ("HALL", "LAB"):
        of_zone = {name: busy[name] for name in ("observations", "claims", "occupancy")}
        alone = busy | {name: rows.filter(pc.equal(rows["zone_id"], zone)) for name, rows in of_zone.items()}
        nobodys = [row for row in find(detector, alone) if row["entity_id"] is None]
        assert nobodys == [row for row in found if row["entity_id"] is None and row["zone_id"] == zone]


@each
def test_what_comes_later_changes_nothing(detector, find, busy):
    """Cutting off all that became known after T gives the findings known by T of the whole."""
    found = find(detector, busy)
    for day in (1.3, 2.6, 3.9):
        moment = MONDAY + dt.timedelta(days=day)
        by_then = find(detector, as_known(busy, moment))
        assert by_then == [row for row in found if row["known_at"] <= moment]
        assert by_then


@pytest.mark.spark
@each
def test_engines_agree(detector, find, spark, inputs_on, busy, rows_of):
    """Spark finds the same rows as DuckDB."""
    rows = rows_of(detector(inputs_on(spark, busy), Params()))
    assert sorted(rows, key=lambda row: (row["started_at"], row["finding_id"])) == find(detector, busy)


@each
def test_min_score(detector, find, busy):
    """No finding is less sure than `min_score`."""
    assert all(row["score"] >= 0.9 for row in find(detector, busy, 0.9))


def test_detect_is_the_union(find, busy):
    """All detectors together find what each finds alone, under ids that do not collide."""
    together = find(detect, busy)
    assert len(together) == sum(len(find(detector, busy)) for detector in DETECTORS)
    assert len({row["finding_id"] for row in together}) == len(together)
