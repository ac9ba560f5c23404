"""How far a question may reach: numbers come from addresses of pages, and one question is asked at a time."""

from __future__ import annotations

import re
from numbers import Integral, Real
from typing import Any

from fazri_lib.errors import SettingsError

_WHOLE = {"hours": (1, 672), "past_days": (0, 31), "weeks": (1, 52), "days": (1, 366), "limit": (1, 1000)}

_NUMBER = re.compile(r"-?[0-9]{1,19}")
_LARGEST = 2**63


def whole(text: Any) -> int | None:
    """Return the whole number of at most 64 bits that a text is; None where it is none, as "--5" or "²"."""
    told = str(text).strip()
    number = int(told) if _NUMBER.fullmatch(told) else None
    return number if number is not None and -_LARGEST <= number < _LARGEST else None


def within(**numbers: Any) -> None:
    """Check whole numbers by their names.

    They are hours (1 to 672), past_days (0 to 31), weeks (1 to 52), days (1 to 366), limit (1 to 1000).

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


def score(text: Any) -> float:
    """Return a score that may come as text.

    Raises:
        SettingsError: it is no number from 0 to 1.
    """
    try:
        number = float(text)
    except (TypeError, ValueError):
        number = -1.0
    probable(number if 0 <= number <= 1 else str(text)[:20])
    return number
