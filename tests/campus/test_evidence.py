"""What stands behind findings and people, by the rows of `tiny_campus`."""

from __future__ import annotations

import pandas as pd
import pytest
import tiny_campus

import fazri_lib as fazri
from fazri_lib.access import identifier_label, pseudonym
from fazri_lib.errors import UnknownNameError


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The tiny campus where finding 2 has two rows behind it, one of a card that two people share, and 3 has none."""
    known = {"source": "swipes", "kind": "sighting", "zone_id": "LIB", "sensor_id": "S1"}
    observations = [
        {"observation_id": 4, "ts": tiny_campus.utc("08:00"), "id_type": "card_id", "id_value": "C9", **known},
        {"observation_id": 7, "ts": tiny_campus.utc("07:55"), "id_type": "card_id", "id_value": "C1", **known},
        {"observation_id": 8, "ts": tiny_campus.utc("07:50"), "id_type": "card_id", "id_value": "C1", **known},
    ]
    rows = pd.DataFrame(observations).assign(known_at=lambda frame: frame["ts"])
    findings = pd.DataFrame(tiny_campus.FINDINGS)
    findings["evidence"] = [[1], [4, 7], [], [4]]
    made = tmp_path_factory.mktemp("evidence")
    (made / "fazri.toml").write_text(tiny_campus.TOML)
    tiny_campus.publish(made, tiny_campus.tables() | {"observations": rows, "findings": findings})
    return made


@pytest.mark.engine
def test_a_finding_on_counts_shows_the_counts_around_it(home):
    """Overcrowding at 09:00 UTC has no rows behind it: nine quarters of LIB, an hour to each side, and their bands."""
    with fazri.open(home) as campus:
        answer = campus.evidence(3)
    assert answer.title == "Overcrowding, Sat 13 Sep 2025 14:30"
    assert answer.summary == "because What to do: look"
    assert answer.tables["finding"]["zone_id"].tolist() == ["LIB"]
    hours = answer.frame["ts"].dt.strftime("%H:%M").tolist()
    assert (len(hours), hours[0], hours[-1]) == (9, "08:00", "10:00")
    assert answer.frame["zone_id"].unique().tolist() == ["LIB"]
    assert answer.frame["people"].unique().tolist() == [4.0]
    assert {"people_lo", "people_hi", "quality"} <= set(answer.columns)


@pytest.mark.engine
def test_a_finding_shows_the_rows_behind_it_with_their_weights(home):
    """Two rows in order of time, not the third: what cannot be person 2 weighs nothing, the shared card one half."""
    with fazri.open(home) as campus:
        answer = campus.evidence(2)
    assert answer.frame["observation_id"].tolist() == [7, 4]
    assert answer.frame["weight"].fillna(-1).tolist() == [-1, 0.5]
    assert answer.frame["zone"].unique().tolist() == ["Library"]
    assert set(answer.columns) <= set(answer.frame)


@pytest.mark.engine
def test_identifiers_behind_a_finding_are_masked_unless_revealed(home):
    """Labels for everybody, cards for who reveals."""
    with fazri.open(home) as campus:
        shown = campus.evidence(2).frame["id_value"].tolist()
    assert shown == [identifier_label("C1", ""), identifier_label("C9", "")]
    with fazri.open(home, reveal=True, purpose="test") as campus:
        assert campus.evidence(2).frame["id_value"].tolist() == ["C1", "C9"]


def test_a_finding_whose_rows_are_gone_is_told_all_the_same(campus):
    """Finding 3 of the tiny campus lists an observation that is not in the extract: reason and action stand."""
    answer = campus.evidence(3)
    assert answer.summary == "because What to do: look"
    assert answer.frame.empty


def test_an_unknown_finding_is_refused(campus):
    """A number that is none, one not known yet, and a word: each with what to do."""
    for wrong in ("77", "word", ""):
        with pytest.raises(UnknownNameError, match="no such finding at this moment"):
            campus.evidence(wrong)
    with pytest.raises(UnknownNameError):
        campus.at("2025-09-13T13:00").evidence(2)


def test_claims_with_their_weights(campus):
    """Entity 2 shares a card: one row of which the half is theirs; the latest one first for entity 1."""
    shared = campus.claims(2, start="2025-09-13")
    assert shared.frame["probability"].tolist() == [0.5]
    assert shared.summary == "1 row, 1 of them may be somebody else: swipes 1."
    own = campus.claims(pseudonym(1), start="2025-09-13").frame
    assert own["ts"].is_monotonic_decreasing
    assert own["zone"].iloc[0] == "Library"
    assert own["is_presence"].tolist().count(False) == 1


def test_no_claims_in_a_period(campus):
    """Said in words."""
    assert campus.claims(2, start="2025-09-01", end="2025-09-02").summary.startswith("Nothing was logged")


def test_the_record_of_a_person_has_no_name_unless_revealed(campus):
    """The table beside the identifiers says role and department only."""
    record = campus.person(1).tables["record"]
    assert record["role"].tolist() == ["student"]
    assert "name" not in record
