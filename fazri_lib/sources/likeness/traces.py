"""What the sources of a copy write of a day: as many rows as their rhythms say, of people who are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.likeness import fresh
from fazri_lib.sources.likeness.clock import NEVER_S
from fazri_lib.sources.likeness.parts import Part, draws, rounded

if TYPE_CHECKING:
    from fazri_lib.sources.likeness.crowd import Crowd
    from fazri_lib.sources.likeness.shapes import Likeness, SourceShape
    from fazri_lib.sources.likeness.stays import Presence
    from fazri_lib.sources.simulate.draws import BoolArray, IntArray

HOUR_S = 3600
_STRIDE = 1 << 22
_NOTE_TEXTS = (
    "Text of a note about {place}; the original's text is not part of this copy.",
    "Something at {place} needs a look. (Invented text.)",
    "Question about {place}. (Invented text.)",
    "Thanks for the help at {place}. (Invented text.)",
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Rows before they have values: who, where (last place: none), in which hour, when on the campus's clocks."""

    person: IntArray
    place: IntArray
    ts_s: IntArray


class Traces:
    """Rows of one source; days are asked for in any order.

    Args:
        likeness: what is learnt.
        crowd: people of the copy.
        at: position of the source in `likeness.sources`.
        seed: of the copy.
    """

    def __init__(self, likeness: Likeness, crowd: Crowd, at: int, seed: int) -> None:
        self._likeness, self._crowd, self._at, self._seed = likeness, crowd, at, seed
        self.shape: SourceShape = likeness.sources[at]
        has = [crowd.values[name][:, 0] != "" for name in self.shape.id_types.values if name in crowd.values]
        self._has_id = np.logical_or.reduce(has) if has else np.ones(crowd.count, dtype=bool)

    def day(self, number: int, presence: Presence) -> dict[str, np.ndarray]:
        """Return the rows of a day in canonical columns: texts, empty for none, and times, `NEVER_S` for none."""
        shape, crowd = self.shape, self._crowd
        rng = draws(self._seed, Part.TRACES, number * 1000 + self._at)
        amounts = shape.rhythm.of_day(self._likeness.days, number) * self._likeness.scale
        parts = []
        orphan = shape.orphan_share if (self._has_id & ~crowd.is_known).any() else 0.0
        for share, who in ((1.0 - orphan, self._has_id & crowd.is_known), (orphan, self._has_id & ~crowd.is_known)):
            wanted = rounded(amounts * share, rng)
            parts.append(drawn(wanted, presence, who, self._likeness.days.start_s(number), rng))
        rows = Drawn(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("person", "place", "ts_s")))
        return self._columns(rows, number, rng)

    def _columns(self, rows: Drawn, number: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        shape, likeness = self.shape, self._likeness
        ts_s = rows.ts_s // shape.grain_s * shape.grain_s
        order = np.lexsort((rows.person, ts_s))
        person, place, ts_s = rows.person[order], rows.place[order], ts_s[order]
        count = len(ts_s)
        id_type, id_value = self._identified(person, ts_s, rng)
        attended = self._attended(count, rng)
        if shape.contract.kind == "booking":  # who does not come need not be there
            absent = np.flatnonzero(attended == "false")
            others = np.flatnonzero(self._has_id & self._crowd.is_known)
            if len(others):
                person = person.copy()
                person[absent] = rng.choice(others, len(absent))
                id_type, id_value = self._identified(person, ts_s, rng)
        lengths = shape.lengths.draw_s(rng, count, max(shape.grain_s, 60))
        ended = np.where(self._has("ended_at", count, rng), ts_s + np.maximum(lengths, 60), NEVER_S)
        things = (rng.random(count) ** 2 * max(shape.things * likeness.scale, 1)).astype(np.int64)
        zone_ids = np.array([*likeness.zones, ""], dtype=object)
        return {
            "ts": ts_s,
            "ended_at": ended,
            "known_at": ts_s + shape.lags.draw_s(rng, count, max(int(shape.resolution_s), 1)),
            "zone_id": zone_ids[place],
            "sensor_id": self._sensors(place, rng),
            "id_type": id_type,
            "id_value": id_value,
            "ref_id": np.where(self._has("ref_id", count, rng), fresh.reference_numbers(number * _STRIDE, count), ""),
            "thing_id": np.where(self._has("thing_id", count, rng), _thing_ids(things), ""),
            "category": shape.categories.draw(rng, count),
            "text": self._texts(place, count, rng),
            "is_attended": attended,
        }

    def _has(self, name: str, count: int, rng: np.random.Generator) -> BoolArray:
        found: BoolArray = rng.random(count) < self.shape.filled[name]
        return found

    def _identified(self, person: IntArray, ts_s: IntArray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        types = self.shape.id_types
        id_type, value = np.full(len(person), "", dtype=object), np.full(len(person), "", dtype=object)
        wanted = types.draw(rng, len(person))
        for is_own in (True, False):  # of the drawn type, else of any that the person has
            for name in types.values:
                rows = np.flatnonzero((value == "") & ((wanted == name) | (not is_own)))
                found = self._crowd.id_at(person[rows], name, ts_s[rows])
                value[rows], id_type[rows] = found, np.where(found == "", "", name)
        is_blank = rng.random(len(person)) < self.shape.anonymous_share
        return np.where(is_blank, "", id_type), np.where(is_blank, "", value)

    def _attended(self, count: int, rng: np.random.Generator) -> np.ndarray:
        is_told, came = self._has("told", count, rng), rng.random(count) < self.shape.attended_share
        return np.where(is_told, np.where(came, "true", "false"), "").astype(object)

    def _sensors(self, place: IntArray, rng: np.random.Generator) -> np.ndarray:
        found = np.full(len(place), "", dtype=object)
        is_radio = self.shape.contract.zone_from is not None
        for at in np.unique(place):
            rows = np.flatnonzero(place == at)
            known = self.shape.sensors.get(int(at))
            points = self._likeness.access_points.get(int(at), ())
            if known is not None:
                found[rows] = known.draw(rng, len(rows))
            blank = rows[found[rows] == ""]
            if is_radio and points:
                found[blank] = rng.choice(np.array(points, dtype=object), len(blank))
        return found

    def _texts(self, place: IntArray, count: int, rng: np.random.Generator) -> np.ndarray:
        names = np.array([*self._likeness.zone_names, "the campus"], dtype=object)
        which = rng.integers(0, len(_NOTE_TEXTS), count)
        about = np.where(place < len(names) - 1, place, rng.integers(0, len(names), count))
        made = np.array([[text.format(place=name) for name in names] for text in _NOTE_TEXTS], dtype=object)
        return np.where(self._has("text", count, rng), made[which, about], "")


def drawn(wanted: IntArray, presence: Presence, who: BoolArray, midnight_s: int, rng: np.random.Generator) -> Drawn:
    """Return rows of people who are there, spread evenly over those of a place and hour.

    Rows of a place and hour where nobody is move to other hours of the place, else to other places.

    Args:
        wanted: rows by place and hour; the last place is none: anybody on campus.
        presence: who is where in which hour.
        who: who can leave a row.
        midnight_s: start of the day on the campus's clocks.
        rng: draws.
    """
    places = len(wanted)
    kept = np.flatnonzero(who[presence.person])
    cell = presence.zone[kept] * 24 + presence.hour[kept]
    if wanted[-1].any():
        cell = np.concatenate([cell, (places - 1) * 24 + presence.hour[kept]])
        kept = np.concatenate([kept, kept])
    order = np.lexsort((rng.random(len(cell)), cell))
    kept, cell = kept[order], cell[order]
    people = np.bincount(cell, minlength=places * 24)
    rows = _where_people_are(wanted.ravel(), people, rng)
    if not rows.sum():
        return _anybody(wanted, who, midnight_s, rng)
    first = np.concatenate([[0], np.cumsum(people)[:-1]])
    at = np.repeat(np.arange(places * 24), rows)
    nth = np.arange(len(at)) - np.repeat(np.cumsum(rows) - rows, rows)
    start = rng.random(places * 24)
    chosen = first[at] + np.minimum(((nth + start[at]) / rows[at] * people[at]).astype(np.int64), people[at] - 1)
    own = kept[chosen]
    _, back, counts = np.unique(chosen, return_index=True, return_counts=True)
    rank = np.arange(len(chosen)) - np.repeat(back, counts)
    share = (rank + rng.random(len(chosen))) / np.repeat(counts, counts)
    low, high = presence.low_s[own], presence.high_s[own]
    return Drawn(presence.person[own], at // 24, low + (share * (high - low)).astype(np.int64))


def _where_people_are(wanted: IntArray, people: IntArray, rng: np.random.Generator) -> IntArray:
    rows = np.where(people > 0, wanted, 0)
    lost = (wanted - rows).reshape(-1, 24).sum(axis=1)
    chances = (rows + 1e-3 * people).reshape(-1, 24)
    total = chances.sum(axis=1)
    stranded = 0
    for place in np.flatnonzero(lost):
        if total[place] > 0:
            rows[place * 24 : place * 24 + 24] += rng.multinomial(lost[place], chances[place] / total[place])
        else:
            stranded += int(lost[place])
    if stranded and total[:-1].sum() > 0:
        spare = np.where(wanted.reshape(-1, 24).sum(axis=1, keepdims=True) > 0, chances, 0.0).ravel()
        spare = spare if spare.sum() > 0 else chances.ravel()
        rows = rows + rng.multinomial(stranded, spare / spare.sum())
    return rows


def _anybody(wanted: IntArray, who: BoolArray, midnight_s: int, rng: np.random.Generator) -> Drawn:
    """Rows of a day on which nobody who could leave one is there."""
    candidates = np.flatnonzero(who)
    place, hour = np.nonzero(wanted)
    count = wanted[place, hour] if len(candidates) else np.zeros(len(place), dtype=np.int64)
    place, hour = np.repeat(place, count), np.repeat(hour, count)
    person = rng.choice(candidates, len(place)) if len(place) else np.zeros(0, dtype=np.int64)
    return Drawn(person, place, midnight_s + hour * HOUR_S + rng.integers(0, HOUR_S, len(place)))


def _thing_ids(numbers: IntArray) -> np.ndarray:
    found: np.ndarray = np.char.add("thing-", fresh.reference_numbers(0, int(numbers.max(initial=0)) + 1))[numbers]
    return found
