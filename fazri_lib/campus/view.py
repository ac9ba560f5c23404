"""The extract as one reader may see it, as known at one moment."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from fazri_lib.access import Grant, identifier_label, mask, pseudonym, pseudonyms, record_label
from fazri_lib.campus.answer import Answer, Chart
from fazri_lib.campus.bounds import whole
from fazri_lib.campus.foreseen import Foreseen
from fazri_lib.campus.instants import Moment, aware, instant, spoken
from fazri_lib.campus.merged import merged_into
from fazri_lib.errors import NotPublishedError, SettingsError, UnknownNameError, nearest
from fazri_lib.resolution.search import Index, arrays_of_things, arrays_of_zones
from fazri_lib.schema import COLUMNS, local_of, utc_of
from fazri_lib.store import to_arrow
from fazri_lib.workflows.moments import Moment as Moments
from fazri_lib.workflows.moments import table_at
from fazri_lib.workflows.search_index import index_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from fazri_lib.settings import Settings
    from fazri_lib.store import Extract

_DAYS_AGO = {"today": 0, "yesterday": 1}


def moment_of(extract: Extract, settings: Settings, as_of: Moment) -> dt.datetime:
    """Return the moment of a view, UTC without a zone; by default the extract's own.

    Raises:
        NotPublishedError: it is later than the extract's.
    """
    wanted = instant(as_of, settings.time_zone)
    if wanted is not None and wanted > extract.as_of:
        last, asked = (spoken(moment, settings.time_zone) for moment in (extract.as_of, wanted))
        raise NotPublishedError(
            f"as_of is later than the extract; expected up to {last}, got {asked} (campus time); "
            "load newer data and run `fazri run`"
        )
    return wanted or extract.as_of


class View:
    """What all questions read from.

    Args:
        extract: an open extract.
        settings: the campus's settings.
        as_of: moment of the view, UTC without a zone.
        grant: what the reader may see.
    """

    def __init__(self, extract: Extract, settings: Settings, as_of: dt.datetime, grant: Grant) -> None:
        self.extract = extract
        self.settings = settings
        self.as_of = as_of
        self.grant = grant
        self.time_zone = settings.time_zone
        self._tables: dict[str, ir.Table] = {}

    def table(self, name: str) -> ir.Table:
        """Return an extract table as known at the moment; what has to be computed for it is computed once."""
        if name not in self._tables:
            self._tables[name] = table_at(self.extract, self.settings, name, self.as_of)
        return self._tables[name]

    def read(self, rows: ir.Table) -> pd.DataFrame:
        """Return the rows of an expression, instants UTC without a zone."""
        frame: pd.DataFrame = to_arrow(self.extract.backend, rows).to_pandas()
        return frame

    def shown(self, frame: pd.DataFrame, table: str) -> pd.DataFrame:
        """Return rows as the reader gets them: masked, with pseudonyms, instants aware, without versions and keys."""
        masked = mask(frame, table, self.grant)
        instants = [name for name in masked if name in COLUMNS and COLUMNS[name].unit == "UTC"]
        masked = masked.assign(**{name: pd.to_datetime(masked[name]).dt.tz_localize("UTC") for name in instants})
        if "entity_id" in masked and "pseudonym" not in masked:
            labels = masked["entity_id"].map(self.labels(masked["entity_id"]), na_action="ignore")
            masked.insert(list(masked.columns).index("entity_id") + 1, "pseudonym", labels)
        return masked.drop(columns=["known_at", "superseded_at", "id_key"], errors="ignore").reset_index(drop=True)

    def thing_keys(self, frame: pd.DataFrame) -> pd.Series:
        """Return by which key `campus.thing` shows the identifier of each row; empty where there is none.

        Args:
            frame: rows with `id_type` and `id_value`, not masked.
        """
        labels = {value: identifier_label(value, self.grant.key) for value in frame["id_value"].dropna().unique()}
        keys: pd.Series = frame["id_type"].astype(object) + ":" + frame["id_value"].map(labels).astype(object)
        return keys

    def labels(self, entity_ids: pd.Series) -> dict[int, str]:
        """Return the pseudonym of each entity."""
        return pseudonyms((int(entity_id) for entity_id in entity_ids.dropna().unique()), self.grant.key)

    def answer(self, title: str, summary: str, frame: pd.DataFrame, chart: Chart, **more: Any) -> Answer:
        """Return an answer of this moment."""
        return Answer(title, summary, frame, aware(self.as_of), self.time_zone, chart, **more)

    def spoken(self, moment: dt.datetime) -> str:
        """Return a UTC moment in words."""
        return spoken(moment, self.time_zone)

    def spoken_day(self, moment: dt.datetime) -> str:
        """Return the campus day of a UTC moment, as 2025-09-13."""
        return f"{local_of(pd.Timestamp(moment).to_pydatetime(), self.time_zone):%Y-%m-%d}"

    def span(self, first: dt.datetime, last: dt.datetime) -> str:
        """Return a period of UTC moments in words: its campus days, or its hours within one day."""
        start, end = (local_of(pd.Timestamp(moment).to_pydatetime(), self.time_zone) for moment in (first, last))
        if start.date() == end.date():
            return f"{start:%a %d %b %Y %H:%M} to {end:%H:%M}"
        return f"{start:%a %d %b} to {end:%a %d %b %Y}"

    def instant(self, value: Moment, *, is_end: bool = False) -> dt.datetime | None:
        """Return a moment as UTC without a zone; `today` and `yesterday` are days of the view."""
        days_ago = _DAYS_AGO.get(value) if isinstance(value, str) else None
        if days_ago is not None:
            value = local_of(self.as_of, self.time_zone).date() - dt.timedelta(days=days_ago)
        return instant(value, self.time_zone, is_end=is_end)

    def midnight(self, days_ago: int) -> dt.datetime:
        """Return the start of the campus day so many days before the view's, UTC without a zone."""
        day = local_of(self.as_of, self.time_zone).date() - dt.timedelta(days=days_ago)
        return utc_of(dt.datetime.combine(day, dt.time()), self.time_zone)

    def period(self, start: Moment, end: Moment, default: dt.timedelta) -> tuple[dt.datetime, dt.datetime]:
        """Return a period, by default the time up to the moment of the view.

        Raises:
            SettingsError: it ends before it starts.
        """
        last = self.instant(end, is_end=True) or self.as_of
        first = self.instant(start) or last - default
        if first >= last:
            got = f"{self.spoken(first)} to {self.spoken(last)}"
            raise SettingsError(f"the period is empty; expected start before end, got {got}; swap them")
        return first, last

    @cached_property
    def foreseen(self) -> Foreseen:
        """Forecasts of all zones, from the complete hours that are known at the moment."""
        return Foreseen(Moments(self.extract, self.settings, self.as_of).hourly())

    @cached_property
    def zones(self) -> pd.DataFrame:
        """All zones and their policy."""
        return self.read(self.table("zones").order_by("zone_id"))

    def zone_names(self, zone_ids: pd.Series) -> pd.Series:
        """Return the names of zones by their ids; an id that is no zone's stays, an empty one is empty."""
        names = zone_ids.map(self.zones.set_index("zone_id")["name"]).astype(object)
        known: pd.Series = names.where(names.notna(), zone_ids.astype(object))
        return known

    def zone(self, zone_id: str) -> pd.Series[Any]:
        """Return one zone's row.

        Raises:
            UnknownNameError: there is no such zone.
        """
        found = self.zones[self.zones["zone_id"] == zone_id]
        if found.empty:
            known = ", ".join(self.zones["zone_id"])
            raise UnknownNameError(
                f"no zone {zone_id}{nearest(zone_id, self.zones['zone_id'])}; expected one of {known}"
            )
        return found.iloc[0]

    @cached_property
    def index(self) -> Index:
        """By which people are searched."""
        return index_of(self.extract, self.grant.key, self.settings)

    @cached_property
    def zone_index(self) -> Index:
        """By which zones are searched."""
        return Index(arrays_of_zones(to_arrow(self.extract.backend, self.table("zones").order_by("zone_id"))))

    @cached_property
    def books(self) -> pd.DataFrame:
        """Books and other things that logged rows are about: `thing_id`."""
        rows = self.table("observations")
        return self.read(rows.filter(rows.thing_id.notnull()).select("thing_id").distinct().order_by("thing_id"))

    @cached_property
    def book_index(self) -> Index:
        """By which books are searched."""
        return Index(arrays_of_things(pa.array(self.books["thing_id"], pa.string()), "book"))

    @cached_property
    def identifier_of(self) -> dict[str, list[tuple[str, str]]]:
        """Kind and value of each identifier on record by its label; of several where labels are alike by chance."""
        rows = self.read(self.table("identifiers").select("id_type", "id_value").distinct())
        found: dict[str, list[tuple[str, str]]] = {}
        for id_type, value in zip(rows["id_type"].tolist(), rows["id_value"].tolist(), strict=True):
            found.setdefault(identifier_label(value, self.grant.key), []).append((id_type, value))
        return found

    @cached_property
    def entity_of(self) -> dict[str, list[int]]:
        """Entities by pseudonym."""
        ids = self.read(self.table("entities").select("entity_id").distinct().order_by("entity_id"))["entity_id"]
        found: dict[str, list[int]] = {}
        for entity_id, label in self.labels(ids).items():
            found.setdefault(label, []).append(entity_id)
        return found

    @cached_property
    def people(self) -> frozenset[int]:
        """All entities."""
        return frozenset(entity_id for ids in self.entity_of.values() for entity_id in ids)

    @cached_property
    def merged_into(self) -> dict[int, int]:
        """The person of the moment by each number that went into theirs; what was told before names the old one."""
        if "changes" not in self.extract.manifest.rest.rows:
            return {}
        rows = self.table("changes").select("entity_id", "other_id", "what", "known_at")
        return merged_into(self.read(rows), self.people)

    @cached_property
    def _merged_of(self) -> dict[str, list[int]]:
        """Numbers that went into others by their pseudonym."""
        found: dict[str, list[int]] = {}
        for entity_id, label in pseudonyms(self.merged_into, self.grant.key).items():
            found.setdefault(label, []).append(entity_id)
        return found

    def numbers_of(self, entity_id: int) -> list[int]:
        """Return a person's number, and those that went into it: what was told of the person names any of them."""
        return [entity_id, *sorted(old for old, new in self.merged_into.items() if new == entity_id)]

    def survivor(self, entity_id: int) -> int:
        """Return the number that somebody has at the moment: of one that went into another that one."""
        return self.merged_into.get(int(entity_id), int(entity_id))

    def pseudonym_now(self, label: str) -> str:
        """Return the pseudonym of who is left by that of somebody who went into them; any other as it is."""
        now = {self.survivor(old) for old in self._merged_of.get(label, [])}
        return pseudonym(now.pop(), self.grant.key) if len(now) == 1 and label not in self.entity_of else label

    @cached_property
    def record_of(self) -> dict[str, list[int]]:
        """Rows of directories by label."""
        rows = self.read(self.table("records").select("record_id", "directory", "record_key").order_by("record_id"))
        found: dict[str, list[int]] = {}
        for record_id, directory, key in rows.itertuples(index=False):
            found.setdefault(record_label(str(directory), str(key), self.grant.key), []).append(int(record_id))
        return found

    def entity(self, who: int | str) -> int:
        """Return the entity that a pseudonym or an id means; of one that went into another it is that one.

        Raises:
            UnknownNameError: nobody, or more than one, is meant.
        """
        text = str(who).strip()
        number = whole(text)
        if number is not None:
            meant = self.survivor(number)
            if any(meant in ids for ids in self.entity_of.values()):
                return meant
            raise UnknownNameError("no person with this entity id; expected one of campus.people(), or a pseudonym")
        label = text.upper()
        before = [self.survivor(old) for old in self._merged_of.get(label, [])]
        matches = list(dict.fromkeys([*self.entity_of.get(label, []), *before]))
        if len(matches) > 1:
            raise UnknownNameError(
                f"pseudonym {text} means {len(matches)} people; expected one, give the entity id: {matches}"
            )
        if not matches:
            said = (
                f"no person {text}{nearest(label, self.entity_of)}" if label.startswith("P-") else "nobody is called so"
            )
            raise UnknownNameError(
                f"{said}; expected a pseudonym as P-7K3Q9MX or an entity id of campus.people(); "
                "find somebody by name with campus.search(...), opened with reveal=True"
            )
        return matches[0]
