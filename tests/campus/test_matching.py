"""Whose record a new one is, as an analyst asks."""

from __future__ import annotations

import pandas as pd
import pytest
import registered_people
import tiny_campus
from registered_people import COUNT
from tiny_campus import utc

import fazri_lib as fazri
from fazri_lib.errors import AccessDeniedError, SettingsError, UnknownNameError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def rows():
    """Rows of two directories."""
    return registered_people.registered()


@pytest.fixture(scope="module")
def home(rows, tmp_path_factory):
    """The tiny campus with these people; the matcher holds from seven o'clock on."""
    made = tiny_campus.make(tmp_path_factory.mktemp("registered"))
    document = registered_people.document(registered_people.trained(rows))
    matchers = pd.DataFrame([{"records": 2 * COUNT, "document": document, "known_at": utc("07:00")}])
    tiny_campus.publish(made, tiny_campus.tables() | registered_people.frames(rows) | {"matchers": matchers})
    return made


@pytest.fixture
def revealed(home):
    """With names."""
    with fazri.open(home, reveal=True, purpose="test") as campus:
        yield campus


def test_somebody_on_record_is_found_with_reasons(rows, revealed):
    """A misspelt name and a day of birth: the person, what each field says, and how probable that it is nobody."""
    record = {"name": rows["name"].iloc[COUNT], "born_on": rows["born_on"].iloc[0]}
    answer = revealed.match(record)
    best = answer.frame.iloc[0]
    assert best["entity_id"] == rows["entity_id"].iloc[0]
    assert best["probability"] > 0.9
    assert best["records"] == 2
    assert "born on: equal (+" in best["reason"] or "born: equal (+" in best["reason"]
    parts = answer.tables["parts"]
    own = parts[parts["entity_id"] == best["entity_id"]]
    assert own["field"].tolist()[:2] == ["prior", "name"]
    shares = answer.tables["shares"]
    assert shares["probability"].sum() == pytest.approx(1, abs=1e-3)
    assert shares["who"].iloc[-1] == "nobody on record"
    assert answer.summary.startswith(f"{rows['name'].iloc[0]} ({best['pseudonym']}) with ")
    assert answer.plot() is not None


@pytest.mark.parametrize("limit", [0, -1, 1001, "5"])
def test_a_limit_that_is_none(revealed, limit):
    """Fewer than one would say that nobody fits."""
    with pytest.raises(SettingsError, match="limit: expected 1 to 1000"):
        revealed.match({"name": "Asha Rao"}, limit)


def test_nobody_fits_a_stranger(revealed):
    """A name and a day that nobody has."""
    answer = revealed.match({"name": "Zzyx Qwrt", "born_on": "1955-05-05"})
    assert answer.summary.startswith("Nobody on record fits (")
    assert answer.tables["shares"]["probability"].iloc[-1] > 0.5


def test_who_shares_only_a_common_value_is_no_candidate(rows, revealed):
    """A department alone leads to nobody."""
    answer = revealed.match({"department": str(rows["department"].iloc[0])})
    assert answer.summary == "Nobody on record fits (100%)."


@pytest.mark.parametrize(
    ("record", "error"),
    [
        ({}, SettingsError),
        ({"name": " "}, SettingsError),
        ({"nam": "A"}, UnknownNameError),
        ({"name": "a" * 201}, SettingsError),
        ({"name": "aaa", "born_on": "1999-13-45"}, SettingsError),
        ({"born_on": "31.02.1999"}, SettingsError),
        ({"born_on": "soon"}, SettingsError),
    ],
)
def test_what_cannot_be_matched_is_refused(revealed, record, error):
    """Nothing at all, unknown fields, endless texts; no value stands in the message."""
    with pytest.raises(error) as refused:
        revealed.match(record)
    assert "aaa" not in str(refused.value)


def test_days_may_be_written_in_any_order(rows, revealed):
    """Year, month, day or day or month first: the same person."""
    year, month, day = str(rows["born_on"].iloc[0]).split("-")
    for text in (f"{year}-{month}-{day}", f"{day}.{month}.{year}"):
        best = revealed.match({"name": str(rows["name"].iloc[0]), "born_on": text}).frame.iloc[0]
        assert best["entity_id"] == rows["entity_id"].iloc[0]
        assert "born: equal" in best["reason"]
    assert revealed.match({"born_on": "04/25/1999"}).summary.startswith("Nobody")


def test_an_address_alone_that_one_person_has(rows, revealed, monkeypatch):
    """Where it is not enough the sentence still says who has it; of somebody unknown, that nobody fits."""
    monkeypatch.setattr("fazri_lib.campus.matching.searching.shares", lambda found: ([0.2] * len(found), 0.8))
    told = revealed.match({"student_id": str(rows["student_id"].iloc[0])}).summary
    who = rows["name"].iloc[0]
    assert told.startswith(f"Only {who} (P-")
    assert "has exactly this student id, alone it says little" in told
    assert told.endswith("nobody on record with 80.0%.")
    assert revealed.match({"student_id": "nothing like it"}).summary.startswith("Nobody on record fits")


def test_names_must_be_revealed(home):
    """Whoever matches a record by name finds its pseudonym."""
    with fazri.open(home) as campus, pytest.raises(AccessDeniedError, match="reveal"):
        campus.match({"name": "Neha"})


def test_before_the_first_training_there_are_no_probabilities(rows, revealed):
    """Then candidates are ranked by what they share; the model of later is not used."""
    early = revealed.at("2025-09-13T12:00")  # half past six, UTC
    answer = early.match({"name": rows["name"].iloc[0]})
    assert answer.frame["entity_id"].iloc[0] == rows["entity_id"].iloc[0]
    assert answer.frame["probability"].isna().all()
    assert "No matcher was trained by then" in answer.summary
