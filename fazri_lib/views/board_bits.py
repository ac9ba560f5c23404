"""Match weights on a board, as plain HTML: the waterfall of a pair, the steps by which records become one person."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from fazri_lib.views.bits import UNKNOWN, waterfall_bars
from fazri_lib.views.board_texts import legend, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fazri_lib.views.board_answers import Words

_NAMED = {"label": "Record", "directory": "Directory", "record_key": "Key", "sure": "Belongs here"}
_SAID = {
    "label": "Record",
    "directory": "Directory",
    "record_key": "Key",
    "name": "Name",
    "email": "E-mail",
    "phone": "Phone",
    "born_on": "Born on",
    "sure": "Belongs here",
}
_JOIN_HEADS = {"what": "If equal", "adds": "Adds", "then": "Then", "verdict": "Enough"}
_STEP_HEADS = {"number": "Step", "what": "Joins", "reason": "Strongest pair", "mean": "Mean of all pairs", "mark": ""}
_KEY = (
    ("background:var(--fz-bar)", "for one person"),
    ("background:var(--fz-usual)", "against"),
    ("background:var(--fz-gap)", "before comparing, and the sum"),
    ("background:var(--fz-ink);width:2px", "0: as likely one person as two"),
)


def waterfall_text(answer: Any, words: Words) -> str:
    """Return the waterfall of an answer as a table with a bar in each line, then what would join, and the records."""
    rows = answer.chart.rows[0]
    if rows.empty:
        return ""
    is_blank = (rows["bits"] == 0) & (rows["label"] == UNKNOWN)
    bars = waterfall_bars(rows[~is_blank])
    low, high = float(bars["low"].min()), max(1.0, float(bars["high"].max()))
    head = (
        "<th scope='col' class='name'>Field and agreement</th>"
        f"<th scope='col'>{low:+.0f} to {high:+.0f} bits</th><th scope='col' class='n'>Bits</th>"
    )
    body = "".join(_line(row, low, high) for row in bars.to_dict("records"))
    whole = f"<table class='bars steps'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{legend(_KEY)}"
    blank = ", ".join(escape(str(name).replace("_", " ")) for name in rows.loc[is_blank, "field"])
    lacking = f"<p class='quiet'>{UNKNOWN.capitalize()}: {blank}.</p>" if blank else ""
    return whole + lacking + _joins(answer, words) + _records(answer, words, _NAMED)


def merge_path_text(answer: Any, words: Words) -> str:
    """Return the records behind a person, and the steps by which they join, the weakest marked."""
    steps, label = answer.chart.rows[0], answer.title
    if steps.empty:
        return _records(answer, words, _SAID)
    numbers = range(1, len(steps) + 1)
    shown = steps.assign(
        number=[str(number) for number in numbers],
        what=[f"{_part(left)} with {_part(right)}" for left, right in zip(steps["joins"], steps["with"], strict=True)],
        reason=[
            f"{pair.replace(' ', ' and ')}, {weight:+.1f} bits"
            for pair, weight in zip(steps["pair"], steps["weight"], strict=True)
        ],
        mean=[f"{average:+.1f} bits" for average in steps["average"]],
        mark=[
            "weakest link" if is_weakest else "by a reviewer" if is_decided else ""
            for is_weakest, is_decided in zip(steps["is_weakest"], steps["is_decided"], strict=True)
        ],
    )
    entity = label.split()[1] if label.startswith("How ") else ""
    links = {"reason": lambda row: words.href("person", entity=entity, pair=row["pair"])}
    chosen = steps["is_weakest"].tolist()
    title = "<p class='quiet'>The steps by which they join:</p>"
    drawn = table(shown, _STEP_HEADS, time_zone=words.time_zone, links=links, chosen=chosen)
    return _records(answer, words, _SAID) + title + drawn


def _part(labels: list[str]) -> str:
    return labels[0] if len(labels) == 1 else f"the {len(labels)} of {labels[0]}"


def _line(row: Mapping[Any, Any], low: float, high: float) -> str:
    name = f"{escape(str(row['field']).replace('_', ' '))}<br><small>{escape(str(row['label']))}{_values(row)}</small>"
    told = f"{row['bits']:+.1f}" if row["says"] != "nothing" else "-"
    kind = {"for": "for", "against": "against"}.get(row["says"], "sum")
    return (
        f"<tr><td class='name'>{name}</td><td>{_track(row['low'], row['high'], low, high, kind)}</td>"
        f"<td class='n'>{told}</td></tr>"
    )


def _values(row: Mapping[Any, Any]) -> str:
    """What both records say, for readers who may see it."""
    values = [row.get(side) for side in ("one", "other")]
    told = [escape(str(value)) for value in values if value is not None and not pd.isna(value) and value]
    return f"<br>{' | '.join(told)}" if told else ""


def _track(start: float, end: float, low: float, high: float, kind: str) -> str:
    scale = high - low

    def at(value: float) -> float:
        return 100 * (value - low) / scale

    bar = f"<i class='fill {kind}' style='left:{at(start):.1f}%;width:{max(at(end) - at(start), 0.4):.1f}%'></i>"
    zero = f"<i class='zero' style='left:{at(0.0):.1f}%'></i>"
    return f"<div class='track' aria-hidden='true'>{bar if start != end else ''}{zero}</div>"


def _joins(answer: Any, words: Words) -> str:
    """What equal fields would do."""
    joins = answer.tables.get("joins")
    if joins is None or joins.empty:
        return ""
    fields = joins["fields"].str.replace("_", " ")
    shown = joins.assign(
        what=fields.where(~joins["is_missing"], fields + " (missing now)"),
        adds=[f"{gain:+.1f} bits" for gain in joins["gain"]],
        then=[f"{weight:+.1f} bits" for weight in joins["weight"]],
        verdict=joins["is_enough"].map({True: "yes", False: "no"}),
    )
    title = "<p class='quiet'>What would join them:</p>"
    return title + table(shown, _JOIN_HEADS, time_zone=words.time_zone)


def _records(answer: Any, words: Words, heads: Mapping[str, str]) -> str:
    """The records behind an answer."""
    records = answer.tables.get("records")
    if records is None or records.empty:
        return ""
    sure = ["-" if pd.isna(value) else f"{value:.1%}" for value in records["probability"]]
    if "is_own" in records:
        pairs = zip(sure, records["is_own"], strict=True)
        sure = [told if own else f"{told}, but fits another better or as well" for told, own in pairs]
    shown = records.assign(sure=sure)
    empty = [name for name in heads if name in shown and shown[name].isna().all()]
    heads = {name: title for name, title in heads.items() if name not in empty}
    if "pseudonym" in records and len(set(records["pseudonym"])) > 1:
        heads["pseudonym"] = "Person"
    links = {"pseudonym": lambda row: words.href("person", entity=row["pseudonym"])}
    title = "<p class='quiet'>The records:</p>"
    return title + table(shown, heads, time_zone=words.time_zone, links=links)
