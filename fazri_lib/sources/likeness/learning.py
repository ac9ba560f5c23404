"""Counted rows become shapes: every figure passes disclosure control on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.likeness.disclosure import WEEK_H, Cells, noised, released, shares
from fazri_lib.sources.likeness.shapes import Lengths, Rhythm, Shares, SourceShape

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from fazri_lib.sources.contract import Contract
    from fazri_lib.sources.likeness.shapes import Days
    from fazri_lib.sources.simulate.draws import BoolArray, FloatArray, IntArray

LENGTH_EDGES_MIN = np.array([0, 15, 30, 45, 60, 75, 90, 105, 120, 150, 180, 240, 300, 360, 480, 720, 1440], float)
LAG_EDGES_MIN = np.array([-20160, -10080, -1440, -240, -60, 0, 1, 5, 15, 60, 240, 1440, 10080, 20160], float)
FILLED = ("ref_id", "thing_id", "category", "text", "ended_at", "told")
"""What rows of a source may lack; told is whether a booking says if it was attended."""
GRAINS_S = (3600, 1800, 900, 300, 60, 1)
_MOST_ON_GRAIN = 0.98
_MOST_FACTOR = 5.0


@dataclass(frozen=True, slots=True)
class Control:
    """Disclosure control of one copy: fewest people of a figure, and what moves the figures."""

    least: int
    rng: np.random.Generator


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """What was counted of one source.

    Attributes:
        cells: place, hour, unit, amount of identified rows, or of all where none is.
        days: day, rows, units.
        sensors: place, sensor_id, rows, units.
        id_types: value, rows, units; so `categories`.
        lengths: minutes, rows, units; so `lags`.
        facts: figures of the source as a whole: rows, units, orphan_rows, things, ...; and of what rows may have
            (`FILLED`, attended, anonymous) rows with it, `_units` with it and `_lacking_units` without it.
    """

    cells: pd.DataFrame
    days: pd.DataFrame
    sensors: pd.DataFrame
    id_types: pd.DataFrame
    categories: pd.DataFrame
    lengths: pd.DataFrame
    lags: pd.DataFrame
    facts: Mapping[str, float]


def rhythm(cells: pd.DataFrame, by_day: pd.DataFrame, places: int, days: Days, control: Control) -> Rhythm:
    """Return a rhythm from `place, hour, unit, amount` and `day, rows, units`."""
    place, hour, unit = (cells[name].to_numpy(np.int64) for name in ("place", "hour", "unit"))
    counted = Cells(place, hour, unit, _floats(cells["amount"]))
    amounts = released(counted, places, control.least, control.rng)
    return Rhythm(amounts, _factors(amounts, by_day, days, control))


def source_shape(contract: Contract, counts: SourceCounts, places: int, days: Days, control: Control) -> SourceShape:
    """Return the shape of a source; arguments as of `rhythm`."""
    facts = counts.facts
    found = rhythm(counts.cells, counts.days, places, days, control)
    rows = max(facts["rows"], 1.0)
    total = found.amounts.sum()
    if total:  # rows without an identifier follow the rhythm of the others
        found = Rhythm(found.amounts * (_rounded(facts["rows"], facts["units"], control) / total), found.factors)
    return SourceShape(
        contract=contract,
        rhythm=found,
        sensors=_sensors(counts.sensors, control),
        id_types=_shares(counts.id_types, control),
        categories=_shares(counts.categories, control),
        orphan_share=facts["orphan_rows"] / rows if facts["orphan_units"] >= control.least else 0.0,
        anonymous_share=_share(facts, "anonymous", control),
        filled={name: _share(facts, name, control) for name in FILLED},
        things=int(float(f"{facts['things']:.1e}")),
        attended_share=_share(facts, "attended", control, "told"),
        lengths=_lengths(counts.lengths, LENGTH_EDGES_MIN, control),
        lags=_lengths(counts.lags, LAG_EDGES_MIN, control),
        grain_s=_grain_s(facts),
        resolution_s=facts["resolution_s"],
    )


def day_counts(by_day: pd.DataFrame, days: Days, control: Control) -> FloatArray:
    """Return a figure by learnt day from `day, rows, units`; a day of too few people has the mean of the others."""
    found, is_known = _known_days(by_day, days, control)
    filled: FloatArray = np.where(is_known, found, float(found.sum()) / max(int(is_known.sum()), 1)).astype(np.float64)
    return filled


def _known_days(by_day: pd.DataFrame, days: Days, control: Control) -> tuple[FloatArray, BoolArray]:
    found, is_known = np.zeros(days.learnt), np.zeros(days.learnt, dtype=bool)
    kept = by_day[(by_day["units"] >= control.least) & by_day["day"].between(0, days.learnt - 1)]
    at, units = kept["day"].to_numpy(np.int64), kept["units"].to_numpy(np.int64)
    found[at], is_known[at] = noised(_floats(kept["rows"]), units, control.rng), True
    return found, is_known


def _factors(amounts: FloatArray, by_day: pd.DataFrame, days: Days, control: Control) -> FloatArray:
    weekday = np.array([days.weekday(day) for day in range(days.learnt)])
    usual = amounts.sum(axis=0).reshape(7, WEEK_H // 7).sum(axis=1) / days.weekdays
    found, is_known = _known_days(by_day, days, control)
    if not is_known.any():
        return np.ones(days.learnt)
    expected = usual[weekday]
    found *= amounts.sum() / max(float(by_day["rows"].sum()), 1e-9)  # caps are no effect of a day
    rest = max(expected.sum() - found.sum(), 0.0) / max(expected[~is_known].sum(), 1e-9)
    factors = np.where(is_known, found / np.maximum(expected, 1e-9), rest)
    clipped: FloatArray = np.clip(factors, 0.0, _MOST_FACTOR)
    return clipped


def _share(facts: Mapping[str, float], name: str, control: Control, among: str = "rows") -> float:
    """Return the share of rows with a value; one or none where too few people have it, or have it not."""
    if facts[f"{name}_units"] < control.least:
        return 0.0
    return facts[name] / facts[among] if facts[f"{name}_lacking_units"] >= control.least else 1.0


def _rounded(amount: float, units: float, control: Control) -> float:
    return float(noised(np.array([amount]), np.array([max(int(units), control.least)]), control.rng)[0])


def _sensors(counted: pd.DataFrame, control: Control) -> dict[int, Shares]:
    ordered = counted.sort_values(["place", "sensor_id"])
    found = {
        int(str(place)): _shares(rows.assign(value=rows["sensor_id"]), control)
        for place, rows in ordered.groupby("place")
    }
    return {place: kept for place, kept in found.items() if kept.shares.sum() > 0}


def _shares(counted: pd.DataFrame, control: Control) -> Shares:
    counted = counted[counted["units"] >= control.least].sort_values("value")
    units: IntArray = counted["units"].to_numpy(np.int64)
    return Shares(
        tuple(counted["value"].astype(str)), shares(_floats(counted["rows"]), units, control.least, control.rng)
    )


def _lengths(counted: pd.DataFrame, edges_min: FloatArray, control: Control) -> Lengths:
    """Bins of too few people join the fullest one."""
    rows, units = np.zeros(len(edges_min) - 1), np.zeros(len(edges_min) - 1, dtype=np.int64)
    at = counted["value"].to_numpy(np.int64)
    rows[at], units[at] = _floats(counted["rows"]), counted["units"].to_numpy(np.int64)
    return Lengths(edges_min, shares(rows, units, control.least, control.rng))


def _grain_s(facts: Mapping[str, float]) -> int:
    return next(grain for grain in GRAINS_S if facts[f"on_{grain}"] >= _MOST_ON_GRAIN * facts["rows"])


def _floats(column: pd.Series[float]) -> FloatArray:
    return np.asarray(column, dtype=np.float64)
