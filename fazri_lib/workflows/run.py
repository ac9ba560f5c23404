"""The main job: from the lake to a published extract, rebuilding only what changed."""

from __future__ import annotations

import datetime as dt
import json
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from fazri_lib import log, presence, resolution
from fazri_lib.errors import NotPublishedError
from fazri_lib.log import Progress, quiet
from fazri_lib.resolution import notes
from fazri_lib.resolution.review import Verdict
from fazri_lib.schema import ALWAYS, local_of
from fazri_lib.store import (
    ARRAYS,
    Extract,
    Lake,
    Manifest,
    Part,
    Publisher,
    count,
    from_arrow,
    from_frame,
    held,
    open_duckdb,
    open_spark,
    to_arrow,
    to_frame,
    writer_lock,
)
from fazri_lib.workflows.campus_inputs import code_version, digest, read_inputs, reference_tables
from fazri_lib.workflows.moments import COMPUTED, Moment
from fazri_lib.workflows.month_parts import HOLDERS, MonthParts, fingerprints, holder_marks
from fazri_lib.workflows.months import Month, MonthInputs, months_between
from fazri_lib.workflows.name_marks import NAMES, name_marks
from fazri_lib.workflows.resolving import FOLDER, resolved
from fazri_lib.workflows.reviewed import decided, read_decisions
from fazri_lib.workflows.search_index import NAME, search_arrays, search_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ibis.backends.sql import SQLBackend

    from fazri_lib.settings import Settings

_RESOLVED = ("entities", "person", "identifiers", "links", "records", "pairs", "matchers", "changes")
_LOG = log.get("run")


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run did.

    Attributes:
        run_id: the extract's run.
        as_of: moment up to which its views look, UTC without a zone.
        rows: rows of every extract table, all versions.
        built: parts built anew.
        reused: parts taken over from before.
        seconds: wall time.
        is_published: whether a new extract was published; not when nothing had changed.
    """

    run_id: str
    as_of: dt.datetime
    rows: dict[str, int]
    built: tuple[str, ...]
    reused: tuple[str, ...]
    seconds: float
    is_published: bool


@dataclass(slots=True)
class _Stages:
    """Times and parts of the run under way."""

    built: list[str] = field(default_factory=list)
    reused: list[str] = field(default_factory=list)
    records: list[dict[str, object]] = field(default_factory=list)

    @contextmanager
    def timed(self, stage: str) -> Iterator[dict[str, int]]:
        started = time.perf_counter()
        outcome = {"rows": 0}
        yield outcome
        self.records.append(
            {"stage": stage, "seconds": round(time.perf_counter() - started, 3), "rows": outcome["rows"]}
        )
        _LOG.info("stage", stage=stage, seconds=self.records[-1]["seconds"], rows=outcome["rows"])


def run(
    home: Path, settings: Settings, *, now: dt.datetime, as_of: dt.datetime | None = None, progress: Progress = quiet
) -> RunSummary:
    """Run every stage that has something to do, then publish.

    Args:
        home: campus folder.
        settings: its settings.
        now: the machine's time, UTC without a zone.
        as_of: moment up to which views look, UTC without a zone; default: the latest moment known, not after now.
        progress: told what is being built.

    Raises:
        NotPublishedError: nothing was ingested yet.
        WriterBusyError: another process writes this campus.
    """
    with writer_lock(home, "fazri run"):
        return _Run(home, settings, now, progress).publish(as_of)


class _Run:
    def __init__(self, home: Path, settings: Settings, now: dt.datetime, progress: Progress) -> None:
        self._settings, self._now, self._progress = settings, now, progress
        self._state = home / "state"
        self._lake = Lake(self._state / "lake")
        self._publisher = Publisher(self._state, settings.retention.keep_extracts)
        self._campus = read_inputs(home, settings)
        self._decided = decided(read_decisions(home, settings))
        self._stages = _Stages()
        self._started = time.perf_counter()

    def publish(self, as_of: dt.datetime | None) -> RunSummary:
        self._forget()
        with closing_backend(self._settings, self._state) as backend:
            with self._stages.timed("resolve") as outcome:
                resolved = self._resolve(backend)
                outcome["rows"] = len(resolved.entities)
            days = self._days(backend, resolved)
            moment = as_of or min(self._latest(backend, days), self._now)
            current = self._publisher.current()
            months = self._months(backend, days, resolved, moment)
            rest = self._rest(backend, resolved)
        manifest = Manifest(
            run_id="",
            made_at=self._now,
            as_of=moment,
            time_zone=self._settings.time_zone,
            code_version=code_version(),
            months=months,
            rest=rest,
        )
        manifest = manifest.model_copy(update={"search": self._search(manifest)})
        keys = [part.key for part in (*manifest.parts.values(), manifest.search) if part]
        computed_key = digest([moment, self._settings.model_dump(mode="json"), *keys])
        if current is not None and current.computed is not None and current.computed.key == computed_key:
            return self._summary(current, is_published=False)
        manifest = manifest.model_copy(update={"run_id": f"{self._now:%Y%m%dT%H%M%S}-{computed_key[:8]}"})
        published = manifest.model_copy(update={"computed": self._computed(manifest, computed_key)})
        self._publisher.publish(published)
        return self._summary(published, is_published=True)

    def _forget(self) -> None:
        if self._settings.retention.observations_days:
            with closing_backend(self._settings, self._state) as backend:
                rows = self._lake.read(backend, "observations")
                latest = to_arrow(backend, rows.agg(latest=rows.local_date.max())).column(0)[0].as_py()
            if latest is not None:
                # a mistyped year must not forget all others
                today = local_of(self._now, self._settings.time_zone).date()
                kept = dt.timedelta(days=self._settings.retention.observations_days)
                self._lake.forget_before(min(latest, today) - kept)
        self._lake.compact()

    def _days(self, backend: SQLBackend, resolved: resolution.Resolved) -> pd.DataFrame:
        holders = from_arrow(backend, holder_marks(resolved), ibis.schema(HOLDERS))
        names = from_arrow(backend, name_marks(resolved), ibis.schema(NAMES))
        frame = to_frame(backend, fingerprints(self._lake.read(backend, "observations"), holders, names))
        return frame.assign(local_date=pd.to_datetime(frame["local_date"]))

    def _latest(self, backend: SQLBackend, days: pd.DataFrame) -> dt.datetime:
        records = self._lake.read(backend, "records")
        latest_record = to_arrow(backend, records.agg(known_at=records.known_at.max())).column(0)[0].as_py()
        moments = [
            moment for moment in (days["known_at"].max() if len(days) else None, latest_record) if moment is not None
        ]
        decided_at = self._decided[["known_at", "superseded_at"]].max().dropna().tolist() if moments else []
        if not moments:
            raise NotPublishedError(
                "nothing to run on; expected rows in the lake, got none; run `fazri ingest PATH` first"
            )
        return max(pd.Timestamp(moment).to_pydatetime() for moment in (*moments, *decided_at))

    def _resolve(self, backend: SQLBackend) -> resolution.Resolved:
        records, identifiers = (
            to_frame(backend, self._lake.read(backend, name)) for name in ("records", "record_identifiers")
        )
        said = self._decided[self._decided["verdict"] != Verdict.UNSURE]
        return resolved(records, identifiers, self._campus, self._settings, self._state / FOLDER, said)

    def _months(
        self, backend: SQLBackend, days: pd.DataFrame, resolved: resolution.Resolved, moment: dt.datetime
    ) -> dict[str, Part]:
        if days.empty:
            return {}
        first = days["local_date"].min().date()
        until = max(min(days["known_at"].max().to_pydatetime(), self._now), moment)
        whole = {name: from_frame(backend, name, getattr(resolved, name)) for name in ("entities", "identifiers")}
        start = Month("", first, first).span(self._settings.time_zone)[0]
        inputs = MonthInputs(
            self._campus,
            whole["entities"],
            whole["identifiers"],
            _given(backend, notes.bearers(resolved.person), notes.BEARERS),
            _given(backend, notes.crowds(resolved.entities), notes.CROWDS),
            (start, _floor_quarter(until)),
        )
        parts = MonthParts(self._publisher, self._lake, backend, self._settings, inputs, days)
        wanted = months_between(first, local_of(until, self._settings.time_zone).date())
        return {month.name: self._month(parts, month) for month in wanted}

    def _month(self, parts: MonthParts, month: Month) -> Part:
        found = parts.find(month)
        if found is not None:
            self._stages.reused.append(month.name)
            return found
        self._progress(f"building {month.name}", len(self._stages.built), 0)
        with self._stages.timed(f"month {month.name}") as outcome:
            made = parts.make(month)
            outcome["rows"] = made.rows
        self._stages.built.append(made.built)
        return made.part

    def _rest(self, backend: SQLBackend, resolved: resolution.Resolved) -> Part:
        tables = {name: from_frame(backend, name, getattr(resolved, name)) for name in _RESOLVED}
        tables["decisions"] = from_frame(backend, "decisions", self._decided)
        tables |= {name: self._campus.table(backend, name) for name in reference_tables()}
        aside = self._lake.read(
            backend, "quarantine"
        )  # a row that could be loaded later, as its zone became known, is not aside
        loaded = self._lake.read(backend, "observations").semi_join(aside, "observation_id")
        tables["quarantine"] = aside.anti_join(loaded, "observation_id")
        names = ("records", "record_identifiers", "quarantine", *(["observations"] if count(backend, aside) else []))
        versions = [self._lake.version(name) for name in names]
        key = digest([code_version(), self._campus.digest, versions, self._decided.to_csv(index=False)])
        found = self._publisher.find("rest", key)
        (self._stages.reused if found else self._stages.built).append("rest")
        return found or self._publisher.write("rest", key, tables, backend)

    def _search(self, manifest: Manifest) -> Part:
        """The file by which people are searched; like the rest of the extract it holds all versions."""
        key = search_key(manifest.rest, self._lake.version("embeddings"), self._settings)
        found = self._publisher.find(NAME, key, ARRAYS)
        (self._stages.reused if found else self._stages.built).append(NAME)
        if found:
            return found
        storage = self._settings.storage
        attached = Extract.attach(self._publisher.folder, manifest, storage.memory_limit, storage.threads)
        with attached as extract, self._stages.timed(NAME) as outcome:
            arrays = search_arrays(extract, self._settings, self._lake.read(extract.backend, "embeddings"))
            outcome["rows"] = len(arrays["entity_id"])
            return self._publisher.write_arrays(NAME, key, arrays)

    def _computed(self, manifest: Manifest, key: str) -> Part:
        storage = self._settings.storage
        attached = Extract.attach(self._publisher.folder, manifest, storage.memory_limit, storage.threads)
        with attached as extract, ExitStack() as holds:
            moment = Moment(extract, self._settings)
            tables: dict[str, ir.Table] = {}
            for place, (name, compute) in enumerate(COMPUTED.items()):
                self._progress(f"computing {name}", place, len(COMPUTED))
                with self._stages.timed(name) as outcome:
                    tables[name] = holds.enter_context(held(extract.backend, compute(moment)))
                    outcome["rows"] = count(extract.backend, tables[name])
            tables["runs"] = self._runs(manifest, extract.backend)
            self._stages.built.append("computed")
            return self._publisher.write("computed", key, tables, extract.backend)

    def _runs(self, manifest: Manifest, backend: SQLBackend) -> ir.Table:
        inputs = json.dumps(
            {name: self._lake.version(name) for name in ("observations", "records", "record_identifiers", "quarantine")}
        )
        parameters = json.dumps(self._settings.model_dump(mode="json", exclude={"pseudonym_key"}))
        frame = pd.DataFrame(self._stages.records).assign(
            run_id=manifest.run_id,
            as_of=manifest.as_of,
            code_version=manifest.code_version,
            parameters=parameters,
            inputs=inputs,
            made_at=self._now,
        )
        return from_frame(backend, "runs", frame)

    def _summary(self, manifest: Manifest, *, is_published: bool) -> RunSummary:
        rows: dict[str, int] = {}
        for part in manifest.parts.values():
            for table, number in part.rows.items():
                rows[table] = rows.get(table, 0) + number
        seconds = round(time.perf_counter() - self._started, 2)
        return RunSummary(
            manifest.run_id,
            manifest.as_of,
            rows,
            tuple(self._stages.built),
            tuple(self._stages.reused),
            seconds,
            is_published,
        )


@contextmanager
def closing_backend(settings: Settings, state: Path) -> Iterator[SQLBackend]:
    """Open the engine that the settings name, and close it."""
    if settings.engine == "spark":
        yield open_spark(settings.storage.memory_limit.lower().replace(" ", "").removesuffix("b"))
        return
    backend = open_duckdb(settings.storage.memory_limit, settings.storage.threads, state / "tmp")
    try:
        yield backend
    finally:
        backend.disconnect()


def _given(backend: SQLBackend, frame: pd.DataFrame, schema: pa.Schema) -> ir.Table:
    return from_arrow(backend, pa.Table.from_pandas(frame, schema=schema, preserve_index=False), ibis.schema(schema))


def _floor_quarter(instant: dt.datetime) -> dt.datetime:
    return ALWAYS + dt.timedelta(seconds=presence.quarter_of(instant) * presence.QUARTER_S)
