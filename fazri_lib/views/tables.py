"""Tables as plain HTML: readable by a screen reader, printable, and without a script."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fazri_lib.schema import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FONT = '"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif'
# JupyterLab lays out every table of an output; what must not give way to that is marked.
CSS = f"""
table.fazri{{border-collapse:collapse;width:100%;table-layout:auto!important;margin:0!important}}
table.fazri{{font:13px/1.45 {FONT};font-variant-numeric:tabular-nums}}
table.fazri th,table.fazri td{{padding:.3rem 1.4rem .3rem 0!important;vertical-align:top;text-align:left!important}}
table.fazri th{{font-weight:600;border-bottom:2px solid #9aa5b1;white-space:nowrap}}
table.fazri td{{border-bottom:1px solid #dfe4ea;white-space:nowrap}}
table.fazri td.w{{white-space:normal;min-width:14rem}}
table.fazri .n{{text-align:right!important}}
.fazri-scroll{{overflow-x:auto;max-width:100%}}
"""
EMPTY = "-"
_LIST_ITEMS = 3
_BY_UNIT = {"people": 1, "probability": 2}
_DECIMALS = {name: _BY_UNIT[column.unit] for name, column in COLUMNS.items() if column.unit in _BY_UNIT}
_DECIMALS |= dict.fromkeys(("usual", "change", "peak_people"), _BY_UNIT["people"])
_WHOLE = 100
_LONG = 40


def html_table(
    frame: pd.DataFrame,
    columns: Sequence[str] = (),
    *,
    time_zone: str = "UTC",
    rows: int = 200,
    marks: Mapping[str, Mapping[str, str]] | None = None,
) -> str:
    """Return a frame as an HTML table; instants in campus time, empty values as a dash.

    Args:
        frame: the rows.
        columns: columns to show, in order; all by default. Ones that the frame lacks are left out.
        time_zone: in which instants are written.
        rows: at most so many of the first, or if negative of the last rows; a line below says how many there are.
        marks: by column, the colour of each of its values.
    """
    names = [name for name in columns if name in frame] or [str(name) for name in frame.columns]
    shown = frame[names].head(rows) if rows >= 0 else frame[names].tail(-rows)
    head = "".join(f"<th scope='col'{_side(shown[name])}>{escape(name.replace('_', ' '))}</th>" for name in names)
    cells = [_column(shown[name], time_zone, (marks or {}).get(name, {})) for name in names]
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in zip(*cells, strict=True))
    table = f"<table class='fazri'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    more = f"<p>{len(shown):,} of {len(frame):,} rows</p>" if len(frame) > len(shown) else ""
    return f"<style>{CSS}</style><div class='fazri-scroll'>{table}</div>{more}"


def text_of(value: Any, time_zone: str = "UTC", decimals: int | None = None) -> str:
    """Return a value as a reader wants it: instants in campus time, numbers with three figures, lists cut short."""
    if isinstance(value, (list, tuple, np.ndarray)):
        more = f" + {len(value) - _LIST_ITEMS}" if len(value) > _LIST_ITEMS else ""
        return ", ".join(str(item) for item in value[:_LIST_ITEMS]) + more
    if pd.isna(value):
        return EMPTY
    if isinstance(value, pd.Timestamp):
        return (value.tz_convert(time_zone) if value.tzinfo else value).strftime("%a %d %b %Y %H:%M")
    if isinstance(value, dt.date):
        return value.strftime("%a %d %b %Y")
    return _number(value, decimals) if isinstance(value, float) else str(value)


def _number(value: float, decimals: int | None) -> str:
    if decimals is not None:
        return f"{value:,.{decimals}f}"
    return f"{value:,.0f}" if abs(value) >= _WHOLE or value == int(value) else f"{value:,.3g}"


def _column(values: pd.Series, time_zone: str, colours: Mapping[str, str]) -> list[str]:
    side, decimals = _side(values), _DECIMALS.get(str(values.name))
    return [
        f"<td{side}>{_marked(text_of(value, time_zone, decimals), colours.get(str(value)))}</td>" for value in values
    ]


def _marked(text: str, colour: str | None) -> str:
    return f"<b style='color:{colour}'>{escape(text)}</b>" if colour else escape(text)


def _side(values: pd.Series) -> str:
    """Numbers stand on the right, long texts may break."""
    if any(isinstance(value, str) and len(value) > _LONG for value in values):
        return " class='w'"
    is_number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    return " class='n'" if is_number and values.name != "entity_id" else ""
