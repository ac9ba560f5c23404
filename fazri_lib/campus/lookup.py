"""Names to choose from, and what a text typed into a search box means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fazri_lib.campus import search
from fazri_lib.campus.answer import Chart
from fazri_lib.campus.thing_search import things_found
from fazri_lib.campus.unusual import DETECTORS, SEVERITIES
from fazri_lib.campus.words import counted
from fazri_lib.errors import UnknownNameError, nearest
from fazri_lib.resolution.review import MERGE, PLACE, RANDOM, SPLIT

if TYPE_CHECKING:
    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.view import View

MOST = 8
_COLUMNS = ["kind", "key", "label", "more", "reason"]


def zone_names(view: View) -> dict[str, str]:
    """Return zone ids by the names that readers know, in the order of the names."""
    zones = view.zones.sort_values("name")
    twice = zones["name"].duplicated(keep=False)
    labels = zones["name"].where(~twice, zones["name"] + " (" + zones["zone_id"] + ")")
    return dict(zip(labels, zones["zone_id"], strict=True))


_QUESTIONS = {
    "the most useful, some at random": "",
    "two people that may be one": MERGE,
    "people that may be two": SPLIT,
    "records that fit several people": PLACE,
    "at random, for the estimate": RANDOM,
}


def options(view: View, name: str) -> dict[str, Any]:
    """Return the values that a choice of a board takes, by what they are called; an empty one asks for all.

    Raises:
        UnknownNameError: there is no such filter.
    """
    known: dict[str, dict[str, Any]] = {
        "severity": {"any": "", **{name: name for name in SEVERITIES}},
        "detector": {"any": "", **{name.replace("_", " "): name for name in DETECTORS}},
        "zone_id": {"any": "", **zone_names(view)},
        "min_score": {"any": 0.0, "more likely than not": 0.5, "at least 80 %": 0.8, "at least 95 %": 0.95},
        "days": {"one day": 1, "three days": 3, "one week": 7, "two weeks": 14},
        "question": dict(_QUESTIONS),
    }
    if name not in known:
        raise UnknownNameError(f"no list of {name}{nearest(name, known)}; expected one of {', '.join(known)}")
    return known[name]


def look_up(view: View, text: str, with_people: bool) -> Answer:
    """Answer: zones and, if the reader may see people, people and things that a text means; at most eight of each.

    Of a text that is too long for `search` only the beginning counts: it comes from a box that is still being typed in.
    """
    wanted = " ".join(text[: search.LONGEST].split()[: search.MOST_WORDS])
    found = search.zones_found(view, wanted, MOST) if wanted else []
    if wanted and with_people:
        found += search.people_found(view, wanted, MOST)
        found += things_found(view, wanted, MOST)
    rows = search.rows_of(found)[_COLUMNS]
    told = f"{counted(len(rows), 'result')}." if len(rows) else "Nothing found."
    return view.answer("Found", told, rows, Chart("count_bars", rows, column="kind", what="Results"))
