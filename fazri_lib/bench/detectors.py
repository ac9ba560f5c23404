"""Findings of the simulated campus against the incidents that happened and the look-alikes that did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.anomaly import DETECTORS
from fazri_lib.bench.result import Table
from fazri_lib.metrics import harmonic

if TYPE_CHECKING:
    from fazri_lib.bench.campuses import Campuses, SimulatedCampus

SURE = 0.5
TOLERANCE = pd.Timedelta(minutes=15)
WEEK = pd.Timedelta(days=7)
MEANING = (
    f"Findings with a score of at least {SURE} against true incidents: the same type, the same person (the same zone "
    "where either names nobody), within 15 minutes. Beside them all findings at any score, which is the bare rule "
    "without weighing the evidence (baseline)."
)
LOOKALIKES = (
    f"Harmless events that resemble incidents, and how many have a finding of any detector (score at least {SURE}) on "
    "the same person and zone at the time; at any score beside it (baseline)."
)
NO_DETECTOR = "no detector yet"


def campus_tables(campuses: Campuses) -> list[Table]:
    """Return recall and precision by type of incident, and the look-alikes that were flagged, all seeds together."""
    campuses_built = list(campuses)
    compared = [_compared(campus) for campus in campuses_built]
    weeks = sum(_weeks(campus) for campus in campuses_built)
    incidents = pd.concat([events for events, _, _ in compared], ignore_index=True)
    lookalikes = pd.concat([events for _, events, _ in compared], ignore_index=True)
    findings = pd.concat([findings for _, _, findings in compared], ignore_index=True)
    return [
        Table(f"Detectors on the {campuses.title}", MEANING, by_type(incidents, findings, weeks)),
        Table("Look-alikes there", LOOKALIKES, by_lookalike(lookalikes)),
    ]


def by_type(incidents: pd.DataFrame, findings: pd.DataFrame, weeks: float) -> pd.DataFrame:
    """Return a row per type of incident or finding, and one for all.

    Args:
        incidents: `type, is_found, is_found_at_any`.
        findings: `detector, score, is_true`.
        weeks: length of all campuses together.
    """
    known = {detector.__name__ for detector in DETECTORS}
    names = sorted({*incidents["type"], *findings["detector"], *known})
    rows = [
        _row(name, incidents[incidents["type"] == name], findings[findings["detector"] == name], weeks)
        | {"state": "" if name in known else NO_DETECTOR}
        for name in names
    ]
    return pd.DataFrame([*rows, _row("all", incidents, findings, weeks) | {"state": ""}]).round(3)


def by_lookalike(lookalikes: pd.DataFrame) -> pd.DataFrame:
    """Return how many look-alikes (`type, is_found, is_found_at_any`) of each type were flagged."""
    counted = lookalikes.groupby("type")[["is_found", "is_found_at_any"]].agg("sum").astype(int)
    counted.insert(0, "events", lookalikes.groupby("type").size())
    total = counted.sum().rename("all")
    table = pd.concat([counted, total.to_frame().T]).rename_axis("look-alike").reset_index()
    return table.rename(columns={"is_found": "flagged", "is_found_at_any": "flagged at any score"})


def matched(events: pd.DataFrame, findings: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Return which finding fits which event: `event, finding, is_same_zone`, index labels of the two.

    They overlap within 15 minutes, concern the same person, or the same zone where either names nobody.

    Args:
        events: `entity_id` (the truth's), `zone_id`, `started_at, ended_at`.
        findings: extract table `findings`.
        people: `entity_id` (ours), `person` (the truth's).
    """
    asked = events.rename_axis("event").reset_index().rename(columns={"entity_id": "person"})
    given = findings.rename_axis("finding").reset_index()
    own = asked.dropna(subset="person").merge(people, on="person").merge(given, on="entity_id", suffixes=("", "_found"))
    placed = asked.merge(given, on="zone_id", suffixes=("", "_found")).assign(
        zone_id_found=lambda rows: rows["zone_id"]
    )
    placed = placed[placed["person"].isna() | placed["entity_id"].isna()]
    pairs = pd.concat([own, placed], ignore_index=True)
    ended = pairs["ended_at_found"].fillna(pairs["started_at_found"])
    meets = (pairs["started_at_found"] <= pairs["ended_at"] + TOLERANCE) & (ended >= pairs["started_at"] - TOLERANCE)
    pairs = pairs.assign(is_same_zone=pairs["zone_id"] == pairs["zone_id_found"])[meets]
    return pairs[["event", "finding", "is_same_zone"]].drop_duplicates(["event", "finding"])


def _compared(campus: SimulatedCampus) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Incidents and look-alikes with whether they were found, findings with whether they are true."""
    findings, people = campus.table("findings"), campus.known_people
    incidents, lookalikes = campus.truth("incidents"), campus.truth("lookalikes")
    pairs = matched(incidents, findings, people)
    same = incidents["type"].loc[pairs["event"]].to_numpy() == findings["detector"].loc[pairs["finding"]].to_numpy()
    pairs = pairs[same]
    flagged = matched(lookalikes, findings, people)
    flagged = flagged[flagged["is_same_zone"]]
    return (
        _with_found(incidents, pairs, findings),
        _with_found(lookalikes, flagged, findings),
        findings[["detector", "score"]].assign(is_true=np.isin(findings.index, pairs["finding"])),
    )


def _with_found(events: pd.DataFrame, pairs: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    sure = pairs.loc[(findings["score"].loc[pairs["finding"]] >= SURE).to_numpy(), "event"].to_numpy()
    found = {"is_found": np.isin(events.index, sure), "is_found_at_any": np.isin(events.index, pairs["event"])}
    return events[["type"]].assign(**found)


def _row(name: str, incidents: pd.DataFrame, findings: pd.DataFrame, weeks: float) -> dict[str, object]:
    sure = findings[findings["score"] >= SURE]
    recall, recall_any = incidents["is_found"].mean(), incidents["is_found_at_any"].mean()
    precision = sure["is_true"].mean()
    return {
        "type": name,
        "incidents": len(incidents),
        "recall": recall,
        "findings": len(sure),
        "precision": precision,
        "F1": harmonic(np.nan_to_num(precision), np.nan_to_num(recall)).f1,
        "false a week": (~sure["is_true"]).sum() / weeks,
        "recall, any score": recall_any,
        "precision, any score": findings["is_true"].mean(),
        "false a week, any score": (~findings["is_true"]).sum() / weeks,
    }


def _weeks(campus: SimulatedCampus) -> float:
    ts = campus.truth("occupancy")["ts"]
    return float((ts.max() - ts.min()) / WEEK)
