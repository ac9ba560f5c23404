"""What lasts for days: people who vanish or change their ways, people who differ from all of their like, wrong clocks.

Episodes are drawn once from the seed; each day only looks up which of them it lies in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.day_plan import Grid, Society, close
from fazri_lib.sources.simulate.draws import NOWHERE, BoolArray, IntArray, Stream, draws
from fazri_lib.sources.simulate.population import Archetype
from fazri_lib.sources.simulate.scene import CROWD, Event

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fazri_lib.sources.simulate.span import Day, Span

_LEAST, _PERSON_DAYS_PER_ONE = 2, 40_000
_AWAY_DAYS, _AWAY_SPAN = (8, 13), 18
_CHANGED_DAYS, _CHANGED_SPAN = 7, 21
_PEERS_SPAN = 7
_SKEW_DAYS, _SKEW_SPAN, _SKEW_MIN = (2, 5), 7, (4, 13)
_EARLIEST_SHARE, _NORMAL_SHARE = 0.35, 0.5
_RELIABLE = 0.8
_LATE_SLOTS, _EARLY_SLOTS, _NOON = (34, 60), (4, 18), 20
_PEERS_SLOTS = (38, 64)
_UNUSUAL = ("MAIN_LOBBY", "HALL_B", "LIBRARY", "CAFETERIA", "GYM")
_UNUSUAL_ZONES = 3
_SKEW_ZONES = ("LIBRARY", "OFFICES", "HOSTEL", "LAB_COMP", "GYM")
_PERSONAL = ("absence", "announced_leave", "unlike_own_past", "unlike_peers")
MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Episode:
    """Something that lasts over some plan days.

    Attributes:
        type: the type of incident or look-alike.
        person: whose it is, `CROWD` for a reader's.
        zone: zone of the reader, NOWHERE for a person's.
        first: first plan day.
        days: number of plan days.
        shift_s: by how much a clock is ahead, seconds.
        zones: where the person is instead, one after the other; empty for away.
        slots: first slot of the day there and the slot after the last.
    """

    type: str
    person: int
    zone: int
    first: int
    days: int
    shift_s: int = 0
    zones: tuple[int, ...] = ()
    slots: tuple[int, int] = (0, 0)

    def covers(self, number: int) -> bool:
        """Return whether a plan day lies in it."""
        return self.first <= number < self.first + self.days

    def event(self, span: Span) -> Event:
        """Return the episode as a row of the truth, from the start of its first plan day to the end of its last."""
        since, until = span.day(self.first).start_s, span.day(self.first + self.days).start_s
        return Event(self.type, self.person, self.zone, max(since, span.start_s), min(until, span.end_s))


def build_episodes(society: Society, span: Span, is_traceable: BoolArray, seed: int) -> tuple[Episode, ...]:
    """Return all episodes of a span: two of a type and more on large campuses; none in spans too short for a type."""
    rng, people = draws(seed, Stream.EPISODES), society.people
    each = max(_LEAST, round(people.count * span.days / _PERSON_DAYS_PER_ONE))
    is_regular = is_traceable & (society.habits.diligence >= _RELIABLE)
    works = np.isin(people.archetype, (Archetype.FACULTY, Archetype.OFFICE))
    is_free = np.ones(people.count, dtype=bool)
    found = []
    for name, is_suitable, span_least in (
        ("unlike_peers", is_traceable & works, _PEERS_SPAN),
        ("absence", is_regular & np.isin(people.archetype, (Archetype.RESIDENT, Archetype.OFFICE)), _AWAY_SPAN),
        ("announced_leave", is_regular & works, _AWAY_SPAN),
        ("unlike_own_past", is_regular & (people.archetype <= Archetype.OFFICE), _CHANGED_SPAN),
    ):
        if span.days >= span_least:
            candidates = np.flatnonzero(is_suitable & is_free)
            chosen = rng.permutation(candidates)[:each]
            is_free[chosen] = False
            found += [one for person in chosen for one in _personal(name, int(person), society, span, rng)]
    if span.days >= _SKEW_SPAN:
        found += _skewed(society, span, each, rng)
    return tuple(found)


def active(episodes: Sequence[Episode], day: Day) -> list[Episode]:
    """Return the episodes in which a day lies."""
    return [one for one in episodes if one.covers(day.number)]


def live_episodes(
    grid: Grid, in_class: BoolArray, society: Society, day: Day, episodes: Sequence[Episode], rng: np.random.Generator
) -> IntArray:
    """Rewrite the day of everybody who lives an episode, in place; return who they are."""
    concerned = [one for one in episodes if one.type in _PERSONAL]
    who = np.array([one.person for one in concerned], dtype=np.int64)
    grid[who] = NOWHERE
    in_class[who] = False
    for one in (one for one in concerned if one.zones):
        since, until = np.array(one.slots) + rng.integers(-1, 2, 2)
        bounds = np.linspace(since, until, len(one.zones) + 1).astype(np.int64)
        for zone, first, last in zip(one.zones, bounds[:-1], bounds[1:], strict=True):
            grid[one.person, first:last] = zone
    part = grid[who]
    close(part, society.places.open_slots(day))
    grid[who] = part
    return who


def clock_shifts(episodes: Sequence[Episode]) -> dict[int, int]:
    """Return by how much the clock of each wrong reader is ahead, seconds by zone."""
    return {one.zone: one.shift_s for one in episodes if one.type == "clock_skew"}


def _personal(name: str, person: int, society: Society, span: Span, rng: np.random.Generator) -> list[Episode]:
    if name == "unlike_peers":
        zones = _unusual_zones(society, person, rng)
        return [Episode(name, person, NOWHERE, 0, span.days, zones=zones, slots=_PEERS_SLOTS)]
    changes = name == "unlike_own_past"
    days = _CHANGED_DAYS if changes else int(rng.integers(*_AWAY_DAYS))
    first = _first_day(span, days, rng)
    if first == NOWHERE:
        return []
    zones = _unusual_zones(society, person, rng) if changes else ()
    slots = _LATE_SLOTS if society.habits.arrive[person] < _NOON else _EARLY_SLOTS
    return [Episode(name, person, NOWHERE, first, days, zones=zones, slots=slots)]


def _skewed(society: Society, span: Span, wanted: int, rng: np.random.Generator) -> list[Episode]:
    """One episode a reader at most, so that no reader has two wrong clocks at a time."""
    found = []
    for zone in rng.permutation(society.places.of_kind(*_SKEW_ZONES))[:wanted]:
        days = int(rng.integers(*_SKEW_DAYS))
        first = _first_day(span, days, rng)
        if first != NOWHERE:
            shift_s = int(rng.integers(*_SKEW_MIN)) * int(rng.choice((-1, 1))) * MINUTE_S
            found.append(Episode("clock_skew", CROWD, int(zone), first, days, shift_s=shift_s))
    return found


def _first_day(span: Span, days: int, rng: np.random.Generator) -> int:
    """A day with enough of a past, after which enough of the next ones are normal days; NOWHERE for none."""
    is_normal = np.array([day.is_working and day.is_term for day in span.plan_days() if day.number >= 0])
    normal = np.convolve(is_normal, np.ones(days), "valid")[:-1] / days
    possible = np.flatnonzero(normal >= _NORMAL_SHARE)
    possible = possible[possible >= int(span.days * _EARLIEST_SHARE)]
    return int(rng.choice(possible)) if len(possible) else NOWHERE


def _unusual_zones(society: Society, person: int, rng: np.random.Generator) -> tuple[int, ...]:
    """Zones that everybody may use and this person usually does not."""
    habits, number = society.habits, society.places.number
    usual = {*habits.favourite[person].tolist(), *habits.second[person].tolist(), int(habits.lunch_zone[person])}
    kinds = [kind for kind in _UNUSUAL if number(kind) not in usual] or list(_UNUSUAL)
    return tuple(society.own_zone(person, str(kind)) for kind in rng.permutation(kinds)[:_UNUSUAL_ZONES])
