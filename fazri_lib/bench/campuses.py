"""Simulated campuses for the benches: each built once in a run of benches, then read beside its truth."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from fazri_lib import settings as campus_settings
from fazri_lib.bench.measured import Usage, measure
from fazri_lib.log import Progress, quiet
from fazri_lib.store import Extract, Lake, open_duckdb, to_frame
from fazri_lib.workflows.ingest import ingest
from fazri_lib.workflows.moments import Moment
from fazri_lib.workflows.run import run
from fazri_lib.workflows.simulate import simulate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fazri_lib.bench.sizes import Sizes

RUN_AT = dt.datetime(2030, 1, 1)
"""The machine's time of the run, later than every simulated day."""


@dataclass(frozen=True)
class SimulatedCampus:
    """A campus folder that was simulated, ingested and run, with its truth.

    Attributes:
        home: the folder.
        seed: of the simulation.
        costs: what each stage used.
    """

    home: Path
    seed: int
    costs: dict[str, Usage]

    @cached_property
    def settings(self) -> campus_settings.Settings:
        """Settings of the campus."""
        return campus_settings.load(self.home)

    def truth(self, table: str) -> pd.DataFrame:
        """Return a truth table, instants UTC without a zone."""
        rows = pd.read_parquet(self.home / "truth" / f"{table}.parquet")
        instants = rows.select_dtypes("datetimetz").columns
        return rows.assign(**{name: rows[name].dt.tz_localize(None) for name in instants})

    def table(self, name: str, *columns: str) -> pd.DataFrame:
        """Return an extract table as known at the end, all columns or some."""
        storage = self.settings.storage
        with Extract.open(self.home / "state", storage.memory_limit, storage.threads) as extract:
            rows = Moment(extract, self.settings).table(name)
            return to_frame(extract.backend, rows.select(*columns) if columns else rows)

    def lake(self, name: str) -> pd.DataFrame:
        """Return a table of the lake."""
        storage = self.settings.storage
        backend = open_duckdb(storage.memory_limit, storage.threads, self.home / "state" / "tmp")
        try:
            return to_frame(backend, Lake(self.home / "state" / "lake").read(backend, name))
        finally:
            backend.disconnect()

    def visits(self) -> pd.DataFrame:
        """Return stays that are more likely than not, as the next-place capability reads them."""
        storage = self.settings.storage
        with Extract.open(self.home / "state", storage.memory_limit, storage.threads) as extract:
            return Moment(extract, self.settings).visits()

    @cached_property
    def records(self) -> pd.DataFrame:
        """The newest version of every directory record: its lake columns, its `key` as in the truth, its `person`.

        `person` is the truth's number; records that the truth does not know are left out.
        """
        rows = self.lake("records")
        rows = rows.assign(key=rows["directory"].astype(str) + ":" + rows["record_key"].astype(str))
        rows = rows.sort_values(["known_at", "load_order", "record_id"], kind="stable")
        owned = self.truth("identities").rename(columns={"record_id": "key", "entity_id": "person"})
        return rows.merge(owned.drop_duplicates("key"), on="key").reset_index(drop=True)

    @cached_property
    def known_people(self) -> pd.DataFrame:
        """Which of our entities stand for whom: `entity_id` (ours), `person` (the truth's), each pair once."""
        links = self.table("links", "record_id", "entity_id")
        pairs = links.merge(self.records[["record_id", "person"]], on="record_id")
        return pairs[["entity_id", "person"]].drop_duplicates().reset_index(drop=True)


class Campuses:
    """The simulated campuses of one run of benches; a campus is built when it is first asked for.

    Args:
        sizes: how large, which seeds.
        folder: where they are built.
        progress: told of every stage.
    """

    def __init__(self, sizes: Sizes, folder: Path, progress: Progress = quiet) -> None:
        self._sizes, self.folder, self._progress = sizes, folder, progress
        self._built: dict[int, SimulatedCampus] = {}

    def __iter__(self) -> Iterator[SimulatedCampus]:
        """Yield the campus of each seed."""
        return (self.of(seed) for seed in self._sizes.seeds)

    @property
    def title(self) -> str:
        """Sizes and seeds, for titles of tables."""
        seeds = " and ".join(str(seed) for seed in self._sizes.seeds)
        return f"simulated campus, {self._sizes.people:,} people, {self._sizes.days} days, seed {seeds}"

    def of(self, seed: int) -> SimulatedCampus:
        """Return the campus of a seed, each stage measured in a process of its own."""
        if seed not in self._built:
            home = self.folder / f"campus-{seed}"
            arguments = {"simulated": (self._sizes.people, self._sizes.days, seed, home), "ingested": (home,)}
            arguments["ran"] = (home,)
            costs = {}
            for place, (stage, given) in enumerate(arguments.items()):
                self._progress(f"campus {seed}: to be {stage}", place, len(arguments))
                costs[stage] = measure(__name__, stage, *given)
            self._built[seed] = SimulatedCampus(home, seed, costs)
        return self._built[seed]


def simulated(people: str, days: str, seed: str, home: str) -> int:
    """Simulate a campus folder; return its people."""
    simulate(int(people), int(days), int(seed), Path(home))
    return int(people)


def ingested(home: str) -> int:
    """Ingest all its files; return the rows loaded."""
    folder = Path(home)
    return ingest(folder, campus_settings.load(folder), folder).rows_loaded


def ran(home: str) -> int:
    """Run every stage and publish; return the observations of the extract."""
    folder = Path(home)
    return run(folder, campus_settings.load(folder), now=RUN_AT).rows["observations"]
