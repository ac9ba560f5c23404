"""Simple reasons for where somebody goes next, each a probability over all zones.

Every table of counts backs off to a simpler one by Witten and Bell's rule (1991): with N visits in a context, T
different zones among them and the simpler probability q, p(zone) = (count(zone) + T q(zone)) / (N + T); without
visits p = q.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

if TYPE_CHECKING:
    from fazri_lib.forecast.visits import Integers, Visits

Probabilities = NDArray[np.float32]

COMPONENTS = {
    "everyone": "where everybody goes",
    "everyone_from": "where people go from there",
    "person": "how often this person is there",
    "person_hour": "time of day",
    "person_from": "where this person goes from there",
    "person_from_hour": "from there at this hour",
    "recent": "the latest visits",
}
"""Names of the components and how they are called in a reason."""

HOUR_WEIGHTS = {0: 1.0, 1: 0.61, -1: 0.61, 2: 0.14, -2: 0.14}
"""Weight of a visit by hours between its time of day and the asked one: a normal kernel of one hour."""

RECENT_DECAY = 0.7
"""Weight of a recent visit relative to the one after it."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Visits per context and zone."""

    keys: Integers
    table: Any

    @classmethod
    def of(cls, contexts: Integers, zone: Integers, zones: int) -> Counts:
        """Count the zones of each context."""
        keys, row = np.unique(contexts, return_inverse=True)
        ones = np.ones(len(zone), dtype=np.float32)
        return cls(keys, sparse.csr_matrix((ones, (row, zone)), shape=(len(keys) + 1, zones)))

    def at(self, contexts: Integers) -> Probabilities:
        """Return the counts of each asked context over the zones; the last, empty row answers for unknown ones."""
        if not len(self.keys):
            return np.zeros((len(contexts), self.table.shape[1]), dtype=np.float32)
        place = np.minimum(np.searchsorted(self.keys, contexts), len(self.keys) - 1)
        row = np.where(self.keys[place] == contexts, place, len(self.keys))
        dense: Probabilities = self.table[row].toarray()
        return dense


class PlaceComponents:
    """The components fitted on some visits."""

    def fit(self, visits: Visits) -> PlaceComponents:
        """Count."""
        self.zones_ = len(visits.zones)
        self.everyone_ = np.bincount(visits.zone, minlength=self.zones_).astype(np.float32)
        contexts = {
            "before": _before(visits),
            "person": visits.person,
            "person_hour": _with_hour(visits.person, visits.hour),
            "person_day_hour": _with_day_hour(visits.person, visits, visits.hour),
            "person_from": _from(visits),
            "person_from_hour": _with_day_hour(_from(visits), visits, visits.hour),
        }
        self.counts_ = {name: Counts.of(keys, visits.zone, self.zones_) for name, keys in contexts.items()}
        return self

    def predict(self, visits: Visits) -> dict[str, Probabilities]:
        """Return for each component the probability of every zone, visits by zones.

        Of a visit only the person, the time and the earlier visits are read, never its own zone.
        """
        everyone = np.tile((self.everyone_ + 1) / (self.everyone_.sum() + self.zones_), (len(visits), 1)).astype(
            np.float32
        )
        person = self._backed_off("person", visits.person, everyone)
        hour = _backed_off(self._near("person_hour", visits), person)
        person_from = self._backed_off("person_from", _from(visits), person)
        return {
            "everyone": everyone,
            "everyone_from": self._backed_off("before", _before(visits), everyone),
            "person": person,
            "person_hour": _backed_off(self._near("person_day_hour", visits), hour),
            "person_from": person_from,
            "person_from_hour": _backed_off(self._near("person_from_hour", visits), person_from),
            "recent": _backed_off(_recent(visits, self.zones_), person),
        }

    def _backed_off(self, name: str, contexts: Integers, simpler: Probabilities) -> Probabilities:
        return _backed_off(self.counts_[name].at(contexts), simpler)

    def _near(self, name: str, visits: Visits) -> Probabilities:
        """Counts at the hours around each visit's, nearer ones weighing more."""
        total = np.zeros((len(visits), self.zones_), dtype=np.float32)
        for offset, weight in HOUR_WEIGHTS.items():
            total += np.float32(weight) * self.counts_[name].at(
                self._hour_context(name, visits, (visits.hour + offset) % 24)
            )
        return total

    @staticmethod
    def _hour_context(name: str, visits: Visits, hour: Integers) -> Integers:
        if name == "person_hour":
            return _with_hour(visits.person, hour)
        return _with_day_hour(_from(visits) if name == "person_from_hour" else visits.person, visits, hour)


def _backed_off(counts: Probabilities, simpler: Probabilities) -> Probabilities:
    kinds = (counts > 0).sum(axis=1, keepdims=True).astype(np.float32)
    weight = counts.sum(axis=1, keepdims=True) + kinds
    mixed = np.divide(counts + kinds * simpler, weight, out=simpler.copy(), where=weight > 0)
    return np.asarray(mixed, dtype=np.float32)


def _recent(visits: Visits, zones: int) -> Probabilities:
    counts = np.zeros((len(visits), zones), dtype=np.float32)
    for lag in range(visits.earlier.shape[1]):
        rows = np.flatnonzero(visits.earlier[:, lag] >= 0)
        counts[rows, visits.earlier[rows, lag]] += RECENT_DECAY**lag
    return counts


def _before(visits: Visits) -> Integers:
    return visits.earlier[:, 0] + 1


def _from(visits: Visits) -> Integers:
    return visits.person * (len(visits.zones) + 1) + _before(visits)


def _with_hour(context: Integers, hour: Integers) -> Integers:
    return context * 24 + hour


def _with_day_hour(context: Integers, visits: Visits, hour: Integers) -> Integers:
    return (context * 2 + visits.is_weekend) * 24 + hour
