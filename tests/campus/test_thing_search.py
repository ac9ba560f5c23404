"""Things in the search: books, cards and other identifiers beside people and zones."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
import tiny_campus

import fazri_lib as fazri
from fazri_lib.access import identifier_label

pytestmark = pytest.mark.engine
LABEL = identifier_label("C9")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The tiny campus, with loans of two books; one is known from ten o'clock on."""
    made = tiny_campus.make(tmp_path_factory.mktemp("books"))
    usual = {"source": "loans", "kind": "transaction", "local_date": dt.date(2025, 9, 13), "zone_id": "LIB"}
    loans = [
        usual
        | {"observation_id": 50 + place, "thing_id": book, "ts": tiny_campus.utc(at), "known_at": tiny_campus.utc(at)}
        for place, (book, at) in enumerate((("BK-1207", "08:00"), ("BK-1207", "09:00"), ("BK-1299", "10:00")))
    ]
    count = {"observation_count": 1, "mention_count": 0, "holder_count": 0}
    cards = [{"id_value": value, "id_key": key} for value, key in (("C1", 11), ("C9", 99))]
    things = [{"kind": "card_id", "id_type": "card_id", **card, **count} for card in cards]
    things += [{"kind": "book", "thing_id": book, **count} for book in ("BK-1207", "BK-1299")]
    more = {"observations": pd.DataFrame(loans), "things": pd.DataFrame(things)}
    tiny_campus.publish(made, tiny_campus.tables() | more)
    return made


def found(campus, text):
    """Kind, key and reason of the things found."""
    rows = campus.search(text).frame
    return rows.loc[~rows["kind"].isin(["person", "zone"]), ["kind", "key", "reason"]].to_numpy().tolist()


def test_books_by_number_and_part_of_it(home):
    """By all, beginning and end; "book" names the kind; one that was not known then is not found."""
    with fazri.open(home) as campus:
        whole = [["book", "book:BK-1207", "book is BK-1207"]]
        assert found(campus, "bk1207") == found(campus, "book BK 1207") == whole
        assert [row[1] for row in found(campus, "BK-12")] == ["book:BK-1207", "book:BK-1299"]
        assert found(campus, "1299") == [["book", "book:BK-1299", "book ends in 1299"]]
        assert found(campus, "card BK-1207") == []
        assert campus.search("BK-12").summary == "2 books."
        early = campus.at("2025-09-13T15:00")
        assert [row[1] for row in found(early, "BK-12")] == ["book:BK-1207"]


def test_cards_by_value_where_revealed_else_by_label(home):
    """The address of a card holds its label, never its number."""
    key = f"card_id:{LABEL}"
    with fazri.open(home) as campus:
        assert found(campus, "C9") == []
        assert found(campus, LABEL.lower()) == [["card_id", key, f"label is {LABEL}"]]
        assert found(campus, "I-0000000") == []
        assert campus.search(LABEL).summary == "1 card."
    with fazri.open(home, reveal=True, purpose="test") as campus:
        assert found(campus, "c9") == found(campus, "card C9") == [["card_id", key, "card is C9"]]
        assert campus.search("c9").frame["label"].iloc[-1] == "C9"
        assert campus.thing(key).title.startswith("Card id C9")


def test_what_is_found_can_be_looked_at(home):
    """Every key is one that `campus.thing` takes; other words beside a number are about people, not things."""
    with fazri.open(home, reveal=True, purpose="test") as campus:
        for text in ("bk", "BK-1", "C1", "c9"):
            for _, key, _ in found(campus, text):
                assert len(campus.thing(key).frame)
        assert found(campus, "asha C9") == []


def test_the_box_finds_them_too(home):
    """Marked by kind; without the scope for people zones only."""
    with fazri.open(home) as campus:
        assert campus.look_up("BK-1207").frame[["kind", "key"]].to_numpy().tolist() == [["book", "book:BK-1207"]]
