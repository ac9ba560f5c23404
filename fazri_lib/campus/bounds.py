"""How far a question may reach: numbers come from addresses of pages, and one question is asked at a time."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

from fazri_lib.errors import SettingsError

_WHOLE = {"hours": (1, 672), "past_days": (0, 31), "weeks": (1, 52), "days": (1, 366)}


def within(**numbers: Any) -> None:
    """Check whole numbers by their names: hours 1 to 672, past_days 0 to 31, weeks 1 to 52, days 1 to 366.

    Raises:
        SettingsError: one is outside, or no whole number.
    """
    for name, value in numbers.items():
        least, most = _WHOLE[name]
        if not isinstance(value, Integral) or not least <= int(value) <= most:
            raise SettingsError(f"{name}: expected {least} to {most}, got {value!r}; give a whole number between them")


def probable(min_score: Any) -> None:
    """Check that a score is a probability.

    Raises:
        SettingsError: it is outside 0 to 1, or no number.
    """
    if not isinstance(min_score, Real) or not 0 <= float(min_score) <= 1:
        raise SettingsError(f"min_score: expected 0 to 1, got {min_score!r}; 0.5 shows what is more likely than not")
