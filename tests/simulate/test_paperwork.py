"""Loans, and notes whose mentions are known."""

from __future__ import annotations

import pytest
from binomial import within


@pytest.fixture(scope="module")
def mentions(folder):
    """Mentions beside the text of their note."""
    return folder.truth("mentions").merge(
        folder.raw("notes.csv"), left_on="note_id", right_on="note_no", suffixes=("", "_note")
    )


def test_loans_name_patrons(folder):
    """Loans go to patrons only; people who were entered twice use both numbers."""
    patrons = folder.truth("holders").query("id_type == 'patron_no'").set_index("id_value")["entity_id"]
    loans = folder.raw("library.csv")
    assert set(loans["patron_no"]) <= set(patrons.index)
    numbers = loans.assign(entity_id=loans["patron_no"].map(patrons)).groupby("entity_id")["patron_no"].nunique()
    assert numbers.max() == 2


def test_mentions_stand_in_the_notes(folder, mentions):
    """What the truth says of a note is written there, and every note with a gap filled names something."""
    assert len(mentions) == len(folder.truth("mentions")) > 80
    assert all(text in note for text, note in zip(mentions["text"], mentions["text_note"], strict=True))
    assert not mentions["text_note"].str.contains("[{}]").any()
    assert set(mentions["kind"]) == {"person", "zone", "card_id", "device_hash"}
    for kind, column in (
        ("person", "entity_id"),
        ("zone", "zone_id"),
        ("card_id", "id_value"),
        ("device_hash", "id_value"),
    ):
        assert mentions.loc[mentions["kind"] == kind, column].notna().all()


def test_people_are_named_in_many_ways(folder, mentions):
    """Of people 45 % are named in full; the rest by a short form, a title, an initial, or misspelt."""
    named = mentions[mentions["kind"] == "person"]
    students = folder.raw("students.csv").assign(record_id=lambda rows: "students:" + rows["student_no"])
    full = students.merge(folder.truth("identities"), on="record_id").drop_duplicates("entity_id", keep="last")
    both = named.merge(full[["entity_id", "name"]], on="entity_id", suffixes=("", "_listed"))
    words = both["name"].str.split()
    is_full = both["text"] == words.str[0] + " " + words.str[-1]
    assert 0.4 < is_full.mean() < 0.75
    assert both.loc[~is_full, "text"].nunique() > 10


def test_people_were_there(folder, mentions):
    """A person who is named was in the zone that the note is about, on that day."""
    zones = mentions[mentions["kind"] == "zone"][["note_id", "zone_id"]]
    named = mentions[mentions["kind"] == "person"][["note_id", "entity_id", "written_at"]].merge(zones, on="note_id")
    stays = folder.truth("stays")[["entity_id", "zone_id"]].drop_duplicates()
    assert len(named.merge(stays, on=["entity_id", "zone_id"])) == len(named) > 20


def test_zones_go_by_their_names_and_others(folder, mentions):
    """Half of the zones are called by their name."""
    found = mentions[mentions["kind"] == "zone"]
    names = folder.reference("zones").set_index("zone_id")["name"].str.lower()
    assert within((found["text"] == found["zone_id"].map(names)).sum(), len(found), 0.5)
