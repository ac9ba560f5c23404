"""Two clocks that write coarsely: how probable it is that less than a given time lay between two sightings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

FINEST_S = 1e-6
NOT_CERTAIN = 1 - 1e-6


def longest_s(apart_s: ir.NumericValue, first_res_s: ir.NumericValue, second_res_s: ir.NumericValue) -> ir.NumericValue:
    """Return the longest time that can lie between two sightings, in either order.

    Args:
        apart_s: the second one's time less the first one's as written, not negative.
        first_res_s: the first one's true time lies within so many seconds after the written one.
        second_res_s: the same of the second one.
    """
    return ibis.greatest(apart_s + second_res_s, first_res_s - apart_s)


def closer_than(
    limit_s: ir.NumericValue, apart_s: ir.NumericValue, first_res_s: ir.NumericValue, second_res_s: ir.NumericValue
) -> ir.FloatingValue:
    """Return the probability that less than `limit_s` lay between two sightings; 1 only if it cannot have been more.

    Both true times are uniform over their clock's resolution, so their difference D has a trapezoid density on
    (apart - first_res, apart + second_res), and P(|D| < limit) = F(limit - apart) - F(-limit - apart) with

        F(x) = (G(x + r1) - G(x) - G(x + r1 - r2) + G(x - r2)) / (r1 r2),   G(u) = max(u, 0)^2 / 2

    for x within [-r1, r2]. Two exact clocks (resolution 0) give 0 or 1. Arguments as of `longest_s`.
    """
    first = ibis.greatest(first_res_s, FINEST_S)
    second = ibis.greatest(second_res_s, FINEST_S)
    uniform = _below(limit_s - apart_s, first, second) - _below(-limit_s - apart_s, first, second)
    possible = ibis.greatest(ibis.least(uniform, NOT_CERTAIN), 0.0)
    is_certain = longest_s(apart_s, first_res_s, second_res_s) < limit_s
    is_exact = (first_res_s + second_res_s) == 0
    return ibis.cases((is_certain, 1.0), (is_exact, 0.0), else_=possible)


def _below(x: ir.NumericValue, first_res_s: ir.NumericValue, second_res_s: ir.NumericValue) -> ir.NumericValue:
    """F of `closer_than`."""
    inside = ibis.least(ibis.greatest(x, -first_res_s), second_res_s)
    area = (
        _ramp(inside + first_res_s)
        - _ramp(inside)
        - _ramp(inside + first_res_s - second_res_s)
        + _ramp(inside - second_res_s)
    )
    return area / (first_res_s * second_res_s)


def _ramp(u: ir.NumericValue) -> ir.NumericValue:
    positive = ibis.greatest(u, 0.0)
    return positive * positive / 2
