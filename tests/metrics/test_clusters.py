import numpy as np
import pytest

from fazri_lib.metrics import bcubed, exact_clusters, harmonic, pairwise

TRUTH = np.array(["a", "a", "a", "b", "b", "c"])
FOUND = np.array([1, 1, 2, 2, 3, 4])


def test_pairwise_by_hand():
    """Predicted pairs: 12, 34; true ones: 12, 13, 23, 45; one is common: 1/2, 1/4, 1/3."""
    assert pairwise(FOUND, TRUTH) == pytest.approx((0.5, 0.25, 1 / 3))


def test_pairs_across_sources_by_hand():
    """Records 1, 3, 5 from x, the others from y: predicted 12, 34; true 12, 23, 45; one is common."""
    source = np.array(["x", "y", "x", "y", "x", "y"])
    assert pairwise(FOUND, TRUTH, source) == pytest.approx((1 / 2, 1 / 3, 2 / 5))


def test_bcubed_by_hand():
    """Precision (1 + 1 + 1/2 + 1/2 + 1 + 1) / 6, recall (2/3 + 2/3 + 1/3 + 1/2 + 1/2 + 1) / 6."""
    found = bcubed(FOUND, TRUTH)
    assert found.precision == pytest.approx(5 / 6)
    assert found.recall == pytest.approx(11 / 18)
    assert found.f1 == pytest.approx(2 * (5 / 6) * (11 / 18) / (5 / 6 + 11 / 18))


def test_exact_clusters_by_hand():
    """Only the cluster of c alone is exactly one entity."""
    assert exact_clusters(FOUND, TRUTH) == 1
    assert exact_clusters(TRUTH, TRUTH) == 3


def test_nothing_predicted_and_nothing_true():
    """Without a predicted pair no error is made; without a true one nothing is missed."""
    assert pairwise([1, 2, 3], ["a", "a", "b"]) == (1.0, 0.0, 0.0)
    assert pairwise([1, 1, 2], ["a", "b", "c"]) == (0.0, 1.0, 0.0)
    assert pairwise([], []) == (1.0, 1.0, 1.0)
    assert bcubed([], []) == (1.0, 1.0, 1.0)
    assert harmonic(0.0, 0.0).f1 == 0.0
