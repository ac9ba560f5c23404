import numpy as np

from fazri_lib.metrics import coverage


def test_ends_belong_to_the_interval():
    """Of 1, 2, 3, 9 in [1, 3] three are inside; the empty value does not count."""
    assert coverage([1, 2, 3, 9, np.nan], [1] * 5, [3] * 5) == 0.75


def test_coverage_of_nothing_is_empty():
    """Without an observed value there is no share."""
    assert np.isnan(coverage([np.nan], [0], [1]))
