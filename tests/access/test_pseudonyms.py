"""Labels of people and identifiers."""

from __future__ import annotations

import re

import pytest

from fazri_lib.access import identifier_label, pseudonym, pseudonyms

READABLE = re.compile(r"[PI]-[0-9A-HJKMNP-TV-Z]{7}")


@pytest.mark.parametrize("key", ["", "secret"])
def test_a_label_is_short_and_free_of_letters_that_look_alike(key):
    """Seven characters without I, L, O and U, whatever the id and the key."""
    for entity_id in (0, 1, 2**63 - 1):
        assert READABLE.fullmatch(pseudonym(entity_id, key))
    assert READABLE.fullmatch(identifier_label("C1", key))


def test_a_label_is_stable():
    """The label of an id never changes: notebooks and bookmarks hold it."""
    assert pseudonym(1) == "P-" + pseudonym(1)[2:] == pseudonym(1)
    assert pseudonyms([1, 2]) == {1: pseudonym(1), 2: pseudonym(2)}


def test_another_key_gives_other_labels():
    """Two campuses with their own keys cannot compare labels."""
    assert len({pseudonym(1), pseudonym(1, "a"), pseudonym(1, "b")}) == 3
    assert identifier_label("C1", "a") != identifier_label("C1", "b")


def test_many_people_hardly_share_labels():
    """Among 20,000 people no label stands twice."""
    labels = pseudonyms(range(20_000))
    assert len(set(labels.values())) == 20_000


def test_a_key_of_any_length_works():
    """A key longer than the hash takes is not cut."""
    assert pseudonym(1, "k" * 500) != pseudonym(1, "k" * 499)
