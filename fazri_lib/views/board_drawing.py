"""What the live charts of the boards share: a figure whose data change in place and whose colours follow the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bokeh.models import ColumnDataSource, DataRange1d, HoverTool, NoOverlap
from bokeh.models.annotations import Span
from bokeh.plotting import figure

from fazri_lib.views.board_look import FONT, LIGHT
from fazri_lib.views.style import clock_ticks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

HOUR_MS = 3_600_000
_MARGIN = 70
_LANE = 22
_AXIS = {
    "major_label_text_color": "muted",
    "axis_label_text_color": "muted",
    "axis_line_color": "line",
    "major_tick_line_color": "line",
}


class Drawing:
    """A chart that is made once and then only gets new rows and new colours.

    Args:
        height: pixels.
        is_clock: whether its horizontal axis is campus time.
        figure_options: further options of the Bokeh figure.

    Attributes:
        figure: the Bokeh figure.
        fault: words to show instead while there is nothing to draw.
        legend: patches and words of what is drawn.
    """

    def __init__(self, height: int, *, is_clock: bool = True, **figure_options: Any) -> None:
        shared = {"sizing_mode": "stretch_width", "toolbar_location": None, "tools": "", "min_border": 4}
        kind = {"x_axis_type": "datetime"} if is_clock else {}
        self.figure: Any = figure(height=height, **(shared | kind | figure_options))
        self.fault = ""
        self.legend: Sequence[tuple[str, str]] = ()
        self._roles: list[tuple[Any, str, str]] = []
        self._quiet(is_clock=is_clock)

    def show(self, *rows: pd.DataFrame, **options: Any) -> None:
        """Draw these rows, or say in `fault` why not."""
        raise NotImplementedError

    def paint(self, colours: Mapping[str, str]) -> None:
        """Take the colours of the page's side."""
        for model, name, role in self._roles:
            setattr(model, name, colours[role])

    def source(self, *columns: str) -> ColumnDataSource:
        """Return an empty source with these columns."""
        return ColumnDataSource({column: [] for column in columns})

    def draw(self, source: ColumnDataSource, glyph: Any, **roles: str) -> Any:
        """Add a glyph whose colours follow the page: `fill_color="band"`; return its renderer.

        It is drawn alike whether selected or not, so that no further glyphs have to be made and sent.
        """
        for name, role in roles.items():
            self._roles.append((glyph, name, role))
        return self.figure.add_glyph(source, glyph, nonselection_glyph=None, muted_glyph=None, selection_glyph=None)

    def upright(self, role: str) -> Span:
        """Return an upright line, for the present moment."""
        line = Span(dimension="height", line_dash="dotted", line_width=1.5, line_color=LIGHT[role])
        self.figure.add_layout(line)
        self._roles.append((line, "line_color", role))
        return line

    def hover(self, renderers: Sequence[Any], tips: Sequence[tuple[str, str]], mode: Any = "mouse") -> None:
        """Tell values where the pointer is; texts come from columns, so that no formatter is needed."""
        tool = HoverTool(renderers=list(renderers), tooltips=list(tips), mode=mode, visible=False)
        if mode == "vline":
            tool.line_policy = "nearest"
        self.figure.add_tools(tool)

    def lanes(self, factors: Sequence[str], lane: int = _LANE) -> None:
        """Name the rows of a chart with lanes, the first one on top, and give each the same room, in pixels."""
        if list(self.figure.y_range.factors) != list(reversed(factors)):
            self.figure.y_range.factors = list(reversed(factors))
            self.figure.height = _MARGIN + lane * len(factors)

    def _quiet(self, *, is_clock: bool) -> None:
        plot = self.figure
        plot.outline_line_color, plot.xgrid.grid_line_color, plot.toolbar.logo = None, None, None
        plot.background_fill_alpha = plot.border_fill_alpha = 0
        for axis in plot.axis:
            axis.axis_label_text_font = axis.major_label_text_font = FONT
            axis.axis_label_text_font_style, axis.minor_tick_line_color = "normal", None
            axis.major_label_text_font_size = axis.axis_label_text_font_size = "12px"
            self._roles += [(axis, name, role) for name, role in _AXIS.items()]
        self._roles += [(grid, "grid_line_color", "line") for grid in plot.ygrid]
        if is_clock:
            plot.xaxis.formatter = clock_ticks()
        plot.xaxis.major_label_policy = NoOverlap(min_distance=9)


def from_zero() -> DataRange1d:
    """Return a range that begins at zero and leaves a little room above."""
    return DataRange1d(start=0, range_padding=0.08, only_visible=True)
