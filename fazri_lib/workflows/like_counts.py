"""What is counted of a campus for a copy: by place, hour, person number; names and identifiers stay in the lake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import pandas as pd
import pyarrow as pa

from fazri_lib.errors import NotPublishedError
from fazri_lib.schema import ALWAYS
from fazri_lib.sources.likeness.learning import FILLED, GRAINS_S, LAG_EDGES_MIN, LENGTH_EDGES_MIN, SourceCounts
from fazri_lib.store import Extract, Lake, from_arrow, to_frame

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    import ibis.expr.types as ir
    import numpy as np
    from ibis.backends.sql import SQLBackend

_FILLED = ("name", "email", "phone", "born_on", "role", "department")
NO_GROUP = -1
_DIGITS, _ALIKE_MOST = 8, 8
_EVEN = 0.5  # a record that fits two people puts nobody together
_MARKED, _PLAIN = (
    "äàáâãåąöòóôõøőüùúûűéèêëęěíìîïıłçćčśşšñńňžźżğýřťďễ",
    "aaaaaaaooooooouuuuueeeeeeiiiiilcccsssnnnzzzgyrtde",
)


@dataclass(frozen=True, slots=True)
class Counted:
    """The lake of a campus, its rows told apart by person.

    Attributes:
        backend: engine.
        rows: observations with person, unit, grp, is_known, place, day, hour (of the week).
    """

    backend: SQLBackend
    rows: ir.Table

    def source(self, name: str) -> SourceCounts:
        """Count a source."""
        rows = self.rows.filter(self.rows.source == name)
        found = to_frame(self.backend, _facts(rows)).fillna(0)
        facts = {str(name): float(found[name].iloc[0]) for name in found}
        has_identified = facts["rows"] > facts["anonymous"]
        counted = rows.filter(rows.unit.notnull()) if has_identified else rows.mutate(unit=rows.observation_id)
        cells = counted.group_by("place", "hour", "unit").agg(amount=counted.count())
        by_day = counted.group_by("day").agg(rows=counted.count(), units=counted.unit.nunique())
        sensed = counted.filter(counted.sensor_id.notnull())
        sensors = sensed.group_by("place", "sensor_id").agg(rows=sensed.count(), units=sensed.unit.nunique())
        minutes = {
            "lengths": ((counted.ended_at.epoch_seconds() - counted.ts.epoch_seconds()) / 60.0, LENGTH_EDGES_MIN),
            "lags": ((counted.known_at.epoch_seconds() - counted.ts.epoch_seconds()) / 60.0, LAG_EDGES_MIN),
        }
        return SourceCounts(
            cells=_ordered(to_frame(self.backend, cells)),
            days=_ordered(to_frame(self.backend, by_day)),
            sensors=to_frame(self.backend, sensors),
            id_types=self._values(counted, counted.id_type),
            categories=self._values(counted, counted.category),
            facts=facts,
            **{key: self._values(counted, _bin(value, edges)) for key, (value, edges) in minutes.items()},
        )

    def cells(self, seen: ir.Table) -> pd.DataFrame:
        """Return hours of presence by `grp, place, hour, unit`; an hour in several zones counts for each in part."""
        by_hour = seen.mutate(part=1.0 / seen.count().over(group_by=[seen.person, seen.day, seen.hour]))
        found = by_hour.group_by("grp", "place", "hour", "unit").agg(amount=by_hour.part.sum().round(3))
        return _ordered(to_frame(self.backend, found))

    def seen(self, zones: int) -> ir.Table:
        """Return who was seen in which zone in which hour: person, unit, grp, day, hour, place, times."""
        rows = self.rows
        is_there = rows.kind.isin(["observation", "transaction"]) | (
            (rows.kind == "booking") & ibis.coalesce(rows.is_attended, ibis.literal(value=False))
        )
        kept = rows.filter(rows.person.notnull(), rows.place < zones, is_there)
        return kept.group_by("person", "unit", "grp", "day", "hour", "place").agg(times=kept.count())

    def active(self, seen: ir.Table) -> pd.DataFrame:
        """Return people by `grp, day`: rows (people), units, hours of presence."""
        by_hour = seen.mutate(part=1.0 / seen.count().over(group_by=[seen.person, seen.day, seen.hour]))
        found = by_hour.group_by("grp", "day").agg(
            rows=by_hour.person.nunique(), units=by_hour.unit.nunique(), hours=by_hour.part.sum().round(3)
        )
        return _ordered(to_frame(self.backend, found))

    def days_seen(self, seen: ir.Table) -> pd.DataFrame:
        """Return people by `grp, days` on which they were seen: people, units."""
        each = seen.group_by("grp", "person", "unit").agg(days=seen.day.nunique())
        found = each.group_by("grp", "days").agg(people=each.count(), units=each.unit.nunique())
        return _ordered(to_frame(self.backend, found))

    def moves(self, seen: ir.Table) -> pd.DataFrame:
        """Return moves by `grp, part, place, after` (the zone an hour later, empty for away): rows, units."""
        nth = ibis.row_number().over(
            group_by=[seen.person, seen.day, seen.hour], order_by=[seen.times.desc(), seen.place]
        )
        main = seen.mutate(nth=nth).filter(lambda t: t.nth == 0).mutate(at=lambda t: t.day * 24 + t.hour % 24)
        window = ibis.window(group_by=main.person, order_by=main["at"])
        ahead = main.mutate(after=main.place.lead().over(window), next_at=main["at"].lead().over(window))
        ahead = ahead.mutate(after=ibis.ifelse(ahead.next_at == ahead["at"] + 1, ahead.after, ibis.null("int64")))
        part = ((ahead["at"] + 1) % 24) // 4
        ahead = ahead.mutate(part=part.cast("int64"))
        found = ahead.group_by("grp", "part", "place", "after").agg(rows=ahead.count(), units=ahead.unit.nunique())
        return _ordered(to_frame(self.backend, found))

    def _values(self, rows: ir.Table, value: ir.Value) -> pd.DataFrame:
        valued = rows.mutate(value=value).filter(lambda t: t["value"].notnull())
        found = valued.group_by("value").agg(rows=valued.count(), units=valued.unit.nunique())
        return to_frame(self.backend, found).sort_values("value", ignore_index=True)


def directory_frames(backend: SQLBackend, lake: Lake, state: Path) -> tuple[pd.DataFrame, ...]:
    """Return records, identifiers, links and alike as `persons_of` takes them: numbers and what is filled."""
    records, listed = lake.read(backend, "records"), lake.read(backend, "record_identifiers")
    found = records.select(
        "record_id", "directory", "role", "department",
        key=records.record_key.hash(),
        has_valid_from=records.known_at > ibis.literal(ALWAYS), has_valid_to=ibis.literal(value=False),
        **{f"has_{name}": records[name].notnull() for name in _FILLED},
    )  # fmt: skip
    kept = listed.select(
        "record_id", "directory", "id_type", "id_key", "identifies",
        has_from=listed.valid_from.notnull(), has_to=listed.valid_to.notnull(),
    )  # fmt: skip
    frames = [_ordered(to_frame(backend, rows)) for rows in (found.distinct(), kept.distinct())]
    return frames[0], frames[1], _links(state), _ordered(to_frame(backend, alike(records)))


def alike(records: ir.Table) -> ir.Table:
    """Return keys of what one human alone should have, as `record_id, at`; keys of many records say nothing.

    A key is two words of the name with the date of birth, in whatever order and with whatever marks a directory writes
    names, or the last digits of a telephone number.

    Args:
        records: record_id, name, born_on, phone.
    """
    called = records.filter(records.phone.notnull())
    digits = called.select("record_id", digits=called.phone.re_replace(r"\D", ""))
    digits = digits.filter(digits.digits.length() >= _DIGITS)
    phones = digits.select("record_id", at=digits.digits.right(_DIGITS).hash())
    found = ibis.union(_names_and_births(records), phones, distinct=True)
    return found.filter(found.count().over(group_by=found["at"]) <= _ALIKE_MOST)


def _names_and_births(records: ir.Table) -> ir.Table:
    """Words lose case, marks and the e of ae, oe and ue; single letters are left out."""
    known = records.filter(records.name.notnull(), records.born_on.notnull())
    plain = known.name.lower().translate(_MARKED, _PLAIN).replace("ß", "ss").re_replace("([aou])e", r"\1")
    words = known.select("record_id", "born_on", word=plain.re_split(r"[^\p{L}]+").unnest())
    words = words.filter(words.word.length() > 1).distinct()
    other = words.view()
    pairs = words.join(other, [words.record_id == other.record_id, words.word < other.word], rname="other_{name}")
    key = (pairs.born_on.cast("string") + " " + pairs.word + " " + pairs.other_word).hash()
    return pairs.select("record_id", at=key)


def _links(state: Path) -> pd.DataFrame:
    """Return which records a published run put together in the end; none when nothing is published."""
    try:
        with Extract.open(state) as extract:
            links = extract.table("links")
            links = links.filter(links.superseded_at.isnull(), links.probability > _EVEN)
            frame: pd.DataFrame = extract.backend.to_pyarrow(links.select("record_id", "entity_id")).to_pandas()
            return _ordered(frame)
    except NotPublishedError:
        return pd.DataFrame({"record_id": pd.Series(dtype="int64"), "entity_id": pd.Series(dtype="int64")})


def count_rows(
    backend: SQLBackend, lake: Lake, keys: pd.DataFrame, zones: np.ndarray, span: tuple[dt.date, dt.date]
) -> Counted:
    """Tell the rows of a lake apart by person.

    Args:
        backend: engine.
        lake: the campus's.
        keys: id_key, person, unit, grp of every identifier that a directory lists.
        zones: zone ids by number.
        span: first and last local day.
    """
    known = pa.Table.from_pandas(keys[["id_key", "person", "unit", "grp"]].astype("int64"), preserve_index=False)
    named = pa.table({"zone_id": pa.array(zones, pa.string()), "number": pa.array(range(len(zones)), pa.int64())})
    rows = lake.read(backend, "observations")
    holders, places = (from_arrow(backend, table, ibis.schema(table.schema)) for table in (known, named))
    rows = rows.left_join(holders, "id_key").drop("id_key_right").left_join(places, "zone_id").drop("zone_id_right")
    is_known = rows.person.notnull()
    return Counted(
        backend,
        rows.mutate(
            is_known=is_known,
            person=ibis.coalesce(rows.person, rows.id_key),
            unit=ibis.coalesce(rows.unit, rows.id_key),
            grp=ibis.coalesce(rows.grp, ibis.literal(NO_GROUP, "int64")),
            place=ibis.coalesce(rows.number, ibis.literal(len(zones), "int64")),
            day=(rows.local_date.epoch_days() - ibis.literal(span[0].toordinal() - 719_163)).cast("int64"),
            hour=(rows.local_ts.day_of_week.index() * 24 + rows.local_ts.hour()).cast("int64"),
        ),
    )


def file_digests(backend: SQLBackend, lake: Lake) -> list[str]:
    """Return the digests of the files that were loaded into a lake."""
    return [str(digest) for digest in to_frame(backend, lake.read(backend, "files").select("digest"))["digest"]]


def span_of(backend: SQLBackend, lake: Lake) -> tuple[dt.date, dt.date] | None:
    """Return the first and the last local day of a lake, None when nothing is in it."""
    rows = lake.read(backend, "observations")
    found = to_frame(backend, rows.agg(first=rows.local_date.min(), last=rows.local_date.max())).iloc[0]
    return (
        None if pd.isna(found["first"]) else (pd.Timestamp(found["first"]).date(), pd.Timestamp(found["last"]).date())
    )


def _facts(rows: ir.Table) -> ir.Table:
    is_orphan = rows.id_key.notnull() & ~rows.is_known
    second = rows.local_ts.epoch_seconds()
    has = {name: rows[name].notnull() for name in FILLED if name != "told"}
    has |= {"told": rows.is_attended.notnull(), "attended": ibis.coalesce(rows.is_attended, ibis.literal(value=False))}
    has |= {"anonymous": rows.id_key.isnull()}
    lacks = {name: ~value for name, value in has.items()} | {"attended": has["told"] & ~has["attended"]}
    who = ibis.coalesce(rows.unit, rows.observation_id)
    return rows.agg(
        rows=rows.count(),
        units=rows.unit.nunique(),
        orphan_rows=is_orphan.sum(),
        orphan_units=rows.unit.nunique(where=is_orphan),
        things=rows.thing_id.nunique(),
        resolution_s=rows.ts_resolution_s.min(),
        **{name: value.sum() for name, value in has.items()},
        **{f"{name}_units": who.nunique(where=value) for name, value in has.items()},
        **{f"{name}_lacking_units": who.nunique(where=value) for name, value in lacks.items()},
        **{f"on_{grain}": (second % grain == 0).sum() for grain in GRAINS_S},
    )


def _bin(value: ir.NumericValue, edges: np.ndarray) -> ir.IntegerValue:
    """Return the number of the bin, the last edge included in the last one."""
    inside = value.clip(float(edges[0]), float(edges[-1]) - 1e-6)
    return ibis.cases(*((inside < float(edge), at) for at, edge in enumerate(edges[1:])), else_=ibis.null("int64"))


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """Engines return groups in any order; a copy must not depend on it."""
    return frame.sort_values(list(frame.columns), ignore_index=True)
