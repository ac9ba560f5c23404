"""Cards of a board: heading, sentence, chart and, when opened, the rows behind it; made once, then shown in place."""

from __future__ import annotations

import csv
import io
from html import escape
from typing import TYPE_CHECKING, Any

import panel_material_ui as pmui  # first: it restyles every page of the process

import holoviews as hv  # isort: skip
import numpy as np
import pandas as pd
import panel as pn  # noqa: TID251 - views is where Panel belongs

from fazri_lib.schema import COLUMNS
from fazri_lib.views.board_answers import Words, drawing_of, key_of, rests_on, text_of_answer, zone_list
from fazri_lib.views.board_look import colours, css
from fazri_lib.views.board_texts import linked, sentence, table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fazri_lib.views.board_drawing import Drawing

_PANE: Any = pn.pane  # its classes carry no types
_WIDGETS: Any = pn.widgets
_MATERIAL: Any = pmui
_PAGE_ROWS = 10
_FIRST = 25
_HREF = "address of the rows behind"
_EXACT = 2**53
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")  # what spreadsheets take for the beginning of one
_STRETCH: Any = {"sizing_mode": "stretch_width", "margin": 0}

_CLOSED: Any = {
    "elevation": 0,
    "disable_gutters": True,
    "active": [],
    "title_variant": "body2",
    "sizing_mode": "stretch_width",
    "margin": (6, 0, 0, 0),
    "sx": {
        "background": "transparent",
        "&:before": {"display": "none"},
        "& .MuiAccordionSummary-root": {"px": 0, "minHeight": 36},
    },
}
BEHIND = "Behind"
"""Column of a table of rows that leads to the rows behind each."""
_LINK: Any = {"type": "link", "target": "_self"}
_SAVED: Any = {
    "filename": "rows.csv",
    "label": "Download as CSV",
    "variant": "text",
    "size": "small",
    "icon": "download",
    "auto": True,
    "embed": False,
}


def html(*styles: str, text: str = "", **more: Any) -> Any:
    """Return a pane of HTML in the look of the boards, with further style sheets of theirs."""
    return _PANE.HTML(text, stylesheets=[css("text", "bars", *styles)], **(_STRETCH | more))


class Card:
    """One answer on a board.

    Args:
        words: names and links.
        width: "full", "wide", "half" or "slim": 12, 8, 6 or 4 of 12 columns.
        is_lead: whether its sentence is the most important one of the page.
        has_chart: whether the chart is drawn.
        is_open: whether its first rows are shown at once, as a plain table.

    Attributes:
        view: what is laid out.
        actions: laid out between sentence and chart, as buttons: they stay where they are when the rest changes.
    """

    def __init__(
        self, words: Words, width: str, *, is_lead: bool = False, has_chart: bool = True, is_open: bool = False
    ) -> None:
        self._words, self._is_lead, self._has_chart = words, is_lead, has_chart
        self._head, self._body = html(), html()
        self._rows, self._is_open = Rows(words), is_open
        self._foot = html()
        self._drawing: Drawing | None = None
        self._chart: Any = None
        self._name = ""
        self._is_dark = False
        self.actions: list[Any] = []
        self.view = pn.Column(
            self._head, css_classes=[f"fz-{part}" for part in width.split()], stylesheets=[css("card")], **_STRETCH
        )

    def show(self, answer: Any, *, note: str = "", **state: Any) -> None:
        """Show an answer.

        Args:
            answer: of the campus.
            note: small print.
            state: further options of a live chart, as `chosen`.
        """
        told = self._words.told
        self._head.object = sentence(told(answer.title), told(answer.summary), is_lead=self._is_lead, note=note)
        self._draw(answer, state)
        if self._is_open:
            self._body.object = first_rows(answer, self._words)
        self._foot.object = rests_on(answer, self._words)
        self._rows.show(answer)
        self._lay_out()

    def say(self, title: str, text: str) -> None:
        """Say something instead of an answer: that nothing is chosen, or what went wrong."""
        self._head.object = f"<h2>{escape(title)}</h2><p role='status'>{escape(text)}</p>"
        self._body.object = ""
        self.view.objects = [self._head]

    def put(self, text: str) -> None:
        """Set HTML of one's own below the sentence."""
        self._body.object = text
        self._lay_out()

    def on_tap(self, choose: Callable[[str], None]) -> None:
        """Let a tap on the chart choose what it shows there, where it can."""
        if self._drawing is not None and hasattr(self._drawing, "on_tap"):
            self._drawing.on_tap(choose)

    def paint(self, *, is_dark: bool) -> None:
        """Take the colours of the page's side."""
        self._is_dark = is_dark
        if self._drawing is not None:
            self._drawing.paint(colours(is_dark=is_dark))

    def _draw(self, answer: Any, state: Mapping[str, Any]) -> None:
        if not self._has_chart:
            return
        text = text_of_answer(answer, self._words)
        if text is not None:
            self._body.object = text
            return
        if self._name != answer.chart.name:
            self._name = answer.chart.name
            self._drawing = drawing_of(answer.chart.name, self._words)
            self._chart = None
        if self._drawing is None:
            self._chart = _holoviews(answer)
            return
        if self._chart is None:
            self._chart = _PANE.Bokeh(self._drawing.figure, **_STRETCH)
            self._drawing.paint(colours(is_dark=self._is_dark))
        self._drawing.show(*answer.chart.rows, **(answer.chart.options | dict(state)))
        fault = f"<p class='quiet'>{escape(self._drawing.fault)}</p>" if self._drawing.fault else ""
        is_map = answer.chart.name == "zone_map"
        self._body.object = fault or key_of(self._drawing) + (zone_list(answer.frame, self._words) if is_map else "")

    def _lay_out(self) -> None:
        has_figure = self._chart is not None and not (self._drawing is not None and self._drawing.fault)
        parts = [self._head, *self.actions]
        parts += [self._chart] if has_figure else []
        parts += [self._body] if self._body.object else []
        parts += [self._foot] if self._foot.object else []
        parts += [self._rows.view] if self._rows.view is not None else []
        if [id(part) for part in self.view.objects] != [id(part) for part in parts]:
            self.view.objects = parts


class Rows:
    """The rows behind an answer: a closed section, filled when opened, with a table to sort and a file to keep.

    Args:
        words: links to what lies behind each row.
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self.view: Any = None
        self._answer: Any = None
        self._inner: Any = None
        self._table: Any = None

    def show(self, answer: Any) -> None:
        """Take another answer; the table is made, or changed, only when somebody looks at it."""
        self._answer = answer
        if answer.frame.empty:
            self.view = None
            return
        title = f"Rows ({len(answer.frame):,})"
        if self._inner is None:
            self._inner = pn.Column(**_STRETCH)
        if self.view is None:
            self.view = _MATERIAL.Accordion((title, self._inner), **_CLOSED)
            self.view.param.watch(self._opened, "active")
        elif self.view._names != [title]:  # noqa: SLF001 - an accordion's titles have no public setter
            self.view[0] = (title, self._inner)
        self._fill()

    def _opened(self, _event: Any) -> None:
        self._fill()

    def _fill(self) -> None:
        if not self.view.active:
            return
        frame = told_rows(self._answer)
        leads = leads_of(self._answer, self._words)
        if leads is not None:
            frame.insert(0, BEHIND, leads[1])
        if self._table is not None and list(self._table.value.columns) == list(frame.columns):
            self._table.value = frame
            return
        self._table = rows_table(frame, formatters={BEHIND: _LINK | {"label": leads[0]}} if leads else {})
        saved = _MATERIAL.FileDownload(callback=self._csv, **_SAVED)
        self._inner.objects = [self._table, saved]

    def _csv(self) -> io.StringIO:
        return io.StringIO(csv_of(self._answer))


def leads_of(answer: Any, words: Words) -> tuple[str, list[str]] | None:
    """Return what each row of an answer leads to, and the addresses; None where rows lead nowhere."""
    own = next((one for one in answer.behind if one.column), None)
    if own is None or words.behind(own.question) is None:
        return None
    keys = [own.key(row) for row in answer.frame.to_dict("records")]
    return own.what, [(words.behind(key) or "") if key else "" for key in keys]


def first_rows(answer: Any, words: Words) -> str:
    """Return the first rows of an answer as a plain table whose first column leads to what lies behind each."""
    leads, rows = leads_of(answer, words), told_rows(answer).head(_FIRST)
    if rows.empty:
        return ""
    shown = rows.map(lambda value: None if isinstance(value, str) and not value else value)
    heads = {str(name): str(name) for name in rows}
    if leads is None:
        return table(shown, heads, time_zone=answer.time_zone) + _rest(answer)
    hrefs = leads[1][:_FIRST]
    shown[BEHIND] = [leads[0] if href else None for href in hrefs]
    shown[_HREF] = hrefs
    links = {BEHIND: lambda row: str(row[_HREF])}
    return table(shown, {BEHIND: BEHIND, **heads}, time_zone=answer.time_zone, links=links) + _rest(answer)


def _rest(answer: Any) -> str:
    more = len(answer.frame) - _FIRST
    return f"<p class='quiet'>The first {_FIRST} of {len(answer.frame):,}; all of them below.</p>" if more > 0 else ""


def told_rows(answer: Any, *, has_offset: bool = False) -> pd.DataFrame:
    """Return an answer's rows as texts and numbers to read: its own columns, instants in campus time.

    Args:
        answer: of the campus.
        has_offset: whether instants are written with their offset from UTC, as 2025-09-13T12:00:00+05:30.
    """
    names = [name for name in answer.columns if name in answer.frame] or list(answer.frame.columns)
    shown = {_title(name): _column(answer.frame[name], answer.time_zone, has_offset=has_offset) for name in names}
    return pd.DataFrame(shown)


def csv_of(answer: Any) -> str:
    """Return what the table of an answer shows as CSV; no text in it is a formula for a spreadsheet."""
    rows = told_rows(answer, has_offset=True)
    safe = rows.map(lambda value: _harmless(value) if isinstance(value, str) else value)
    return safe.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC)  # or a line's end in a text would begin a row


def _harmless(text: str) -> str:
    """A text that a spreadsheet would run as a formula, behind an apostrophe."""
    return f"'{text}" if text.startswith(_FORMULAS) else text


def rows_table(frame: pd.DataFrame, **options: Any) -> Any:
    """Return rows as a table that sorts, in pages fetched one by one."""
    shared: dict[str, Any] = {
        "show_index": False, "disabled": True, "pagination": "remote", "page_size": _PAGE_ROWS, "selectable": False,
        "layout": "fit_data_stretch", "sizing_mode": "stretch_width", "margin": (4, 0), "stylesheets": [css("table")],
    }  # fmt: skip
    return _WIDGETS.Tabulator(frame, **(shared | options))


def plain(text: str, *, visible: bool = True) -> Any:
    """Return HTML that is laid out like a card but has no frame."""
    return html("plain", text=text, css_classes=["fz-full"], visible=visible)


def introduction(title: str, text: str, links: Sequence[tuple[str, str | None]]) -> Any:
    """Return a text with links, as a card."""
    words = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())
    leads = "".join(f"<li>{linked(told, href)}</li>" for told, href in links)
    words = f"<h2>{escape(title)}</h2>{words}"
    return html("card", text=words + (f"<ul>{leads}</ul>" if leads else ""), css_classes=["fz-full"])


def notice(text: str) -> str:
    """Return a short notice, which screen readers tell at once."""
    return f"<p role='status' class='notice'>{escape(text)}</p>"


def _holoviews(answer: Any) -> Any:
    element = answer.plot()
    if isinstance(element, hv.Div):
        return html(text=element.data)
    return _PANE.HoloViews(element, linked_axes=False, **_STRETCH)


def _title(name: str) -> str:
    unit = COLUMNS[name].unit if name in COLUMNS else ""
    words = name.replace("_", " ").capitalize()
    return words if unit in {"", "UTC"} or unit in name else f"{words} ({unit})"


def _column(values: pd.Series, time_zone: str, *, has_offset: bool) -> pd.Series:
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_convert(time_zone)
        if has_offset:
            return values.map(pd.Timestamp.isoformat, na_action="ignore").astype(object).where(values.notna(), "")
        values = values.dt.tz_localize(None)
    if pd.api.types.is_datetime64_dtype(values):
        told: pd.Series = values.dt.strftime("%Y-%m-%d %H:%M").astype(object).where(values.notna(), "")
        return told
    if pd.api.types.is_float_dtype(values):
        return values.round(3)
    if pd.api.types.is_bool_dtype(values):
        return values.map({True: "yes", False: "no"})
    if pd.api.types.is_integer_dtype(values):
        return values.map(str, na_action="ignore").astype(object) if _is_beyond_browsers(values) else values
    return values.map(_text).astype(object)


def _is_beyond_browsers(values: pd.Series) -> bool:
    """Whether a browser would round some of the numbers, which are ids then."""
    return bool((values.abs() > _EXACT).any())


def _text(value: Any) -> str:
    if isinstance(value, list | tuple | np.ndarray):
        return ", ".join(map(str, value))
    return "" if pd.isna(value) else str(value)
