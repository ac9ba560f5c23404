"""How an answer looks on a board: as a live chart, or as bars and tables of plain HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from fazri_lib.views.board_bits import merge_path_text, waterfall_text
from fazri_lib.views.board_curves import Course, ForecastBand
from fazri_lib.views.board_grids import Days, Week, ZoneHours
from fazri_lib.views.board_map import ZoneMap, numbers
from fazri_lib.views.board_review import curve_text, decisions_text, question_text, queue_text, sizes_text
from fazri_lib.views.board_texts import Bar, bars, facts, legend, linked, table, tiles
from fazri_lib.views.style import highest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fazri_lib.views.board_drawing import Drawing
    from fazri_lib.views.board_texts import Href

_UNKNOWN = "unknown"
_PAGE, _MOST, _SOME, _FEW = 25, 12, 8, 6
_JOINED = r"[a-z]+(?:_[a-z]+)+"
_SHORTEST = 3  # shorter ids of letters alone may be words: "A", "at"


@dataclass(slots=True)
class Words:
    """What the texts of a board need to know.

    Attributes:
        names: zone names by id.
        href: address of a page, or nothing.
        time_zone: of the campus.
        behind: address of the page with the rows behind a figure, by their key, or nothing.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    href: Href = lambda _page, **_state: None
    time_zone: str = "UTC"
    behind: Callable[[str], str | None] = lambda _key: None

    def zone(self, zone_id: Any) -> str:
        """Return the name of a zone."""
        return self.names.get(str(zone_id), str(zone_id))

    def told(self, text: str) -> str:
        """Return a sentence with names instead of zone ids."""
        names = {zone_id: name for zone_id, name in self.names.items() if _is_telling(zone_id)}
        kept = {name: name for name in self.names.values()}  # a name that holds an id stays as it is
        told = names | kept
        words = [re.escape(word) for word in sorted(told, key=len, reverse=True) if word]
        found = re.compile(rf"(?<![\w-])({'|'.join([*words, _JOINED])})(?![\w-])")
        return found.sub(lambda word: told.get(word[1], word[1].replace("_", " ")), text)


def _is_telling(zone_id: str) -> bool:
    """Whether an id cannot be taken for a figure or a short word of a sentence."""
    has_letter, has_digit = (any(map(is_kind, zone_id)) for is_kind in (str.isalpha, str.isdigit))
    return has_letter and (has_digit or len(zone_id) >= _SHORTEST)


def drawing_of(name: str, words: Words) -> Drawing | None:
    """Return a live chart for a chart of this name, or nothing where it is drawn otherwise."""
    made: dict[str, Callable[[], Drawing]] = {
        "forecast_band": ForecastBand,
        "course": Course,
        "occupancy_grid": lambda: ZoneHours(words.zone),
        "week_heatmap": Week,
        "timeline": lambda: Days(words.zone),
        "zone_map": ZoneMap,
    }
    return made[name]() if name in made else None


def text_of_answer(answer: Any, words: Words) -> str | None:
    """Return an answer's chart as HTML, or nothing where it is drawn otherwise."""
    shown = _TEXTS.get(answer.chart.name)
    return shown(answer, words) if shown else None


def rests_on(answer: Any, words: Words) -> str:
    """Return links to the rows that an answer's figures were computed from; nothing where there is no page for them."""
    leads = [(one.what, words.behind(one.key())) for one in answer.behind if not one.column]
    links = [linked(what, href) for what, href in leads if href]
    return f"<p class='quiet'>Rests on: {', '.join(links)}.</p>" if links else ""


def key_of(drawing: Drawing) -> str:
    """Return the legend of a live chart."""
    return legend(drawing.legend)


def zone_list(zones: pd.DataFrame, words: Words) -> str:
    """Return the key of the map: number, zone, people, room; each zone leads to its page."""
    numbered = numbers(zones).assign(
        people=lambda rows: ["no signal" if pd.isna(value) else f"{value:.0f}" for value in rows["people"]],
        capacity=lambda rows: ["-" if pd.isna(value) else f"{value:.0f}" for value in rows["capacity"]],
        number=lambda rows: rows["number"].astype(str),
    )
    heads = {"number": "No.", "name": "Zone", "building": "Building", "people": "People", "capacity": "Room for"}
    links = {"name": lambda row: words.href("zones", zone_id=row["zone_id"])}
    return table(numbered, heads, time_zone=words.time_zone, links=links)


def choosable(answer: Any, words: Words, choose: Callable[[str], str | None], chosen: str, page: int) -> str:
    """Return findings as a table in which each row leads to what it rests on.

    Args:
        answer: of campus.findings.
        words: names and links.
        choose: address of the page with a finding, or with a page of the table ("page" before its number), chosen.
        chosen: id of the finding that is.
        page: of the table, from 1.
    """
    frame = answer.frame
    last = max(1, -(-len(frame) // _PAGE))
    page = min(max(1, page), last)
    first = (page - 1) * _PAGE
    rows = frame.iloc[first : first + _PAGE]
    shown = _told_findings(rows, words)
    links = _finding_links(words) | {"what": lambda row: choose(str(row["finding_id"]))}
    is_chosen = (rows["finding_id"].astype(str) == chosen).tolist()
    zone = words.time_zone
    whole = table(shown, _FINDING_HEADS, time_zone=zone, links=links, marks=("severity",), chosen=is_chosen)
    return whole + _pages(len(frame), first, page, last, choose)


def _pages(count: int, first: int, page: int, last: int, choose: Callable[[str], str | None]) -> str:
    if last == 1:
        return ""
    leads = [("Previous", page - 1)] if page > 1 else []
    leads += [("Next", page + 1)] if page < last else []
    links = " ".join(linked(words, choose(f"page{number}")) for words, number in leads)
    told = f"{first + 1:,} to {min(count, first + _PAGE):,} of {count:,}"
    return f"<nav class='pages' aria-label='Pages of the table'>{told} {links}</nav>"


def _now(answer: Any, words: Words) -> str:
    frame = answer.frame
    top = 1.05 * highest(frame[["people_hi", "usual_hi"]].max(axis=1))
    lines = [_now_line(row, words) for row in frame.to_dict("records")]
    key = legend(
        (
            ("background:var(--fz-bar)", "now"),
            ("background:var(--fz-usual);width:3px", "usual"),
            ("background:color-mix(in srgb,var(--fz-usual) 30%,transparent)", "lowest to highest of the weeks before"),
            ("background:var(--fz-ink);height:2px;vertical-align:3px", "95 % interval of the count"),
        )
    )
    return bars(lines, head=("Zone", f"0 to {top:.0f} people", "Now"), top=top, key=key, more="Usual")


def _now_line(row: Mapping[Any, Any], words: Words) -> Bar:
    is_known, has_usual = pd.notna(row["people"]), pd.notna(row["usual"])
    usual = f"{row['usual']:.1f} ({row['usual_lo']:.1f} to {row['usual_hi']:.1f})" if has_usual else "not known"
    return Bar(
        row["name"],
        row["people"] if is_known else None,
        f"{row['people']:.1f}" if is_known else "no signal",
        href=words.href("zones", zone_id=row["zone_id"]),
        usual=row["usual"] if has_usual else None,
        between=(row["usual_lo"], row["usual_hi"]) if has_usual else None,
        span=(row["people_lo"], row["people_hi"]) if is_known else None,
        more=usual,
    )


def _peaks(answer: Any, words: Words) -> str:
    frame = answer.frame.head(_SOME)
    if frame.empty:
        return "<p class='quiet'>There is no forecast: a zone needs two days of history.</p>"
    top = 1.05 * highest(answer.frame["hi_80"])
    when = frame["peak_at"].dt.tz_convert(answer.time_zone).dt.strftime("%a %H:%M")
    lines = [
        Bar(
            words.zone(row["zone_id"]), row["people"], f"{row['people']:.1f}",
            href=words.href("zones", zone_id=row["zone_id"]), span=(row["lo_80"], row["hi_80"]),
            limit=None if pd.isna(row["capacity"]) else row["capacity"], more=at,
        )
        for row, at in zip(frame.to_dict("records"), when, strict=True)
    ]  # fmt: skip
    key = legend(
        (
            ("background:var(--fz-bar)", "most people expected"),
            ("background:var(--fz-ink);height:2px;vertical-align:3px", "80 % interval"),
            ("background:var(--fz-limit);width:3px", "capacity, where it is near"),
        )
    )
    return bars(lines, head=("Zone", f"0 to {top:.0f} people", "Most"), top=top, key=key, more="When", is_brief=True)


def _shares(answer: Any, words: Words) -> str:
    label = answer.chart.options["label"]
    rows = answer.chart.rows[0].sort_values("probability", ascending=False, kind="stable").dropna(subset=[label])
    own = next((one for one in answer.behind if one.column), None)

    def lead(row: Mapping[Any, Any]) -> str | None:
        if label == "zone_id":
            return words.href("zones", zone_id=row[label]) if row[label] != _UNKNOWN else None
        return words.behind(own.key(row)) if own is not None else None

    lines = [
        Bar(
            words.zone(row[label]) if label == "zone_id" else str(row[label]).replace("_", " "),
            row["probability"], f"{row['probability']:.0%}", href=lead(row),
        )
        for row in rows.head(_FEW).to_dict("records")
    ]  # fmt: skip
    what, scale = ("Zone", "Probability") if label == "zone_id" else ("Identifier", "Weight")
    return _record(answer) + bars(lines, head=(what, "0 to 100 %", scale), top=1.0)


def _record(answer: Any) -> str:
    """Who somebody is on record."""
    record = answer.tables.get("record")
    if record is None or record.empty:
        return ""
    row = record.iloc[0]
    known = {"pseudonym": "Pseudonym", "name": "Name", "email": "E-mail", "role": "Role", "department": "Department"}
    pairs = [(title, escape(str(row[name]))) for name, title in known.items() if pd.notna(row.get(name))]
    return facts([*pairs, ("Entity id", escape(str(row["entity_id"])))])


def _severities(answer: Any, words: Words) -> str:
    start = answer.chart.options["start"]
    items = [
        (
            f"{row.findings:,}", str(row.severity), f"before: {row.before:,}",
            words.href("findings", severity=row.severity, start=start), str(row.severity),
        )
        for row in answer.frame.itertuples()
    ]  # fmt: skip
    return tiles(items)


def _findings(answer: Any, words: Words) -> str:
    frame = answer.frame.head(_MOST)
    if frame.empty:
        return ""
    heads = dict(_FINDING_HEADS)
    if len(frame) > 1 and len(set(frame["pseudonym"])) == 1:
        heads.pop("pseudonym")  # all about the one whom the page is about
    more = len(answer.frame) - len(frame)
    rest = f"<p class='quiet'>{more:,} more: {linked('all findings', words.href('findings'))}.</p>" if more > 0 else ""
    shown, links = _told_findings(frame, words), _finding_links(words)
    return table(shown, heads, time_zone=words.time_zone, links=links, marks=("severity",)) + rest


def _told_findings(frame: pd.DataFrame, words: Words) -> pd.DataFrame:
    return frame.assign(
        what=frame["detector"].str.replace("_", " "),
        zone=frame["zone_id"].map(words.zone, na_action="ignore"),
        score=[f"{score:.0%}" for score in frame["score"]],
    )


def _finding_links(words: Words) -> dict[str, Callable[[Any], str | None]]:
    return {
        "what": lambda row: words.href("findings", finding=row["finding_id"]),
        "pseudonym": lambda row: words.href("person", entity=row["pseudonym"]),
        "zone": lambda row: words.href("zones", zone_id=row["zone_id"]),
    }


def _evidence(answer: Any, words: Words) -> str:
    finding = answer.tables["finding"].iloc[0]
    zone = finding["zone_id"]
    pairs = [("Severity", f"<span class='mark {escape(finding['severity'])}'>{escape(finding['severity'])}</span>")]
    pairs.append(("How sure", f"{finding['score']:.0%}"))
    if pd.notna(finding.get("pseudonym")):
        who = str(finding["pseudonym"])
        pairs.append(("Who", linked(who, words.href("person", entity=who))))
    if pd.notna(zone):
        pairs.append(("Where", linked(words.zone(zone), words.href("zones", zone_id=zone))))
    title = "<p class='quiet'>The rows that it was made from:</p>"
    frame = answer.frame
    if "weight" in frame:
        weight = ["-" if pd.isna(value) else f"{value:.0%}" for value in frame["weight"]]
        frame = frame.assign(weight=weight, id_type=frame["id_type"].str.replace("_", " "))
    return facts(pairs) + title + table(frame, _EVIDENCE_HEADS, time_zone=words.time_zone)


def _arrivals(answer: Any, words: Words) -> str:
    heads = {"source": "Source", "state": "Delivers", "last_at": "Last row in the hour from", "rows": "Rows"}
    frame = answer.frame.assign(rows=[f"{rows:,}" for rows in answer.frame["rows"]])
    return table(frame, heads, time_zone=words.time_zone)


def _quality(answer: Any, words: Words) -> str:
    frame = answer.frame
    names = frame["baseline_name"].map(_BASELINES).fillna("")
    compared = [
        "-" if pd.isna(value) else f"{value:.2f} {name}" for value, name in zip(frame["baseline"], names, strict=True)
    ]
    frame = frame.assign(compared=compared, measure=frame["measure"].map(_MEASURES).fillna(frame["measure"]))
    heads = {"measure": "Measure", "value": "Here", "compared": "Compared with", "verdict": "Verdict"}
    frame["value"] = ["-" if pd.isna(value) else f"{value:.2f}" for value in frame["value"]]
    return table(frame, heads, time_zone=words.time_zone, marks=("verdict",)) + _QUALITY_NOTE


_FINDING_HEADS = {
    "severity": "Severity",
    "what": "What",
    "started_at": "When",
    "pseudonym": "Who",
    "zone": "Where",
    "score": "Sure",
    "reason": "Why",
}
_EVIDENCE_HEADS = {
    "ts": "When",
    "zone": "Where",
    "source": "Source",
    "id_type": "Identifier",
    "id_value": "Label",
    "weight": "Weight",
    "alibi": "Alibi",
    "people": "People",
    "people_lo": "At least",
    "people_hi": "At most",
    "quality": "Count",
}
_QUALITY_NOTE = (
    "<p class='quiet'>Error: mean absolute error as a share of that of guessing the same hour of the week before, "
    "taken over the time before the test (MASE). The lower, the better.</p>"
)
_BASELINES = {"seasonal_naive": "same hour last week", "flat_median": "median of the zone", "promise": "promised"}
_MEASURES = {
    "MASE 168 h": "Error, a week ahead",
    "MASE 24 h": "Error, a day ahead",
    "coverage 80 %": "Within the 80 % interval",
    "coverage 95 %": "Within the 95 % interval",
}
_TEXTS: dict[str, Callable[[Any, Words], str]] = {
    "now_against_usual": _now,
    "expected_peaks": _peaks,
    "shares": _shares,
    "severity_tiles": _severities,
    "findings_bars": _findings,
    "evidence_table": _evidence,
    "quality_table": _quality,
    "arrivals_table": _arrivals,
    "review_queue": queue_text,
    "review_question": question_text,
    "decisions_table": decisions_text,
    "resolution_curve": curve_text,
    "people_by_records": sizes_text,
    "waterfall": waterfall_text,
    "merge_path": merge_path_text,
}
