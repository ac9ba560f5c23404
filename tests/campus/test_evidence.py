"""What stands behind findings and people, by the rows of `tiny_campus`."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
import tiny_campus

import fazri_lib as fazri
from fazri_lib.access import identifier_label, pseudonym
from fazri_lib.errors import UnknownNameError

DAY, LATER = dt.date(2025, 9, 13), tiny_campus.utc("12:00")


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


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The tiny campus where person 2, one of two who claim row 4 in the library, was seen and stayed elsewhere."""
    alibi = {"observation_id": 4, "entity_id": 2, "ts": tiny_campus.utc("08:00"), "zone_id": "LIB", "factor": 0.05}
    alibi |= {
        "alibi_observation_id": 9,
        "alibi_since_id": 9,
        "alibi_zone_id": "CAF",
        "alibi_at": tiny_campus.utc("08:01"),
    }
    alibi |= {"distance_m": 149.6, "needed_m_s": 2.5, "known_at": tiny_campus.utc("09:00"), "local_date": DAY}
    again = alibi | {"observation_id": 10, "alibi_since_id": 8, "ts": tiny_campus.utc("11:00"), "known_at": LATER}
    claims = pd.DataFrame([*tiny_campus.CLAIMS, tiny_campus.claim(10, 2, "11:00", "LIB", 0.2)])
    seen = {"observation_id": 9, "source": "wifi", "kind": "observation", "zone_id": "CAF", "sensor_id": "AP1"}
    seen |= {
        "ts": tiny_campus.utc("08:01"),
        "id_type": "device_hash",
        "id_value": "D2",
        "known_at": tiny_campus.utc("08:01"),
    }
    made = tmp_path_factory.mktemp("alibis")
    (made / "fazri.toml").write_text(tiny_campus.TOML)
    swipe = seen | {"observation_id": 4, "source": "swipes", "zone_id": "LIB", "ts": tiny_campus.utc("08:00")}
    findings = pd.DataFrame(tiny_campus.FINDINGS).assign(evidence=[[1], [4], [], [4]])
    rows = {"alibis": pd.DataFrame([alibi, again]), "claims": claims, "observations": pd.DataFrame([seen, swipe])}
    rows |= {"findings": findings}
    tiny_campus.publish(made, tiny_campus.tables() | rows)
    with fazri.open(made) as campus:
        yield campus


@pytest.mark.engine
def test_alibis_stand_beside_the_rows_that_show_them(town):
    """One sighting too far away, one stay, each with the row behind it; the phone is masked."""
    answer = town.alibis(2, start="2025-09-13")
    assert answer.frame["alibi"].tolist() == [
        "stayed in Cafeteria, 150 m away, until 13:31:00",
        "seen in Cafeteria, 150 m away, at 13:31:00",
    ]
    assert answer.frame["probability"].tolist() == [0.2, 0.5]
    assert answer.frame["alibi_source"].tolist() == ["wifi", "wifi"]
    assert answer.frame["id_value"].tolist() == [identifier_label("D2", "")] * 2
    who = pseudonym(2)
    assert answer.summary == (
        f"2 rows on shared identifiers are weighed down, because {who} was surely elsewhere: "
        "seen too far away 1, stayed elsewhere 1."
    )
    assert set(answer.columns) <= set(answer.frame)
    assert town.alibis(1, start="2025-09-13").summary.startswith("No row of this period is weighed down")


@pytest.mark.engine
def test_an_alibi_is_told_only_once_it_is_known(town):
    """At 14:15 on the campus's clocks the alibi of 08:01 UTC is not settled yet."""
    assert town.at("2025-09-13T14:15").alibis(2, start="2025-09-13").frame.empty


@pytest.mark.engine
def test_claims_tell_their_alibis_and_of_others_only_how_many(town):
    """Person 2 reads where they were; person 3 that one other holder was elsewhere, not who or where."""
    own = town.claims(2, start="2025-09-13")
    assert own.frame.set_index("observation_id")["alibi"][4] == "seen in Cafeteria, 150 m away, at 13:31:00"
    assert own.summary.endswith("Alibis changed the weight of 2 of them.")
    assert town.claims(3, start="2025-09-13").frame["alibi"].tolist() == ["1 other holder surely elsewhere"]
    assert town.claims(1, start="2025-09-13").frame["alibi"].isna().all()


@pytest.mark.engine
def test_a_finding_tells_the_alibis_of_its_rows(town):
    """Finding 2 is about person 2 and rests on row 4, which is hardly theirs: they were seen in the cafeteria."""
    answer = town.evidence(2)
    assert answer.frame["alibi"].tolist() == ["seen in Cafeteria, 150 m away, at 13:31:00"]
    assert "alibi" in answer.columns


@pytest.mark.engine
def test_identifiers_tell_how_many_hold_them(town):
    """C9 is held by two, C1 by one; only the first counts as shared."""
    assert town.person(2).frame["holders"].tolist() == [2]
    assert town.person(1).frame["holders"].tolist() == [1]
    assert town.person(1).summary.endswith("Identifiers that lead to this person: 1, shared with others: 0.")
