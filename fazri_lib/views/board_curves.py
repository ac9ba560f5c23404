"""Live charts over time: one zone's forecast, and the whole campus over the day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from fazri_lib.views.ahead import ACTUAL
from fazri_lib.views.board_drawing import Drawing, from_zero
from fazri_lib.views.style import local_clock

_FAR = 1.6
_BAND = ("lo_80", "hi_80", "lo_95", "hi_95")


class ForecastBand(Drawing):
    """One zone: what was said a day before and what happened; what is said now, with the baseline."""

    def __init__(self) -> None:
        super().__init__(300, y_range=from_zero())
        plot = self.figure
        plot.yaxis.axis_label = "People"
        self._earlier, self._ahead = (self.source("clock", "people", "told", *_BAND) for _ in range(2))
        self._measured, self._baseline = (self.source("clock", "people", "told") for _ in range(2))
        self._limit = self.source("clock", "people")
        for source, role, weak in ((self._earlier, "muted", 0.13), (self._ahead, "band", 0.16)):
            for low, high, alpha in (("lo_95", "hi_95", weak), ("lo_80", "hi_80", weak * 1.4)):
                self.colour(plot.varea("clock", low, high, source=source, fill_alpha=alpha), fill_color=role)
        self.colour(plot.line("clock", "people", source=self._limit, line_dash="dashed", line_width=1.5), line_color="limit")
        lines = (
            self.colour(plot.line("clock", "people", source=self._baseline, line_dash=[3, 4], line_width=1.6), line_color="usual"),
            self.colour(plot.line("clock", "people", source=self._ahead, line_width=2.4), line_color="ahead"),
            self.colour(plot.line("clock", "people", source=self._measured, line_width=1.8), line_color="actual"),
        )
        self._now = self.upright("muted")
        self.hover(lines, [("", "@told")])

    def show(self, *rows: pd.DataFrame, **options: Any) -> None:
        """Draw rows of table `forecasts` of one zone."""
        frame = rows[0].assign(clock=local_clock(rows[0]["ts"], options["time_zone"])).sort_values("clock")
        ahead = frame[frame["model"] == options["model"]]
        self.fault = "" if len(ahead) else "There is no forecast of this zone yet."
        measured = frame[frame["model"] == ACTUAL]
        self._ahead.data = _columns(ahead, "expected", *_BAND)
        self._earlier.data = _columns(frame[frame["model"] == options.get("earlier")], "", *_BAND)
        self._measured.data = _columns(measured, "measured")
        self._baseline.data = _columns(frame[frame["model"] == options.get("baseline")], "the week before")
        capacity, top = options.get("capacity"), frame[["people", "hi_80"]].max(axis=1).max()
        is_near = capacity is not None and capacity < _FAR * max(1.0, top)
        ends = frame["clock"].iloc[[0, -1]].to_numpy() if is_near and len(frame) else np.array([])
        self._limit.data = {"clock": ends, "people": [capacity] * len(ends)}
        if len(ahead):
            self._now.location = pd.Timestamp(ahead["clock"].iloc[0]).to_pydatetime()
        self.legend = (
            ("background:var(--fz-actual);height:3px;vertical-align:3px", "measured"),
            ("background:color-mix(in srgb,var(--fz-muted) 35%,transparent)", "said a day before: 80 and 95 % intervals"),
            ("background:var(--fz-ahead);height:3px;vertical-align:3px", "expected"),
            ("background:color-mix(in srgb,var(--fz-band) 40%,transparent)", "80 and 95 % intervals"),
            ("border-top:2px dotted var(--fz-usual);height:0;vertical-align:4px", "baseline: same hour of the week before"),
            *((("border-top:2px dashed var(--fz-limit);height:0;vertical-align:4px", f"capacity {capacity:.0f}"),) if is_near else ()),
        )


class Course(Drawing):
    """All zones over the day: measured, usual and its range, expected."""

    def __init__(self) -> None:
        super().__init__(260, y_range=from_zero())
        plot = self.figure
        plot.yaxis.axis_label = "People"
        self._usual = self.source("clock", "usual", "usual_lo", "usual_hi", "told")
        self._people, self._expected = self.source("clock", "people", "told"), self.source("clock", "people", "told")
        self.colour(plot.varea("clock", "usual_lo", "usual_hi", source=self._usual, fill_alpha=0.2), fill_color="usual")
        lines = (
            self.colour(plot.line("clock", "usual", source=self._usual, line_dash=[3, 4], line_width=1.6), line_color="usual"),
            self.colour(plot.line("clock", "people", source=self._expected, line_width=2.4), line_color="ahead"),
            self.colour(plot.line("clock", "people", source=self._people, line_width=2.2), line_color="actual"),
        )
        self._now = self.upright("muted")
        self.hover(lines, [("", "@told")])

    def show(self, *rows: pd.DataFrame, **options: Any) -> None:
        """Draw clock, people, usual, usual_lo, usual_hi, expected."""
        del options
        frame = rows[0]
        usual, people = frame.dropna(subset=["usual"]), frame.dropna(subset=["people"])
        self.fault = "" if len(usual) or len(people) else "Nothing was measured on this day yet."
        told = _told(usual["clock"], usual["usual"], "usual")
        self._usual.data = {name: usual[name].to_numpy() for name in ("clock", "usual", "usual_lo", "usual_hi")} | {"told": told}
        self._people.data = _columns(frame[frame["clock"] <= people["clock"].max()], "measured") if len(people) else {"clock": [], "people": [], "told": []}
        ahead = frame.dropna(subset=["expected"])
        self._expected.data = _columns(ahead.drop(columns="people").rename(columns={"expected": "people"}), "expected")
        if len(people):
            self._now.location = pd.Timestamp(people["clock"].max()).to_pydatetime()
        self.legend = (
            ("background:var(--fz-actual);height:3px;vertical-align:3px", "measured"),
            ("background:var(--fz-ahead);height:3px;vertical-align:3px", "expected"),
            ("border-top:2px dotted var(--fz-usual);height:0;vertical-align:4px", "usual on this weekday"),
            ("background:color-mix(in srgb,var(--fz-usual) 30%,transparent)", "lowest to highest of the weeks before"),
        )


def _columns(rows: pd.DataFrame, what: str, *bands: str) -> dict[str, Any]:
    values = {name: rows[name].to_numpy(dtype=float) for name in ("people", *bands)}
    return {"clock": rows["clock"].to_numpy(), **values, "told": _told(rows["clock"], rows["people"], what)}


def _told(clock: pd.Series, people: pd.Series, what: str) -> list[str]:
    return [f"{at:%a %d %b %H:%M}: {value:.1f} people {what}" for at, value in zip(clock, people, strict=True)]
