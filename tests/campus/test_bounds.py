"""How far a question may reach."""

from __future__ import annotations

import numpy as np
import pytest

from fazri_lib.campus.bounds import probable, score, whole, within
from fazri_lib.errors import SettingsError


@pytest.mark.parametrize(
    ("name", "least", "most"), [("hours", 1, 672), ("past_days", 0, 31), ("weeks", 1, 52), ("days", 1, 366)]
)
def test_both_ends_belong_to_the_bounds(name, least, most):
    """One beyond either end is refused with the number that was given."""
    within(**{name: least})
    within(**{name: np.int64(most)})
    for wrong in (least - 1, most + 1):
        with pytest.raises(SettingsError, match=f"{name}: expected {least} to {most}, got {wrong}"):
            within(**{name: wrong})


def test_only_whole_numbers_count():
    """Neither halves nor texts nor nothing."""
    for wrong in (1.5, "3", None, float("nan")):
        with pytest.raises(SettingsError, match="whole number"):
            within(hours=wrong)


def test_a_score_is_between_nothing_and_certainty():
    """Both ends belong to it; no number is no score."""
    probable(0)
    probable(1.0)
    for wrong in (-0.1, 60, float("nan"), "0.5"):
        with pytest.raises(SettingsError, match="min_score: expected 0 to 1"):
            probable(wrong)


def test_numbers_as_text():
    """Digits of 64 bits with one sign at most; other numerals are none."""
    assert [whole(text) for text in (" 7 ", -5, "-9223372036854775808")] == [7, -5, -(2**63)]
    assert [whole(text) for text in ("--5", "²", "٣", "", "1.0", "9223372036854775808", "1_0")] == [None] * 7
    assert (score("0.25"), score(1)) == (0.25, 1.0)


def test_every_question_is_bounded(campus):
    """What an address can ask for without end is refused before it is computed."""
    questions = {
        "hours": (
            lambda: campus.expected("LIB", hours=80000),
            lambda: campus.course(hours=673),
            lambda: campus.outlook(hours=0),
            lambda: campus.forecast("LIB", hours=80000),
        ),
        "past_days": (lambda: campus.expected("LIB", past_days=3000), lambda: campus.forecast("LIB", past_days=-1)),
        "weeks": (
            lambda: campus.typical_week("LIB", weeks=53),
            lambda: campus.day(weeks=10**6),
            lambda: campus.now(weeks=0),
            lambda: campus.course(weeks=53),
        ),
        "days": (
            lambda: campus.severities(days=10**7),
            lambda: campus.recent_findings(days=367),
            lambda: campus.occupancy("LIB", days=0),
        ),
        "min_score": (
            lambda: campus.severities(min_score=2.0),
            lambda: campus.recent_findings(min_score=-1.0),
            lambda: campus.findings(min_score=60),
        ),
    }
    for name, asked in questions.items():
        for question in asked:
            with pytest.raises(SettingsError, match=f"^{name}: expected"):
                question()
