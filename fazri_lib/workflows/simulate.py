"""Write a simulated campus folder: settings, places, contracts, raw files, and the truth behind them."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from fazri_lib.errors import FazriError
from fazri_lib.log import Progress, quiet
from fazri_lib.sources import simulate as simulated
from fazri_lib.sources.simulate import Campus, DayLived, Event, HeadCount, raw_rows, truth_rows

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

PEOPLE_LEAST = 20
_ROWS_PER_GROUP = 250_000
_CODED = pacsv.WriteOptions(include_header=False, quoting_style="none")
_FREE_TEXT = pacsv.WriteOptions(include_header=False, quoting_style="needed")


def simulate(people: int, days: int, seed: int, out: Path, progress: Progress = quiet) -> Path:
    """Write a campus folder with its truth; the same arguments give the same bytes.

    Args:
        people: number of people, visitors included.
        days: number of local days, the first one a Monday.
        seed: seed of every draw.
        out: folder to write, empty or absent.
        progress: told of every day.

    Returns:
        The folder.

    Raises:
        FazriError: too few people or days, a negative seed, or `out` is not empty.
    """
    _check(people, days, seed, out)
    campus = simulated.build_campus(people, days, seed)
    _write_reference(campus, out)
    _write_directories(campus, out)
    _write_days(campus, out, progress)
    (out / "README.md").write_text(simulated.readme(people, days, seed), encoding="utf-8")
    (out / "fazri.toml").write_text(simulated.SETTINGS, encoding="utf-8")
    return out


def _check(people: int, days: int, seed: int, out: Path) -> None:
    for name, value, least in (("people", people, PEOPLE_LEAST), ("days", days, 1), ("seed", seed, 0)):
        if value < least:
            raise FazriError(
                f"simulate: {name} is too small; expected at least {least}, got {value}; give a larger --{name}"
            )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FazriError(
            f"simulate: {out.name} is in use; expected an empty or absent folder; give another --out or empty it"
        )
    for folder in ("contracts", "raw", "truth"):
        (out / folder).mkdir(parents=True, exist_ok=True)


def _write_reference(campus: Campus, out: Path) -> None:
    places = campus.society.places
    calendar = campus.span.calendar()
    flags = ["is_holiday", "is_term", "is_exam"]
    calendar[flags] = calendar[flags].replace({True: "true", False: "false"})
    tables = {
        "zones": places.zones,
        "access_points": places.access_points(),
        "zone_walks": places.zone_walks(),
        "calendar": calendar,
    }
    for name, table in tables.items():
        _write_csv(table, out / f"{name}.csv")
    for source, text in simulated.CONTRACTS.items():
        (out / "contracts" / f"{source}.toml").write_text(text, encoding="utf-8")


def _write_directories(campus: Campus, out: Path) -> None:
    for name, (rows, _) in simulated.directories(campus).items():
        _write_csv(rows, out / "raw" / f"{name}.csv")
    _write_parquet(simulated.people_rows(campus), out / "truth" / "people.parquet")
    _write_parquet(simulated.identities(campus), out / "truth" / "identities.parquet")
    _write_parquet(simulated.holders(campus), out / "truth" / "holders.parquet")


def _write_days(campus: Campus, out: Path, progress: Progress) -> None:
    counted = HeadCount(len(campus.society.places.ids), campus.span)
    incidents: list[Event] = []
    lookalikes: list[Event] = []
    with ExitStack() as stack:
        files = _DayFiles(campus, out, stack)
        for day in campus.span.plan_days():
            lived = simulated.live_day(campus, day)
            files.write(lived)
            counted.add(lived.stays)
            incidents += lived.incidents
            lookalikes += lived.lookalikes
            progress("days simulated", day.number + 1, campus.span.days)
        files.flush()
    _write_parquet(files.mentions, out / "truth" / "mentions.parquet")
    _write_parquet(truth_rows.occupancy_rows(campus, counted), out / "truth" / "occupancy.parquet")
    _write_parquet(truth_rows.event_rows(campus, incidents), out / "truth" / "incidents.parquet")
    _write_parquet(truth_rows.event_rows(campus, lookalikes), out / "truth" / "lookalikes.parquet")


class _DayFiles:
    """The files that grow day by day, so that memory does not."""

    def __init__(self, campus: Campus, out: Path, stack: ExitStack) -> None:
        self._campus = campus
        self._raw = out / "raw"
        self._stack = stack
        self._open: dict[str, BinaryIO] = {}
        schema = truth_rows.stay_schema()
        self._stays = [schema.empty_table()]
        self._mentions = [truth_rows.mention_schema().empty_table()]
        self._truth = stack.enter_context(pq.ParquetWriter(out / "truth" / "stays.parquet", schema, compression="zstd"))

    def write(self, lived: DayLived) -> None:
        """Append a day to every file; Wi-Fi starts a new file each week."""
        campus = self._campus
        week = max(lived.day.number, 0) // 7 + 1
        self._append(f"wifi-{week:02d}.csv", raw_rows.wifi_rows(campus, lived), _CODED)
        self._append("swipes.csv", raw_rows.swipe_rows(campus, lived), _CODED)
        self._append("bookings.csv", raw_rows.booking_rows(campus, lived), _CODED)
        self._append("library.csv", raw_rows.loan_rows(lived), _CODED)
        self._append("notes.csv", raw_rows.note_rows(campus, lived), _FREE_TEXT)
        frames = raw_rows.camera_lines(campus, lived).to_pylist()
        self._stream("cameras.jsonl", "").write("".join(f"{line}\n" for line in frames).encode())
        self._mentions.append(truth_rows.mention_rows(campus, lived))
        self._stays.append(truth_rows.stay_rows(campus, lived.stays))
        if sum(len(table) for table in self._stays) >= _ROWS_PER_GROUP:
            self.flush()

    @property
    def mentions(self) -> pa.Table:
        """Truth table `mentions`, small enough to keep."""
        return pa.concat_tables(self._mentions).combine_chunks()

    def flush(self) -> None:
        """Write the true stays gathered so far as one row group."""
        self._truth.write_table(pa.concat_tables(self._stays).combine_chunks())
        self._stays = [self._stays[0].slice(0, 0)]

    def _stream(self, name: str, header: str) -> BinaryIO:
        if name not in self._open:
            self._open[name] = self._stack.enter_context((self._raw / name).open("wb"))
            self._open[name].write(header.encode())
        return self._open[name]

    def _append(self, name: str, rows: pa.Table, options: pacsv.WriteOptions) -> None:
        pacsv.write_csv(rows, self._stream(name, f"{','.join(rows.column_names)}\n"), options)


def _write_csv(rows: pd.DataFrame, path: Path) -> None:
    rows.to_csv(path, index=False, lineterminator="\n")


def _write_parquet(rows: pa.Table, path: Path) -> None:
    pq.write_table(rows, path, compression="zstd")
