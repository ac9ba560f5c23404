"""Sentences of a board: names of zones instead of ids, and nothing else changed."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow  # charts take a second to import

NAMES = {"12": "Library", "A": "Aula", "main_hall": "Main Hall", "LAB_305": "Lab", "LAB": "Labs", "B7": "Block B7"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("12 people in main_hall, 12 are usual", "12 people in Main Hall, 12 are usual"),
        ("A person was seen in A", "A person was seen in A"),
        ("Most: LAB_305, then LAB; pre-LAB and LAB_30 are none", "Most: Lab, then Labs; pre-LAB and LAB_30 are none"),
        ("Most frequent: off_hours in main_hall_2", "Most frequent: off hours in main_hall_2"),
        ("Forecast of Block B7", "Forecast of Block B7"),
        ("Forecast of B7", "Forecast of Block B7"),
        ("P-12 and P-B7 are people", "P-12 and P-B7 are people"),
    ],
)
def test_ids_become_names_only_where_they_are_ids(text, told):
    """Figures, short words, parts of words and names that hold an id stay."""
    from fazri_lib.views.board_answers import Words

    assert Words(NAMES).told(text) == told


def test_a_name_with_underscores_stays():
    """It is what the campus calls the zone; detectors are told in words, with and without zones."""
    from fazri_lib.views.board_answers import Words

    assert Words({"Z1": "east_wing"}).told("off_hours in Z1, east_wing") == "off hours in east_wing, east_wing"
    assert Words().told("role_violation (2)") == "role violation (2)"
