"""The people of the simulated campus: archetype, role, department, cohort, name and birth."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from fazri_lib.sources.simulate.draws import NOWHERE, BoolArray, DateArray, IntArray, Stream, TextArray, draws, pick
from fazri_lib.sources.simulate.names import FIRST_NAMES, SHORT_FORMS, draw_first, draw_last, draw_middle, joined
from fazri_lib.sources.simulate.span import FIRST_DAY


class Archetype(IntEnum):
    """How somebody lives on campus; students come first, then teachers, then those with fixed hours."""

    RESIDENT = 0
    COMMUTER = 1
    POSTGRADUATE = 2
    FACULTY = 3
    OFFICE = 4
    SECURITY = 5
    NIGHT = 6
    VISITOR = 7


ROLES = np.array(["student", "student", "student", "faculty", "staff", "staff", "staff", ""])
"""Role by archetype; visitors are in no directory."""
FACULTIES = ("Chemistry", "Physics", "Informatics", "Engineering", "Economics", "History")
OFFICES = ("Administration", "Library", "IT", "Facilities")
DEPARTMENTS = np.array([*FACULTIES, *OFFICES, "Security", ""])
SECURITY_DEPARTMENT, NO_DEPARTMENT = len(DEPARTMENTS) - 2, len(DEPARTMENTS) - 1

_SHARES = {
    Archetype.RESIDENT: 0.25,
    Archetype.COMMUTER: 0.41,
    Archetype.POSTGRADUATE: 0.07,
    Archetype.FACULTY: 0.09,
    Archetype.OFFICE: 0.1,
    Archetype.VISITOR: 0.07,
}
_FEW = ((Archetype.SECURITY, 0.02, 6, 4), (Archetype.NIGHT, 0.015, 4, 8))
"""Archetypes that no campus lacks: share, fewest of them, and of a very small campus one in so many at most."""
_OFFICE_SHARES = {6: 0.6, 7: 0.15, 8: 0.1, 9: 0.15}
_COHORT_SIZE, _COHORTS_LEAST, _COHORTS_MOST = 12, 6, 36

_AGES = ((18, 26), (18, 27), (24, 34), (30, 66), (22, 65), (21, 64), (21, 64), (16, 75))
"""Years of age by archetype: from, below."""
_DAYS_PER_YEAR, _LAST_DAY = 365.25, 364
_NAMESAKES, _SAME_YEAR, _SAME_DAY = 0.012, 0.6, 0.25
_NAMESAKES_LEAST = 3
_TITLES, _TITLE_SHARES = np.array(["", "Dr.", "Prof. Dr."]), (0.2, 0.5, 0.3)


@dataclass(frozen=True, slots=True)
class People:
    """Everybody by person number; their truth entity id is that number plus one.

    Attributes:
        archetype: `Archetype` codes.
        department: positions in `DEPARTMENTS`.
        cohort: cohort of students, NOWHERE for others.
        first_name: positions in `FIRST_NAMES`.
        middle: middle names, empty for most.
        title: academic titles, empty for most.
        last: family names; the names of visitors are never written.
        born_on: dates of birth.
        namesakes: pairs of people who bear the same name on purpose, two columns.
    """

    archetype: IntArray
    department: IntArray
    cohort: IntArray
    first_name: IntArray
    middle: TextArray
    title: TextArray
    last: TextArray
    born_on: DateArray
    namesakes: IntArray

    @property
    def count(self) -> int:
        """Number of people."""
        return len(self.archetype)

    @property
    def roles(self) -> TextArray:
        """Role names."""
        found: TextArray = ROLES[self.archetype]
        return found

    @property
    def first(self) -> TextArray:
        """First names."""
        found: TextArray = FIRST_NAMES[self.first_name]
        return found

    @property
    def names(self) -> TextArray:
        """First and family names."""
        return joined(self.first, self.last)

    @property
    def is_student(self) -> BoolArray:
        """Who studies, postgraduates included."""
        return self.archetype <= Archetype.POSTGRADUATE

    def short_names(self, rng: np.random.Generator) -> TextArray:
        """Return how friends call everybody: one of the short forms of the first name."""
        found: TextArray = SHORT_FORMS[self.first_name, rng.integers(0, SHORT_FORMS.shape[1], self.count)]
        return found

    def of(self, *archetypes: Archetype) -> IntArray:
        """Return the people of the given archetypes in ascending order."""
        return np.flatnonzero(np.isin(self.archetype, archetypes))


def build_people(count: int, seed: int) -> People:
    """Return `count` people: students, teachers, office, security and night staff, visitors."""
    rng = draws(seed, Stream.POPULATION)
    archetype = _archetypes(rng, count)
    department = _departments(rng, archetype)
    first, middle, last = draw_first(rng, count), draw_middle(rng, count), draw_last(rng, count)
    born_on = _births(rng, archetype)
    namesakes = _namesakes(rng, archetype)
    _name_alike(rng, namesakes, (first, last, born_on))
    title = np.where(archetype == Archetype.FACULTY, rng.choice(_TITLES, count, p=_TITLE_SHARES), "")
    return People(
        archetype, department, _cohorts(rng, archetype, department), first, middle, title, last, born_on, namesakes
    )


def _archetypes(rng: np.random.Generator, count: int) -> IntArray:
    archetype = pick(rng, {int(key): share for key, share in _SHARES.items()}, count)
    order, start = rng.permutation(count), 0
    for kind, share, least, one_in in _FEW:
        few = min(max(least, round(share * count)), count // one_in)
        archetype[order[start : start + few]] = kind
        start += few
    return archetype


def _departments(rng: np.random.Generator, archetype: IntArray) -> IntArray:
    department = np.full(len(archetype), NO_DEPARTMENT, dtype=np.int64)
    academic = archetype <= Archetype.FACULTY
    department[academic] = rng.integers(0, len(FACULTIES), academic.sum())
    office = archetype == Archetype.OFFICE
    department[office] = pick(rng, _OFFICE_SHARES, int(office.sum()))
    department[archetype == Archetype.SECURITY] = SECURITY_DEPARTMENT
    department[archetype == Archetype.NIGHT] = int(np.flatnonzero(DEPARTMENTS == "Facilities")[0])
    return department


def _cohorts(rng: np.random.Generator, archetype: IntArray, department: IntArray) -> IntArray:
    """Students of one department and year; the number of years grows with the campus."""
    students = np.flatnonzero(archetype <= Archetype.COMMUTER)
    wanted = int(np.clip(len(students) // _COHORT_SIZE, _COHORTS_LEAST, _COHORTS_MOST))
    years = wanted // len(FACULTIES)
    cohort = np.full(len(archetype), NOWHERE, dtype=np.int64)
    cohort[students] = department[students] + len(FACULTIES) * rng.integers(0, years, len(students))
    return cohort


def _births(rng: np.random.Generator, archetype: IntArray) -> DateArray:
    youngest, oldest = np.array(_AGES)[archetype].T
    age = rng.uniform(youngest, oldest)
    born_on: DateArray = np.datetime64(FIRST_DAY, "D") - (age * _DAYS_PER_YEAR).astype("timedelta64[D]")
    return born_on


def _namesakes(rng: np.random.Generator, archetype: IntArray) -> IntArray:
    """Pairs of people whom a directory knows, of one kind as far as possible: most namesakes study together."""
    students = rng.permutation(np.flatnonzero(archetype <= Archetype.COMMUTER))
    staff = rng.permutation(np.flatnonzero((archetype >= Archetype.FACULTY) & (archetype < Archetype.VISITOR)))
    pairs = max(_NAMESAKES_LEAST, round(_NAMESAKES * len(archetype)))
    among_staff = min(pairs // 5, len(staff) // 2)
    among_students = min(pairs - among_staff, len(students) // 2)
    chosen = np.concatenate([students[: 2 * among_students], staff[: 2 * among_staff]])
    return chosen.reshape(-1, 2)


def _name_alike(
    rng: np.random.Generator,
    pairs: IntArray,
    facts: tuple[IntArray, TextArray, DateArray],
) -> None:
    """Give the second of each pair the name of the first, to many the year of birth too, to a few the very day."""
    first, last, born_on = facts
    one, other = pairs.T
    first[other], last[other] = first[one], last[one]
    luck = rng.random(len(pairs))
    luck[:1] = 0.0
    year = born_on.astype("datetime64[Y]")
    day = np.minimum((born_on - year).astype(np.int64), _LAST_DAY)
    moved = np.where(
        luck < _SAME_YEAR, year[one].astype("datetime64[D]") + day[other].astype("timedelta64[D]"), born_on[other]
    )
    born_on[other] = np.where(luck < _SAME_DAY, born_on[one], moved)
