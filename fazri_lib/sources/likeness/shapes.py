"""What is learnt of a campus: figures of many people, none of one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fazri_lib.sources.contract import Contract
    from fazri_lib.sources.simulate.draws import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Shares:
    """Values and how often each occurs; shares add up to at most one, the rest has no value."""

    values: tuple[str, ...]
    shares: FloatArray

    def draw(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """Return `count` values, empty text for none."""
        edges = np.cumsum(self.shares)
        return np.array([*self.values, ""], dtype=object)[np.searchsorted(edges, rng.random(count), side="right")]


@dataclass(frozen=True, slots=True)
class Lengths:
    """A distribution of durations: edges in minutes, ascending, and the share of each bin between two of them."""

    edges_min: FloatArray
    shares: FloatArray

    def draw_s(self, rng: np.random.Generator, count: int, grain_s: int) -> IntArray:
        """Return `count` durations in seconds, whole multiples of `grain_s`."""
        if not self.shares.sum():
            return np.zeros(count, dtype=np.int64)
        at = rng.choice(len(self.shares), count, p=self.shares / self.shares.sum())
        low, high = self.edges_min[at], self.edges_min[at + 1]
        seconds = 60 * (low + rng.random(count) * (high - low))
        found: IntArray = (seconds // grain_s).astype(np.int64) * grain_s
        return found


@dataclass(frozen=True, slots=True)
class Days:
    """The local days that a rhythm was learnt from, and those that a copy has.

    Attributes:
        first: first day of both.
        learnt: number of days learnt from.
        count: number of days of the copy.
    """

    first: dt.date
    learnt: int
    count: int

    def weekday(self, number: int) -> int:
        """Return the weekday of a day by number, Monday being 0."""
        return (self.first.weekday() + number) % 7

    def like(self, number: int) -> int:
        """Return the learnt day that a day of the copy is like: itself, else the last one of its weekday."""
        weeks = -(-(number - self.learnt + 1) // 7)
        return number - 7 * max(weeks, 0)

    @property
    def weekdays(self) -> FloatArray:
        """Number of learnt days by weekday, at least one."""
        counts = np.bincount([self.weekday(day) for day in range(self.learnt)], minlength=7)
        return np.maximum(counts, 1).astype(np.float64)

    def start_s(self, number: int) -> int:
        """Return midnight of a day in seconds on the campus's clocks."""
        return ((self.first - dt.date(1970, 1, 1)).days + number) * 86_400


@dataclass(frozen=True, slots=True)
class Rhythm:
    """An amount by place and hour of the week over all learnt days, and each day's factor of its weekday's mean."""

    amounts: FloatArray
    factors: FloatArray

    def of_day(self, days: Days, number: int) -> FloatArray:
        """Return the amount by place and hour of one day of the copy, places by 24."""
        weekday, like = days.weekday(number), days.like(number)
        factor = self.factors[like] if 0 <= like < len(self.factors) else 1.0
        found: FloatArray = self.amounts[:, 24 * weekday : 24 * weekday + 24] * (factor / days.weekdays[weekday])
        return found


@dataclass(frozen=True, slots=True)
class SourceShape:
    """A source of timed rows.

    Attributes:
        contract: how its files are read, and so how they are written.
        rhythm: rows by place and hour of the week; the last place is none.
        sensors: by place the names of its sensors and their shares.
        id_types: kinds of identifiers in its rows.
        categories: categories of its rows.
        orphan_share: rows whose identifier nobody in the directories holds.
        anonymous_share: rows without an identifier.
        filled: share of rows that have a value, by canonical column.
        things: number of things, as books.
        attended_share: attended bookings among those that tell.
        lengths: how long rows last.
        lags: how long after its time a row becomes known.
        grain_s: times are whole multiples of so many seconds.
        resolution_s: how finely times are written.
    """

    contract: Contract
    rhythm: Rhythm
    sensors: dict[int, Shares]
    id_types: Shares
    categories: Shares
    orphan_share: float
    anonymous_share: float
    filled: dict[str, float]
    things: int
    attended_share: float
    lengths: Lengths
    lags: Lengths
    grain_s: int
    resolution_s: float

    @property
    def name(self) -> str:
        """The source."""
        return self.contract.source


@dataclass(frozen=True, slots=True)
class GroupShape:
    """People of one role, or those whom no directory knows.

    Attributes:
        role: empty where the directory gives none.
        is_known: whether a directory knows them.
        people: how many.
        presence: people by zone and hour of the week.
        active: people seen by day.
        days_seen: share of people by tenths of the days on which they were seen, from never to always.
        moves: by part of the day (four hours each) counts from zone to zone an hour later; the last zone is away.
        departments: departments.
        directories: sets of directories, as names joined by a comma.
    """

    role: str
    is_known: bool
    people: float
    presence: Rhythm
    active: FloatArray
    days_seen: FloatArray
    moves: FloatArray
    departments: Shares = field(default_factory=lambda: Shares((), np.zeros(0)))
    directories: Shares = field(default_factory=lambda: Shares((), np.zeros(0)))


@dataclass(frozen=True, slots=True)
class DirectoryShape:
    """A directory of people.

    Attributes:
        contract: how its file is read and written.
        records: share of people with one record, two, ...
        filled: share of records that have a value, by canonical column or `id:` and identifier type, and by group.
    """

    contract: Contract
    records: FloatArray
    filled: dict[str, FloatArray]


@dataclass(frozen=True, slots=True)
class Sharing:
    """How identifiers of one type are shared: by group share of people whose value has one holder, two, ..."""

    holders: FloatArray
    is_within_role: bool


@dataclass(frozen=True, slots=True)
class Size:
    """How large a copy is: people of the directories and days, None for as many as there are."""

    people: int | None
    days: int | None


@dataclass(frozen=True, slots=True)
class Likeness:
    """All that a copy is made of.

    Attributes:
        time_zone: the campus's.
        zones: zone ids in alphabetical order; zone_names likewise.
        zone_names: names as the zones file has them.
        access_points: by zone number the ids of its access points.
        days: learnt days and those of the copy.
        groups: people by role; the last group is of those whom no directory knows.
        sources: sources of timed rows.
        directories: directories of people.
        sharing: by identifier type how it is shared.
        scale: people of the copy by those of the campus.
        distances_m: walks from each zone to each zone, metres.
        people: people of the directories, None for about as many as the campus has.
        allowed: departments that each zone admits, by its policy; empty for all.
    """

    time_zone: str
    zones: tuple[str, ...]
    zone_names: tuple[str, ...]
    access_points: dict[int, tuple[str, ...]]
    days: Days
    groups: tuple[GroupShape, ...]
    sources: tuple[SourceShape, ...]
    directories: tuple[DirectoryShape, ...]
    sharing: dict[str, Sharing]
    scale: float
    distances_m: FloatArray
    people: int | None = None
    allowed: tuple[frozenset[str], ...] = ()
