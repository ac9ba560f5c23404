"""Names to choose from, and what a text typed into a search box means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from fazri_lib.access import Scope
from fazri_lib.campus import people
from fazri_lib.campus.answer import Chart
from fazri_lib.campus.unusual import DETECTORS, SEVERITIES
from fazri_lib.campus.words import counted
from fazri_lib.errors import UnknownNameError, nearest

if TYPE_CHECKING:
    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.view import View

MOST = 8
_COLUMNS = ["kind", "key", "label", "more"]


def zone_names(view: View) -> dict[str, str]:
    """Return zone ids by the names that readers know, in the order of the names."""
    zones = view.zones.sort_values("name")
    twice = zones["name"].duplicated(keep=False)
    labels = zones["name"].where(~twice, zones["name"] + " (" + zones["zone_id"] + ")")
    return dict(zip(labels, zones["zone_id"], strict=True))


def options(view: View, name: str) -> dict[str, Any]:
    """Return the values that a filter of findings takes, by what they are called; an empty one asks for all.

    Raises:
        UnknownNameError: there is no such filter.
    """
    known: dict[str, dict[str, Any]] = {
        "severity": {"any": "", **{name: name for name in SEVERITIES}},
        "detector": {"any": "", **{name.replace("_", " "): name for name in DETECTORS}},
        "zone_id": {"any": "", **zone_names(view)},
        "min_score": {"any": 0.0, "more likely than not": 0.5, "at least 80 %": 0.8, "at least 95 %": 0.95},
        "days": {"one day": 1, "three days": 3, "one week": 7, "two weeks": 14},
    }
    if name not in known:
        raise UnknownNameError(f"no list of {name}{nearest(name, known)}; expected one of {', '.join(known)}")
    return known[name]


def look_up(view: View, text: str, with_people: bool) -> Answer:
    """Answer: zones and, if the reader may see people, people that a text means; at most eight of each."""
    wanted = text.strip().lower()
    found = [_zones(view, wanted)] if wanted else []
    if wanted and with_people:
        found.append(_people(view, text))
    rows = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=_COLUMNS)
    told = f"{counted(len(rows), 'result')}." if len(rows) else "Nothing found."
    return view.answer("Found", told, rows, Chart("count_bars", rows, column="kind", what="Results"))


def _zones(view: View, wanted: str) -> pd.DataFrame:
    zones = view.zones
    hits = [
        zones[name].fillna("").str.lower().str.contains(wanted, regex=False) for name in ("name", "zone_id", "building")
    ]
    found = zones[hits[0] | hits[1] | hits[2]].head(MOST)
    more = found["building"].fillna("")
    return pd.DataFrame({"kind": "zone", "key": found["zone_id"], "label": found["name"], "more": more})


def _people(view: View, text: str) -> pd.DataFrame:
    found = people.search(view, text).frame.head(MOST)
    parts, label = [found["role"], found["department"]], found["pseudonym"]
    if view.grant.holds(Scope.REVEAL):
        parts, label = [found["pseudonym"], *parts], found["name"].fillna(found["pseudonym"])
    more = [", ".join(str(part) for part in row if pd.notna(part)) for row in zip(*parts, strict=True)]
    return pd.DataFrame({"kind": "person", "key": found["pseudonym"], "label": label, "more": more})
