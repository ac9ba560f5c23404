"""Precision and recall from answers: by hand, and on campuses whose truth is known, where intervals must hold it."""

import numpy as np
import pandas as pd
import pytest

from fazri_lib.resolution.review import estimated
from fazri_lib.resolution.review.sampling import EDGES


def strata(pairs, same, different, unsure=(0,) * 6, expected=(0,) * 6):
    """Strata of these sizes with these answers, from the lowest on."""
    columns = {"pairs": pairs, "expected": expected, "same": same, "different": different, "unsure": unsure}
    return pd.DataFrame({"stratum": range(6), "low": [-np.inf, *EDGES], **columns})


def at(frame, threshold):
    """The row of a threshold."""
    return frame.set_index("threshold").loc[threshold]


def test_by_hand():
    """300 pairs at 9 in 10 and 100 at 1 in 2 from 0 bits on, 1,000 at 1 in 100 below: precision .8, recall .969697."""
    found = estimated(strata((0, 1000, 100, 0, 300, 0), (0, 1, 5, 0, 9, 0), (0, 99, 5, 0, 1, 0)))
    row = at(found, 0.0)
    assert (row["pairs"], row["answers"]) == (400, 20)
    assert row["precision"] == pytest.approx((0.9 * 300 + 0.5 * 100) / 400)
    assert row["recall"] == pytest.approx(320 / 330, abs=1e-6)
    assert at(found, 3.0)["precision"] == pytest.approx(0.9)
    assert at(found, 3.0)["recall"] == pytest.approx(270 / 330, abs=1e-6)


def test_one_stratum_has_the_exact_interval():
    """With one stratum the interval is that of Clopper and Pearson: 18 of 20 gives .683 to .988 (their table)."""
    row = at(estimated(strata((0, 0, 0, 0, 1_000_000, 0), (0, 0, 0, 0, 18, 0), (0, 0, 0, 0, 2, 0)), draws=100_000), 6.0)
    assert [row["precision_lo"], row["precision_hi"]] == pytest.approx([0.683, 0.988], abs=0.004)


def test_all_alike_still_has_a_width():
    """20 of 20 "same" is no certainty: the rule of three gives .832 (.025^(1/20)) to 1."""
    row = at(estimated(strata((0, 0, 0, 0, 0, 1_000_000), (0, 0, 0, 0, 0, 20), (0,) * 6), draws=100_000), 10.0)
    assert [row["precision"], row["precision_lo"], row["precision_hi"]] == pytest.approx([1, 0.832, 1], abs=0.003)


def test_no_pairs_above():
    """Where no pair lies above, nothing is known of precision; of recall nothing while no answer says "same"."""
    row = at(estimated(strata((50, 100, 0, 0, 0, 0), (0,) * 6, (0,) * 6)), 0.0)
    assert row["pairs"] == 0
    assert np.isnan([row["precision"], row["recall"], row["claimed_precision"]]).all()
    assert [row[f"{name}_{end}"] for name in ("precision", "recall") for end in ("lo", "hi")] == [0, 1, 0, 1]
    row = at(estimated(strata((50, 100, 0, 0, 0, 0), (1, 1, 0, 0, 0, 0), (49, 3, 0, 0, 0, 0))), 0.0)
    assert (row["precision_lo"], row["precision_hi"]) == (0, 1)
    assert (row["recall"], row["recall_lo"], row["recall_hi"]) == (0, 0, 0)  # all people lie below


def test_no_pairs_at_all():
    """Nothing is known of anything."""
    row = at(estimated(strata((0,) * 6, (0,) * 6, (0,) * 6)), 0.0)
    assert [row[f"{name}_{end}"] for name in ("precision", "recall") for end in ("lo", "hi")] == [0, 1, 0, 1]


def test_nothing_answered():
    """Without answers there is no estimate, the interval is everything, and the model's own claim stands beside it."""
    row = at(estimated(strata((0, 100, 100, 0, 100, 0), (0,) * 6, (0,) * 6, expected=(0, 10, 60, 0, 99, 0))), 0.0)
    assert np.isnan([row["precision"], row["recall"]]).all()
    assert (row["precision_lo"], row["precision_hi"]) == (0, 1)
    assert (row["recall_lo"], row["recall_hi"]) == (0, 1)
    assert row["claimed_precision"] == pytest.approx(159 / 200)
    assert row["claimed_recall"] == pytest.approx(159 / 169, abs=1e-6)


def test_everything_answered():
    """Who has answered every pair knows: the interval is a point."""
    row = at(estimated(strata((0, 10, 0, 0, 20, 0), (0, 2, 0, 0, 18, 0), (0, 8, 0, 0, 2, 0))), 6.0)
    assert [row[f"precision{end}"] for end in ("", "_lo", "_hi")] == pytest.approx([0.9] * 3)
    assert [row[f"recall{end}"] for end in ("", "_lo", "_hi")] == pytest.approx([0.9] * 3)


def test_unsure_widens():
    """Two of ten "unsure": they are out of the estimate, against it at its lower end and for it at its upper one."""
    sure = at(estimated(strata((0, 0, 0, 0, 1000, 0), (0, 0, 0, 0, 6, 0), (0, 0, 0, 0, 2, 0))), 6.0)
    unsure = at(
        estimated(strata((0, 0, 0, 0, 1000, 0), (0, 0, 0, 0, 6, 0), (0, 0, 0, 0, 2, 0), (0, 0, 0, 0, 2, 0))), 6.0
    )
    assert unsure["precision"] == sure["precision"] == 0.75
    assert unsure["precision_lo"] < sure["precision_lo"]
    assert unsure["precision_hi"] > sure["precision_hi"]


def test_the_same_answers_give_the_same_interval():
    """Draws are seeded."""
    one = strata((0, 10, 0, 0, 200, 0), (0, 2, 0, 0, 18, 0), (0, 4, 0, 0, 2, 0))
    pd.testing.assert_frame_equal(estimated(one), estimated(one))


@pytest.mark.slow
@pytest.mark.parametrize("answers", [5, 20, 60])
def test_intervals_hold_the_truth(answers):
    """Of 400 campuses with known shares at least 95 in 100 lie within the 95 % intervals, at each threshold."""
    source = np.random.default_rng(1)
    size = np.array([500, 4000, 800, 600, 900, 6000])
    share = np.array([0.005, 0.02, 0.3, 0.8, 0.97, 0.999])
    held = []
    for number in range(400):
        truth = [
            source.permutation(np.arange(whole) < round(whole * part)) for whole, part in zip(size, share, strict=True)
        ]
        taken = [one[: min(answers, len(one))].sum() for one in truth]
        matches = np.array([one.sum() for one in truth])
        found = estimated(strata(size, taken, [answers - one for one in taken]), draws=2000, seed=number)
        for place, row in enumerate(found.to_dict("records"), start=1):
            precision, recall = matches[place:].sum() / size[place:].sum(), matches[place:].sum() / matches.sum()
            held.append((row["threshold"], row["precision_lo"] - 1e-6 <= precision <= row["precision_hi"] + 1e-6,
                         row["recall_lo"] - 1e-6 <= recall <= row["recall_hi"] + 1e-6))  # fmt: skip
    covered = pd.DataFrame(held, columns=["threshold", "precision", "recall"]).groupby("threshold").mean()
    assert covered.to_numpy().min() >= 0.95 - 2 * np.sqrt(0.95 * 0.05 / 400), covered
