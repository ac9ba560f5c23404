"""Marks of names: a day is read again when what its notes may name changed, and only then."""

import datetime as dt

import pandas as pd
import pytest

from fazri_lib.resolution import Resolved
from fazri_lib.schema import ALWAYS, EXTRACT_TABLES
from fazri_lib.workflows.month_parts import HOLDERS, fingerprints
from fazri_lib.workflows.name_marks import name_marks

MONDAY, TUESDAY, WEDNESDAY = (dt.datetime(2026, 3, day, 9) for day in (2, 3, 4))
TEXTS = {MONDAY: "Anna Berg called", TUESDAY: "card C100 found", WEDNESDAY: None}
OTHERS = ("links", "records", "pairs", "matchers", "changes")


def resolved(people, cards=(), known_at=ALWAYS):
    """What is known of people (number: name) and cards (number: holder), the last person from `known_at` on."""
    empty = {name: pd.DataFrame(columns=list(EXTRACT_TABLES[name].column_names)) for name in OTHERS}
    moments = [ALWAYS] * (len(people) - 1) + [known_at]
    shared = {"entity_id": list(people), "known_at": pd.to_datetime(moments), "superseded_at": pd.NaT}
    entities = pd.DataFrame(shared).assign(kind="person", role=None, department=None, confidence=1.0)
    person = pd.DataFrame(shared).assign(name=list(people.values()), email=None, phone=None, born_on=None)
    rows = [{"entity_id": who, "id_type": "card_id", "id_value": card, "id_key": 5} for card, who in cards]
    held = pd.DataFrame(rows, columns=list(EXTRACT_TABLES["identifiers"].column_names))
    held = held.assign(probability=1.0, source="cards", known_at=pd.Timestamp(ALWAYS))
    never = pd.to_datetime([pd.NaT] * len(held))
    held = held.assign(valid_from=never, valid_to=never, superseded_at=never)
    return Resolved(entities=entities, person=person, identifiers=held, **empty)


@pytest.fixture
def marked(duck, load_into, rows_of):
    """`marked(resolved)`: the number of holders and names of each day."""

    def of(known):
        rows = [
            {"observation_id": place, "ts": ts, "local_date": ts.date(), "known_at": ts, "text": text}
            for place, (ts, text) in enumerate(TEXTS.items())
        ]
        names = load_into(duck, name_marks(known))
        found = fingerprints(load_into(duck, rows, "lake.observations"), load_into(duck, HOLDERS.empty_table()), names)
        return [row["holders"] for row in rows_of(found)]

    return of


BEFORE = {1: "Anna Berg", 2: "Eva Koch", 3: "Tom Lee"}


def test_a_new_bearer_of_a_name_touches_the_days_that_may_name_him(marked):
    """A fourth person makes four people on record, which all notes read; a fifth only touches notes with his name."""
    three, four = marked(resolved(BEFORE)), marked(resolved(BEFORE | {4: "Max Frey"}))
    assert [a != b for a, b in zip(three, four, strict=True)] == [True, True, False]
    five = marked(resolved(BEFORE | {4: "Max Frey", 5: "Anna Lang"}))
    assert [a != b for a, b in zip(four, five, strict=True)] == [True, False, False]


def test_what_comes_later_touches_nothing_before(marked):
    """Somebody known from Tuesday evening on, of any name, changes neither Monday nor Tuesday."""
    four = BEFORE | {4: "Max Frey"}
    later = marked(resolved(four | {5: "Anna Lang"}, known_at=TUESDAY + dt.timedelta(hours=9)))
    assert later == marked(resolved(four))


def test_a_card_touches_the_notes_that_write_it(marked):
    """A card with a new holder is read again where a note writes it, whoever held it on that day."""
    without, given = marked(resolved(BEFORE)), marked(resolved(BEFORE, [("C100", 2)]))
    assert [a != b for a, b in zip(without, given, strict=True)] == [False, True, False]
