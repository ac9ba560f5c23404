import numpy as np

from fazri_lib.metrics import accuracy_at_k, mrr, ranks_of_truth

PROBABILITIES = np.array([[0.5, 0.3, 0.2], [0.2, 0.4, 0.4], [0.2, 0.4, 0.4], [1.0, 0.0, 0.0]])


def test_ranks_break_ties_by_the_lower_class():
    """Truths 1, 1, 2 and none: ranks 2, 1, 2 and empty."""
    np.testing.assert_array_equal(ranks_of_truth(PROBABILITIES, np.array([1, 1, 2, -1])), [2, 1, 2, np.nan])


def test_accuracy_counts_unlisted_truths_as_misses():
    """One of four first guesses is right, three of four within two."""
    ranks = [2, 1, 2, np.nan]
    assert (accuracy_at_k(ranks, 1), accuracy_at_k(ranks, 2)) == (0.25, 0.75)


def test_mrr():
    """(1/2 + 1 + 1/2 + 0) / 4."""
    assert mrr([2, 1, 2, np.nan]) == 0.5


def test_no_case_has_no_accuracy():
    """Measures of nothing are empty."""
    assert np.isnan(accuracy_at_k([], 1))
    assert np.isnan(mrr([]))
