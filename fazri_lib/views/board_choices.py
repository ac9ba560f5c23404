"""Fields of a board in which its reader chooses: from a list, or a day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import panel_material_ui as pmui  # first: it restyles every page of the process
import panel as pn  # noqa: TID251 - views is where Panel belongs

from fazri_lib.views.board_look import CARD_CSS, FONT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_BAR_CSS = """
:host{display:flex!important;flex-direction:row!important;flex-wrap:wrap;gap:10px 14px;padding:12px 16px}
:host > *{flex:1 1 190px!important;max-width:300px;min-width:0}
@media (max-width:600px){:host{padding:12px} :host > *{flex-basis:45%!important}}
"""

# the browser's own list: read by every screen reader, and on phones the one that their owners know
_SELECT_CSS = f"""
.bk-input-group{{position:relative;padding:0!important;margin:0!important}}
label{{position:absolute!important;top:-8px!important;left:9px!important;padding:0 5px!important;margin:0!important;z-index:1;
 background:var(--fz-card)!important;color:var(--fz-muted)!important;font:11px/1.4 {FONT}!important;transform:none!important}}
select.bk-input{{height:36px!important;border:1px solid color-mix(in srgb,var(--fz-ink) 30%,transparent)!important;
 border-radius:6px!important;background-color:transparent!important;color:var(--fz-ink)!important;
 font:15px/1.4 {FONT}!important;padding:0 30px 0 13px!important;cursor:pointer}}
select.bk-input:hover{{border-color:var(--fz-ink)!important}}
select.bk-input:focus-visible{{outline:2px solid var(--fz-link)!important;border-color:var(--fz-link)!important}}
option{{background:var(--fz-card);color:var(--fz-ink)}}
"""


def bar(fields: Sequence[Any]) -> Any:
    """Return fields side by side, one below the other where there is no room."""
    return pn.Row(*fields, css_classes=["fz-full"], stylesheets=[CARD_CSS + _BAR_CSS], sizing_mode="stretch_width", margin=0)


def listed(label: str, options: Mapping[str, Any], value: Any, chosen: Callable[[Any], None]) -> Any:
    """Return a list to choose from; a value that it does not hold is shown as it is, so that the answer can say why."""
    known = dict(options)
    if value not in known.values():
        known = {f"{value} (unknown)": value, **known}
    field = pn.widgets.Select(name=label, options=known, value=value, stylesheets=[_SELECT_CSS], **_STRETCH)
    field.param.watch(lambda event: chosen(event.new), "value")
    return field


def day(label: str, value: str, chosen: Callable[[str], None]) -> Any:
    """Return a field for a day, as 2025-09-13; it may stay empty."""
    field = pmui.DatePicker(label=label, value=_date(value), clearable=True, sx=_DAY, size="small", variant="outlined", **_STRETCH)
    field.param.watch(lambda event: chosen(event.new.isoformat() if event.new else ""), "value")
    return field


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
