import numpy as np
import pytest

from fazri_lib.metrics import coverage, interval_score


def test_ends_belong_to_the_interval():
    """Of 1, 2, 3, 9 in [1, 3] three are inside; the empty value does not count."""
    assert coverage([1, 2, 3, 9, np.nan], [1] * 5, [3] * 5) == 0.75


def test_coverage_of_nothing_is_empty():
    """Without an observed value there is no share."""
    assert np.isnan(coverage([np.nan], [0], [1]))


def test_interval_score_by_hand():
    """80 % of width 2: inside 2; 1 below 2 + 10 * 1; the unobserved one is left out."""
    assert interval_score([5, 3, np.nan], [4, 4, 4], [6, 6, 6], 0.8) == pytest.approx((2 + 12) / 2)
    assert np.isnan(interval_score([np.nan], [0], [1], 0.8))
