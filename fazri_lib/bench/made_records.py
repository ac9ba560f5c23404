"""Made person records, as many as wanted: about four of each person, with slips, gaps and moves as in registers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.bench.search_people import people
from fazri_lib.sources.simulate.misspelling import misspelt

if TYPE_CHECKING:
    import numpy.typing as npt

    Texts = npt.NDArray[np.str_]

EACH = 4
_SLIP, _PRIVATE, _MOVED, _INITIAL = 0.05, 0.15, 0.1, 0.03
_MISSING = {"born_on": 0.08, "email": 0.3, "phone": 0.35, "city": 0.15}
_CITIES, _CITY_POWER = 2_000, 0.9


def made_records(count: int, seed: int) -> tuple[pd.DataFrame, pd.Series]:
    """Return so many records of people in a random order, and whose each is.

    Args:
        count: records.
        seed: of the draw.

    Returns:
        `record_id, first_name, surname, born_on, email, phone, city`, texts, missing where unknown.
    """
    rng = np.random.default_rng(seed)
    persons = people(max(2, round(count / EACH)), seed)
    who = rng.integers(0, len(persons), count)
    given, family = (misspelt(rng, _of(persons[name], who), _SLIP) for name in ("given", "family"))
    given = np.where(rng.random(count) < _INITIAL, given.astype("<U1"), given)
    city = rng.zipf(1 + _CITY_POWER, len(persons)) % _CITIES
    home = np.where(rng.random(count) < _MOVED, rng.integers(0, _CITIES, count), city[who])
    columns = {
        "first_name": given,
        "surname": family,
        "born_on": _days(persons["born_on"].to_numpy()[who], rng),
        "email": _addresses(persons, who, rng),
        "phone": misspelt(rng, _of(persons["phone"], who), _SLIP / 2),
        "city": np.char.add("town ", home.astype(str)),
    }
    frame = pd.DataFrame(columns).astype("str")
    for name, share in _MISSING.items():
        frame[name] = frame[name].mask(rng.random(count) < share)
    frame.insert(0, "record_id", [f"r{number:07d}" for number in range(count)])
    return frame, pd.Series(who)


def _of(column: pd.Series, who: npt.NDArray[np.int64]) -> Texts:
    texts: Texts = column.to_numpy().astype(str)[who]
    return texts


def _days(days: npt.NDArray[np.datetime64], rng: np.random.Generator) -> Texts:
    """Days as written, a few of them another day of the month or another year."""
    luck = rng.random(len(days))
    moved = np.where(luck < _SLIP / 2, rng.integers(-9, 10, len(days)), 0) + np.where(luck > 1 - _SLIP / 2, 365, 0)
    written: Texts = np.datetime_as_string(days.astype("datetime64[D]") + moved.astype("timedelta64[D]"))
    return written


def _addresses(persons: pd.DataFrame, who: npt.NDArray[np.int64], rng: np.random.Generator) -> Texts:
    """The address, a private one now and then, each misspelt seldom."""
    first, last = (np.char.lower(_of(persons[name], who)) for name in ("given", "family"))
    private = np.char.add(np.char.add(np.char.add(first, last), (who % 97).astype(str)), "@post.example")
    chosen = np.where(rng.random(len(who)) < _PRIVATE, private, _of(persons["email"], who))
    return misspelt(rng, chosen, _SLIP / 2)
