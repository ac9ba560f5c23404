"""The part of each local month: taken over when nothing changed, completed where few days did, else built anew."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import pandas as pd
import pyarrow as pa
from ibis.backends.duckdb import Backend as DuckDB

from fazri_lib import presence
from fazri_lib.resolution.facts import steady
from fazri_lib.schema import local_of
from fazri_lib.store import Basis, Stale
from fazri_lib.workflows.campus_inputs import code_version, digest
from fazri_lib.workflows.months import Month, MonthTables
from fazri_lib.workflows.name_marks import MARKED, noted_words

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.sql import SQLBackend

    from fazri_lib.resolution import Resolved
    from fazri_lib.settings import Settings
    from fazri_lib.store import Lake, Part, Publisher
    from fazri_lib.workflows.months import MonthInputs

_ID_PART = 2**38  # sums of ids of a day fit 64 bits up to 33 million rows
_WORTH_IT = 0.5  # share of a month up to which some days are cheaper than all of it
_DAY = dt.timedelta(days=1)
_COMPLETIONS = 31  # new rows stand at the end of a file: reading slows down as they gather
HOLDERS = pa.schema(
    [
        ("id_key", pa.int64()),
        ("mark", pa.int64()),
        ("since", pa.timestamp("us")),
        ("until", pa.timestamp("us")),
        ("until_mark", pa.int64()),
    ]
)
"""Columns of `holder_marks`."""


def fingerprints(observations: ir.Table, holders: ir.Table, names: ir.Table) -> ir.Table:
    """Return what tells each local day of the lake from another: `local_date, rows, ids, holders, known_at`.

    Of the holders of a day's identifiers, and of the people and things that its notes may name, counts what could be
    known while the day's rows became known: that a card will be given back next month changes nothing today.

    Args:
        observations: lake table.
        holders: rows of `holder_marks`.
        names: rows of `name_marks`.
    """
    known = ibis.greatest(observations.known_at, ibis.coalesce(observations.outcome_at, observations.known_at))
    rows = (
        observations.mutate(latest=known)
        .group_by("local_date")
        .agg(
            rows=ibis._.count(),
            ids=(ibis._.observation_id % _ID_PART).sum(),
            known_at=ibis._.latest.max(),
            first_known_at=observations.known_at.min(),
        )
    )
    seen = observations.select("local_date", "id_key").distinct().join(holders, "id_key").drop("id_key")
    read = noted_words(observations).join(names, "word").drop("word")
    met = ibis.union(seen.select(*MARKED), read.select(*MARKED)).join(
        rows.select("local_date", "known_at", "first_known_at"), "local_date"
    )
    day = met.local_date.cast("timestamp") - ibis.interval(days=1)  # a local day starts at most that much earlier
    earliest = ibis.least(day, met.first_known_at)  # a plan is known long before its day
    met = met.filter(met.since <= met.known_at, met.until.isnull() | (met.until >= earliest))
    mark = met.mark + (met.until <= met.known_at).fill_null(False).ifelse(met.until_mark, 0)  # noqa: FBT003 - Ibis takes the value by position
    held = met.group_by("local_date").agg(holders=mark.sum())
    found = rows.drop("first_known_at").left_join(held, "local_date").drop("local_date_right")
    return found.mutate(holders=found.holders.fill_null(0)).order_by("local_date")


def holder_marks(resolved: Resolved) -> pa.Table:
    """Return numbers for all that is known of the holders of each identifier, and from when to when.

    Returns:
        `id_key, mark, since, until, until_mark` (of the end, which may be known later).
    """
    held = resolved.identifiers
    people = steady(resolved.entities).merge(held[["entity_id", "id_key"]].drop_duplicates(), on="entity_id")
    marks = pd.concat([_marks(rows) for rows in (held, people)], ignore_index=True)
    return pa.Table.from_pandas(marks, schema=HOLDERS, preserve_index=False)


def _marks(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id_key": rows["id_key"],
            "mark": _number(rows.drop(columns="superseded_at")),
            "since": rows["known_at"],
            "until": rows["superseded_at"],
            "until_mark": _number(rows[["entity_id", "superseded_at"]]),
        }
    )


def _number(rows: pd.DataFrame) -> pd.Series[int]:
    return (pd.util.hash_pandas_object(rows, index=False) % _ID_PART).astype("int64")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The part of a month and how it came about: `built` names what was computed, empty when it was taken over."""

    part: Part
    built: str
    rows: int


@dataclass(frozen=True, slots=True)
class MonthParts:
    """Makes the parts of months.

    Attributes:
        publisher: writes them.
        lake: what they are made from.
        backend: engine that computes them.
        settings: of the campus.
        inputs: places, people, identifiers and the span observed.
        days: rows of `fingerprints`.
    """

    publisher: Publisher
    lake: Lake
    backend: SQLBackend
    settings: Settings
    inputs: MonthInputs
    days: pd.DataFrame

    def find(self, month: Month) -> Part | None:
        """Return the part of a month if it is there already."""
        return self.publisher.find(month.name, _key(month, self._basis(month)))

    def make(self, month: Month) -> Outcome:
        """Compute and write the part of a month: of the published one, only the days that may differ."""
        basis = self._basis(month)
        published = self.publisher.current()
        before = published.months.get(month.name) if published else None
        days = self._stale(month, before, basis) if before else month
        key = _key(month, basis)
        with closing(MonthTables(days, self.inputs, self.settings, self.backend, self.lake)) as fresh:
            tables = fresh.tables()
            if before is None or days == month:
                part = self.publisher.write(month.name, key, tables, self.backend, basis)
                return Outcome(part, month.name, sum(part.rows.values()))
            assert isinstance(self.backend, DuckDB)
            part = self.publisher.complete(before, self._ranges(days), key, tables, basis, self.backend)
        return Outcome(part, f"{days.first}..{days.after - _DAY}", sum(part.rows.values()))

    def _basis(self, month: Month) -> Basis:
        start, end = month.span(self.settings.time_zone, margin_days=1)
        since, until = month.days_read
        read = self.days[self.days["local_date"].between(pd.Timestamp(since), pd.Timestamp(until))]
        marks = zip(read["rows"], read["ids"], read["holders"], strict=True)
        return Basis(
            shared=digest(
                [
                    code_version(),
                    self.inputs.campus.digest,
                    self.settings.model_dump(mode="json", include={"time_zone", "presence", "policies"}),
                ]
            ),
            days={
                f"{day:%Y-%m-%d}": tuple(map(int, mark)) for day, mark in zip(read["local_date"], marks, strict=True)
            },
            since=max(start, self.inputs.observed[0]),
            until=min(end, self.inputs.observed[1]),
        )

    def _stale(self, month: Month, before: Part, basis: Basis) -> Month:
        """The days of a month that must be computed again, given the part published before."""
        old = before.basis
        if old is None or old.shared != basis.shared or before.completions >= _COMPLETIONS:
            return month
        changed = {day for day in {*old.days, *basis.days} if old.days.get(day) != basis.days.get(day)}
        has_lost = any(day in old.days and old.days[day][0] > basis.days.get(day, (0,))[0] for day in changed)
        if has_lost or not isinstance(self.backend, DuckDB):  # what is forgotten must not stay in the bytes of a copy
            return month
        days = [dt.date.fromisoformat(day) for day in changed]
        for then, now in ((old.since, basis.since), (old.until, basis.until)):
            days += [local_of(moment, self.settings.time_zone).date() for moment in (then, now) if then != now]
        first = max(month.first, min(days, default=month.first) - presence.AHEAD_DAYS * _DAY)
        after = min(month.after, max(days, default=month.after) + (presence.LOOK_DAYS + 1) * _DAY)
        is_worth_it = first < after and (after - first) <= _WORTH_IT * (month.after - month.first)
        return Month(month.name, first, after) if is_worth_it else month

    def _ranges(self, days: Month) -> dict[str, Stale]:
        """The rows of some local days in each monthly table."""
        start, end = days.span(self.settings.time_zone)
        names = ("observations", "claims", "alibis", "mentions")
        by_day = {name: Stale("local_date", days.first, days.after) for name in names}
        by_start = {name: Stale("started_at", start, end) for name in ("stays", "findings")}
        return {**by_day, **by_start, "occupancy": Stale("ts", start, end)}


def _key(month: Month, basis: Basis) -> str:
    return digest([month.name, basis.model_dump(mode="json")])
