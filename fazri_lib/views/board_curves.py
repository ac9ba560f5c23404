"""Live charts over time: one zone's forecast, and the whole campus over the day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import Line, VArea

from fazri_lib.views.ahead import ACTUAL
from fazri_lib.views.board_drawing import Drawing, from_zero
from fazri_lib.views.style import local_clock

_FAR = 1.6
_BAND = ("lo_80", "hi_80", "lo_95", "hi_95")


class ForecastBand(Drawing):
    """One zone: what was said at most a day before and what happened; what is said now, with the baseline."""

    def __init__(self) -> None:
        super().__init__(360, y_range=from_zero())
        self.figure.yaxis.axis_label = "People"
        self._earlier, self._ahead = (self.source("clock", "people", "told", *_BAND) for _ in range(2))
        self._measured, self._baseline = (self.source("clock", "people", "told") for _ in range(2))
        self._limit = self.source("clock", "people")
        for source, role, weak in ((self._earlier, "muted", 0.13), (self._ahead, "band", 0.16)):
            for low, high, alpha in (("lo_95", "hi_95", weak), ("lo_80", "hi_80", weak * 1.4)):
                self.draw(source, VArea(x="clock", y1=low, y2=high, fill_alpha=alpha), fill_color=role)
        self.draw(self._limit, _line("people", 1.5, "dashed"), line_color="limit")
        lines = (
            self.draw(self._baseline, _line("people", 1.6, [3, 4]), line_color="usual"),
            self.draw(self._ahead, _line("people", 2.4), line_color="ahead"),
            self.draw(self._measured, _line("people", 1.8), line_color="actual"),
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
        limit = ((_stroke("dashed", "limit"), f"capacity {capacity:.0f}"),) if is_near else ()
        self.legend = (
            (_stroke("solid", "actual"), "measured"),
            (_patch("muted", 35), "said at most a day before: 80 and 95 % intervals"),
            (_stroke("solid", "ahead"), "expected"),
            (_patch("band", 40), "80 and 95 % intervals"),
            (_stroke("dotted", "usual"), "baseline: same hour of the week before"),
            *limit,
        )


class Course(Drawing):
    """All zones over the day: measured, usual and its range, expected."""

    def __init__(self) -> None:
        super().__init__(260, y_range=from_zero())
        self.figure.yaxis.axis_label = "People"
        self._usual = self.source("clock", "usual", "usual_lo", "usual_hi", "told")
        self._people, self._expected = self.source("clock", "people", "told"), self.source("clock", "people", "told")
        self.draw(self._usual, VArea(x="clock", y1="usual_lo", y2="usual_hi", fill_alpha=0.2), fill_color="usual")
        lines = (
            self.draw(self._usual, _line("usual", 1.6, [3, 4]), line_color="usual"),
            self.draw(self._expected, _line("people", 2.4), line_color="ahead"),
            self.draw(self._people, _line("people", 2.2), line_color="actual"),
        )
        self._now = self.upright("muted")
        self.hover(lines, [("", "@told")])

    def show(self, *rows: pd.DataFrame, **options: Any) -> None:
        """Draw clock, people, usual, usual_lo, usual_hi, expected."""
        del options
        frame = rows[0]
        usual, people = frame.dropna(subset=["usual"]), frame.dropna(subset=["people"])
        self.fault = "" if len(usual) or len(people) else "Nothing was measured on this day yet."
        figures: dict[str, Any] = {name: usual[name].to_numpy() for name in ("clock", "usual", "usual_lo", "usual_hi")}
        self._usual.data = figures | {"told": _told(usual["clock"], usual["usual"], "usual")}
        self._people.data = _columns(frame[frame["clock"] <= people["clock"].max()], "measured")
        ahead = frame.dropna(subset=["expected"])
        self._expected.data = _columns(ahead.drop(columns="people").rename(columns={"expected": "people"}), "expected")
        if len(people):
            self._now.location = pd.Timestamp(people["clock"].max()).to_pydatetime()
        self.legend = (
            (_stroke("solid", "actual"), "measured"),
            (_stroke("solid", "ahead"), "expected"),
            (_stroke("dotted", "usual"), "usual on this weekday"),
            (_patch("usual", 30), "lowest to highest of the weeks before"),
        )


def _line(column: str, width: float, dash: Any = ()) -> Line:
    return Line(x="clock", y=column, line_width=width, line_dash=dash or "solid")


def _stroke(kind: str, role: str) -> str:
    return f"border-top:3px {kind} var(--fz-{role});height:0;vertical-align:4px;border-radius:0"


def _patch(role: str, percent: int) -> str:
    return f"background:color-mix(in srgb,var(--fz-{role}) {percent}%,transparent)"


def _columns(rows: pd.DataFrame, what: str, *bands: str) -> dict[str, Any]:
    values = {name: rows[name].to_numpy(dtype=float) for name in ("people", *bands)}
    return {"clock": rows["clock"].to_numpy(), **values, "told": _told(rows["clock"], rows["people"], what)}


def _told(clock: pd.Series, people: pd.Series, what: str) -> list[str]:
    return [f"{at:%a %d %b %H:%M}: {value:.1f} people {what}" for at, value in zip(clock, people, strict=True)]
