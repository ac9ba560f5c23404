"""Who or what a text means: by identifiers, parts of them, misspelt names, several words together, or by face."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fazri_lib.access import Scope, pseudonym
from fazri_lib.campus.answer import Chart
from fazri_lib.campus.thing_search import spoken_kind, things_found, without_labels
from fazri_lib.campus.words import counted
from fazri_lib.errors import SettingsError
from fazri_lib.resolution import search as searching
from fazri_lib.resolution.search import Level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.view import View
    from fazri_lib.resolution.search import FaceHit, Hit, Match

    Found = dict[str, Any]

LONGEST = 200
"""Letters that a text has at most."""
MOST_WORDS = 12
_AS_GOOD_AS_SURE = 0.995
_HIDDEN = "Names and identifiers are searched only with reveal=True."
_PSEUDONYM = re.compile(r"\bP-[0-9A-HJKMNP-TV-Z]{7}\b", re.IGNORECASE)
_COLUMNS = ("kind", "key", "label", "more", "entity_id", "pseudonym", "role", "department", "weight", "reason")
_NAMED = ("name", "email", "phone", "born_on")
_CALLED = {"born_on": "day of birth", "zone_id": "zone", "zone_type": "kind"}
_SLIPS = {Level.ONE_LETTER: "one letter differs", Level.TWO_LETTERS: "two letters differ"}


def search(view: View, text: str, limit: int) -> Answer:
    """Answer: people, then zones, then books, cards and other things that a text means, each with reasons.

    Raises:
        SettingsError: the text is empty, too long or has too many words, or the limit is not positive.
    """
    wanted = checked(text, limit)
    people, zones, things = (find(view, wanted, limit) for find in (people_found, zones_found, things_found))
    rows = rows_of([*people, *zones, *things], _named(view))
    chart = Chart("count_bars", rows, column="kind", what="Results")
    shown = ("kind", "label", "more", "weight", "reason")
    told = _told(people, len(zones), things, limit)
    if rows.empty and not view.grant.holds(Scope.REVEAL):
        told = f"{told} {_HIDDEN}"
    return view.answer("Found", told, rows, chart, columns=shown)


def search_face(view: View, vector: Sequence[float], limit: int) -> Answer:
    """Answer: whose faces on record are nearest to a vector, and how many others would be as near by chance."""
    moment = searching.microseconds(view.as_of)
    hits = searching.nearest_faces(view.index, vector, moment, limit)
    rows = [_faced(view, hit, view.index.values_of(hit.entity_id, moment)) for hit in hits]
    frame = pd.DataFrame(rows, columns=["entity_id", "pseudonym", *_NAMED, "cosine", "by_chance", "reason"])
    told = f"Nearest: {rows[0]['name'] or rows[0]['pseudonym']}, {rows[0]['reason']}." if rows else "Nothing found."
    chart = Chart("count_bars", frame, column="pseudonym", what="Faces")
    return view.answer("Faces", told, frame, chart, columns=("name", "pseudonym", "cosine", "by_chance", "reason"))


def checked(text: str, limit: int) -> str:
    """Return a text to search for without outer blanks.

    Raises:
        SettingsError: as in `search`.
    """
    wanted = text.strip()
    expected = f"expected up to {MOST_WORDS} words of up to {LONGEST} letters together"
    if not wanted:
        raise SettingsError(f"nothing to search for; {expected}, got an empty text; give a name or an identifier")
    if len(wanted) > LONGEST or len(wanted.split()) > MOST_WORDS:
        got = f"got {len(wanted.split())} words, {len(wanted)} letters"
        raise SettingsError(f"text to search for: {expected}, {got}; shorten it")
    if limit < 1:
        raise SettingsError(f"limit of hits: expected 1 or more, got {limit}; raise it")
    return wanted


def rows_of(found: Sequence[Found], named: Sequence[str] = ()) -> pd.DataFrame:
    """Return what was found as a frame; personal columns only as far as they are named."""
    columns = {name: [row.get(name) for row in found] for name in (*_COLUMNS, *named)}
    typed = {"entity_id": pd.array(columns["entity_id"], dtype="Int64"), "weight": np.array(columns["weight"], float)}
    return pd.DataFrame(columns | typed)


def people_found(view: View, text: str, limit: int) -> list[Found]:
    """Return people that a text means; whoever sees pseudonyms only finds by those, numbers, roles and departments."""
    moment = searching.microseconds(view.as_of)
    kinds = searching.ALL if view.grant.holds(Scope.REVEAL) else searching.PSEUDONYMS_ONLY
    words = searching.parsed(_called_now(view, without_labels(text)), view.index, moment, kinds)[: 2 * MOST_WORDS]
    hits = searching.search(view.index, words, moment, limit)
    return [_person(view, hit, _named(view)) for hit in hits]


def zones_found(view: View, text: str, limit: int) -> list[Found]:
    """Return zones that a text means by name, id, building or kind."""
    index, moment = view.zone_index, searching.microseconds(view.as_of)
    words = searching.parsed(text, index, moment)[: 2 * MOST_WORDS]
    hits = searching.search(index, words, moment, limit)
    rows = []
    for hit in hits:
        zone = view.zones.iloc[hit.entity_id]
        more = zone["building"] if pd.notna(zone["building"]) else ""
        named = {"kind": "zone", "key": zone["zone_id"], "label": zone["name"], "more": more}
        rows.append(named | {"weight": round(hit.weight, 2), "reason": reason(view, hit.matches)})
    return rows


def reason(view: View, matches: Sequence[Match]) -> str:
    """Return in words why something was found, as name Neha Mehta, one letter differs; card ends in 3286."""
    parts: dict[str, list[str]] = {}
    for match in matches:
        said, note = _said(match)
        notes = parts.setdefault(said, [])
        notes += [one for one in (note, *_held(view, match)) if one and one not in notes]
    return "; ".join(", ".join([said, *notes]) for said, notes in parts.items())


def _called_now(view: View, text: str) -> str:
    """A text with the pseudonym of somebody who went into others replaced by theirs: the index knows that one only."""
    return _PSEUDONYM.sub(lambda label: view.pseudonym_now(label[0].upper()), text)


def _named(view: View) -> tuple[str, ...]:
    """Columns that a reader sees beside those that everybody sees."""
    return _NAMED if view.grant.holds(Scope.REVEAL) else ()


def _person(view: View, hit: Hit, named: Sequence[str]) -> Found:
    label = pseudonym(hit.entity_id, view.grant.key)
    known = {name: hit.known[name][-1] for name in ("kind", "role", "department", *named) if name in hit.known}
    traits = [known[name] for name in ("role", "department") if name in known]
    name = known.get("name")
    return {
        "kind": "person",
        **known,
        "key": label,
        "label": name or label,
        "more": ", ".join([label, *traits] if name else traits),
        "entity_id": hit.entity_id,
        "pseudonym": label,
        "weight": round(hit.weight, 2),
        "reason": reason(view, hit.matches),
    }


def _faced(view: View, hit: FaceHit, values: Mapping[str, tuple[str, ...]]) -> dict[str, object]:
    shared = f"; the face is theirs with {hit.probability:.0%}" if hit.probability < _AS_GOOD_AS_SURE else ""
    return {
        "entity_id": hit.entity_id,
        "pseudonym": pseudonym(hit.entity_id, view.grant.key),
        **{name: values[name][-1] if name in values else None for name in _NAMED},
        "cosine": hit.cosine,
        "by_chance": hit.by_chance,
        "reason": f"cosine {hit.cosine:.2f}; {_people(hit.by_chance)} expected to be as near by chance{shared}",
    }


def _people(expected: float) -> str:
    return f"{counted(round(expected), 'person is', 'people are')}" if expected >= 1 else f"{expected:.2g} people are"


def _said(match: Match) -> tuple[str, str]:
    """What was found, and how it differs from what was typed."""
    called = _CALLED.get(match.field, match.field.removesuffix("_id").replace("_", " "))
    if match.field == searching.NUMBER:
        called = "pseudonym" if match.word.startswith("p-") else "number"
        return f"{called} {'begins with' if match.level == Level.PART else 'is'} {match.word.upper()}", ""
    if match.is_whole:
        if match.level == Level.PART:
            is_beginning = searching.identifier_form(match.text).startswith(match.word)
            return f"{called} {'begins with' if is_beginning else 'ends in'} {match.word}", ""
        return f"{called} is {match.text}", ""
    if match.level == Level.PART:
        return f"{called} {match.text}", f"begins with {match.word}"
    if match.level == Level.SOUND:
        return f"{called} {match.text}", f"another form of {match.word}"
    return f"{called} {match.text}", _SLIPS.get(match.level, "")


def _held(view: View, match: Match) -> list[str]:
    """How sure and until when a value belongs to somebody, where it is not simply theirs."""
    notes = [f"{match.probability:.0%} sure"] if match.probability < _AS_GOOD_AS_SURE else []
    if match.valid_to <= searching.microseconds(view.as_of):
        notes.append(f"until {view.spoken_day(pd.Timestamp(match.valid_to, unit='us'))}")
    return notes


def _told(found: Sequence[Found], zones: int, things: Sequence[Found], limit: int) -> str:
    kinds = Counter(spoken_kind(str(row["kind"])) for row in things)
    others = [counted(zones, "zone")] if zones else []
    others += [counted(number, kind) for kind, number in kinds.items()]
    if not found:
        return f"{', '.join(others)}." if others else "Nothing found."
    counts = Counter(str(row.get("role") or "no role") for row in found)
    roles = ", ".join(f"{name} {count:,}" for name, count in counts.most_common())
    more = f" {', '.join(others)}." if others else ""
    equal = sum(row["weight"] == found[0]["weight"] for row in found)
    best = f" First: {found[0]['label']} ({found[0]['reason']})."
    best = best if equal == 1 else f" {equal:,} of them fit equally well."
    people = counted(len(found), "person", "people") + (" or more" if len(found) == limit else "")
    return f"{people}: {roles}.{more}{best}"
