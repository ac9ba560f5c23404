"""How each office writes the same person: names, births, telephone numbers and addresses, with slips of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.sources.simulate.misspelling import misspelt
from fazri_lib.sources.simulate.names import SHORT_FORMS, joined, without_marks

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.draws import BoolArray, DateArray, IntArray, TextArray
    from fazri_lib.sources.simulate.population import People

_BORN_WRONG = 0.02
_STUDENT_SWAPPED, _STUDENT_SLIPS, _STAFF_SLIPS = 0.01, 0.01, 0.01
_PATRON_SHORT, _PATRON_SWAPPED, _PATRON_SLIPS = 0.15, 0.03, 0.05
_OWNER_SHORT, _OWNER_INITIAL, _OWNER_SLIPS, _OWNER_SMALL, _OWNER_MISSING = 0.25, 0.08, 0.04, 0.12, 0.06
_CARD_INITIAL, _CARD_SWAPPED, _CARD_SLIPS = 0.05, 0.02, 0.015
_MONTHS, _SAFE_DAY, _YEAR_ZERO = 12, 28, 1970


def student_names(people: People, who: IntArray, last: TextArray, rng: np.random.Generator) -> TextArray:
    """Return full names as on the certificate of birth; few are wrong or have the family name first."""
    first = joined(people.first[who], people.middle[who])
    is_swapped = rng.random(len(who)) < _STUDENT_SWAPPED
    return misspelt(rng, np.where(is_swapped, joined(last, first), joined(first, last)), _STUDENT_SLIPS)


def staff_names(people: People, who: IntArray, rng: np.random.Generator) -> TextArray:
    """Return family name, comma, title, first name and the initial of the middle one."""
    first = joined(people.title[who], people.first[who], initials(people.middle[who]))
    return misspelt(rng, joined(np.char.add(people.last[who], ","), first), _STAFF_SLIPS)


def patron_names(people: People, who: IntArray, rng: np.random.Generator) -> TextArray:
    """Return names as said at the library's counter: short forms, plain letters, typing errors."""
    first = np.where(rng.random(len(who)) < _PATRON_SHORT, _short(people, who, rng), people.first[who])
    first, last = (without_marks(part, is_german=True) for part in (first, people.last[who]))
    is_swapped = rng.random(len(who)) < _PATRON_SWAPPED
    return misspelt(rng, np.where(is_swapped, joined(last, first), joined(first, last)), _PATRON_SLIPS)


def owner_names(people: People, who: IntArray, rng: np.random.Generator) -> TextArray:
    """Return names as people type them on a telephone: short, abbreviated, in small letters, or not at all."""
    luck = rng.random(len(who))
    first = np.where(luck < _OWNER_SHORT, _short(people, who, rng), people.first[who])
    first = np.where(luck > 1 - _OWNER_INITIAL, initials(first), first)
    names = misspelt(rng, without_marks(joined(first, people.last[who])), _OWNER_SLIPS)
    names = np.where(rng.random(len(who)) < _OWNER_SMALL, np.char.lower(names), names)
    return np.where(rng.random(len(who)) < _OWNER_MISSING, "", names)


def card_names(people: People, who: IntArray, rng: np.random.Generator) -> TextArray:
    """Return names as printed on the card: no middle name, plain letters, some with the initial only."""
    first = np.where(rng.random(len(who)) < _CARD_INITIAL, initials(people.first[who]), people.first[who])
    names = without_marks(joined(first, people.last[who]), is_german=True)
    is_swapped = rng.random(len(who)) < _CARD_SWAPPED
    names = np.where(is_swapped, without_marks(joined(people.last[who], first), is_german=True), names)
    return misspelt(rng, names, _CARD_SLIPS)


def initials(names: TextArray) -> TextArray:
    """Return the first letter and a point, empty where there is no name."""
    letter = names.astype("<U1")
    return np.where(letter == "", "", np.char.add(letter, "."))


def births(born_on: DateArray, missing: float, rng: np.random.Generator) -> DateArray:
    """Return dates of birth as entered: some missing, some with day and month swapped or a figure wrong."""
    dates = pd.DatetimeIndex(born_on)
    year, month, day = (part.to_numpy(np.int64) for part in (dates.year, dates.month, dates.day))
    luck = rng.random(len(born_on))
    is_swapped = (luck < _BORN_WRONG / 2) & (day <= _MONTHS)
    is_wrong = (luck < _BORN_WRONG) & ~is_swapped
    month, day = np.where(is_swapped, day, month), np.where(is_swapped, month, day)
    year = year + np.where(is_wrong, rng.choice([0, -10, -1, 1], len(year)), 0)
    day = np.where(is_wrong, day % _SAFE_DAY + 1, day)
    first_of_month = ((year - _YEAR_ZERO) * _MONTHS + month - 1).astype("datetime64[M]").astype("datetime64[D]")
    found = first_of_month + (day - 1)
    return np.where(rng.random(len(found)) < missing, np.datetime64("NaT"), found)


def written_dates(dates: DateArray, form: str) -> TextArray:
    """Return dates in a form of `strftime`, empty where there is none."""
    found: TextArray = pd.Series(dates).dt.strftime(form).fillna("").to_numpy(str)
    return found


def phones(digits: TextArray, form: str, missing: float, rng: np.random.Generator) -> TextArray:
    """Return telephone numbers: prefix, three digits, separator and the rest of `form`, as "0|/"."""
    prefix, _, separator = form.partition("|")
    area = digits.astype("<U3")
    rest = np.char.replace(digits, "199", "", count=1)
    written = np.char.add(np.char.add(np.char.add(prefix, area), separator), rest)
    return np.where((digits == "") | (rng.random(len(digits)) < missing), "", written)


def addresses(
    choices: tuple[TextArray, TextArray], shares: tuple[float, float], slips: float, rng: np.random.Generator
) -> TextArray:
    """Return e-mail addresses as given: the university's, a private one or none.

    Args:
        choices: university and private addresses.
        shares: how many give which; the rest give none.
        slips: share of all with a typing error in the university's.
        rng: source of chance.
    """
    luck = rng.random(len(choices[0]))
    is_wrong: BoolArray = luck < slips
    university = np.where(is_wrong, misspelt(rng, choices[0], 1.0), choices[0])
    bounds = np.cumsum([slips + shares[0], shares[1]])
    return np.select([luck < bounds[0], luck < bounds[1]], [university, choices[1]], "")


def _short(people: People, who: IntArray, rng: np.random.Generator) -> TextArray:
    found: TextArray = SHORT_FORMS[people.first_name[who], rng.integers(0, SHORT_FORMS.shape[1], len(who))]
    return found
