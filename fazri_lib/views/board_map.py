"""The live map: zones where they lie, in metres, numbered and coloured by the people in them; without a map service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from bokeh.models import DataRange1d, LinearColorMapper, Quad, Scatter, TapTool, Text
from bokeh.palettes import Cividis256

from fazri_lib.views.board_drawing import Drawing
from fazri_lib.views.board_grids import RAMP_CSS
from fazri_lib.views.board_look import FONT
from fazri_lib.views.style import highest
from fazri_lib.views.zones import in_metres

if TYPE_CHECKING:
    from collections.abc import Callable

_PAD_M = 16.0
_SPOT = 23
_BRIGHT = 0.62
_ROUND: Any = {"border_radius": 6}
_TEXT: Any = {"text_font": {"value": FONT}, "text_font_size": "12px"}
_RING_CSS = "border:3px solid var(--fz-limit);border-radius:9px;width:14px;height:14px;vertical-align:-3px"


class ZoneMap(Drawing):
    """Zones as numbered spots over the outlines of their buildings."""

    def __init__(self) -> None:
        ranges = {"x_range": DataRange1d(range_padding=0.06), "y_range": DataRange1d(range_padding=0.08)}
        super().__init__(430, is_clock=False, match_aspect=True, **ranges)
        plot = self.figure
        plot.axis.visible, plot.grid.visible = False, False
        self._buildings = self.source("left", "right", "bottom", "top", "middle", "name")
        self.spots = self.source("east_m", "north_m", "people", "number", "ink", "told", "key")
        self._chosen = self.source("east_m", "north_m")
        self._mapper = LinearColorMapper(palette=Cividis256, low=0, high=1, nan_color="rgba(0,0,0,0)")
        walls = Quad(left="left", right="right", top="top", bottom="bottom", fill_alpha=0.35, **_ROUND)
        self.draw(self._buildings, walls, fill_color="line", line_color="line")
        names = Text(x="middle", y="top", text="name", text_align="center", text_baseline="bottom", **_TEXT)
        self.draw(self._buildings, names, text_color="muted")
        ring = Scatter(x="east_m", y="north_m", size=_SPOT + 9, fill_color=None, line_width=3)
        self.draw(self._chosen, ring, line_color="limit")
        dots = Scatter(x="east_m", y="north_m", size=_SPOT, line_width=1)
        dots.fill_color = {"field": "people", "transform": self._mapper}
        self._dots = self.draw(self.spots, dots, line_color="muted")
        number = Text(x="east_m", y="north_m", text="number", text_color="ink", text_align="center", **_TEXT)
        number.update(text_baseline="middle", text_font_style="bold")
        self.draw(self.spots, number)
        self.hover([self._dots], [("", "@told")])

    def on_tap(self, choose: Callable[[str], None]) -> None:
        """Let a tap on a zone choose it."""
        self.figure.add_tools(TapTool(renderers=[self._dots], visible=False))

        def tapped(_name: str, _old: list[int], new: list[int]) -> None:
            if new:
                key = str(self.spots.data["key"][new[0]])
                self.spots.selected.indices = []
                choose(key)

        self.spots.selected.on_change("indices", tapped)

    def show(self, *rows: pd.DataFrame, **options: Any) -> None:
        """Draw zones (zone_id, name, building, latitude, longitude, people); `chosen` gets a ring."""
        numbered = numbers(rows[0])
        placed = numbered.dropna(subset=["latitude", "longitude"])
        self.fault = "" if len(placed) else "No zone has coordinates; give latitude and longitude in the zones file."
        if placed.empty:
            return
        spots = in_metres(placed)
        top = highest(spots["people"])
        self._mapper.high = top
        share = spots["people"] / top
        ink = ["#7b8794" if pd.isna(part) else "#ffffff" if part < _BRIGHT else "#1f2933" for part in share]
        told = [_told(row) for row in spots.to_dict("records")]
        figures: dict[str, Any] = {name: spots[name].to_numpy() for name in ("east_m", "north_m", "people")}
        self.spots.data = figures | {
            "number": [str(number) for number in spots["number"]],
            "key": list(spots["zone_id"]),
            "told": told,
            "ink": ink,
        }
        chosen = spots[spots["zone_id"] == options.get("chosen")]
        self._chosen.data = {name: chosen[name].to_numpy() for name in ("east_m", "north_m")}
        self._buildings.data = _outlines(spots)
        self.legend = ((RAMP_CSS, f"0 to {top:.0f} people"), (_RING_CSS, "the zone chosen"))


def numbers(zones: pd.DataFrame) -> pd.DataFrame:
    """Return zones in the order of building and name, each with its number on the map."""
    ordered = zones.sort_values(["building", "name"], na_position="last", ignore_index=True)
    return ordered.assign(number=range(1, len(ordered) + 1))


def _outlines(spots: pd.DataFrame) -> dict[str, Any]:
    edges = (
        spots.dropna(subset=["building"])
        .groupby("building")
        .agg(left=("east_m", "min"), right=("east_m", "max"), bottom=("north_m", "min"), top=("north_m", "max"))
    )
    return {
        "left": (edges["left"] - _PAD_M).to_numpy(), "right": (edges["right"] + _PAD_M).to_numpy(),
        "bottom": (edges["bottom"] - _PAD_M).to_numpy(), "top": (edges["top"] + _PAD_M).to_numpy(),
        "middle": ((edges["left"] + edges["right"]) / 2).to_numpy(), "name": list(edges.index),
    }  # fmt: skip


def _told(row: dict[Any, Any]) -> str:
    count = f"{row['people']:.0f}"
    people = "no signal" if pd.isna(row["people"]) else f"{count} {'person' if count == '1' else 'people'}"
    room = "" if pd.isna(row["capacity"]) else f", room for {row['capacity']:.0f}"
    return f"{row['name']}: {people}{room}"
