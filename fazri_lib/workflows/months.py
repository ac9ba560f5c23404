"""One local month of the extract, made from the lake's days around it."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from fazri_lib import anomaly, presence, resolution
from fazri_lib.resolution import notes
from fazri_lib.schema import EXTRACT_TABLES, to_local, utc_of
from fazri_lib.store import held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ibis.backends.sql import SQLBackend

    from fazri_lib.settings import Settings
    from fazri_lib.store import Lake
    from fazri_lib.workflows.campus_inputs import CampusInputs

_MONTHS = 12
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Month:
    """A local month.

    Attributes:
        name: as "2025-09".
        first: its first local day.
        after: the first local day after it.
    """

    name: str
    first: dt.date
    after: dt.date

    @classmethod
    def of(cls, day: dt.date) -> Month:
        """Return the month of a local day."""
        first = day.replace(day=1)
        after = dt.date(first.year + first.month // _MONTHS, first.month % _MONTHS + 1, 1)
        return cls(f"{first:%Y-%m}", first, after)

    @property
    def days_read(self) -> tuple[dt.date, dt.date]:
        """First and last local day of the lake that it depends on."""
        return self.first - presence.LOOK_DAYS * _DAY, self.after + (presence.AHEAD_DAYS - 1) * _DAY

    def span(self, zone: str, margin_days: int = 0) -> tuple[dt.datetime, dt.datetime]:
        """Return its start and end, UTC, widened by whole days."""
        margin = dt.timedelta(days=margin_days)
        first, after = (dt.datetime.combine(day, dt.time()) for day in (self.first, self.after))
        return utc_of(first - margin, zone), utc_of(after + margin, zone)


def months_between(first: dt.date, last: dt.date) -> Iterator[Month]:
    """Yield the local months from the one of `first` to the one of `last`."""
    month = Month.of(first)
    while month.first <= last:
        yield month
        month = Month.of(month.after)


@dataclass(frozen=True, slots=True)
class MonthInputs:
    """What the tables of a month are made from, beside the lake.

    Attributes:
        campus: places, days, sources.
        entities: extract table `entities`, all versions.
        identifiers: extract table `identifiers`, all versions.
        bearers: who bears which name, rows of `resolution.notes.bearers`.
        crowds: how many people are on record, rows of `resolution.notes.crowds`.
        observed: start of the first day with data and end of the last quarter hour to fill, UTC.
    """

    campus: CampusInputs
    entities: ir.Table
    identifiers: ir.Table
    bearers: ir.Table
    crowds: ir.Table
    observed: tuple[dt.datetime, dt.datetime]


class MonthTables:
    """The extract's monthly tables of one month, computed on one engine.

    Intermediate tables are held on the engine until `close`.
    """

    def __init__(self, month: Month, inputs: MonthInputs, settings: Settings, backend: SQLBackend, lake: Lake) -> None:
        self._month, self._inputs, self._settings = month, inputs, settings
        self._backend = backend
        self._params = presence_params(settings)
        self._held = ExitStack()
        self._versions = presence.versions(lake.read(backend, "observations", month.days_read))
        sightings = presence.sightings(self._versions, inputs.campus.traits_table(backend))
        self._claims, self._alibis = self._claimed(sightings)
        self._anonymous = presence.anonymous(sightings, self._claims, self._params)

    def tables(self) -> dict[str, ir.Table]:
        """Return the month's rows of every monthly table."""
        start, end = self._month.span(self._settings.time_zone)
        stays, occupancy = self._presence()
        inside = [occupancy.ts >= ibis.literal(start), occupancy.ts < ibis.literal(end)]
        findings = self._findings(occupancy)
        return {
            "observations": self._of_month(self._versions),
            "claims": self._of_month(self._claims),
            "alibis": self._of_month(self._alibis),
            "mentions": self._mentions(),
            "stays": stays,
            "occupancy": occupancy.filter(*inside),
            "findings": findings.filter(
                findings.started_at >= ibis.literal(start), findings.started_at < ibis.literal(end)
            ),
        }

    def close(self) -> None:
        """Release the intermediate tables."""
        self._held.close()

    def _claimed(self, sightings: ir.Table) -> tuple[ir.Table, ir.Table]:
        policies, campus = self._settings.policies, self._inputs.campus
        params = resolution.Params(policies.speed_limit_m_s, policies.default_walk_m, campus.radio)
        with held(self._backend, resolution.claims(sightings, self._inputs.identifiers)) as claims:
            walks = campus.table(self._backend, "zone_walks")
            alibis = self._hold(resolution.alibis(claims, walks, params, self._hold))
            return self._hold(resolution.weighed(claims, alibis)), alibis

    def _presence(self) -> tuple[ir.Table, ir.Table]:
        sources = self._inputs.campus.sources
        evidence = presence.evidence(self._claims, self._params, sources, self._hold)
        stays = presence.stays(evidence, self._params, self._month.span(self._settings.time_zone))
        return stays, self._occupancy(evidence)

    def _occupancy(self, evidence: presence.Evidence) -> ir.Table:
        start, end = self._month.span(self._settings.time_zone, margin_days=1)
        grid = presence.Grid(
            self._inputs.campus.table(self._backend, "zones"),
            max(start, self._inputs.observed[0]),
            min(end, self._inputs.observed[1]),
        )
        nobody = presence.live_segments(self._anonymous, self._params, evidence.sources)
        counted = presence.Counted(
            evidence.plain, _union_alike(evidence.live, nobody), _union_alike(evidence.settled, nobody)
        )
        rows = presence.occupancy(counted, grid, self._heard(), self._params)
        local = to_local(rows.ts, self._settings.time_zone, (start, end))
        return self._hold(rows.mutate(local_ts=local).select(*EXTRACT_TABLES["occupancy"].column_names))

    def _findings(self, occupancy: ir.Table) -> ir.Table:
        campus = self._inputs.campus
        first = self._claims.filter(~self._claims.is_settled)
        inputs = anomaly.Inputs(
            observations=self._versions,
            claims=self._hold(anomaly.weigh_radio(first, campus.radio)),
            occupancy=occupancy,
            entities=self._inputs.entities,
            zones=campus.table(self._backend, "zones"),
            zone_walks=campus.table(self._backend, "zone_walks"),
            calendar=campus.table(self._backend, "calendar"),
            time_zone=self._settings.time_zone,
            span=self._month.span(self._settings.time_zone, margin_days=presence.LOOK_DAYS),
        )
        params = anomaly.Params(**self._settings.policies.model_dump())
        found, changes = (
            self._hold(rows) for rows in (anomaly.detect(inputs, params), resolution.changes(self._claims))
        )
        return anomaly.settled(found, first, changes, params, resolution.SETTLE_S)

    def _mentions(self) -> ir.Table:
        inputs = self._inputs
        known = notes.Known(
            bearers=inputs.bearers,
            crowds=inputs.crowds,
            zone_phrases=inputs.campus.zone_phrases(self._backend),
            identifiers=inputs.identifiers,
            entities=inputs.entities,
            claims=self._of_month(self._claims),
        )
        return self._hold(notes.mentions(self._of_month(self._versions), known, self._hold))

    def _heard(self) -> ir.Table:
        quarter = self._versions.known_at.epoch_seconds().cast("int64") // presence.QUARTER_S
        return self._versions.select(quarter=quarter).distinct()

    def _of_month(self, rows: ir.Table) -> ir.Table:
        return rows.filter(
            rows.local_date >= ibis.literal(self._month.first), rows.local_date < ibis.literal(self._month.after)
        )

    def _hold(self, rows: ir.Table) -> ir.Table:
        return self._held.enter_context(held(self._backend, rows))


def presence_params(settings: Settings) -> presence.Params:
    """Return the settings of presence as its parameters."""
    return presence.Params(**settings.presence.model_dump())


def _union_alike(rows: ir.Table, others: ir.Table) -> ir.Table:
    shared = rows.select(*presence.PLACE, "started_at", "until_at", "confidence")
    return ibis.union(shared, others.select(*shared.columns).cast(shared.schema()))
