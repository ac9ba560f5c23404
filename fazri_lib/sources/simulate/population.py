"""The people of the simulated campus: archetype, role, department, cohort and name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pandas as pd

from fazri_lib.sources.simulate.draws import NOWHERE, IntArray, Stream, TextArray, draws, pick


class Archetype(IntEnum):
    """How somebody lives on campus."""

    RESIDENT = 0
    COMMUTER = 1
    FACULTY = 2
    OFFICE = 3
    SECURITY = 4
    VISITOR = 5


ROLES = np.array(["student", "student", "faculty", "staff", "staff", ""])
"""Role by archetype; visitors are in no directory."""
FACULTIES = ("Chemistry", "Physics", "Informatics", "Engineering", "Economics", "History")
OFFICES = ("Administration", "Library", "IT", "Facilities")
DEPARTMENTS = np.array([*FACULTIES, *OFFICES, "Security", ""])
SECURITY_DEPARTMENT, NO_DEPARTMENT = len(DEPARTMENTS) - 2, len(DEPARTMENTS) - 1

_SHARES = {
    Archetype.RESIDENT: 0.28,
    Archetype.COMMUTER: 0.43,
    Archetype.FACULTY: 0.09,
    Archetype.OFFICE: 0.1,
    Archetype.VISITOR: 0.07,
}
_SECURITY_SHARE, _SECURITY_LEAST = 0.02, 6
_OFFICE_SHARES = {6: 0.6, 7: 0.15, 8: 0.1, 9: 0.15}
_COHORT_SIZE, _COHORTS_LEAST, _COHORTS_MOST = 12, 6, 36

_FIRST_NAMES = """
Aisha Alexander Amelie Anna Anton Arjun Ben Bruno Carla Chen Clara Daniel David Deniz Elena Elias Elif Emil Emma Eva
Fatima Felix Finn Frieda Georg Greta Hana Hannah Hassan Helene Henrik Ida Igor Ines Isabel Ivan Jakob Jan Jana Johanna
Jonas Julia Karim Katharina Kenji Klara Konrad Lara Laura Lea Lena Leon Lina Linh Lukas Luisa Maja Marco Maria Marta
Mateo Maya Mehmet Mia Milan Mira Mohamed Moritz Nadia Nele Nils Nina Noah Nora Olga Omar Oskar Paul Paula Pavel Peter
Pia Priya Rana Ravi Rosa Samir Sara Selin Simon Sofia Stefan Tariq Theo Thuy Tim Tom Valentina Vera Viktor Wei Yara
Yusuf Zofia
"""
_LAST_NAMES = """
Ahmed Albrecht Arnold Bauer Becker Berger Bergmann Bianchi Bianco Brandt Braun Busch Chen Costa Demir Dietrich Dubois
Engel Fernandez Fischer Franke Friedrich Fuchs Garcia Gonzalez Graf Gross Gupta Haas Hahn Hartmann Heinrich Herrmann
Hoffmann Horn Horvat Huber Ivanova Jansen Jung Kaiser Kaya Keller Khan Klein Koch Koenig Kowalski Kraemer Kraus
Krueger Kuhn Kumar Lang Lange Lehmann Li Lorenz Ludwig Maier Martin Mayer Meier Mehta Meyer Moeller Mueller Nguyen
Novak Nowak Otto Park Peters Petrov Pfeiffer Pham Pohl Richter Rossi Roth Sahin Santos Sato Sauer Schaefer Schmidt
Schmitt Scholz Schreiber Schroeder Schubert Schulte Schulz Schuster Schwarz Seidel Sharma Silva Simon Singh Sommer
Stein Tanaka Thomas Tran Vogel Vogt Wagner Walter Wang Weber Weiss Werner Winkler Winter Wolf Yilmaz Zhang Ziegler
Zimmermann
"""


@dataclass(frozen=True, slots=True)
class People:
    """Everybody by person number; their truth entity id is that number plus one.

    Attributes:
        archetype: `Archetype` codes.
        department: positions in `DEPARTMENTS`.
        cohort: cohort of students, NOWHERE for others.
        names: full names; those of visitors are never written.
        emails: addresses, each once; empty for visitors.
        person_nos: numbers in the student or staff directory; empty for visitors.
    """

    archetype: IntArray
    department: IntArray
    cohort: IntArray
    names: TextArray
    emails: TextArray
    person_nos: TextArray

    @property
    def count(self) -> int:
        """Number of people."""
        return len(self.archetype)

    @property
    def roles(self) -> TextArray:
        """Role names."""
        found: TextArray = ROLES[self.archetype]
        return found

    def of(self, *archetypes: Archetype) -> IntArray:
        """Return the people of the given archetypes in ascending order."""
        return np.flatnonzero(np.isin(self.archetype, archetypes))


def build_people(count: int, seed: int) -> People:
    """Return `count` people: students, teachers, office and security staff, visitors."""
    rng = draws(seed, Stream.POPULATION)
    archetype = _archetypes(rng, count)
    department = np.full(count, NO_DEPARTMENT, dtype=np.int64)
    academic = archetype <= Archetype.FACULTY
    department[academic] = rng.integers(0, len(FACULTIES), academic.sum())
    office = archetype == Archetype.OFFICE
    department[office] = pick(rng, _OFFICE_SHARES, int(office.sum()))
    department[archetype == Archetype.SECURITY] = SECURITY_DEPARTMENT
    names = np.char.add(
        np.char.add(rng.choice(_FIRST_NAMES.split(), count), " "), rng.choice(_LAST_NAMES.split(), count)
    )
    return People(
        archetype,
        department,
        _cohorts(rng, archetype, department),
        names,
        _emails(names, archetype),
        _person_nos(rng, archetype),
    )


def _archetypes(rng: np.random.Generator, count: int) -> IntArray:
    archetype = pick(rng, {int(key): share for key, share in _SHARES.items()}, count)
    guards = max(_SECURITY_LEAST, round(_SECURITY_SHARE * count))
    archetype[rng.choice(count, size=min(guards, count // 3), replace=False)] = Archetype.SECURITY
    return archetype


def _cohorts(rng: np.random.Generator, archetype: IntArray, department: IntArray) -> IntArray:
    """Students of one department and year; the number of years grows with the campus."""
    students = np.flatnonzero(archetype <= Archetype.COMMUTER)
    wanted = int(np.clip(len(students) // _COHORT_SIZE, _COHORTS_LEAST, _COHORTS_MOST))
    years = wanted // len(FACULTIES)
    cohort = np.full(len(archetype), NOWHERE, dtype=np.int64)
    cohort[students] = department[students] + len(FACULTIES) * rng.integers(0, years, len(students))
    return cohort


def _emails(names: TextArray, archetype: IntArray) -> TextArray:
    """first.last@, and first.last2@ for the second of the same name."""
    known = archetype != Archetype.VISITOR
    local = pd.Series(names[known]).str.lower().str.replace(" ", ".", regex=False)
    nth = local.groupby(local, sort=False).cumcount() + 1
    emails = np.full(len(names), "", dtype=f"<U{max(len(name) for name in names) + 24}")
    emails[known] = (local + nth.astype(str).where(nth > 1, "") + "@campus.example").to_numpy(str)
    return emails


def _person_nos(rng: np.random.Generator, archetype: IntArray) -> TextArray:
    """S and T numbers in no order that tells anything."""
    numbers = 100_000 + rng.permutation(max(9 * len(archetype), 900))[: len(archetype)]
    prefix = np.where(archetype <= Archetype.COMMUTER, "S", "T")
    return np.where(archetype == Archetype.VISITOR, "", np.char.add(prefix, numbers.astype(str)))
