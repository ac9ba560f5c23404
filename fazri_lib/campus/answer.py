"""What every question to the campus gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from fazri_lib.campus.behind import Behind

_LINES = 5


class Chart:
    """A chart that is drawn only when it is asked for: the name of a function of `views` and what it gets.

    Args:
        name: of the function.
        rows: its frames.
        options: its keyword arguments.
    """

    def __init__(self, name: str, *rows: pd.DataFrame, **options: Any) -> None:
        self.name, self.rows, self.options = name, rows, options

    def draw(self) -> Any:
        """Return the chart as a HoloViews element."""
        from fazri_lib import views  # noqa: PLC0415 - charts take a second to import; answers without one do not wait

        views.enable()
        return getattr(views, self.name)(*self.rows, **self.options)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Answer:
    """Rows, a sentence about them and a chart, as known at one moment.

    Attributes:
        title: what was asked.
        summary: the answer in plain words.
        frame: the rows; instants are UTC and say so, personal columns are masked unless the campus reveals them.
        as_of: moment of the view, UTC.
        time_zone: of the campus: in it tables and charts show instants.
        chart: how to draw it.
        columns: columns that a printed table shows; all when empty.
        rows: first rows that a printed table shows, if negative the last ones; 0 for no table.
        tables: further rows by name.
        behind: where the rows are that its figures were computed from; `campus.behind(key)` answers them.
        records: column that identifies its rows where they are such rows themselves: logged or directory rows.
    """

    title: str
    summary: str
    frame: pd.DataFrame
    as_of: dt.datetime
    time_zone: str
    chart: Chart
    columns: tuple[str, ...] = ()
    rows: int = 10
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    behind: tuple[Behind, ...] = ()
    records: str = ""

    def plot(self) -> Any:
        """Return the chart as a HoloViews element."""
        return self.chart.draw()

    def table(self) -> str:
        """Return the first rows as an HTML table, instants in campus time; nothing when there is none to show."""
        if self.frame.empty or not self.rows:
            return ""
        from fazri_lib.views import html_table  # noqa: PLC0415 - as in Chart

        return html_table(self.frame, self.columns, time_zone=self.time_zone, rows=self.rows)

    def _repr_html_(self) -> str:
        head = f"<h3 style='margin:.4rem 0 0'>{escape(self.title)}</h3><p>{escape(self.summary)}</p>"
        foot = f"<p style='opacity:.7'><small>{escape(self._moment())}</small></p>"
        return f"<section>{head}{self.table()}{foot}</section>"

    def __repr__(self) -> str:
        names = [name for name in self.columns if name in self.frame]
        rows = (self.frame[names] if names else self.frame).head(_LINES)
        told = "" if self.frame.empty else f"\n{rows.to_string(index=False)}"
        return f"{self.title}\n{self.summary}{told}\n[{len(self.frame):,} rows, {self._moment()}]"

    def _moment(self) -> str:
        local = pd.Timestamp(self.as_of).tz_convert(self.time_zone)
        return f"as known at {local:%a %d %b %Y %H:%M} ({self.time_zone})"
