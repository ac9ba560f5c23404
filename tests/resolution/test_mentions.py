"""Mentions: whom, which zone and which thing a note names, each probability computed by hand."""

import datetime as dt
from contextlib import ExitStack

import pandas as pd
import pyarrow as pa
import pytest

from fazri_lib.resolution import notes
from fazri_lib.schema import ALWAYS, EXTRACT_TABLES
from fazri_lib.store import held as held_on

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


def read_by(backend, load_into, rows_of):
    """Return `mentioned(texts, ...)` on an engine: the rows of notes of nine o'clock, numbered from 1."""

    def load(rows, table=""):
        return load_into(backend, rows, table)

    def rows(texts, *, people=PEOPLE, departments=None, named_at=None, claims=(), identifiers=(), **note):
        entities = pd.DataFrame({"entity_id": list(people), "known_at": ALWAYS, "superseded_at": pd.NaT})
        entities["department"] = [(departments or {}).get(who) for who in people]
        person = entities.assign(name=entities["entity_id"].map(people))
        person["known_at"] = [pd.Timestamp((named_at or {}).get(who, ALWAYS)) for who in people]
        zones = pd.DataFrame(ZONES, columns=["zone_id", "name"]).assign(zone_type=None)
        row = {"source": "notes", "kind": "note", "ts": NINE, "local_date": NINE.date(), "known_at": NINE, **note}
        texts = texts if isinstance(texts, list) else [texts]
        noted = [{"observation_id": place + 1, "text": text} | row for place, text in enumerate(texts)]
        known = notes.Known(
            bearers=load(_typed(notes.bearers(person), notes.BEARERS)),
            crowds=load(_typed(notes.crowds(entities), notes.CROWDS)),
            zone_phrases=load(_typed(notes.zone_phrases(zones), notes.ZONE_PHRASES)),
            identifiers=load(list(identifiers), "identifiers"),
            entities=load(entities.assign(kind="person", confidence=1.0), "entities"),
            claims=load(list(claims), "claims"),
        )
        with ExitStack() as kept:
            found = notes.mentions(
                load(noted, "observations"), known, lambda table: kept.enter_context(held_on(backend, table))
            )
            assert found.schema() == EXTRACT_TABLES["mentions"].ibis_schema
            return rows_of(found)

    return rows


@pytest.fixture
def mentioned(duck, load_into, rows_of):
    """`mentioned(texts, ...)` on DuckDB."""
    return read_by(duck, load_into, rows_of)


def _typed(frame, schema):
    return pa.Table.from_pandas(frame, schema=schema, preserve_index=False)


@pytest.fixture
def people_in(mentioned):
    """The people whom a note names, with their probabilities."""

    def people(text, **known):
        return {r["entity_id"]: r["probability"] for r in mentioned(text, **known) if r["kind"] == "person"}

    return people


def test_namesakes_share_a_name_with_strangers(people_in):
    """Two of four are Anna Berg: .9 / 4 each, and a stranger of that name .1 * 2/4 * 2/4."""
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


FORMS = {
    "saw daniel winter there": "given and family name",
    "Winter, Daniel is here": "given and family name",
    "D. Winter called": "a name and an initial",
    "Daniel W. called": "a name and an initial",
    "Dan Winter called": "a short form and the family name",
    "Danny Winter called": "a short form and the family name",
    "Daniel Wintr called": "name with one letter off",
    "Daneil Winter called": "name with one letter off",
    "told Dr. Winter": "title and family name",
    "told Ziggy Winter": "a word with a capital letter and the family name",
    "told Winter of it": "family name alone",
    "told Daniel of it": "given name alone",
    "told Daniel Abernathy of it": "given name before an unknown one",
}


def test_forms_of_a_name(mentioned):
    """Daniel Winter is found in every form, and why is said in words without a name."""
    rows = mentioned(list(FORMS))
    assert {r["entity_id"] for r in rows} == {3}
    reasons = {r["observation_id"]: r["reason"] for r in rows}
    assert len(rows) == len(reasons)
    assert [reasons.get(place + 1) for place in range(len(FORMS))] == [
        f"{reason}; nobody else on record fits" for reason in FORMS.values()
    ]


def test_what_is_no_name(mentioned):
    """A family name in small letters alone, a short form alone, a longer word: nobody is read."""
    texts = ["it is cold in winter", "the winter term", "told winter daniels", "Dan was here", "D Winters", "wi"]
    assert mentioned(texts, people={3: PEOPLE[3]}) == []


def test_ordinary_words_count_little(mentioned):
    """Winter alone is a season, too, and as the first word of a sentence still less; Müller is one in any spelling."""
    rows = mentioned(["told Winter", "Winter is cold", "told Müller", "told Mueller", "told Muller"])
    found = {r["observation_id"]: (r["entity_id"], r["probability"]) for r in rows}
    alone = 0.1 * 0.225 / (0.225 + 0.1 / 4)
    assert found[1] == (3, pytest.approx(alone, abs=1e-6))
    assert found[2] == (3, pytest.approx(alone / 2, abs=1e-6))
    assert [found[note][0] for note in (3, 4, 5)] == [4, 4, 4]


def test_strangers_are_nobody_on_record(mentioned):
    """Anna Koch bears names of two people and is neither; Anna Quill may be Anna Berg in one case of ten at most."""
    rows = mentioned(["told Anna Koch", "told Anna Quill"], people={1: "Anna Berg", 2: "Tom Koch"})
    stranger = 0.1 * 0.45 / (0.45 + 0.1 / 2)
    assert [(r["observation_id"], r["entity_id"], r["probability"]) for r in rows] == [
        (2, 1, pytest.approx(stranger, abs=1e-6))
    ]


def test_a_slip_counts_when_nobody_bears_the_written_name(people_in):
    """Anna Burg is one letter off Anna Berg; once somebody is called so, it is that person, all but surely."""
    assert people_in("Anna Burg called", people={1: "Anna Berg"}) == {1: 1.0}
    both = people_in("Anna Burg called", people={1: "Anna Berg", 2: "Anna Burg"})
    assert both[2] > 0.85
    assert both.get(1, 0.0) < 0.05


def test_zones_by_name_id_and_part(mentioned):
    """A zone by its name or id is sure; what two zones may mean is two mentions; the longest reading stands alone."""
    rows = mentioned(["in the computer lab", "in LAB_COMP", "in the chem lab", "in the lab", "in the label"])
    found = [{r["zone_id"]: r["probability"] for r in rows if r["observation_id"] == note} for note in range(1, 6)]
    lab = pytest.approx((3 / 7) ** 2, abs=1e-6)
    assert found[:2] == [{"LAB_COMP": 1.0}] * 2
    assert found[2:] == [{"LAB_CHEM": pytest.approx(7 / 12, abs=1e-6)}, {"LAB_COMP": lab, "LAB_CHEM": lab}, {}]


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


@pytest.mark.spark
def test_engines_agree(duck, spark, load_into, rows_of):
    """Spark reads the same mentions as DuckDB, row by row, whatever the notes hold."""
    texts = [
        *FORMS,
        "Anna Berg is in the library",
        "Found C100 in LAB_COMP",
        "\U0001d4b3 Größe: A. Berg, müller",
        "",
        None,
    ]
    known = {"claims": [sighting(1), sighting(2, probability=0.5)], "identifiers": [held(1), held(2)]}
    known["departments"] = {1: "A", 2: "B", 4: "A"}
    on_duck, on_spark = (read_by(backend, load_into, rows_of)(texts, **known) for backend in (duck, spark))
    assert len(on_duck) > len(FORMS)
    assert on_spark == on_duck
