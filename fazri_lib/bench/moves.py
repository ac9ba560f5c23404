"""Next place where there is something to learn (GeoLife, simulated campuses) and where not (the challenge campus)."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from fazri_lib.bench.markov import markov_ranks
from fazri_lib.bench.measured import peak_mb
from fazri_lib.bench.places import absent, foreign_data
from fazri_lib.bench.result import BenchResult, Table
from fazri_lib.forecast import evaluate_next_place
from fazri_lib.forecast.next_place import DEFAULT, BackTest, back_test
from fazri_lib.forecast.place_models import has_past
from fazri_lib.forecast.visits import encoded
from fazri_lib.metrics import accuracy_at_k, calibration_error, mrr
from fazri_lib.settings import shipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from fazri_lib.bench.campuses import Campuses, SimulatedCampus
    from fazri_lib.bench.sizes import Sizes

Found = TypeVar("Found")

MOVES, CAMPUS = "moves/geolife_train_valid.parquet", "ethos"
MONDAY = pd.Timestamp("2024-01-01")
MEANING = (
    "acc@k: the true place is among the first k; Brier score over all places, calibration error of the first guess, "
    "lower is better. Person, time of the visit and earlier visits are known; plain Markov chains do not use the time."
)
MODEL_NAMES = {
    "everyone": "majority class (baseline)",
    "person": "person's most frequent, backed off",
    "person_from": "Markov order 1, backed off",
    "person_from_hour": "Markov order 1 and hour, backed off",
    "mixture": "mixture",
}
ORDERS = (1, 2)
EVERYBODY = 10**9
TEST_SHARE = 0.25


def moves_bench(sizes: Sizes, campuses: Campuses) -> BenchResult:
    """Return the scores of every model on GeoLife and the simulated campuses, and `quality` of the challenge campus."""
    tables, notes = [], []
    for part, table in ((MOVES, _geolife_table), (CAMPUS, _campus_table)):
        path = foreign_data(part)
        if path is None:
            notes.append(absent(part))
        else:
            tables.append(table(path))
    tables += [_simulated_table(campus) for campus in campuses]
    seeds = (DEFAULT.seed, *sizes.seeds)
    return BenchResult("moves", tuple(tables), tuple(notes), seeds=seeds, peak_mb=peak_mb())


def geolife(path: Path) -> tuple[pd.DataFrame, pd.Series[bool]]:
    """Return the visits and which of them are scored (the file's own split, the later part of each person's visits).

    The file counts days from each person's first one. Days are shifted so that weekdays are true and everybody's scored
    part starts in the same week, by whole weeks.
    """
    rows = pd.read_parquet(path)
    is_test = rows["split"] == "valid"
    day = rows["start_day"] + (rows["weekday"] - rows["start_day"]) % 7
    first = rows["user_id"].map(day[is_test].groupby(rows["user_id"]).min())
    since = pd.to_timedelta(7 * 100 + day - first // 7 * 7, unit="D") + pd.to_timedelta(rows["start_min"], unit="min")
    visits = pd.DataFrame({"entity_id": rows["user_id"], "zone_id": rows["location_id"], "started_at": MONDAY + since})
    return visits, is_test


def challenge(folder: Path) -> pd.DataFrame:
    """Return everybody's visits on the challenge campus, straight from its files.

    Swipes of a shared card count for each holder, camera frames for the face's owner, bookings when attended, loans in
    the library, Wi-Fi by the zone of the access point.
    """
    people = pd.read_csv(folder / "student or staff profiles.csv")
    swipes = _read(folder / "campus card_swipes.csv", "location_id", people, "card_id")
    frames = _read(folder / "cctv_frames.csv", "location_id", people, "face_id")
    wifi = _read(folder / "wifi_associations_logs.csv", "ap_id", people, "device_hash")
    points = pd.read_csv(shipped("data", "contracts", "challenge", "access_points.csv"))
    wifi["zone_id"] = wifi["zone_id"].map(points.set_index("sensor_id")["zone_id"])
    loans = _read(folder / "library_checkouts.csv", "checkout_id", people, "entity_id").assign(zone_id="LIB_ENT")
    bookings = _read(folder / "lab_bookings.csv", "room_id", people, "entity_id", "start_time")
    attended = pd.read_csv(folder / "lab_bookings.csv")["attended (YES/NO)"] == "YES"
    return pd.concat([swipes, frames, wifi, loans, bookings[attended.to_numpy()]], ignore_index=True)


def _read(path: Path, zone: str, people: pd.DataFrame, key: str, at: str = "timestamp") -> pd.DataFrame:
    """Rows of one log with the people who hold the key; times are year first or, with slashes, month first."""
    rows = pd.read_csv(path).dropna(subset=[key])
    year_first = not rows[at].str.contains("/").any()
    rows["started_at"] = pd.to_datetime(rows[at], format="%Y-%m-%d %H:%M:%S" if year_first else "%m/%d/%Y %H:%M")
    holders = people[["entity_id", key]].dropna() if key != "entity_id" else people[["entity_id"]]
    joined = rows.drop(columns=[] if key == "entity_id" else ["entity_id"], errors="ignore").merge(holders, on=key)
    return joined.rename(columns={zone: "zone_id"})[["entity_id", "zone_id", "started_at"]]


def _geolife_table(path: Path) -> Table:
    visits, is_test = geolife(path)
    return _scored_table("GeoLife", visits, is_test)


def _simulated_table(campus: SimulatedCampus) -> Table:
    """The stays that the product found, the latest quarter of the time scored."""
    visits = campus.visits()
    is_test = visits["started_at"] >= visits["started_at"].quantile(1 - TEST_SHARE)
    return _scored_table(f"Simulated campus, seed {campus.seed}, from its stays", visits, is_test)


def _scored_table(name: str, visits: pd.DataFrame, is_test: pd.Series[bool]) -> Table:
    parameters = replace(DEFAULT, people=EVERYBODY, moves=EVERYBODY)
    test, seconds = _timed(lambda: back_test(visits, is_test, parameters))
    coded = encoded(visits.reset_index(drop=True))
    late = is_test.to_numpy()[coded.row]
    moves = late & has_past(coded)
    rows = [_scores(test, model) for model in MODEL_NAMES]
    chains = [_chain(order, markov_ranks(coded, late, moves, order)) for order in ORDERS]
    title = f"{name}, {test.moves:,} moves of {test.people:,} people, {seconds:.1f} s"
    table = pd.DataFrame([*rows[:2], *chains, *rows[2:]]).round(4)
    return Table(title, f"{MEANING} Chosen without the scored part: {MODEL_NAMES[test.chosen]}.", table)


def _chain(order: int, rank: NDArray[np.float64]) -> dict[str, object]:
    scores = {"acc@1": accuracy_at_k(rank, 1), "acc@3": accuracy_at_k(rank, 3), "MRR": mrr(rank)}
    return {"model": f"Markov order {order}, plain (baseline)", **scores}


def _scores(test: BackTest, model: str) -> dict[str, object]:
    scores = test.of(model)
    return {
        "model": MODEL_NAMES[model],
        "acc@1": accuracy_at_k(scores["rank"], 1),
        "acc@3": accuracy_at_k(scores["rank"], 3),
        "MRR": mrr(scores["rank"]),
        "Brier": float(scores["brier"].mean()),
        "calibration error": calibration_error(scores["confidence"], scores["rank"] == 1),
    }


def _campus_table(folder: Path) -> Table:
    rows, seconds = _timed(lambda: evaluate_next_place(challenge(folder)))
    meaning = "There is no signal in it by construction, and the verdict must say so."
    return Table(f"Challenge campus, {seconds:.1f} s", meaning, rows.drop(columns="capability"))


def _timed(work: Callable[[], Found]) -> tuple[Found, float]:
    start = time.perf_counter()
    return work(), time.perf_counter() - start
