"""Models of the next place: some of the components alone, and their mixture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.forecast.place_components import COMPONENTS, PlaceComponents, Probabilities
from fazri_lib.forecast.visits import NOWHERE, Flags, Visits
from fazri_lib.metrics import ranks_of_truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

MAJORITY, PERSON, MIXTURE = "everyone", "person", "mixture"
CANDIDATES = (PERSON, "person_from", "person_from_hour", MIXTURE)
"""Models that may be chosen, the simplest first; the majority class is what they have to beat."""

CELLS_AT_ONCE = 4_000_000
EM_ROUNDS = 60
WALK_STEPS = 12
SHARPNESS = (1.0, 1.15, 1.3, 1.5, 1.75, 2.0)


class PlaceModels:
    """The components and the shares of their mixture.

    The shares maximise the likelihood of visits that the components were not fitted on (expectation maximisation,
    Dempster, Laird and Rubin 1977). A mixture of calibrated parts is too unsure of itself (Gneiting and Ranjan 2013),
    so its probabilities are then raised to a power, the *sharpness*, that gives the least Brier score there, and
    normed.
    """

    def fit(self, visits: Visits, is_held_out: Flags, moves: Flags) -> PlaceModels:
        """Learn the shares while walking through the held-out visits, then fit the components on all visits.

        Args:
            visits: what may be known.
            is_held_out: the latest of them.
            moves: those of the held-out visits that are scored, at least one.
        """
        likelihood = [_of_truth(parts.predict(part), part) for parts, part in walked(visits, is_held_out, moves)]
        self.shares_ = dict(zip(COMPONENTS, _em(np.concatenate(likelihood)), strict=True))
        self.sharpness_ = self._best_sharpness(visits, is_held_out, moves)
        self.components_ = PlaceComponents().fit(visits)
        return self

    def predict(self, visits: Visits, components: PlaceComponents | None = None) -> dict[str, Probabilities]:
        """Return the probability of every zone, visits by zones, for each component and the mixture."""
        parts = (components or self.components_).predict(visits)
        return {**parts, MIXTURE: _sharpened(self._mixed(parts), self.sharpness_)}

    def score(self, visits: Visits, is_late: Flags, moves: Flags) -> pd.DataFrame:
        """Return model, rank (of the truth), confidence (of the first guess), brier: one row a model and late move."""
        walk = walked(visits, is_late, moves)
        return pd.concat(
            [_scored(self.predict(part, components), part) for components, part in walk], ignore_index=True
        )

    def _mixed(self, parts: dict[str, Probabilities]) -> Probabilities:
        total = np.zeros_like(parts[MAJORITY])
        for name, values in parts.items():
            total += np.float32(self.shares_[name]) * values
        return total

    def _best_sharpness(self, visits: Visits, is_held_out: Flags, moves: Flags) -> float:
        loss = dict.fromkeys(SHARPNESS, 0.0)
        for components, part in walked(visits, is_held_out, moves):
            mixture = self._mixed(components.predict(part))
            for power in SHARPNESS:
                loss[power] += float(_brier_parts(_sharpened(mixture, power), part).sum())
        return min(loss, key=loss.__getitem__)


def walked(visits: Visits, is_late: Flags, moves: Flags) -> Iterator[tuple[PlaceComponents, Visits]]:
    """Walk through the late visits in time: yield components fitted on all that was before and the next moves.

    The walk has `WALK_STEPS` steps of about equally many late visits; a step's components know the visits that are not
    late and the late ones that started before the step.
    """
    late = np.sort(visits.started_at[is_late])
    starts = np.unique(late[np.arange(WALK_STEPS) * len(late) // WALK_STEPS])
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        components = PlaceComponents().fit(visits.take(~is_late | (visits.started_at < start)))
        inside = visits.started_at >= start
        if end is not None:
            inside &= visits.started_at < end
        for part in in_parts(visits.take(moves & inside)):
            yield components, part


def has_past(visits: Visits) -> Flags:
    """Return which visits are moves: the person was seen somewhere before."""
    return np.asarray(visits.earlier[:, 0] != NOWHERE)


def in_parts(visits: Visits) -> Iterator[Visits]:
    """Yield the visits in parts whose probabilities fit into memory."""
    size = max(1, CELLS_AT_ONCE // max(1, len(visits.zones)))
    for start in range(0, len(visits), size):
        yield visits.take(slice(start, start + size))


def _of_truth(table: dict[str, Probabilities], visits: Visits) -> NDArray[np.float64]:
    rows = np.arange(len(visits))
    return np.stack([table[name][rows, visits.zone] for name in COMPONENTS], axis=1).astype(float)


def _sharpened(mixture: Probabilities, power: float) -> Probabilities:
    raised = mixture ** np.float32(power)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


def _em(likelihood: NDArray[np.float64]) -> NDArray[np.float64]:
    count = likelihood.shape[1]
    shares = np.full(count, 1 / count)
    for _ in range(EM_ROUNDS):
        weighted = likelihood * shares
        shares = (weighted / weighted.sum(axis=1, keepdims=True)).mean(axis=0)
    return shares


def _brier_parts(probability: Probabilities, visits: Visits) -> NDArray[np.float64]:
    """The Brier score of each visit (see `fazri_lib.metrics.brier`, whose mean it is)."""
    of_truth = probability[np.arange(len(visits)), visits.zone].astype(float)
    return np.asarray(np.square(probability, dtype=float).sum(axis=1) - 2 * of_truth + 1)


def _scored(table: dict[str, Probabilities], visits: Visits) -> pd.DataFrame:
    parts = []
    for name in (MAJORITY, *CANDIDATES):
        probability = table[name]
        parts.append(
            pd.DataFrame(
                {
                    "model": name,
                    "rank": ranks_of_truth(probability, visits.zone),
                    "confidence": probability.max(axis=1).astype(float),
                    "brier": _brier_parts(probability, visits),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
