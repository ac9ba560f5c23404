"""Names to choose from and the search."""

from __future__ import annotations

import pytest

from fazri_lib.access import pseudonym
from fazri_lib.errors import UnknownNameError


def test_zone_ids_by_name(campus):
    """In the order of the names."""
    assert list(campus.zone_names().items()) == [("Cafeteria", "CAF"), ("Lab", "LAB_305"), ("Library", "LIB")]


def test_a_text_finds_zones_by_name_and_id_and_people_by_pseudonym(campus):
    """Not by name: names are not revealed."""
    assert campus.look_up("lib").frame["key"].tolist() == ["LIB", "LAB_305"]  # Lab is a letter away
    assert campus.look_up("LAB_3").frame["key"].tolist() == ["LAB_305"]
    assert campus.look_up(pseudonym(1)).frame[["kind", "key", "more"]].to_numpy().tolist() == [
        ["person", pseudonym(1), "student, CSE"]
    ]
    assert campus.look_up("Asha").frame.empty
    assert campus.look_up(" ").summary == "Nothing found."


def test_options_of_filters(campus):
    """Each begins with one that asks for all; unknown lists are refused with the nearest name."""
    assert campus.options("severity")["any"] == ""
    assert campus.options("detector")["off hours"] == "off_hours"
    assert campus.options("zone_id")["Library"] == "LIB"
    with pytest.raises(UnknownNameError, match="did you mean severity"):
        campus.options("severty")
