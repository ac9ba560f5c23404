"""The page that a notebook, a report or a dashboard ends with: title, sentences, charts and tables, top to bottom."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import holoviews as hv
import pandas as pd
import panel as pn  # noqa: TID251 - views is where Panel belongs

from fazri_lib.views import palette
from fazri_lib.views.screen import enable
from fazri_lib.views.tables import FONT, html_table

if TYPE_CHECKING:
    from collections.abc import Sequence

CSS = f"""
:host{{font:15px/1.5 {FONT};color:{palette.INK};max-width:75rem}}
h1{{font-size:1.7rem;line-height:1.2;margin:.4rem 0 .2rem}}
h2{{font-size:1.2rem;margin:1.4rem 0 .1rem}}
p{{margin:.3rem 0;max-width:65rem}}
.quiet{{color:{palette.MUTED};font-size:.88rem}}
"""
_PANE: Any = pn.pane  # its classes carry no types


@runtime_checkable
class Shown(Protocol):
    """What a page shows as heading, sentence, chart and table: an answer of the campus."""

    title: str
    summary: str

    def plot(self) -> Any:
        """Return the chart."""

    def table(self) -> str:
        """Return the rows that stand beside the chart as HTML, or nothing."""


def page(title: str, *parts: Any, note: str = "") -> pn.Column:
    """Compose a page; end a notebook's last cell with `.servable()` on it.

    Args:
        title: heading of the page.
        parts: answers (heading, sentence, chart and table), sentences (Markdown), charts (HoloViews), tables (frames).
        note: a small line below the title, as the moment of the view.
    """
    enable()
    head = f"<h1>{escape(title)}</h1>" + (f"<p class='quiet'>{escape(note)}</p>" if note else "")
    items = [item for part in parts for item in _items(part)]
    return pn.Column(_html(head), *items, sizing_mode="stretch_width", max_width=1200, margin=(0, 8), name=title)


def _items(part: Any) -> Sequence[Any]:
    if isinstance(part, Shown):
        sentence = f"<h2>{escape(part.title)}</h2><p>{escape(part.summary)}</p>"
        table = part.table()
        return [_html(sentence), *_items(part.plot()), *([_html(table)] if table else [])]
    if isinstance(part, hv.Div):
        return [_html(part.data)]
    if isinstance(part, pd.DataFrame):
        return [_html(html_table(part))]
    if isinstance(part, str):
        return [_PANE.Markdown(part, disable_anchors=True, stylesheets=[CSS], sizing_mode="stretch_width", margin=0)]
    return [_PANE.HoloViews(part, sizing_mode="stretch_width", linked_axes=False, margin=(0, 0, 12, 0))]


def _html(text: str) -> Any:
    return _PANE.HTML(text, stylesheets=[CSS], sizing_mode="stretch_width", margin=0)
