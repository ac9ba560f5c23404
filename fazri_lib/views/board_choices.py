"""Fields of a board in which its reader chooses: from a list, or a day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import panel as pn  # noqa: TID251 - views is where Panel belongs
import panel_material_ui as pmui  # first: it restyles every page of the process

from fazri_lib.views.board_look import css

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def bar(fields: Sequence[Any]) -> Any:
    """Return fields side by side, one below the other where there is no room."""
    return pn.Row(
        *fields, css_classes=["fz-full"], stylesheets=[css("card", "fields")], sizing_mode="stretch_width", margin=0
    )


def listed(label: str, options: Mapping[str, Any], value: Any, chosen: Callable[[Any], None]) -> Any:
    """Return a list to choose from; a value that it does not hold is shown as it is, so that the answer can say why."""
    known = dict(options)
    if value not in known.values():
        known = {f"{value} (unknown)": value, **known}
    field = _WIDGETS.Select(label=label, options=known, value=value, stylesheets=[css("select")], **_STRETCH)
    field.param.watch(lambda event: chosen(event.new), "value")
    return field


def day(label: str, value: str, chosen: Callable[[str], None]) -> Any:
    """Return a field for a day, as 2025-09-13; it may stay empty."""
    field = _MATERIAL.DatePicker(
        label=label, value=_date(value), clearable=True, sx=_DAY, size="small", variant="outlined", **_STRETCH
    )
    field.param.watch(lambda event: chosen(event.new.isoformat() if event.new else ""), "value")
    return field


_WIDGETS: Any = pn.widgets  # its classes carry no types
_MATERIAL: Any = pmui
_DAY: Any = {
    "width": "100%",
    "& .MuiPickersOutlinedInput-root": {"height": 36},
    "& .MuiIconButton-root": {"color": "inherit", "padding": "4px"},
}
_STRETCH: Any = {"sizing_mode": "stretch_width", "margin": 0}


def _date(value: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value[:10]) if value else None
    except ValueError:
        return None
