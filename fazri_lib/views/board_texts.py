"""Pieces of a board that are plain HTML: read by screen readers, coloured by the page, drawn without a script."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from fazri_lib.views.tables import EMPTY, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Href = Callable[..., str | None]
    """`href("zones", zone_id="LIB")`: the address of a page, or nothing where there is no such page."""

_LONG = "reason"  # rows with such a text become paragraphs on phones
_CODES = {"question", "left", "right", "record", "pseudonym", "label", "id_value"}
_ONE_LINE = {*_CODES, "started_at", "ts", "severity", "verdict"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a table of bars. All figures share one unit.

    Attributes:
        name: what the line is about.
        value: length of the bar; None for "no signal".
        told: the value in words.
        href: where the name leads; nothing for no link.
        usual: a mark of what is usual.
        between: the usual range, shaded.
        span: the interval of the value, a thin line.
        limit: a mark of what is allowed.
        more: a remark at the end.
    """

    name: str
    value: float | None
    told: str
    href: str | None = None
    usual: float | None = None
    between: tuple[float, float] | None = None
    span: tuple[float, float] | None = None
    limit: float | None = None
    more: str = ""


def sentence(title: str, summary: str, *, is_lead: bool = False, note: str = "") -> str:
    """Return a heading with its sentence."""
    lead = " class='lead'" if is_lead else ""
    small = f"<p class='quiet'>{escape(note)}</p>" if note else ""
    return f"<h2>{escape(title)}</h2><p{lead}>{escape(summary)}</p>{small}"


def linked(text: str, href: str | None) -> str:
    """Return a text as a link, or plain where there is nothing to lead to."""
    return f"<a href='{escape(href, quote=True)}'>{escape(text)}</a>" if href else escape(text)


def bars(
    lines: Sequence[Bar],
    *,
    head: tuple[str, str, str],
    top: float,
    key: str = "",
    more: str = "",
    is_brief: bool = False,
) -> str:
    """Return lines as a table with a bar in each.

    Args:
        lines: in order.
        head: names of the columns: what, scale, value.
        top: value at the right end of the scale.
        key: HTML of a legend.
        more: name of the column of remarks; none for no such column.
        is_brief: whether the remarks are a word or two.
    """
    scale = top if top > 0 else 1.0
    last = f"<th scope='col' class='more'>{escape(more)}</th>" if more else ""
    names = (
        f"<th scope='col' class='name'>{escape(head[0])}</th><th scope='col'>{escape(head[1])}</th>"
        f"<th scope='col' class='n'>{escape(head[2])}</th>{last}"
    )
    body = "".join(_line(line, scale, has_more=bool(more)) for line in lines)
    kind = "bars brief" if is_brief else "bars"
    return f"<table class='{kind}'><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>{key}"


def legend(entries: Sequence[tuple[str, str]]) -> str:
    """Return a legend.

    Args:
        entries: CSS of the patch, text.
    """
    items = "".join(f"<li><i style='{escape(css, quote=True)}'></i>{escape(text)}</li>" for css, text in entries)
    return f"<ul class='key'>{items}</ul>"


def tiles(items: Sequence[tuple[str, str, str, str | None, str]]) -> str:
    """Return figures as tiles.

    Args:
        items: figure, words, small print, link or nothing, CSS class.
    """
    return f"<div class='tiles'>{''.join(map(_tile, items))}</div>"


def facts(pairs: Sequence[tuple[str, str]]) -> str:
    """Return names and values; the values are HTML."""
    return f"<dl>{''.join(f'<dt>{escape(name)}</dt><dd>{value}</dd>' for name, value in pairs)}</dl>"


def table(
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    *,
    time_zone: str,
    links: Mapping[str, Callable[[Any], str | None]] | None = None,
    marks: Sequence[str] = (),
    chosen: Sequence[bool] | None = None,
) -> str:
    """Return rows as a small table.

    Args:
        frame: the rows.
        columns: headings by column, in order.
        time_zone: in which instants are written.
        links: by column what leads from a row to an address.
        marks: columns whose values are shown as marks, coloured by the class of the same name.
        chosen: which rows are marked as the chosen ones.
    """
    names = [name for name in columns if name in frame]
    numbers = {name for name in names if pd.api.types.is_float_dtype(frame[name])}
    head = "".join(
        f"<th scope='col'{' class=n' if name in numbers else ''}>{escape(columns[name])}</th>" for name in names
    )
    lines = []
    for row in frame.to_dict("records"):
        cells = [_cell(row, name, time_zone, (links or {}).get(name), is_mark=name in marks) for name in names]
        kinds = [" class=n" if name in numbers else " class=code" if name in _ONE_LINE else "" for name in names]
        lines.append("".join(f"<td{kind}>{cell}</td>" for kind, cell in zip(kinds, cells, strict=True)))
    marked = [False] * len(lines) if chosen is None else chosen
    body = "".join(
        f"<tr{' class=chosen aria-current=true' if is_chosen else ''}>{line}</tr>"
        for line, is_chosen in zip(lines, marked, strict=True)
    )
    frame_of = "<div class='scroll' role='group' aria-label='Table' tabindex='0'>"
    kind = " class=flow" if _LONG in columns else ""
    return f"{frame_of}<table{kind}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _cell(
    row: Mapping[Any, Any], name: str, time_zone: str, link: Callable[[Any], str | None] | None, *, is_mark: bool
) -> str:
    text = text_of(row[name], time_zone)
    if is_mark and text != EMPTY:
        return f"<span class='mark {escape(text.split()[0], quote=True)}'>{escape(text)}</span>"
    return linked(text, link(row) if link and text != EMPTY else None)


def _line(bar: Bar, top: float, *, has_more: bool) -> str:
    name = linked(bar.name, bar.href)
    last = f"<td class='more quiet'>{escape(bar.more)}</td>" if has_more else ""
    marks = _track(bar, top)
    return f"<tr><td class='name'>{name}</td><td>{marks}</td><td class='n'>{escape(bar.told)}</td>{last}</tr>"


def _track(bar: Bar, top: float) -> str:
    def at(value: float) -> str:
        return f"{max(0.0, min(100.0, 100 * value / top)):.1f}%"

    fill = None if bar.value is None else (0.0, bar.value)
    parts = []
    for name, pair in (("range", bar.between), ("fill", fill), ("span", bar.span)):
        if pair is not None:
            width = max(0.0, min(top, pair[1]) - min(top, pair[0]))
            parts.append(f"<i class='{name}' style='left:{at(pair[0])};width:{at(width)}'></i>")
    for name, value in (("tick", bar.usual), ("limit", bar.limit)):
        if value is not None and value <= top:
            parts.append(f"<i class='{name}' style='left:{at(value)}'></i>")
    return f"<div class='track' aria-hidden='true'>{''.join(parts)}</div>"


def _tile(item: tuple[str, str, str, str | None, str]) -> str:
    figure, words, small, href, kind = item
    inner = f"<b class='{kind}'>{escape(figure)}</b><span>{escape(words)}</span><small>{escape(small)}</small>"
    return (
        f"<a class='tile' href='{escape(href, quote=True)}'>{inner}</a>" if href else f"<div class='tile'>{inner}</div>"
    )
