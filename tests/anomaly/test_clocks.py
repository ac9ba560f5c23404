"""Two coarse clocks: probabilities by hand, and against draws."""

from __future__ import annotations

import ibis
import numpy as np
import pytest

from fazri_lib.anomaly.clocks import NOT_CERTAIN, closer_than


@pytest.fixture
def probability(duck):
    """P(less than limit), for numbers."""

    def of(limit_s, apart_s, first_res_s, second_res_s):
        numbers = [ibis.literal(float(value)) for value in (limit_s, apart_s, first_res_s, second_res_s)]
        return duck.to_pyarrow(closer_than(*numbers)).as_py()

    return of


def test_exact_clocks(probability):
    """Without uncertainty 49 s are too short for 50 s, and 50 s are not."""
    assert [probability(50, apart, 0, 0) for apart in (49, 50, 51)] == [1, 0, 0]


def test_equal_clocks_at_the_limit(probability):
    """Two equal clocks that read exactly the limit apart: as likely shorter as longer."""
    assert probability(50, 50, 1, 1) == pytest.approx(0.5)
    assert probability(50, 50, 10, 10) == pytest.approx(0.5)


def test_certain_only_when_the_longest_time_is_too_short(probability):
    """48 s apart by second clocks are at most 49 s; 49 s apart may have been 50 s."""
    assert probability(50, 48, 1, 1) == 1
    assert probability(50, 49, 1, 1) == NOT_CERTAIN
    assert probability(50, 51, 1, 1) == pytest.approx(0, abs=1e-12)


def test_minute_clocks(probability):
    """Equal minutes: the difference is triangular on (-60, 60), so P(|D| < 50) = 1 - (10/60)^2."""
    assert probability(50, 0, 60, 60) == pytest.approx(1 - 1 / 36)
    assert probability(61, 0, 60, 60) == 1


def test_minute_against_second(probability):
    """A minute clock and an exact one 40 s later: D is uniform on (-20, 40); in either order 50 s are too long."""
    assert probability(50, 40, 60, 0) == 1
    assert probability(30, 40, 60, 0) == pytest.approx(50 / 60, abs=1e-6)


@pytest.mark.parametrize("case", [(50, 30, 60, 7), (50, 100, 1, 300), (20, 5, 0.001, 60), (100, 130, 60, 60)])
def test_against_draws(probability, case):
    """The formula agrees with a million draws of both errors."""
    limit_s, apart_s, first_res_s, second_res_s = case
    rng = np.random.default_rng(1)
    gap_s = apart_s + second_res_s * rng.random(10**6) - first_res_s * rng.random(10**6)
    assert probability(*case) == pytest.approx((np.abs(gap_s) < limit_s).mean(), abs=0.002)
