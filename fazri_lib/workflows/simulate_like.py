"""Write an anonymised copy of a campus for staging: the same volumes and rhythms, nobody's record."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fazri_lib import settings as campus_settings
from fazri_lib.errors import FazriError
from fazri_lib.log import Progress, quiet
from fazri_lib.sources import contracts_of
from fazri_lib.sources.likeness import copy_texts
from fazri_lib.sources.likeness.clock import NEVER_S, utc_s
from fazri_lib.sources.likeness.crowd import build_crowd
from fazri_lib.sources.likeness.directory_rows import directory_columns, holders, identities, people_rows
from fazri_lib.sources.likeness.disclosure import LEAST
from fazri_lib.sources.likeness.fidelity import Fidelity, fidelity
from fazri_lib.sources.likeness.files import open_file
from fazri_lib.sources.likeness.layout import directory_rows, file_name, file_rows
from fazri_lib.sources.likeness.movement import Movement
from fazri_lib.sources.likeness.parts import Part, draws
from fazri_lib.sources.likeness.stays import HeadCount, StayMaker, Stays, walks_s
from fazri_lib.sources.likeness.traces import Traces
from fazri_lib.sources.simulate.truth_rows import mention_schema
from fazri_lib.workflows.like_learning import learn

if TYPE_CHECKING:
    from pathlib import Path

    from fazri_lib.sources import Contract, Reference
    from fazri_lib.sources.likeness.crowd import Crowd
    from fazri_lib.sources.likeness.shapes import Likeness, Size

PEOPLE_LEAST = 20
_MOMENT = pa.timestamp("us", tz="UTC")
_STAYS = pa.schema({"entity_id": pa.int64(), "zone_id": pa.string(), "started_at": _MOMENT, "ended_at": _MOMENT})
_EVENTS = pa.schema(
    {"type": pa.string(), "entity_id": pa.int64(), "zone_id": pa.string(), "started_at": _MOMENT, "ended_at": _MOMENT}
)


@dataclass(frozen=True, slots=True)
class Copied:
    """A written copy.

    Attributes:
        folder: campus folder of the copy.
        people: people whom its directories know.
        days: local days.
        fidelity: how like the original it is; figures of the original included, so not for passing on.
        left_out: what could not be copied, a sentence each.
        is_resolved: whether a published run of the campus said who is one person.
    """

    folder: Path
    people: int
    days: int
    fidelity: Fidelity
    left_out: tuple[str, ...]
    is_resolved: bool


def simulate_like(
    campus: Path, out: Path, size: Size, seed: int, least: int = LEAST, progress: Progress = quiet
) -> Copied:
    """Write an anonymised copy of a campus; the same campus, seed and size give the same bytes.

    Args:
        campus: campus folder with an ingested lake; it is only read.
        out: folder to write, empty or absent.
        size: people and days of the copy.
        seed: seed of every draw.
        least: fewest people that any figure of the copy may speak of.
        progress: told of every day.

    Raises:
        NotEnoughDataError: nothing is ingested.
        ContractError: a contract of the campus cannot be turned round to write by it.
        FazriError: `out` is in use, or an argument is too small.
    """
    _check(campus, out, size, least)
    settings = campus_settings.load(campus)
    contracts = contracts_of(campus / settings.contracts)
    progress("learn", 0, 1)
    likeness, original, reference = learn(campus, settings, size, least, seed)
    written = [*(shape.contract for shape in likeness.directories), *(shape.contract for shape in likeness.sources)]
    names = {contract.source: file_name(contract, contracts) for contract in written}
    crowd = build_crowd(likeness, seed)
    _write_frame(out, settings, contracts, reference)
    _write_people(likeness, crowd, out, names, seed)
    by_hour = _write_days(likeness, crowd, out, names, seed, progress)
    found = fidelity(original.rows, original.by_hour, by_hour, likeness)
    known = int(crowd.is_known.sum())
    left_out = copy_texts.left_out(contracts, written, likeness)
    note = copy_texts.readme(known, likeness.days.count, seed, least, found, left_out)
    (out / "README.md").write_text(note, encoding="utf-8")
    return Copied(out, known, likeness.days.count, found, left_out, original.is_resolved)


def _check(campus: Path, out: Path, size: Size, least: int) -> None:
    for name, value, smallest in (("people", size.people, PEOPLE_LEAST), ("days", size.days, 1), ("least", least, 2)):
        if value is not None and value < smallest:
            raise FazriError(
                f"simulate: {name} is too small; expected at least {smallest}, got {value}; give a larger --{name}"
            )
    if not (campus / campus_settings.FILE_NAME).is_file():
        raise FazriError(
            f"simulate: {campus.resolve().name} is no campus folder; expected one with {campus_settings.FILE_NAME}; "
            "give another --like"
        )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FazriError(
            f"simulate: {out.name} is in use; expected an empty or absent folder; give another --out or empty it"
        )


def _write_frame(
    out: Path, settings: campus_settings.Settings, contracts: tuple[Contract, ...], places: Reference
) -> None:
    """Write what is the campus's own and nobody's: settings, contracts, places and days."""
    for folder in ("contracts", "raw", "truth"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    (out / campus_settings.FILE_NAME).write_text(copy_texts.settings_toml(settings), encoding="utf-8")
    for contract in contracts:
        name = contract.origin.rpartition("/")[2]
        (out / "contracts" / name).write_text(copy_texts.contract_toml(contract), encoding="utf-8")
    for name in ("zones", "access_points", "zone_walks", "calendar"):
        copy_texts.reference_csv(getattr(places, name)).to_csv(out / f"{name}.csv", index=False, lineterminator="\n")


def _write_people(likeness: Likeness, crowd: Crowd, out: Path, names: dict[str, str], seed: int) -> None:
    keys = {}
    for at, shape in enumerate(likeness.directories):
        contract = shape.contract
        columns, person = directory_columns(likeness, crowd, at, seed)
        keys[contract.source] = (columns[contract.columns["record_key"]], person)
        with closing(open_file(contract, out / names[contract.source])) as file:
            file.write(directory_rows(contract, columns, likeness.time_zone))
    _write_parquet(identities(keys), out / "truth" / "identities.parquet")
    _write_parquet(people_rows(crowd), out / "truth" / "people.parquet")
    held = holders(crowd)
    table = {
        "id_type": pa.array(held["id_type"], pa.string()),
        "id_value": pa.array(held["id_value"], pa.string()),
        "entity_id": pa.array(held["entity_id"].astype(np.int64), pa.int64()),
        "valid_from": _instants(held["valid_from"].astype(np.int64), likeness.time_zone),
        "valid_to": _instants(held["valid_to"].astype(np.int64), likeness.time_zone),
    }
    _write_parquet(pa.table(table), out / "truth" / "holders.parquet")


def _write_days(
    likeness: Likeness, crowd: Crowd, out: Path, names: dict[str, str], seed: int, progress: Progress
) -> dict[str, np.ndarray]:
    """Write the timed sources and the truth day by day; return rows by source, zone and hour of the week."""
    days, zones = likeness.days, len(likeness.zones)
    movement, stays = Movement(likeness, crowd, seed), StayMaker(crowd.count, walks_s(likeness.distances_m))
    traces = [Traces(likeness, crowd, at, seed) for at in range(len(likeness.sources))]
    by_hour = {trace.shape.name: np.zeros((zones + 1, 168), dtype=np.int64) for trace in traces}
    counted = HeadCount(zones, days.start_s(0), days.count)
    with ExitStack() as stack:
        files = [stack.enter_context(closing(open_file(t.shape.contract, out / names[t.shape.name]))) for t in traces]
        truth = stack.enter_context(pq.ParquetWriter(out / "truth" / "stays.parquet", _STAYS, compression="zstd"))
        for number in range(days.count):
            rng = draws(seed, Part.MOVEMENT, 1_000_000 + number)
            ended, presence = stays.day(movement.day(number), days.start_s(number), rng)
            _add_stays(ended, likeness, truth, counted)
            for trace, file in zip(traces, files, strict=True):
                columns = trace.day(number, presence)
                _count(columns, likeness, by_hour[trace.shape.name])
                file.write(file_rows(trace.shape.contract, columns, likeness.time_zone, trace.shape.resolution_s))
            progress("days copied", number + 1, days.count)
        _add_stays(stays.last(days.start_s(days.count)), likeness, truth, counted)
    _write_parquet(_occupancy(likeness, counted), out / "truth" / "occupancy.parquet")
    for name in ("incidents", "lookalikes"):
        _write_parquet(_EVENTS.empty_table(), out / "truth" / f"{name}.parquet")
    _write_parquet(mention_schema().empty_table(), out / "truth" / "mentions.parquet")
    return by_hour


def _add_stays(stays: Stays, likeness: Likeness, truth: pq.ParquetWriter, counted: HeadCount) -> None:
    counted.add(stays)
    if len(stays.person):
        truth.write_table(
            pa.table(
                {
                    "entity_id": pa.array(stays.person + 1, pa.int64()),
                    "zone_id": pa.array(np.array(likeness.zones, dtype=object)[stays.zone], pa.string()),
                    "started_at": _instants(stays.start_s, likeness.time_zone),
                    "ended_at": _instants(stays.end_s, likeness.time_zone),
                },
                schema=_STAYS,
            )
        )


def _count(columns: dict[str, np.ndarray], likeness: Likeness, found: np.ndarray) -> None:
    if len(columns["ts"]):
        place = np.searchsorted(np.array(likeness.zones), columns["zone_id"].astype(str))
        place = np.where(columns["zone_id"] == "", len(likeness.zones), place)
        hour = (columns["ts"] // 3600 + 72) % 168  # 1970-01-01 was a Thursday
        np.add.at(found, (place, hour), 1)


def _occupancy(likeness: Likeness, counted: HeadCount) -> pa.Table:
    people = counted.people
    zones, quarters = people.shape
    ts_s = likeness.days.start_s(0) + np.arange(quarters) * 900
    return pa.table(
        {
            "zone_id": pa.array(np.repeat(np.array(likeness.zones, dtype=object), quarters), pa.string()),
            "ts": _instants(np.tile(ts_s, zones), likeness.time_zone),
            "people": pa.array(people.ravel(), pa.float64()),
        }
    )


def _instants(local_s: np.ndarray, zone: str) -> pa.Array:
    never = local_s == NEVER_S
    ts_us = utc_s(np.where(never, 0, local_s), zone) * 1_000_000
    return pa.array(ts_us, pa.int64(), mask=never).cast(_MOMENT)


def _write_parquet(rows: pa.Table, path: Path) -> None:
    pq.write_table(rows, path, compression="zstd")
