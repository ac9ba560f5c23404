"""Mentions: whom, which zone and which thing a note names, each probability computed by hand."""

import datetime as dt

import pandas as pd
import pytest

from fazri_lib.resolution import notes
from fazri_lib.schema import ALWAYS, EXTRACT_TABLES

NINE = dt.datetime(2026, 3, 2, 9)
HOUR = dt.timedelta(hours=1)
PEOPLE = {1: "Anna Berg", 2: "Berg, Anna", 3: "Winter, Dr. Daniel", 4: "Eva Müller"}
ZONES = [("LIB", "Library"), ("LAB_COMP", "Computer lab"), ("LAB_CHEM", "Chemistry lab")]


def sighting(entity, zone="LIB", ts=NINE - HOUR, **other):
    """A sure sighting of somebody in a zone, known at once."""
    row = {"observation_id": 50 + entity, "entity_id": entity, "ts": ts, "until_at": ts, "local_date": ts.date()}
    row |= {"zone_id": zone, "source": "swipes", "probability": 1.0, "is_presence": True, "known_at": ts}
    return row | other


def held(entity, value="C100", id_type="card_id", key=5, **other):
    """A card of somebody, known always."""
    row = {"entity_id": entity, "id_type": id_type, "id_value": value, "id_key": key, "probability": 1.0}
    return row | {"source": "cards", "known_at": ALWAYS} | other


@pytest.fixture
def mentioned(load, rows_of):
    """`mentioned(text, ...)`: the rows of one note of nine o'clock, of people as `(kind, who): probability`."""

    def rows(text, *, people=PEOPLE, departments=None, named_at=None, claims=(), identifiers=(), **note):
        entities = pd.DataFrame({"entity_id": list(people), "known_at": ALWAYS, "superseded_at": pd.NaT})
        entities["department"] = [(departments or {}).get(who) for who in people]
        person = entities.assign(name=entities["entity_id"].map(people))
        person["known_at"] = [pd.Timestamp((named_at or {}).get(who, ALWAYS)) for who in people]
        zones = pd.DataFrame(ZONES, columns=["zone_id", "name"]).assign(zone_type=None)
        row = {"observation_id": 1, "source": "notes", "kind": "note", "ts": NINE, "local_date": NINE.date()}
        row |= {"known_at": NINE, "text": text, **note}
        known = notes.Known(
            bearers=load(_typed(notes.bearers(person), notes.BEARERS)),
            crowds=load(_typed(notes.crowds(entities), notes.CROWDS)),
            zone_phrases=load(_typed(notes.zone_phrases(zones), notes.ZONE_PHRASES)),
            identifiers=load(list(identifiers), "identifiers"),
            entities=load(entities.assign(kind="person", confidence=1.0), "entities"),
            claims=load(list(claims), "claims"),
        )
        found = notes.mentions(load([row], "observations"), known, lambda table: table)
        assert found.schema() == EXTRACT_TABLES["mentions"].ibis_schema
        return rows_of(found)

    return rows


def _typed(frame, schema):
    import pyarrow as pa

    return pa.Table.from_pandas(frame, schema=schema, preserve_index=False)


@pytest.fixture
def people_in(mentioned):
    """The people whom a note names, with their probabilities."""

    def people(text, **known):
        return {r["entity_id"]: r["probability"] for r in mentioned(text, **known) if r["kind"] == "person"}

    return people


def test_namesakes_share_a_name_with_strangers(people_in):
    """Two of four are Anna Berg: .9 / 4 each, a stranger of that name .1 * 2/4 * 2/4; a card of ours changes nothing."""
    share = 0.225 / (2 * 0.225 + 0.025)
    assert people_in("Anna Berg called.") == {1: pytest.approx(share, abs=1e-6), 2: pytest.approx(share, abs=1e-6)}


def test_who_was_seen_in_the_zone_is_meant_rather(people_in):
    """Half of the nine tenths goes to the one seen in the library: .45 * (1/4 + 1) against .45 / 4."""
    got = people_in("Anna Berg is in the library.", claims=[sighting(1)])
    assert got == {1: pytest.approx(0.5625 / 0.7, abs=1e-6), 2: pytest.approx(0.1125 / 0.7, abs=1e-6)}


@pytest.mark.parametrize(
    "change",
    [
        {"known_at": NINE + HOUR},
        {"superseded_at": NINE - HOUR / 2},
        {"zone_id": "LAB_COMP"},
        {"is_presence": False},
        {"local_date": dt.date(2026, 3, 1)},
    ],
    ids=str,
)
def test_only_what_was_known_of_that_zone_and_day_counts(people_in, change):
    """A sighting known later, or replaced before, elsewhere, on another day, or a plan: both are as likely."""
    got = people_in("Anna Berg is in the library.", claims=[sighting(1) | change])
    assert got[1] == got[2]


def test_the_writers_department_counts(people_in):
    """The writer (4) and one Anna Berg (1) are the two of A: .45 * (1/4 + 1/2) against .45 / 4."""
    writer = sighting(4, None, NINE, observation_id=1, is_presence=False)
    got = people_in("Anna Berg called.", departments={1: "A", 4: "A"}, claims=[writer])
    assert got == {1: pytest.approx(0.3375 / 0.475, abs=1e-6), 2: pytest.approx(0.1125 / 0.475, abs=1e-6)}


def test_a_name_not_yet_known_is_not_read(people_in):
    """The second Anna Berg is on record from ten on: at nine the first is alone."""
    got = people_in("Anna Berg called.", named_at={2: NINE + HOUR})
    assert set(got) == {1}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("saw daniel winter there", "given and family name"),
        ("Winter, Daniel is here", "given and family name"),
        ("D. Winter called", "a name and an initial"),
        ("Daniel W. called", "a name and an initial"),
        ("Dan Winter called", "a short form and the family name"),
        ("Danny Winter called", "a short form and the family name"),
        ("Daniel Wintr called", "name with one letter off"),
        ("Daneil Winter called", "name with one letter off"),
        ("told Dr. Winter", "title and family name"),
        ("told Ziggy Winter", "a word with a capital letter and the family name"),
        ("told Winter of it", "family name alone"),
        ("told Daniel of it", "given name alone"),
        ("told Daniel Abernathy of it", "given name before an unknown one"),
    ],
)
def test_forms_of_a_name(mentioned, text, reason):
    """Daniel Winter is found in every form, and why is said in words without a name."""
    rows = [r for r in mentioned(text) if r["kind"] == "person"]
    assert [r["entity_id"] for r in rows] == [3]
    assert rows[0]["reason"] == f"{reason}; nobody else on record fits"
    assert text[rows[0]["text_from"] : rows[0]["text_to"]].strip(".") in text


@pytest.mark.parametrize(
    "text",
    ["it is cold in winter", "the winter term", "told winter daniels", "Dan was here", "Anna-like", "D Winters", "wi"],
)
def test_what_is_no_name(people_in, text):
    """A family name in small letters alone, a short form alone, a longer word: nobody is read."""
    assert people_in(text, people={3: PEOPLE[3]}) == {}


def test_ordinary_words_count_little(people_in):
    """Winter alone is a season, too, and as the first word of a sentence still less; Müller in any spelling is a name."""
    alone = people_in("told Winter of it")[3]
    assert alone == pytest.approx(0.1 * 0.225 / (0.225 + 0.1 / 4), abs=1e-6)
    assert people_in("Winter is cold")[3] == pytest.approx(alone / 2, abs=1e-6)
    for text in ("told Müller of it", "told Mueller of it", "told Muller of it"):
        assert set(people_in(text)) == {4}, text


def test_a_slip_counts_when_nobody_bears_the_written_name(people_in):
    """Anna Burg is one letter off Anna Berg; once somebody is called so, it is that person, all but surely."""
    assert people_in("Anna Burg called", people={1: "Anna Berg"}) == {1: 1.0}
    both = people_in("Anna Burg called", people={1: "Anna Berg", 2: "Anna Burg"})
    assert both[2] > 0.9
    assert both.get(1, 0.0) < 0.05


def test_zones_by_name_id_and_part(mentioned):
    """A zone by its name or id is sure; what two zones may mean is two mentions; the longest reading stands alone."""

    def zones(text):
        return {r["zone_id"]: r["probability"] for r in mentioned(text) if r["kind"] == "zone"}

    assert zones("in the computer lab") == zones("in LAB_COMP") == {"LAB_COMP": 1.0}
    assert zones("in the chem lab") == {"LAB_CHEM": pytest.approx(7 / 12, abs=1e-6)}
    lab = pytest.approx((3 / 7) ** 2, abs=1e-6)
    assert zones("in the lab") == {"LAB_COMP": lab, "LAB_CHEM": lab}
    assert zones("in the label") == {}


def test_places_in_the_text(mentioned):
    """Each mention says where in the text it stands, by characters."""
    text = "Größe: Eva Müller sucht card C100 in the Library."
    rows = mentioned(text, identifiers=[held(4)])
    assert {(r["kind"], text[r["text_from"] : r["text_to"]]) for r in rows} == {
        ("person", "Eva Müller"),
        ("card_id", "C100"),
        ("zone", "Library"),
    }


def test_a_card_leads_to_who_held_it_then(mentioned):
    """Two holders of nine o'clock share it; one who gave it back, one to come and one known later are none."""
    cards = [
        held(1),
        held(2),
        held(3, valid_to=NINE - HOUR),
        held(4, valid_from=NINE + HOUR),
        held(4, known_at=NINE + HOUR),
    ]
    rows = mentioned("Found card c100.", identifiers=cards)
    assert {r["entity_id"]: (r["kind"], r["id_value"], r["probability"]) for r in rows} == {
        1: ("card_id", "C100", 0.5),
        2: ("card_id", "C100", 0.5),
    }
    assert {r["reason"] for r in rows} == {"identifier of 2 holders"}


def test_a_card_that_nobody_holds_is_still_that_card(mentioned):
    """Without a holder the card itself is mentioned; one that comes on record later is not known yet."""
    rows = mentioned("Found C100.", identifiers=[held(3, valid_to=NINE - HOUR)])
    assert [(r["id_key"], r["entity_id"], r["probability"]) for r in rows] == [(5, None, 1.0)]
    assert mentioned("Found C100.", identifiers=[held(3, known_at=NINE + HOUR)]) == []


def test_addresses_and_logins_are_identifiers(mentioned):
    """An e-mail address in a note is its holder, not a name in it; a word without a figure is no identifier."""
    mail = held(3, "daniel.winter@campus.example", "email", 6)
    rows = mentioned("Write to Daniel.Winter@Campus.example, please", identifiers=[mail])
    assert [(r["kind"], r["entity_id"], r["probability"]) for r in rows] == [("email", 3, 1.0)]
    assert mentioned("the reader is off", identifiers=[held(3, "reader", "login", 7)]) == []


def test_probabilities_of_one_place_are_at_most_one(mentioned):
    """Whatever fits: of one place and kind they add up to one at most, and none is above."""
    text = "Anna Berg and A. Berg met Berg, Daniel W. and Eva at the lab, C100."
    rows = mentioned(text, claims=[sighting(1), sighting(3)], identifiers=[held(1), held(2)])
    places = pd.DataFrame(rows).groupby(["text_from", "text_to", "kind"])["probability"].sum()
    assert len(places) >= 5
    assert (places <= 1 + 1e-5).all()


def test_rows_without_text_name_nobody(mentioned):
    """A row without text, and one with an empty text."""
    assert mentioned(None) == []
    assert mentioned("") == []
