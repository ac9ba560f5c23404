"""Where will this person be next, and is there anything to learn about it on this campus at all?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.errors import NotEnoughDataError
from fazri_lib.forecast.place_components import COMPONENTS
from fazri_lib.forecast.place_models import CANDIDATES, MAJORITY, MIXTURE, PERSON, PlaceModels, has_past
from fazri_lib.forecast.quality import GOOD, NO_SIGNAL, NOT_ENOUGH, SIGNIFICANT, WEAK, Row, quality_rows
from fazri_lib.forecast.visits import LAGS, NOWHERE, SATURDAY, Flags, Visits, encoded, sampled
from fazri_lib.metrics import accuracy_at_k, calibration_error, mrr, p_better

if TYPE_CHECKING:
    from numpy.typing import NDArray

CAPABILITY = "next_place"


@dataclass(frozen=True, slots=True)
class NextPlaceParameters:
    """Constants of evaluation and prediction.

    Attributes:
        people: people drawn for the evaluation when there are more.
        fellows: people drawn beside the asked one for a prediction when there are more.
        moves: scored moves drawn when there are more.
        seed: of both draws.
        test_share: latest share of the visits that is scored.
        held_out_share: latest share of the rest on which the model is chosen.
        least_moves: scored moves without which nothing is concluded.
        least_gain: acc@1 by which the majority class must be beaten to speak of a signal.
        good_gain: ... to call it good.
        good_calibration: calibration error up to which probabilities are called good.
        least_visits: visits of a person without which nothing is predicted.
        listed: zones in a prediction.
    """

    people: int = 2000
    fellows: int = 300
    moves: int = 10_000
    seed: int = 7
    test_share: float = 0.25
    held_out_share: float = 0.2
    least_moves: int = 200
    least_gain: float = 0.02
    good_gain: float = 0.10
    good_calibration: float = 0.05
    least_visits: int = 10
    listed: int = 10


DEFAULT = NextPlaceParameters()


@dataclass(frozen=True, slots=True)
class BackTest:
    """Scores on the later part of time.

    Attributes:
        chosen: the model that was best on the held-out part before it.
        scores: model, rank, confidence, brier: one row a model and scored move, moves in the same order for each model.
        moves: scored moves.
        people: people among them.
    """

    chosen: str
    scores: pd.DataFrame
    moves: int
    people: int

    def of(self, model: str) -> pd.DataFrame:
        """Return the scores of one model."""
        return self.scores[self.scores["model"] == model]


def evaluate_next_place(visits: pd.DataFrame, parameters: NextPlaceParameters = DEFAULT) -> pd.DataFrame:
    """Return the rows of `quality` for capability `next_place`.

    The latest quarter of the visits is scored; the models (`CANDIDATES`) know the person, the time of the visit and the
    visits before it. The one with the best acc@1 on the last fifth of the earlier time is taken; what it counts grows
    as the scored time goes on, its constants do not change. Of more than 2,000 people that many are drawn, of more than
    10,000 scored moves that many, both with a fixed seed. Rows: acc@1 against the majority class and against each
    person's most frequent zone, MRR and Brier score against the majority class's frequencies, and the calibration
    error of the first guess.

    Verdict, the same for all rows (but of the calibration error, see last):

    - `not enough data`: fewer than 200 scored moves;
    - `no signal`: acc@1 less than 2 points above the majority class, or not significantly above it (McNemar's exact
      test, one-sided, p < 0.01);
    - `good`: at least 10 points above it; `weak`: less.
    - The calibration error, where there is a signal: `good` up to 0.05, else `weak`.

    Args:
        visits: entity_id, zone_id, started_at (campus time), in any order.
        parameters: constants.
    """
    try:
        test = back_test(visits, parameters=parameters)
    except NotEnoughDataError:
        nan = float("nan")
        return quality_rows(CAPABILITY, [("acc@1", nan, nan, "majority class", NOT_ENOUGH)])
    ours, majority, person = (test.of(name) for name in (test.chosen, MAJORITY, PERSON))
    verdict = _verdict(ours, majority, parameters)
    error = calibration_error(ours["confidence"], ours["rank"] == 1)
    calibrated = GOOD if error <= parameters.good_calibration else WEAK
    hit = accuracy_at_k(ours["rank"], 1)
    rows: list[Row] = [
        ("acc@1", hit, accuracy_at_k(majority["rank"], 1), "majority class", verdict),
        ("acc@1", hit, accuracy_at_k(person["rank"], 1), "person's most frequent", verdict),
        ("MRR", mrr(ours["rank"]), mrr(majority["rank"]), "majority class", verdict),
        ("Brier", ours["brier"].mean(), majority["brier"].mean(), "majority class", verdict),
        ("calibration error", error, float("nan"), None, verdict if verdict == NO_SIGNAL else calibrated),
    ]
    return quality_rows(CAPABILITY, rows)


def back_test(
    visits: pd.DataFrame, is_test: pd.Series[bool] | None = None, parameters: NextPlaceParameters = DEFAULT
) -> BackTest:
    """Fit on the earlier part of time, score on the later part.

    Args:
        visits: as of `evaluate_next_place`.
        is_test: which visits are scored, aligned with `visits`; None takes the latest quarter of time.
        parameters: constants.

    Raises:
        NotEnoughDataError: fewer than `least_moves` moves to score, or none to choose a model on.
    """
    rows = visits.reset_index(drop=True)
    known = encoded(sampled(rows, parameters.people, parameters.seed))
    marks = _late(known.started_at, parameters.test_share) if is_test is None else is_test.to_numpy()[known.row]
    moves = _drawn(marks & has_past(known), parameters)
    earlier = known.take(~marks)
    held_out = _late(earlier.started_at, parameters.held_out_share)
    choice = _drawn(held_out & has_past(earlier), parameters)
    if moves.sum() < parameters.least_moves or not choice.any():
        raise NotEnoughDataError(
            f"next place needs {parameters.least_moves} later moves, got {moves.sum()}; wait for more data"
        )
    models = PlaceModels().fit(earlier, held_out, choice)
    first = models.score(earlier, held_out, choice)
    hits = (first["rank"] == 1).groupby(first["model"]).mean()
    best = max(CANDIDATES, key=lambda name: hits[name])
    return BackTest(best, models.score(known, marks, moves), int(moves.sum()), len(np.unique(known.person[moves])))


def predict_next_place(
    visits: pd.DataFrame, entity_id: object, at: pd.Timestamp, parameters: NextPlaceParameters = DEFAULT
) -> pd.DataFrame:
    """Return where a visit of this person that starts at `at` would probably be, the most probable zone first.

    Only visits that started at or before `at` are read. The probability is the mixture's (see `PlaceModels`); the
    reason says which components it comes from, as "58 % time of day, 16 % from there at this hour". Of more than 300
    people a seeded draw and the person are read. The reader should see the capability's verdict beside it.

    Args:
        visits: as of `evaluate_next_place`.
        entity_id: the person.
        at: campus time.
        parameters: constants.

    Returns:
        zone_id, probability, reason; at most 10 zones. With too little history a single row whose zone and probability
        are empty and whose reason says so.
    """
    known = visits[visits["started_at"] <= at].reset_index(drop=True)
    count = int(((known["entity_id"] == entity_id) & known["zone_id"].notna()).sum())
    if count < parameters.least_visits:
        return _statement(f"{count} visits known, {parameters.least_visits} needed: no prediction")
    coded = encoded(sampled(known, parameters.fellows, parameters.seed, always=entity_id))
    held_out = _late(coded.started_at, parameters.held_out_share)
    moves = _drawn(held_out & has_past(coded), parameters)
    if moves.sum() < parameters.least_visits:
        return _statement(
            f"{moves.sum()} recent moves of anybody known, {parameters.least_visits} needed: no prediction"
        )
    models = PlaceModels().fit(coded, held_out, moves)
    return _explained(models, _asked(coded, known, entity_id, at), coded.zones, parameters.listed)


def _verdict(ours: pd.DataFrame, majority: pd.DataFrame, parameters: NextPlaceParameters) -> str:
    gains = (ours["rank"] == 1).to_numpy().astype(int) - (majority["rank"] == 1).to_numpy()
    if gains.mean() < parameters.least_gain or p_better(gains) >= SIGNIFICANT:
        return NO_SIGNAL
    return GOOD if gains.mean() >= parameters.good_gain else WEAK


def _late(started_at: NDArray[np.datetime64], share: float) -> Flags:
    """Mark the latest share of the moments; equal moments stay together."""
    if not len(started_at):
        return np.zeros(0, dtype=bool)
    ordered = np.sort(started_at)
    return np.asarray(started_at >= ordered[min(len(ordered) - 1, round(len(ordered) * (1 - share)))])


def _drawn(moves: Flags, parameters: NextPlaceParameters) -> Flags:
    """Keep at most so many of the marked moves."""
    marked = np.flatnonzero(moves)
    if len(marked) > parameters.moves:
        marked = np.random.default_rng(parameters.seed).choice(marked, parameters.moves, replace=False)
    kept = np.zeros(len(moves), dtype=bool)
    kept[marked] = True
    return kept


def _asked(coded: Visits, known: pd.DataFrame, entity_id: object, at: pd.Timestamp) -> Visits:
    """The visit that is asked about, as if it stood in the data; its zone is a placeholder that nothing reads."""
    own = np.flatnonzero((known["entity_id"] == entity_id).to_numpy()[coded.row])
    latest = coded.zone[own[::-1][:LAGS]]
    earlier = np.full((1, LAGS), NOWHERE, dtype=np.int64)
    earlier[0, : len(latest)] = latest
    last = coded.take(own[-1:])
    is_weekend = np.array([at.day_of_week >= SATURDAY])
    return replace(
        last,
        earlier=earlier,
        hour=np.array([at.hour]),
        is_weekend=is_weekend,
        started_at=np.array([at], dtype="datetime64[us]"),
    )


def _explained(models: PlaceModels, asked: Visits, zones: pd.Index, listed: int) -> pd.DataFrame:
    table = {name: values[0].astype(float) for name, values in models.predict(asked).items()}
    order = np.argsort(-table[MIXTURE], kind="stable")[:listed]
    reasons = [_reason({name: models.shares_[name] * table[name][zone] for name in COMPONENTS}) for zone in order]
    return pd.DataFrame({"zone_id": zones[order].to_numpy(), "probability": table[MIXTURE][order], "reason": reasons})


def _reason(parts: dict[str, float]) -> str:
    total = sum(parts.values())
    largest = sorted(parts, key=lambda name: -parts[name])[:3]
    return ", ".join(
        f"{parts[name] / total:.0%} {COMPONENTS[name]}".replace("%", " %")
        for name in largest
        if parts[name] >= 0.05 * total
    )


def _statement(text: str) -> pd.DataFrame:
    return pd.DataFrame({"zone_id": pd.Series([None], dtype="str"), "probability": [float("nan")], "reason": [text]})
