import numpy as np
import pytest

from fazri_lib.metrics import average_precision, vus_pr


def test_average_precision_by_hand():
    """Events at ranks 1 and 3: (1/1 + 2/3) / 2; equal scores count together: 2/4 over all rows."""
    assert average_precision([1, 0, 1, 0], [4, 3, 2, 1]) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision([1, 0, 1, 0], [1, 1, 1, 1]) == 0.5


def test_without_events_there_is_no_figure():
    """No labelled row: NaN, not 0 or 1."""
    assert np.isnan(average_precision([0, 0], [1, 2]))
    assert np.isnan(vus_pr([0, 0], [1, 2]))


def test_a_perfect_score_has_the_whole_volume_without_rims():
    """Only the event rows score 1: with rims of no width the surface is full."""
    is_event = np.repeat([0, 1, 0], [50, 10, 40])
    assert vus_pr(is_event, is_event, buffer_rows=0) == pytest.approx(1.0)


def test_an_inverse_score_has_next_to_none():
    """Everything else is flagged before the event: precision at the end is its share, 10 %."""
    is_event = np.repeat([0, 1, 0], [50, 10, 40])
    assert vus_pr(is_event, 1 - is_event, buffer_rows=0) == pytest.approx(0.1)


def test_rims_credit_near_hits():
    """A flag one row before the window earns nothing without rims and something with them."""
    is_event = np.repeat([0, 1, 0], [50, 10, 40])
    near = np.zeros(100)
    near[49] = 1.0
    assert vus_pr(is_event, near, buffer_rows=12) > vus_pr(is_event, near, buffer_rows=0)
