"""People that turned out to be one: what was told under the old number is told of the one that is left."""

from __future__ import annotations

import pandas as pd
import pytest
import tiny_campus
from tiny_campus import claim, finding, stay, utc

import fazri_lib as fazri
from fazri_lib.access import Grant, Scope, pseudonym
from fazri_lib.campus import search
from fazri_lib.campus.merged import merged_into, moved
from fazri_lib.campus.pool import Pool
from fazri_lib.campus.reading import Reader, read_by
from fazri_lib.errors import UnknownNameError
from fazri_lib.settings import load

BIG = 2**62 + 1  # a number that a float would round
MERGED_AT = utc("10:00")


def changes(*rows):
    """Rows of `changes` by number, other number, what and time of day."""
    frame = pd.DataFrame(rows, columns=["entity_id", "other_id", "what", "known_at"])
    return frame.assign(known_at=frame["known_at"].map(utc))


def test_chains_end_at_who_is_there():
    """2 went into 3, 3 into 4, 4 into the big number: all three are it, exactly."""
    told = changes((2, 3, "merged", "06:00"), (3, 4, "merged", "07:00"), (4, BIG, "merged", "08:00"))
    assert merged_into(told, {1, BIG}) == {2: BIG, 3: BIG, 4: BIG}


def test_the_latest_change_counts():
    """2 came out of 1 again; 3 went into 1 and stands there still; 4 is on record itself; 5 went into nobody known."""
    told = changes(
        (2, 1, "merged", "06:00"), (2, 1, "split", "07:00"), (3, 1, "merged", "07:00"),
        (4, 1, "merged", "06:00"), (5, 6, "merged", "06:00"),
    )  # fmt: skip
    assert merged_into(told, {1, 2, 4}) == {3: 1}
    assert merged_into(changes(), {1}) == {}


def test_numbers_stay_exact():
    """Only what went into others is replaced."""
    assert moved(pd.Series([2, BIG, BIG + 2]), {2: BIG}).tolist() == [BIG, BIG, BIG + 2]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The tiny campus, where Ben (2) turned out to be Chitra (3) at 10:00; both held the card of 08:00."""
    rows = tiny_campus.tables()
    entities = rows["entities"].assign(superseded_at=pd.Series([pd.NaT, MERGED_AT, pd.NaT]))
    mention = {"observation_id": 32, "ts": utc("09:30"), "local_date": utc("09:30").date(), "reason": "name"}
    mention |= {"kind": "person", "entity_id": 2, "text_from": 0, "text_to": 3, "probability": 1.0}
    logged = {"source": "swipes", "kind": "observation", "local_date": utc("08:00").date()}
    note = logged | {"kind": "note", "source": "notes", "text": "Ben was here"}
    more = {
        "entities": entities,
        "changes": changes((2, 3, "merged", "10:00")),
        "claims": pd.DataFrame([*tiny_campus.CLAIMS, claim(7, 2, "08:30", "CAF", 0.9), claim(8, 3, "11:00", "CAF")]),
        "stays": pd.DataFrame([*tiny_campus.STAYS, stay(6, 2, "CAF", "08:30", "08:45", confidence=0.9)]),
        "findings": pd.DataFrame([*tiny_campus.FINDINGS, finding(5, "off_hours", "low", 0.3, "08:30", entity_id=2)]),
        "mentions": pd.DataFrame([mention | {"known_at": utc("09:30")}]),
        "observations": pd.DataFrame(
            [
                logged | {"observation_id": 4, "ts": utc("08:00"), "known_at": utc("08:00")},
                note | {"observation_id": 32, "ts": utc("09:30"), "known_at": utc("09:30")},
            ]
        ),
    }
    made = tmp_path_factory.mktemp("merged")
    (made / "fazri.toml").write_text(tiny_campus.TOML)
    tiny_campus.publish(made, rows | more)
    return made


@pytest.fixture
def campus(home):
    """That campus, without any right to reveal."""
    with fazri.open(home) as opened:
        yield opened


@pytest.mark.engine
@pytest.mark.parametrize("who", [2, "2", pseudonym(2), pseudonym(2).lower(), 3, pseudonym(3)])
def test_the_old_number_means_who_is_left(campus, who):
    """By id or pseudonym, both numbers lead to Chitra's page."""
    assert campus.person(who).title == f"Identity of {pseudonym(3)}"


@pytest.mark.engine
def test_before_they_were_one(campus):
    """A view of an earlier moment knows nothing of it."""
    earlier = campus.at(f"{utc('09:50').isoformat()}+00:00")
    assert earlier.person(2).title == f"Identity of {pseudonym(2)}"
    assert earlier.timeline(3).frame["stay_id"].tolist() == [5]


@pytest.mark.engine
def test_all_of_a_person_is_found(campus):
    """Stays, findings and notes of the old number are the survivor's, each still with the number it was told under."""
    stays = campus.timeline(3).frame
    assert sorted(stays["stay_id"]) == [4, 5, 6]
    assert sorted(stays["entity_id"]) == [2, 2, 3]
    assert campus.findings(3).frame["finding_id"].tolist() == [2]
    assert sorted(campus.findings(3, min_score=0).frame["finding_id"]) == [2, 5]
    assert len(campus.mentions(3).frame) == 1
    assert "3 visits known" in campus.next_place(3).summary


@pytest.mark.engine
def test_less_sure_findings_of_the_old_number_only(campus):
    """All findings were told of the old number, and none is sure enough: the link names the one who is left."""
    answer = campus.findings(pseudonym(2), detector="off_hours", severity="low")
    assert answer.frame.empty
    assert answer.behind[-1].arguments[0] == pseudonym(3)


@pytest.mark.engine
def test_what_both_numbers_claim_of_a_row_adds_up(campus):
    """One half of the card of 08:00 each: it was surely this person. The row of 08:30 is only .9 theirs."""
    rows = campus.claims(3).frame.set_index("observation_id")["probability"]
    assert rows.to_dict() == {8: 1.0, 7: 0.9, 4: 1.0}
    assert campus.claims(1).frame["observation_id"].nunique() == len(campus.claims(1).frame) == 5
    assert campus.where(3, "2025-09-13T13:30").frame["probability"].iloc[0] == 1.0
    finding_rows = campus.evidence(2).tables["finding"]
    assert finding_rows["entity_id"].tolist() == [2]


@pytest.mark.engine
def test_rows_behind_a_stay_of_the_old_number(campus):
    """The stay is told of who is left."""
    answer = campus.stay(6)
    assert pseudonym(3) in answer.title
    assert answer.frame["observation_id"].tolist() == [7]


@pytest.mark.engine
def test_the_audit_log_names_who_is_left(home):
    """Whoever looks at the old number has looked at the person."""
    settings, seen = load(home), []
    grant = Grant(frozenset({Scope.PEOPLE, Scope.FINDINGS}))
    report = lambda subject, _what: seen.append(subject)  # noqa: E731 - a name for the argument below
    reader = Reader("ada", grant, home, settings, Pool(home, settings), report)
    with read_by(reader), fazri.open() as campus:
        campus.timeline(pseudonym(2))
        campus.stay(4)
        campus.evidence(5)
    assert set(seen) == {pseudonym(3)}


@pytest.mark.engine
def test_the_search_names_who_is_left(campus, monkeypatch):
    """Whoever types the old pseudonym gets the person; before they were one, the pseudonym stays."""
    asked = []
    monkeypatch.setattr(search.searching, "parsed", lambda text, *_: asked.append(text) or [])
    monkeypatch.setattr(campus._view, "index", None)
    monkeypatch.setattr(search.searching, "search", lambda *_: [])
    search.people_found(campus._view, f"student {pseudonym(2).lower()} {pseudonym(1)}", 5)
    assert asked == [f"student {pseudonym(3)} {pseudonym(1)}"]


@pytest.mark.engine
def test_a_number_that_nobody_ever_had(campus):
    """It is nobody's."""
    with pytest.raises(UnknownNameError, match="no person"):
        campus.person(99)
