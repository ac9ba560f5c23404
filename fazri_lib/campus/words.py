"""Small pieces of sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun, as 1 finding, 2 findings, 1,200 people."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def listed(counts: pd.Series[int], most: int = 5) -> str:
    """Return counts by name as student 12, staff 3; the largest ones first."""
    top = counts.sort_values(ascending=False, kind="stable").head(most)
    return ", ".join(f"{name} {count:,}" for name, count in top.items())
