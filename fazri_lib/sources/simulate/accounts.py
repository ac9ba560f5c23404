"""Who is known to the university under which number and address, and since when; what was given to somebody else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fazri_lib.sources.simulate.draws import BoolArray, DateArray, IntArray, Stream, TextArray, draws, some
from fazri_lib.sources.simulate.names import LAST_NAMES, without_marks
from fazri_lib.sources.simulate.population import Archetype, People

_DOCTORAL_SHARE, _ASSISTANT_SHARE = 0.45, 0.04
_PATRON_SHARES = np.array([0.8, 0.75, 0.95, 0.7, 0.3, 0.1, 0.05, 0.0])
_SECOND_PATRON_SHARE = 0.04
_PHONE_SHARE = 0.92
_RETURNED_SHARE, _REISSUED_SHARE, _NEW_NAME_SHARE = 0.02, 0.3, 0.2
_ENROLLED, _RETURNED, _HIRED = (2020, 2025), (2023, 2025), (2003, 2025)
_BORN_BEFORE, _FIRST_BEGAN, _LAST_BEGAN, _YEAR_ZERO = 2002, 2012, 2020, 1970
_TERM_STARTS = np.array(["10-01", "04-01"])
_AUTUMN_SHARE = 0.8
_YEAR_SHARE = 0.5
_PRIVATE_HOSTS = np.array(["mail.example", "post.example", "webmail.example"])


@dataclass(frozen=True, slots=True)
class Former:
    """Students who left and came back: what their first record says.

    Attributes:
        person: who.
        student_no: the first number.
        email: the first university address, which may be somebody else's today.
        last: family name of those days.
        from_on: first day of the first time.
        to_on: last day of it.
    """

    person: IntArray
    student_no: TextArray
    email: TextArray
    last: TextArray
    from_on: DateArray
    to_on: DateArray


@dataclass(frozen=True, slots=True)
class Accounts:
    """Numbers and addresses by person, empty where there is none; each is one person's alone.

    Attributes:
        student_no: numbers of the student system.
        staff_no: numbers of the personnel system.
        patron_no: numbers of library patrons.
        second_patron_no: of people whom the library entered twice.
        email: university addresses, in use since `since_on`.
        private_email: addresses elsewhere.
        phone: telephone numbers, digits after the country's code.
        since_on: first day at the university, the present time counted.
        former: first records of students who came back.
    """

    student_no: TextArray
    staff_no: TextArray
    patron_no: TextArray
    second_patron_no: TextArray
    email: TextArray
    private_email: TextArray
    phone: TextArray
    since_on: DateArray
    former: Former


def build_accounts(people: People, seed: int) -> Accounts:
    """Return the numbers and addresses of everybody; visitors have none but a private address."""
    rng, count = draws(seed, Stream.ACCOUNTS), people.count
    works = (people.archetype >= Archetype.FACULTY) & (people.archetype < Archetype.VISITOR)
    works |= _also_staff(rng, people)
    is_patron = rng.random(count) < _PATRON_SHARES[people.archetype]
    is_twice = is_patron & (rng.random(count) < _SECOND_PATRON_SHARE)
    student_nos = _numbers(rng, "S", 2 * count)
    patron_nos = _numbers(rng, "L", 2 * count)
    email, since_on = _emails(people), _since(rng, people)
    return Accounts(
        student_no=np.where(people.is_student, student_nos[:count], ""),
        staff_no=np.where(works, _numbers(rng, "T", count), ""),
        patron_no=np.where(is_patron, patron_nos[:count], ""),
        second_patron_no=np.where(is_twice, patron_nos[count:], ""),
        email=email,
        private_email=_private_emails(rng, people),
        phone=_phones(rng, count),
        since_on=since_on,
        former=_former(rng, people, since_on, (email, student_nos[count:])),
    )


def _also_staff(rng: np.random.Generator, people: People) -> BoolArray:
    """Doctoral researchers and student assistants: students whom the personnel system knows too."""
    luck = rng.random(people.count)
    is_doctoral = (people.archetype == Archetype.POSTGRADUATE) & (luck < _DOCTORAL_SHARE)
    found: BoolArray = is_doctoral | ((people.archetype <= Archetype.COMMUTER) & (luck < _ASSISTANT_SHARE))
    return found


def _numbers(rng: np.random.Generator, prefix: str, count: int) -> TextArray:
    """Return different numbers in no order that tells anything."""
    numbers = 100_000 + rng.permutation(max(9 * count, 900))[:count]
    return np.char.add(prefix, numbers.astype(str))


def _emails(people: People) -> TextArray:
    """first.last@, and first.last2@ for the second of the same name."""
    known = people.archetype != Archetype.VISITOR
    local = pd.Series(_local_part(people.first, people.last)[known])
    nth = local.groupby(local, sort=False).cumcount() + 1
    emails = np.full(people.count, "", dtype="<U64")
    emails[known] = (local + nth.astype(str).where(nth > 1, "") + "@campus.example").to_numpy(str)
    return emails


def _private_emails(rng: np.random.Generator, people: People) -> TextArray:
    """Short name, family name and year of birth, numbered where somebody else has that address."""
    local = _local_part(people.short_names(rng), people.last)
    year = people.born_on.astype("datetime64[Y]").astype(str)
    local = np.char.add(local, np.where(rng.random(people.count) < _YEAR_SHARE, year, ""))
    address = pd.Series(np.char.add(np.char.add(local, "@"), rng.choice(_PRIVATE_HOSTS, people.count)))
    nth = address.groupby(address, sort=False).cumcount()
    found: TextArray = (nth.astype(str).where(nth > 0, "") + address).to_numpy(str)
    return found


def _local_part(first: TextArray, last: TextArray) -> TextArray:
    names = np.char.add(np.char.add(first, "."), last)
    return np.char.lower(without_marks(names, is_german=True))


def _phones(rng: np.random.Generator, count: int) -> TextArray:
    """Numbers of a range that no subscriber has."""
    digits = np.char.add("199", (1_000_000 + rng.permutation(max(9 * count, 900))[:count]).astype(str))
    return np.where(rng.random(count) < _PHONE_SHARE, digits, "")


def _since(rng: np.random.Generator, people: People) -> DateArray:
    enrolled = _term_start(rng, rng.integers(*_ENROLLED, people.count))
    first_month = np.datetime64(f"{_HIRED[0]}-01", "M")
    months = rng.integers(0, 12 * (_HIRED[1] - _HIRED[0]), people.count)
    hired = (first_month + months).astype("datetime64[D]")
    born_on = people.born_on.astype("datetime64[Y]")
    of_age = (born_on + 18).astype("datetime64[D]")
    return np.where(people.is_student, enrolled, np.maximum(hired, of_age))


def _term_start(rng: np.random.Generator, year: IntArray) -> DateArray:
    start = np.where(rng.random(len(year)) < _AUTUMN_SHARE, _TERM_STARTS[0], _TERM_STARTS[1])
    return np.char.add(np.char.add(year.astype(str), "-"), start).astype("datetime64[D]")


def _former(rng: np.random.Generator, people: People, since_on: DateArray, told: tuple[TextArray, TextArray]) -> Former:
    """Students who came back, whose present time starts anew, in place.

    The first address of some has gone to somebody of the same name, who came after they had left.
    """
    email, numbers = told
    born = people.born_on.astype("datetime64[Y]").astype(np.int64) + _YEAR_ZERO
    able = people.is_student & (born <= _BORN_BEFORE)
    count = max(1, round(_RETURNED_SHARE * int(people.is_student.sum())))
    givers, takers = _handed_on(people, able)[: max(1, round(_REISSUED_SHARE * count))].T
    others = some(rng, np.setdiff1d(np.flatnonzero(able), people.namesakes), count - len(givers))
    person = np.concatenate([givers, others])
    own_scheme = np.char.add(np.char.lower(numbers[others]), "@campus.example")
    is_renamed = rng.random(len(person)) < np.where(np.arange(len(person)) < len(givers), 0, _NEW_NAME_SHARE)
    began = np.clip(born[person] + 18 + rng.integers(0, 2, len(person)), _FIRST_BEGAN, _LAST_BEGAN)
    left = np.char.add((began + rng.integers(1, 3, len(person))).astype(str), "-03-31").astype("datetime64[D]")
    since_on[person] = _term_start(rng, rng.integers(*_RETURNED, len(person)))
    since_on[takers] = _term_start(rng, rng.integers(*_RETURNED, len(takers)))
    return Former(
        person,
        numbers[person],
        np.concatenate([email[takers], own_scheme]),
        np.where(is_renamed, rng.choice(LAST_NAMES, len(person)), people.last[person]),
        np.char.add(began.astype(str), "-10-01").astype("datetime64[D]"),
        left,
    )


def _handed_on(people: People, is_able: BoolArray) -> IntArray:
    """Pairs of students of one name, the first of whom may have been here before."""
    pairs = people.namesakes[people.is_student[people.namesakes].all(axis=1)]
    elder_first = np.where((people.born_on[pairs[:, 0]] <= people.born_on[pairs[:, 1]])[:, None], pairs, pairs[:, ::-1])
    return elder_first[is_able[elder_first[:, 0]]]
