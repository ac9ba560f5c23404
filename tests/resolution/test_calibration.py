"""Calibration: parameters that made the pairs are found again from the pairs alone."""

import json

import numpy as np
import pandas as pd
import pytest

from fazri_lib.resolution.calibration import Compared, Sides, calibrated, isotonic
from fazri_lib.resolution.comparison import Comparison, Level
from fazri_lib.resolution.model import Frequencies, Model, probability

LEVELS = (Level("equal", "a"), Level("close", "b"), Level("differs", "ELSE"))
M = np.array([[0.8, 0.15, 0.05], [0.7, 0.2, 0.1], [0.9, 0.05, 0.05]])
U = np.array([[0.004, 0.02, 0.976], [0.01, 0.03, 0.96], [0.002, 0.01, 0.988]])
RECORDS, MATCHES = 2000, 3000


@pytest.fixture(scope="module")
def model_and_pairs():
    """Every pair of 2,000 records, 3,000 of them of one person, levels drawn from M and U."""
    draw = np.random.default_rng(3)
    universe = RECORDS * (RECORDS - 1) // 2
    columns = [
        np.concatenate([draw.choice(3, MATCHES, p=m), draw.choice(3, universe - MATCHES, p=u)])
        for m, u in zip(M, U, strict=True)
    ]
    levels = np.column_stack(columns).astype(np.int8)
    comparisons = [Comparison(name, "false", LEVELS, "true") for name in "abc"]
    return Model.untrained(comparisons, RECORDS, {}), levels, universe


def test_what_made_the_pairs_is_found_again(model_and_pairs):
    """Found m lies within two points, u within a tenth, and the prior within a tenth of a bit."""
    untrained, levels, universe = model_and_pairs
    pairs = Compared(levels, np.full(levels.shape, np.nan))
    model, rounds = calibrated(untrained, pairs, pairs, universe)
    assert np.abs(np.array(model.m) - M).max() < 0.02
    assert np.abs(np.array(model.u) / U - 1).max() < 0.1
    assert abs(np.log2(model.prior / (MATCHES / universe))) < 0.1
    assert model.partners == pytest.approx(2 * MATCHES / RECORDS, rel=0.07)
    assert rounds < 12


def test_random_pairs_of_one_person_do_not_make_agreement_common(model_and_pairs):
    """A sample in which one pair in five hundred is of one person: u of "equal" is not raised by them.

    As counted, "equal" of the third field stands at .002 + .0015 * .9 = .0033; corrected it is .002 again.
    """
    untrained, levels, universe = model_and_pairs
    candidates = Compared(levels[(levels < 2).any(axis=1)], np.full(((levels < 2).any(axis=1).sum(), 3), np.nan))
    sample = Compared(levels, np.full(levels.shape, np.nan))
    counted = (levels[:, 2] == 0).mean()
    model, _ = calibrated(untrained, candidates, sample, universe)
    assert counted > 0.0032
    assert model.u[2][0] == pytest.approx(0.002, rel=0.1)


def test_the_prior_is_learnt_for_each_two_sources(model_and_pairs):
    """All 3,000 pairs of one person lie between the sources, none within: within, next to nothing is left."""
    untrained, levels, universe = model_and_pairs
    draw = np.random.default_rng(4)
    is_across = np.concatenate([np.ones(MATCHES, dtype=bool), draw.random(universe - MATCHES) < 0.5])
    side = is_across.astype(np.int64)
    pairs = Compared(levels, np.full(levels.shape, np.nan))
    sides = Sides(side, side, np.bincount(side, minlength=4).astype(float), ("a", "b"))
    model, _ = calibrated(untrained, pairs, pairs, sides)
    assert abs(np.log2(model.between[1] / (MATCHES / is_across.sum()))) < 0.1
    assert model.between[0] < model.between[1] / 100
    weights = model.total(np.zeros((2, 3)), np.array([0, 1]))
    assert weights[1] - weights[0] > 6
    assert model.numbers(pd.Series(["b", "a", "c"])).tolist() == [1, 0, -1]
    assert model.start(np.array([1, -1])).tolist() == pytest.approx([weights[1], model.prior_weight], abs=1e-5)
    again = Model.from_json(json.loads(json.dumps(model.as_json())))
    assert again.as_json() == model.as_json()
    assert again.start(np.array([0])) == model.start(np.array([0]))


def test_values_that_rise_are_pooled():
    """Worked out by hand: 1 and 3 rise and become (1 * 1 + 3 * 3) / 4 = 2.5; what falls stays."""
    weights = np.array([1.0, 1.0, 3.0, 2.0])
    assert isotonic(np.array([4.0, 1.0, 3.0, 0.5]), weights).tolist() == [4.0, 2.5, 2.5, 0.5]


@pytest.mark.parametrize("is_ordered", [True, False])
def test_a_level_that_nothing_reaches_speaks_for_nobody(is_ordered):
    """Of 300 pairs, 60 of one person, none "differs" in the second field; where levels are ordered it is pooled.

    Else what was never seen among either would count as agreement.
    """
    first = np.repeat([0, 2], [60, 240])
    second = np.where(np.arange(300) % 60 < 2, 0, 1)
    pairs = Compared(np.column_stack([first, second]).astype(np.int8), np.full((300, 2), np.nan))
    comparisons = [
        Comparison("a", "false", LEVELS, "true"),
        Comparison("b", "false", LEVELS, "true", is_ordered=is_ordered),
    ]
    model, _ = calibrated(Model.untrained(comparisons, 25, {}), pairs, pairs, 300)
    weights = model.weights()[1]
    assert bool(weights[2] <= 0) == is_ordered
    assert bool((np.diff(weights) <= 1e-3).all()) == is_ordered


def test_few_pairs_teach_little():
    """One pair of one person in which the day differs does not make days worthless: it still costs a bit and more."""
    levels = np.array([[0, 2], *[[2, 2]] * 299], dtype=np.int8)
    pairs = Compared(levels, np.full(levels.shape, np.nan))
    comparisons = [Comparison(name, "false", LEVELS, "true") for name in "ab"]
    model, _ = calibrated(Model.untrained(comparisons, 25, {}), pairs, pairs, 300)
    assert model.m[1][0] > 0.8
    assert model.weights()[1][2] < -1


def test_unknown_says_nothing():
    """A comparison without a value adds no bit, so that two unknown pairs weigh the prior alone."""
    model = Model.untrained([Comparison("a", "false", LEVELS, "true")], 100, {})
    parts = model.parts(np.array([[-1], [0]], dtype=np.int8), np.full((2, 1), np.nan))
    assert parts[0].tolist() == [0.0]
    assert model.total(parts)[0] == pytest.approx(np.log2(0.01 / 0.99), abs=1e-6)
    assert parts[1, 0] > 0


def test_a_rare_value_says_more_than_a_common_one():
    """Of 100 records 90 hold "x" and 10 pairs hold a value of their own.

    Usual: (90 * 90 + 5 * 2 * 2) / 100 = 81.2 records; "x" is log2(81.2 / 90) = -.15 bit, a rare one 5.34.
    """
    frequencies = Frequencies({"x": 90, **{str(number): 2 for number in range(5)}}, 100)
    bits = frequencies.commonness(np.array([90.0, 2.0, np.nan]), 0.0)
    assert bits.round(2).tolist() == [-0.15, 5.34, 0.0]


def test_own_records_do_not_make_a_value_common():
    """With one other record expected, two records of a value count as one: 89, 1; usual (90 * 89 + 10) / 100 = 80.2."""
    frequencies = Frequencies({"x": 90, **{str(number): 2 for number in range(5)}}, 100)
    assert frequencies.commonness(np.array([2.0]), 1.0).round(2).tolist() == [round(float(np.log2(80.2)), 2)]


def test_of_shared_values_nothing_is_taken_off():
    """Two records of a card that people share may well be two people: they count as two whatever is expected."""
    shared = Frequencies({"x": 2, "y": 2}, 4, is_shared=True)
    assert shared.commonness(np.array([2.0]), 1.0).tolist() == shared.commonness(np.array([2.0]), 0.0).tolist()


def test_probability_of_a_weight():
    """0 bits are even odds, 1 bit two to one; the extremes do not overflow."""
    assert probability(np.array([0.0, 1.0, -1.0, 1e6, -1e6])).round(4).tolist() == [0.5, 0.6667, 0.3333, 1.0, 0.0]


def test_a_model_survives_its_document():
    """What `as_json` writes, `from_json` reads: the same weights and frequencies."""
    level = Level("equal", "a_l = a_r", "a")
    model = Model.untrained(
        [Comparison("a", "u", (level, LEVELS[2]), "g")], 10, {"a": Frequencies({"x": 3, "y": 1}, 4)}
    )
    again = Model.from_json(model.as_json())
    assert again.as_json() == model.as_json()
    levels, counts = np.array([[0]], dtype=np.int8), np.array([[3.0]])
    assert again.parts(levels, counts).tolist() == model.parts(levels, counts).tolist()
