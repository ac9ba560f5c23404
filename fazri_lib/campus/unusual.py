"""What is unusual, why, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from fazri_lib import anomaly
from fazri_lib.campus.answer import Chart
from fazri_lib.campus.behind import Behind
from fazri_lib.campus.bounds import probable, within
from fazri_lib.campus.instants import aware
from fazri_lib.campus.words import counted
from fazri_lib.errors import UnknownNameError, nearest

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.instants import Moment
    from fazri_lib.campus.view import View

DETECTORS = tuple(detector.__name__ for detector in anomaly.DETECTORS)
SEVERITIES = ("critical", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class FindingsFilter:
    """Which findings are asked for; None, or an empty text, asks for all.

    Attributes:
        entity_id: pseudonym or id of a person.
        zone_id: a zone.
        detector: stem of a detector's file.
        severity: low, medium, high or critical.
        min_score: how sure a finding must be at least.
        start: findings that started at or after it.
        end: findings that started before it; a date alone means the end of that day.
    """

    entity_id: int | str | None = None
    zone_id: str | None = None
    detector: str | None = None
    severity: str | None = None
    min_score: float = 0.5
    start: Moment = None
    end: Moment = None


def findings(view: View, wanted: FindingsFilter) -> Answer:
    """Answer: the findings, the most severe and surest first, then the latest."""
    probable(wanted.min_score)
    rows = _filtered(view, wanted)
    frame = view.shown(
        view.read(rows.order_by(_rank(rows).asc(), ibis.desc("score"), ibis.desc("started_at"), "finding_id")),
        "findings",
    )
    is_sure = frame["score"] >= wanted.min_score
    shown = frame[is_sure].reset_index(drop=True)

    chart = Chart("findings_bars", shown)
    columns = ("severity", "detector", "pseudonym", "zone_id", "started_at", "score", "reason", "action")
    behind = [Behind("logged rows", "evidence", column="finding_id")]
    less_sure = int((~is_sure).sum())
    if less_sure and wanted.entity_id:
        who = view.entity(wanted.entity_id)
        label = view.labels(pd.Series([who]))[who]
        behind.append(Behind("less sure findings, too", "findings", (label, "", "", "0")))
    return view.answer("Findings", _told(shown, less_sure), shown, chart, columns=columns, behind=tuple(behind))


def recent(view: View, days: int, min_score: float) -> Answer:
    """Answer: the findings that began in the last days, counted from the start of a campus day."""
    within(days=days)
    start = aware(view.midnight(days))
    answer = findings(view, FindingsFilter(min_score=min_score, start=start))
    return replace(answer, title=f"Most severe of the last {days} days")


def severities(view: View, days: int, min_score: float) -> Answer:
    """Answer: how many findings of each severity began in the last days, and in as much time before.

    The last days are those of `recent`: they start with a campus day, as does the page that the tiles lead to.
    """
    within(days=days)
    probable(min_score)
    rows = _filtered(view, FindingsFilter(min_score=min_score))
    start = view.midnight(days)
    middle, first = ibis.literal(start), ibis.literal(start - (view.as_of - start))
    recent = rows.filter(rows.score >= min_score, rows.started_at >= first)
    by_severity = recent.group_by("severity").agg(
        findings=(recent.started_at >= middle).sum(), before=(recent.started_at < middle).sum()
    )
    counts = view.read(by_severity).set_index("severity").reindex(SEVERITIES).fillna(0).astype(int)
    frame = counts.rename_axis("severity").reset_index()

    told = ", ".join(f"{count:,} {name}" for name, count in counts["findings"].items() if count)
    before = f"{counted(int(frame['before'].sum()), 'finding')} in the {days} days before."
    summary = f"{told[:1].upper()}{told[1:]} in the last {days} days; {before}" if told else f"None; {before}"
    chart = Chart("severity_tiles", frame, start=view.spoken_day(start))
    return view.answer(f"Findings of the last {days} days", summary, frame, chart, columns=tuple(frame))


def _filtered(view: View, wanted: FindingsFilter) -> ir.Table:
    rows = view.table("findings")
    if wanted.entity_id:
        rows = rows.filter(rows.entity_id.isin(view.numbers_of(view.entity(wanted.entity_id))))
    if wanted.zone_id:
        view.zone(wanted.zone_id)
        rows = rows.filter(rows.zone_id == wanted.zone_id)
    if wanted.detector:
        rows = rows.filter(rows.detector == _known(wanted.detector, DETECTORS, "detector"))
    if wanted.severity:
        rows = rows.filter(rows.severity == _known(wanted.severity, SEVERITIES, "severity"))
    start, end = view.instant(wanted.start), view.instant(wanted.end, is_end=True)
    rows = rows.filter(rows.started_at >= ibis.literal(start)) if start else rows
    return rows.filter(rows.started_at < ibis.literal(end)) if end else rows


def _known(name: str, known: tuple[str, ...], what: str) -> str:
    if name not in known:
        raise UnknownNameError(f"no {what} {name}{nearest(name, known)}; expected one of {', '.join(known)}")
    return name


def _rank(rows: ir.Table) -> ir.IntegerValue:
    return ibis.cases(
        *[(rows.severity == severity, place) for place, severity in enumerate(SEVERITIES)], else_=len(SEVERITIES)
    )


def _told(frame: pd.DataFrame, less_sure: int) -> str:
    rest = f" Less sure and left out: {less_sure:,}." if less_sure else ""
    if frame.empty:
        return f"Nothing unusual was found.{rest}"
    counts = frame["severity"].value_counts()
    severe = ", ".join(f"{counts[severity]:,} {severity}" for severity in SEVERITIES if severity in counts)
    detector = frame["detector"].value_counts()
    most = f"Most frequent: {detector.index[0]} ({detector.iloc[0]:,})"
    return f"{counted(len(frame), 'finding')}: {severe}. {most}.{rest}"
