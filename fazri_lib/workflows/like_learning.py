"""The likeness of a campus: its counts, behind disclosure control."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.errors import NotEnoughDataError
from fazri_lib.sources import contracts_of, read_reference
from fazri_lib.sources.likeness import people_learning
from fazri_lib.sources.likeness.disclosure import WEEK_H, noised, shares
from fazri_lib.sources.likeness.learning import Control, day_counts, rhythm, source_shape
from fazri_lib.sources.likeness.parts import private_draws
from fazri_lib.sources.likeness.persons import persons_of
from fazri_lib.sources.likeness.shapes import Days, GroupShape, Likeness, Shares
from fazri_lib.store import Lake, held, open_duckdb
from fazri_lib.workflows.like_counts import NO_GROUP, Counted, count_rows, directory_frames, file_digests, span_of

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from ibis.backends.duckdb import Backend

    from fazri_lib.settings import Settings
    from fazri_lib.sources import Contract, Reference
    from fazri_lib.sources.likeness.persons import Persons
    from fazri_lib.sources.likeness.shapes import Size, SourceShape
    from fazri_lib.sources.simulate.draws import FloatArray

_TENTHS = 10
_PARTS = 6


@dataclass(frozen=True, slots=True)
class Original:
    """Figures of the campus itself, for its owner's eyes only: they pass no control and are never written.

    Attributes:
        is_resolved: whether a published run said who is one person.
        rows: rows by source.
        by_hour: rows by source, zone and hour of the week.
    """

    is_resolved: bool
    rows: dict[str, int]
    by_hour: dict[str, FloatArray]


def learn(home: Path, settings: Settings, size: Size, least: int, seed: int) -> tuple[Likeness, Original, Reference]:
    """Return the likeness of a campus.

    Args:
        home: campus folder with an ingested lake.
        settings: its settings.
        size: size of the copy.
        least: fewest people of a figure.
        seed: of the noise, together with the digests of the campus's files.

    Raises:
        NotEnoughDataError: nothing is ingested, or nobody stands in a directory.
    """
    contracts, reference = contracts_of(home / settings.contracts), read_reference(home, settings)
    lake = Lake(home / "state" / "lake")
    spill = home / "state" / "scratch-like"  # what spills is the campus's, so it stays with it
    backend = open_duckdb(settings.storage.memory_limit, settings.storage.threads, spill)
    try:
        span = span_of(backend, lake)
        records, listed, links, alike = directory_frames(backend, lake, home / "state")
        if span is None or records.empty:
            raise NotEnoughDataError(
                f"{home.resolve().name}: expected an ingested campus with a directory of people, its lake has "
                f"{'no observations' if span is None else 'no records'}; run `fazri ingest` there first"
            )
        learnt = (span[1] - span[0]).days + 1
        days = Days(span[0], learnt, size.days or learnt)
        persons = persons_of(records, listed, links, alike)
        control = Control(least, private_draws(seed, file_digests(backend, lake)))
        learner = _Learner(backend, lake, reference, persons, days, control)
        original = Original(not links.empty, {}, {})
        return learner.learn(contracts, settings, size, original), original, reference
    finally:
        backend.disconnect()
        shutil.rmtree(spill, ignore_errors=True)


class _Learner:
    def __init__(
        self, backend: Backend, lake: Lake, reference: Reference, persons: Persons, days: Days, control: Control
    ) -> None:
        self.backend, self.lake, self.reference, self.persons = backend, lake, reference, persons
        self.days, self.control = days, control
        self.zones = reference.zones.sort_values("zone_id", ignore_index=True)
        self.group, self.roles = people_learning.roles_of(persons, control.least)

    def learn(self, contracts: tuple[Contract, ...], settings: Settings, size: Size, original: Original) -> Likeness:
        counted = self._counted()
        first = {item.source: item for item in reversed(contracts)}
        timed = [first[name] for name in sorted(first) if first[name].traits.is_timed]
        sources = [self._source(contract, counted, original) for contract in timed]
        groups = self._groups(counted)
        directories = [first[name] for name in sorted(first) if first[name].kind == "directory"]
        id_types = sorted({name for item in directories for name in item.identifiers})
        return Likeness(
            time_zone=settings.time_zone,
            zones=tuple(self.zones["zone_id"]),
            zone_names=tuple(self.zones["name"]),
            access_points=self._access_points(),
            days=self.days,
            groups=groups,
            sources=tuple(source for source in sources if source is not None),
            directories=tuple(
                people_learning.directory_shape(item, self.persons, self.group, len(groups), self.control)
                for item in directories
            ),
            sharing={
                name: people_learning.sharing(self.persons, name, self.group, len(groups), self.control)
                for name in id_types
            },
            distances_m=self._distances_m(settings.policies.default_walk_m),
            people=size.people,
            allowed=tuple(
                frozenset(str(text).split(",")) if isinstance(text, str) and text else frozenset()
                for text in self.zones["allowed_departments"]
            ),
            scale=size.people / len(self.persons.people) if size.people else 1.0,
        )

    def _counted(self) -> Counted:
        group = self.group.to_numpy()[np.searchsorted(self.persons.people["person"], self.persons.keys["person"])]
        first = self.days.first
        return count_rows(
            self.backend,
            self.lake,
            self.persons.keys.assign(grp=group),
            self.zones["zone_id"].to_numpy(),
            (first, first),
        )

    def _distances_m(self, usual_m: float) -> FloatArray:
        walks, zone_ids = self.reference.zone_walks, self.zones["zone_id"].to_numpy(str)
        found = np.full((len(zone_ids), len(zone_ids)), usual_m)
        ends = (np.searchsorted(zone_ids, walks[name].to_numpy(str)) for name in ("zone_id", "other_zone_id"))
        found[tuple(ends)] = walks["distance_m"].to_numpy(np.float64)
        return found

    def _access_points(self) -> dict[int, tuple[str, ...]]:
        points = self.reference.access_points
        numbers = {zone: at for at, zone in enumerate(self.zones["zone_id"])}
        return {numbers[str(zone)]: tuple(sorted(rows["sensor_id"])) for zone, rows in points.groupby("zone_id")}

    def _source(self, contract: Contract, counted: Counted, original: Original) -> SourceShape | None:
        counts = counted.source(contract.source)
        if not counts.facts["rows"]:
            return None
        places = len(self.zones) + 1
        found = np.zeros((places, WEEK_H))
        cells = counts.cells
        np.add.at(found, (cells["place"].to_numpy(), cells["hour"].to_numpy()), cells["amount"].to_numpy())
        original.rows[contract.source] = int(counts.facts["rows"])
        original.by_hour[contract.source] = found[:-1]
        return source_shape(contract, counts, places, self.days, self.control)

    def _groups(self, counted: Counted) -> tuple[GroupShape, ...]:
        with held(self.backend, counted.seen(len(self.zones))) as seen:
            frames = counted.cells(seen), counted.active(seen), counted.days_seen(seen), counted.moves(seen)
        known = [self._group(at, role, frames) for at, role in enumerate(self.roles)]
        return (*known, self._group(NO_GROUP, "", frames))

    def _group(self, at: int, role: str, frames: tuple[pd.DataFrame, ...]) -> GroupShape:
        cells, active, days_seen, moves = (frame[frame["grp"] == at] for frame in frames)
        zones, control = len(self.zones), self.control
        is_known = at != NO_GROUP
        units = self.persons.people.loc[self.group == at, "unit"].nunique() if is_known else cells["unit"].nunique()
        people = int((self.group == at).sum()) if is_known else int(units)
        is_enough = units >= control.least
        departments = people_learning.departments(self.persons, self.group, at, control) if is_known else None
        inside = people_learning.memberships(self.persons, self.group, at, control) if is_known else None
        none = Shares((), np.zeros(0))
        return GroupShape(
            role=role,
            is_known=is_known,
            people=float(noised(np.array([people]), np.array([people]), control.rng)[0]) if is_enough else 0.0,
            presence=rhythm(cells, active.assign(rows=active["hours"]), zones, self.days, control),
            active=day_counts(active, self.days, control),
            days_seen=_tenths(days_seen, people, self.days.learnt, control),
            moves=_moves(moves, zones, control),
            departments=departments or none,
            directories=inside or none,
        )


def _tenths(counted: pd.DataFrame, people: int, learnt: int, control: Control) -> FloatArray:
    """Return the share of people by tenths of the days on which they were seen."""
    rows, units = np.zeros(_TENTHS), np.zeros(_TENTHS, dtype=np.int64)
    at = np.minimum((counted["days"].to_numpy(np.int64) - 1) * _TENTHS // max(learnt, 1), _TENTHS - 1)
    np.add.at(rows, at, counted["people"].to_numpy(np.float64))
    np.add.at(units, at, counted["units"].to_numpy(np.int64))
    never = max(people - int(rows.sum()), 0)
    rows[0], units[0] = rows[0] + never, units[0] + never
    return shares(rows, units, control.least, control.rng)


def _moves(counted: pd.DataFrame, zones: int, control: Control) -> FloatArray:
    """Return counts by part of the day, zone and zone after; those of too few people as none."""
    found = np.zeros((_PARTS, zones + 1, zones + 1))
    kept = counted[counted["units"] >= control.least]
    after = kept["after"].fillna(zones).to_numpy(np.int64)
    rows = noised(kept["rows"].to_numpy(np.float64), kept["units"].to_numpy(np.int64), control.rng)
    found[kept["part"].to_numpy(np.int64), kept["place"].to_numpy(np.int64), after] = rows
    return found
