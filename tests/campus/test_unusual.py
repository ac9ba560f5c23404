"""Findings by question."""

from __future__ import annotations

import pytest

from fazri_lib.access import pseudonym
from fazri_lib.errors import SettingsError, UnknownNameError


def test_the_most_severe_first(campus):
    """Sure to at least one half, critical before high before medium; the rest is counted."""
    answer = campus.findings()
    assert answer.frame["finding_id"].tolist() == [2, 1, 3]
    assert answer.summary == (
        "3 findings: 1 critical, 1 high, 1 medium. Most frequent: off_hours (2). Less sure and left out: 1."
    )
    assert answer.frame["pseudonym"].fillna("").tolist() == [pseudonym(2), pseudonym(1), ""]
    assert answer.plot() is not None


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"entity_id": 1}, [1]),
        ({"entity_id": pseudonym(1), "min_score": 0.0}, [1, 4]),
        ({"zone_id": "LIB"}, [2, 3]),
        ({"detector": "overcrowding"}, [3]),
        ({"severity": "high"}, [1]),
        ({"min_score": 1.0}, [3]),
        ({"start": "2025-09-13T13:30"}, [2, 3]),
        ({"end": "2025-09-13T13:30"}, [1]),
        ({"end": "2025-09-12"}, []),
        ({"entity_id": "", "zone_id": ""}, [2, 1, 3]),
    ],
)
def test_filters(campus, wanted, expected):
    """Each filter by itself; empty texts ask for all."""
    assert campus.findings(**wanted).frame["finding_id"].tolist() == expected


def test_nothing_found(campus):
    """An empty answer says so."""
    assert campus.findings(end="2025-09-12").summary == "Nothing unusual was found."


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"detector": "overcrowd"}, "did you mean overcrowding"),
        ({"severity": "hihg"}, "did you mean high"),
        ({"zone_id": "LIBB"}, "did you mean LIB"),
        ({"entity_id": "P-X"}, "no person"),
    ],
)
def test_unknown_names_are_refused(campus, wanted, message):
    """Each with the nearest known name."""
    with pytest.raises(UnknownNameError, match=message):
        campus.findings(**wanted)


def test_a_score_is_a_probability(campus):
    """60 is not 60 %."""
    with pytest.raises(SettingsError, match="min_score"):
        campus.findings(min_score=60)
