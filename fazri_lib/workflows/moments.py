"""Tables as of a moment: stored versions are filtered, forecasts and other aggregates computed for it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import pandas as pd

from fazri_lib import forecast, presence, relations
from fazri_lib.errors import NotEnoughDataError
from fazri_lib.schema import to_local, utc_of
from fazri_lib.store import Extract, count, from_frame, to_frame
from fazri_lib.workflows.months import presence_params

if TYPE_CHECKING:
    from collections.abc import Callable

    from fazri_lib.settings import Settings

_VISIT_CONFIDENCE = 0.5
_QUARTERS_AN_HOUR = 4
_GOOD_SHARE = 0.95
_SOLE = 1 - 1e-9


class Moment:
    """An extract as it was known at one moment.

    Args:
        extract: an open extract.
        settings: the campus's settings.
        as_of: UTC without a zone; None for the extract's own moment.
    """

    def __init__(self, extract: Extract, settings: Settings, as_of: dt.datetime | None = None) -> None:
        self.extract = extract
        self.settings = settings
        self.as_of = extract.moment(as_of)

    def table(self, name: str) -> ir.Table:
        """Return a table as it was known then."""
        is_stored = name not in COMPUTED or (
            self.as_of == self.extract.as_of and self.extract.manifest.computed is not None
        )
        return self.extract.table(name, self.as_of) if is_stored else COMPUTED[name](self)

    def hourly(self) -> pd.DataFrame:
        """Return mean people per zone and complete campus hour: `unique_id` (zone), `ds` (campus wall clock), `y`."""
        rows = self.extract.table("occupancy", self.as_of)
        since = self.as_of - dt.timedelta(days=self.settings.forecast.history_days)
        rows = rows.filter(rows.ts >= ibis.literal(since))
        observed = (rows.quality == "measured").ifelse(rows.people, ibis.null("float64"))
        hours = (
            rows.mutate(ds=rows.local_ts.truncate("h"), observed=observed)
            .group_by(unique_id="zone_id", ds="ds")
            .agg(y=ibis._.observed.mean(), quarters=ibis._.count())
        )
        frame = to_frame(
            self.extract.backend,
            hours.filter(hours.quarters >= _QUARTERS_AN_HOUR).drop("quarters").order_by("unique_id", "ds"),
        )
        return frame.astype({"unique_id": "str"})

    def visits(self) -> pd.DataFrame:
        """Return stays that are more likely than not: `entity_id, zone_id, started_at` (campus wall clock)."""
        stays = self.extract.table("stays", self.as_of)
        stays = stays.filter(stays.confidence >= _VISIT_CONFIDENCE)
        months = sorted(self.extract.manifest.months)
        span = (dt.datetime.fromisoformat(f"{months[0]}-01"), self.as_of) if months else None
        rows = stays.select(
            "entity_id", "zone_id", started_at=to_local(stays.started_at, self.settings.time_zone, span)
        )
        return to_frame(self.extract.backend, rows.order_by("entity_id", "started_at", "zone_id"))


def table_at(extract: Extract, settings: Settings, name: str, as_of: dt.datetime | None = None) -> ir.Table:
    """Return an extract table as it was known at `as_of` (UTC without a zone; default: the extract's own moment).

    Raises:
        UnknownNameError: there is no such table.
        NotPublishedError: `as_of` is later than the extract's own.
    """
    return Moment(extract, settings, as_of).table(name)


def forecasts(moment: Moment) -> ir.Table:
    """Compute the extract table `forecasts` from the hours complete at the moment."""
    history = moment.hourly()
    if history.empty:
        return from_frame(moment.extract.backend, "forecasts", pd.DataFrame())
    try:
        rows = forecast.forecast(history, history["ds"].max(), moment.settings.forecast.horizon_h)
    except NotEnoughDataError:  # under two days of history: no forecast is better than an invented one
        return from_frame(moment.extract.backend, "forecasts", pd.DataFrame())
    instants = {ds: utc_of(ds.to_pydatetime(), moment.settings.time_zone) for ds in rows["ds"].unique()}
    rows = rows.rename(columns={"unique_id": "zone_id", "yhat": "people"})
    rows = rows.assign(ts=rows["ds"].map(instants), made_at=moment.as_of).drop_duplicates(["zone_id", "model", "ts"])
    values = ["people", "lo_80", "hi_80", "lo_95", "hi_95"]
    return from_frame(moment.extract.backend, "forecasts", rows.assign(**rows[values].round(6)))


def quality(moment: Moment) -> ir.Table:
    """Compute the extract table `quality`."""
    history = moment.hourly()
    parts = [forecast.evaluate_next_place(moment.visits()), _identification(moment), _ingest(moment)]
    if not history.empty:
        parts.append(forecast.evaluate_forecasts(history, history["ds"].max()))
    return from_frame(
        moment.extract.backend, "quality", pd.concat([part for part in parts if len(part)], ignore_index=True).round(6)
    )


def relate(moment: Moment) -> ir.Table:
    """Compute the extract table `relations`."""
    return relations.relations(moment.table("stays"), moment.table("identifiers"), moment.table("zone_walks"))


def thing_rows(moment: Moment) -> ir.Table:
    """Compute the extract table `things`."""
    names = ("zones", "identifiers", "observations", "mentions")
    return relations.things(*(moment.table(name) for name in names))


def cover(moment: Moment) -> ir.Table:
    """Compute the extract table `coverage`."""
    return presence.coverage(moment.table("observations"), moment.table("claims"), presence_params(moment.settings))


COMPUTED: dict[str, Callable[[Moment], ir.Table]] = {
    "forecasts": forecasts,
    "quality": quality,
    "relations": relate,
    "coverage": cover,
    "things": thing_rows,
}
"""How each table without versions is computed from the others as known at a moment."""


def _identification(moment: Moment) -> pd.DataFrame:
    """How many identified observations lead to one person, and how sure the likeliest is, before alibis and after."""
    claims = moment.table("claims").filter(ibis._.zone_id.notnull())
    sole = claims.filter(claims.probability > _SOLE).group_by("source").agg(sole=ibis._.count())
    shared = _likeliest(claims.filter(claims.probability <= _SOLE), moment.table("alibis"))
    frames = [to_frame(moment.extract.backend, rows).set_index("source") for rows in (sole, shared)]
    by_source = pd.concat(frames, axis=1).fillna(0).sort_index().astype("float64")
    if by_source.empty:
        return pd.DataFrame()
    every = by_source.sum()
    share = every["sole"] / (every["sole"] + every["rows"])
    verdict = "good" if share >= _GOOD_SHARE else "weak"
    rows: list[dict[str, object]] = [{"measure": "share of observations with one claimant", "value": share}]
    for name, part in (("", every), *((f", {name}", row) for name, row in by_source.iterrows() if row["rows"])):
        value, before = ((part["sole"] + part[column]) / (part["sole"] + part["rows"]) for column in ("top", "before"))
        named = {"measure": f"expected hit rate of the likeliest claimant{name}", "value": value}
        rows.append(named | {"baseline": before, "baseline_name": "before alibis"})
    counted = {"measure": "observations in which an alibi counts", "value": every["alibis"], "baseline": every["rows"]}
    rows.append(counted | {"baseline_name": "with several claimants"})
    return pd.DataFrame(rows).assign(capability="identification", verdict=verdict)


def _likeliest(shared: ir.Table, alibis: ir.Table) -> ir.Table:
    """By source: observations with several claimants, those with an alibi, the sums of their largest weights."""
    factors = alibis.select("observation_id", "entity_id", "factor")
    rows = shared.left_join(factors, ["observation_id", "entity_id"]).select(*shared.columns, "factor")
    rows = rows.mutate(weight=rows.probability / rows.factor.fill_null(1.0), has_alibi=rows.factor.notnull())
    each = rows.group_by("source", "observation_id").agg(
        top=rows.probability.max(),
        said=rows.probability.sum() / rows.weight.sum(),
        heaviest=rows.weight.max(),
        has_alibi=rows.has_alibi.any().cast("int64"),
    )
    return each.group_by("source").agg(
        rows=each.count(),
        top=each.top.sum(),
        before=(each.heaviest * each.said).sum(),
        alibis=each.has_alibi.sum(),
    )


def _ingest(moment: Moment) -> pd.DataFrame:
    """How much of what was read could be used."""
    loaded = count(moment.extract.backend, moment.table("observations"))
    aside = count(moment.extract.backend, moment.table("quarantine"))
    if not loaded + aside:
        return pd.DataFrame()
    share = loaded / (loaded + aside)
    verdict = "good" if share >= _GOOD_SHARE else "weak"
    return pd.DataFrame(
        [{"capability": "ingest", "measure": "share of rows loaded", "value": share, "verdict": verdict}]
    )
