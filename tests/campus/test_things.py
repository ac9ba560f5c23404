"""Things and notes about people, by the rows of `tiny_campus` and a few more."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
import tiny_campus

import fazri_lib as fazri
from fazri_lib.access import identifier_label, pseudonym
from fazri_lib.errors import UnknownNameError
from fazri_lib.schema import EXTRACT_TABLES

LABEL = f"card_id:{identifier_label('C9')}"
BIG = 2**62 + 1  # a number that a float would round


def logged(number, ts, **more):
    """A logged row."""
    row = {"observation_id": number, "source": "swipes", "kind": "observation", "ts": tiny_campus.utc(ts)}
    return row | {"known_at": tiny_campus.utc(ts), "local_date": dt.date(2025, 9, 13)} | more


def mention(number, ts, start, end, **more):
    """A mention in a note."""
    row = {"observation_id": number, "ts": tiny_campus.utc(ts), "local_date": dt.date(2025, 9, 13), "reason": "name"}
    return row | {"text_from": start, "text_to": end, "probability": 1.0, "known_at": tiny_campus.utc(ts)} | more


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The tiny campus with a swipe of card C9, a loan, a booking of LIB, and a note that names two people and LIB."""
    text = "Chitra Das found C9 in the Library"
    observations = [
        logged(4, "08:00", zone_id="LIB", id_type="card_id", id_value="C9", id_key=99),
        logged(BIG, "09:00", source="loans", kind="transaction", thing_id="B1", zone_id="LIB"),
        logged(31, "10:00", source="bookings", kind="booking", zone_id="LIB", ended_at=tiny_campus.utc("11:00")),
        logged(32, "11:00", source="notes", kind="note", text=text, category="lost"),
    ]
    claims = [*tiny_campus.CLAIMS, tiny_campus.claim(BIG, 1, "09:00", "LIB"), tiny_campus.claim(31, 2, "10:00", "LIB")]
    mentions = [
        mention(32, "11:00", 0, 10, kind="person", entity_id=3, probability=0.75),
        mention(32, "11:00", 27, 34, kind="zone", zone_id="LIB"),
    ]
    card = {"id_type": "card_id", "id_value": "C9", "id_key": 99, "kind": "card_id", "probability": 0.5}
    mentions += [mention(32, "11:00", 17, 19, entity_id=who, **card) for who in (2, 3)]
    count = {"observation_count": 1, "mention_count": 1, "holder_count": 0}
    things = [
        {"kind": "zone", "zone_id": "LIB", **count},
        {"kind": "book", "thing_id": "B1", **count},
        {"kind": "card_id", "id_type": "card_id", "id_value": "C9", "id_key": 99, **count, "holder_count": 2},
    ]
    made = tmp_path_factory.mktemp("things")
    (made / "fazri.toml").write_text(tiny_campus.TOML)
    more = {"observations": observations, "claims": claims, "mentions": mentions, "things": things}
    tiny_campus.publish(made, tiny_campus.tables() | {name: pd.DataFrame(rows) for name, rows in more.items()})
    return made


@pytest.fixture
def campus(home):
    """That campus, without any right to reveal."""
    with fazri.open(home) as opened:
        yield opened


@pytest.mark.engine
def test_things_by_kind(campus):
    """Zones and books by name, a card by its label; a kind that there is not names those that there are."""
    assert campus.things().frame["thing"].tolist() == ["book:B1", LABEL, "zone:LIB"]
    assert campus.things("card_id").frame["holder_count"].tolist() == [2]
    with pytest.raises(UnknownNameError, match="did you mean card_id"):
        campus.things("card")


@pytest.mark.engine
def test_the_course_of_a_card(campus):
    """Newest first: the note, with both holders; the swipe, with both; and since when they hold it."""
    answer = campus.thing(LABEL, start="2025-09-13")
    rows = list(zip(answer.frame["what"], answer.frame["pseudonym"], answer.frame["probability"], strict=True))
    both = (pseudonym(2), pseudonym(3))
    assert sorted(rows[:2]) == sorted(("mentioned", who, 0.5) for who in both)
    assert sorted(rows[2:4]) == sorted(("seen", who, 0.5) for who in both)
    assert sorted(rows[4:]) == sorted(("held by", who, 0.5) for who in both)
    assert answer.summary == "6 rows: mentioned 2, seen 2, held by 2; 2 people may be concerned."


@pytest.mark.engine
def test_the_course_of_a_book_and_of_a_room(campus):
    """A loan with who took it out, its number exact; of a room its bookings and notes, not every swipe."""
    book = campus.thing("book:B1").frame
    assert book[["what", "entity_id", "observation_id"]].to_numpy().tolist() == [["taken out", 1, BIG]]
    room = campus.thing("zone:LIB").frame
    assert room["what"].tolist() == ["mentioned", "booked"]
    assert room["pseudonym"].fillna("").tolist() == ["", pseudonym(2)]


@pytest.mark.engine
def test_a_card_number_is_only_taken_from_who_reveals(home, campus):
    """Whoever has a list of cards cannot ask whose they are; who reveals can, by number or by label."""
    with pytest.raises(UnknownNameError) as error:
        campus.thing("card_id:C9")
    assert "C9" not in str(error.value)
    with fazri.open(home, reveal=True, purpose="test") as revealed:
        by_number, by_label = (revealed.thing(which).frame for which in ("card_id:C9", LABEL))
        assert revealed.thing("card_id:C9").title.startswith("Card id C9,")
    assert by_number.equals(by_label)


@pytest.mark.engine
def test_notes_that_may_name_a_person(home, campus):
    """By name and by the card, with the zone that the note names; the text is empty unless it is revealed."""
    answer = campus.mentions(3, start="2025-09-13")
    assert answer.frame[["named", "probability", "zone"]].to_numpy().tolist() == [
        ["name", 0.75, "Library"],
        ["card id", 0.5, "Library"],
    ]
    assert answer.summary == "2 mentions (name 1, card id 1), 2 of them more likely than not."
    assert answer.frame["text"].isna().all()
    assert "text" not in answer.columns
    assert answer.frame["id_value"].dropna().tolist() == [identifier_label("C9")]
    with fazri.open(home, reveal=True, purpose="test") as revealed:
        frame = revealed.mentions(3, start="2025-09-13").frame
    assert [text[a:b] for text, a, b in zip(frame["text"], frame["text_from"], frame["text_to"], strict=True)] == [
        "Chitra Das",
        "C9",
    ]


@pytest.mark.engine
def test_nothing_is_known_before(campus):
    """Before the note nobody is named and the card not mentioned; a day without rows says so."""
    earlier = campus.at("2025-09-13 16:00")  # 10:30 UTC
    assert earlier.mentions(3).summary.startswith("No note")
    assert "mentioned" not in set(earlier.thing("zone:LIB").frame["what"])
    assert campus.thing("zone:LIB", "2025-09-01", "2025-09-02").summary == "Nothing is known of it in this period."


def test_personal_columns():
    """What was written is personal: identifiers of mentions and things; where it stands and why is not."""
    assert EXTRACT_TABLES["mentions"].personal == ("id_value",)
    assert EXTRACT_TABLES["things"].personal == ("id_value",)


@pytest.mark.engine
def test_labels_that_are_alike_by_chance_are_not_guessed(tmp_path):
    """Cards C53043 and C78526 have one label (35 bits): it means neither; who may see names gives the number itself."""
    label = identifier_label("C53043")
    assert label == identifier_label("C78526")
    cards = [("C53043", 1, 1), ("C78526", 2, 2), ("C9", 99, 3)]
    held = {"id_type": "card_id", "probability": 1.0, "source": "profiles", "known_at": tiny_campus.ALWAYS}
    identifiers = [held | {"id_value": value, "id_key": key, "entity_id": who} for value, key, who in cards]
    of_things = {"kind": "card_id", "id_type": "card_id", "observation_count": 1, "mention_count": 0, "holder_count": 1}
    listed = [of_things | {"id_value": value, "id_key": key} for value, key, _ in cards]
    (tmp_path / "fazri.toml").write_text(tiny_campus.TOML)
    rows = {"identifiers": pd.DataFrame(identifiers), "things": pd.DataFrame(listed)}
    tiny_campus.publish(tmp_path, tiny_campus.tables() | rows)
    with fazri.open(tmp_path) as campus:
        for which in (f"card_id:{label}", f"card_id:{label.lower()}"):
            with pytest.raises(UnknownNameError, match="means 2 identifiers, whose labels are alike by chance"):
                campus.thing(which)
        assert campus.thing(LABEL).frame["pseudonym"].tolist() == [pseudonym(3)]
    with fazri.open(tmp_path, reveal=True, purpose="test") as campus:
        assert campus.thing("card_id:C78526").frame["pseudonym"].tolist() == [pseudonym(2)]


@pytest.mark.engine
def test_labels_are_made_once(home, monkeypatch):
    """A page of a card asks twice what is meant; each identifier on record is hashed once a view all the same."""
    from fazri_lib.campus import view as views

    hashed = []
    made = views.identifier_label
    monkeypatch.setattr(views, "identifier_label", lambda value, key="": hashed.append(value) or made(value, key))
    with fazri.open(home) as campus:
        campus.thing(LABEL)
        campus.thing(LABEL, end="2025-09-13T17:00")
    assert sorted(hashed) == ["C1", "C9"]
