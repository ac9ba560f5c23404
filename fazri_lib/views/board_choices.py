"""Fields of a board in which its reader chooses: from a list, or a day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import panel_material_ui as pmui  # first: it restyles every page of the process
import panel as pn  # noqa: TID251 - views is where Panel belongs

from fazri_lib.views.board_cards import rows_table
from fazri_lib.views.board_look import CARD_CSS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

_BAR_CSS = """
:host{display:flex!important;flex-direction:row!important;flex-wrap:wrap;gap:10px 14px;padding:12px 16px}
:host > *{flex:1 1 190px!important;max-width:300px;min-width:0}
@media (max-width:600px){:host{padding:12px} :host > *{flex-basis:45%!important}}
"""


def bar(fields: Sequence[Any]) -> Any:
    """Return fields side by side, one below the other where there is no room."""
    return pn.Row(*fields, css_classes=["fz-full"], stylesheets=[CARD_CSS + _BAR_CSS], sizing_mode="stretch_width", margin=0)


def listed(label: str, options: Mapping[str, Any], value: Any, chosen: Callable[[Any], None]) -> Any:
    """Return a list to choose from; a value that it does not hold is shown as it is, so that the answer can say why."""
    known = dict(options)
    if value not in known.values():
        known = {f"{value} (unknown)": value, **known}
    field = pmui.Select(label=label, options=known, value=value, **_FIELD)
    field.param.watch(lambda event: chosen(event.new), "value")
    return field


def day(label: str, value: str, chosen: Callable[[str], None]) -> Any:
    """Return a field for a day, as 2025-09-13; it may stay empty."""
    field = pmui.DatePicker(label=label, value=_date(value), clearable=True, sx=_DAY, **_FIELD)
    field.param.watch(lambda event: chosen(event.new.isoformat() if event.new else ""), "value")
    return field


class Picking:
    """A table of which one row can be chosen.

    Args:
        chosen: told the number of the row.
        options: further options of the table, by column.
    """

    def __init__(self, chosen: Callable[[int], None], **options: Any) -> None:
        self._chosen, self._options = chosen, options
        self._is_setting = False
        self.view: Any = None

    def show(self, frame: pd.DataFrame, row: int | None) -> None:
        """Show rows, one of them chosen."""
        self._is_setting = True
        if self.view is None:
            self.view = rows_table(frame, selectable=1, **self._options)
            self.view.param.watch(self._selected, "selection")
        else:
            self.view.value = frame
        self.view.selection = [] if row is None else [row]
        self._is_setting = False

    def _selected(self, event: Any) -> None:
        if event.new and not self._is_setting:
            self._chosen(int(event.new[0]))


_DAY: Any = {
    "width": "100%",
    "& .MuiPickersOutlinedInput-root": {"height": 36},
    "& .MuiIconButton-root": {"color": "inherit", "padding": "4px"},
}
_FIELD: dict[str, Any] = {"size": "small", "variant": "outlined", "sizing_mode": "stretch_width", "margin": 0}


def _date(value: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value[:10]) if value else None
    except ValueError:
        return None
