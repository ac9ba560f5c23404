import numpy as np
import pytest

from fazri_lib.metrics import p_better


def test_three_wins_of_three():
    """P(X >= 3) for three fair coins is 1/8; ties and empty gains say nothing."""
    assert p_better([1, 1, 0.5, 0, np.nan]) == 0.125


def test_two_wins_one_loss():
    """P(X >= 2) of three is (3 + 1) / 8."""
    assert p_better([1, 1, -1]) == pytest.approx(0.5)


def test_nothing_but_ties():
    """Without a difference nothing is believed."""
    assert p_better([0, 0]) == 1.0


def test_many_cases_agree_with_scipy():
    """60 wins, 40 losses: the exact binomial test of SciPy."""
    from scipy.stats import binomtest

    theirs = binomtest(60, 100, alternative="greater").pvalue
    assert p_better([1] * 60 + [-1] * 40) == pytest.approx(theirs)
