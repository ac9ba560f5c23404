"""Counts that should follow a stated share."""

from __future__ import annotations


def within(counted: int, tried: int, share: float) -> bool:
    """Whether a count fits a share: within four standard deviations of the binomial distribution."""
    return abs(counted - share * tried) <= 4 * (tried * share * (1 - share)) ** 0.5
