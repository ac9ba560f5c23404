"""From each figure about a person to the rows it was computed from, by hand and on a whole campus."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tiny_campus
import tiny_records

import fazri_lib as fazri
from fazri_lib.access import identifier_label, pseudonym, record_label
from fazri_lib.campus.behind import QUESTIONS, Behind, read_key
from fazri_lib.errors import SettingsError, UnknownNameError

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
OF_A_PERSON = re.compile(r"board\.add\(campus\.(\w+), who")
NOT_OF_RECORDS = {"quality"}
"""What some figures rest on and is no row of a person: how good a prediction was on all of them."""


def asked_on_the_page():
    """The questions that the person page asks."""
    cells = json.loads((ROOT / "dashboards" / "person.ipynb").read_text(encoding="utf-8"))["cells"]
    source = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return OF_A_PERSON.findall(source)


def rows_of_keys(answer):
    """All keys of an answer: of the whole, and of up to five of its rows."""
    some = (
        answer.frame.iloc[np.unique(np.linspace(0, len(answer.frame) - 1, 5).astype(int))] if len(answer.frame) else []
    )
    for one in answer.behind:
        rows = [None] if not one.column else some.to_dict("records") if len(some) else []
        yield from (key for row in rows if (key := one.key(row)))


def reached(campus, answer, seen, depth=0):
    """Follow all ways from an answer; return whether each ends at rows that were loaded."""
    if answer.records and (answer.frame.empty or answer.frame[answer.records].notna().any()):
        return True  # nothing around a moment is an answer, too
    assert depth < 4, answer.title
    ends = []
    for key in rows_of_keys(answer):
        if key not in seen and read_key(key)[0] not in NOT_OF_RECORDS:
            seen[key] = reached(campus, campus.behind(key), seen, depth + 1)
        ends.append(seen.get(key, True))
    return bool(ends) and all(ends)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The tiny campus with rows of directories, and with the logged rows behind its claims."""
    home = tiny_campus.make(tmp_path_factory.mktemp("behind"))
    logged = [
        {"observation_id": row["observation_id"], "ts": row["ts"], "known_at": row["known_at"], "source": row["source"]}
        | {"kind": "observation", "local_date": dt.date(2025, 9, 13), "zone_id": row["zone_id"]}
        | ({"id_type": "card_id", "id_value": "C9", "id_key": 99} if row["observation_id"] == 4 else {})
        for row in {row["observation_id"]: row for row in tiny_campus.CLAIMS}.values()
    ]
    rows = tiny_campus.tables() | tiny_records.tables() | {"observations": pd.DataFrame(logged)}
    things = {"kind": "card_id", "id_type": "card_id", "id_value": "C9", "id_key": 99, "holder_count": 2}
    rows["things"] = pd.DataFrame([things | {"observation_count": 1, "mention_count": 0}])
    tiny_campus.publish(home, rows)
    with fazri.open(home) as campus:
        yield campus


def test_keys_are_read_back():
    """Question and arguments; a row's own comes first; other questions are refused."""
    one = Behind("rows", "claims", ("a", "b"), column="who")
    assert one.key({"who": "P-1"}) == "claims~P-1~a~b"
    assert one.key({"who": None}) == one.key(None) == one.key({}) == ""
    assert read_key("claims~P-1~a~b") == ("claims", ("P-1", "a", "b"))
    for text in ("close", "people", "_view~1", ""):
        with pytest.raises(UnknownNameError, match="follow a link"):
            read_key(text)


def test_every_question_is_one_of_the_campus(town):
    """None that closes or changes anything."""
    assert all(callable(getattr(town, name)) for name in QUESTIONS)


def test_directory_rows(town):
    """Three of Asha, one of them with a share in Chitra's; labels hide the keys; ids are left out."""
    answer = town.records(1)
    assert answer.frame["directory"].tolist()[:2] == ["cards", "cards"]
    assert answer.frame["label"].tolist() == [
        record_label(*row) for row in (("cards", "K1"), ("cards", "K9"), ("network", "N1"), ("students", "S1"))
    ]
    assert "record_id" not in answer.frame
    assert answer.frame["record_key"].str.startswith("I-").all()
    assert answer.frame["name"].isna().all()
    assert answer.frame["known_at"].isna().all()  # always
    assert answer.records == "label"


def test_ids_of_directory_rows_for_who_sees_what_they_say(tmp_path):
    """Who may see names gets them."""
    with fazri.open(tiny_records.make(tmp_path), reveal=True, purpose="test") as campus:
        assert campus.records(1).frame["record_id"].tolist() == [102, 302, 103, 101]


@pytest.mark.parametrize(
    "key",
    [
        "stay", "stay~1~2", "stay~--5", "stay~²", "stay~9999999999999999999", "stay~1" + "0" * 30, "records",
        "records~²", "records~--5", "records~1" + "0" * 30, "evidence~²", "evidence~--5", "quality~1",
        "findings~~~~.5~x~y", "claims~²",
    ],
)  # fmt: skip
def test_a_broken_address_is_one_clear_line(town, key):
    """Whatever stands behind `?behind=` in an address, the page says that it knows no such rows."""
    with pytest.raises(UnknownNameError, match="expected") as caught:
        town.behind(key)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("score", ["abc", "nan", "2", "-0.5", "1e9"])
def test_a_broken_score_is_one_clear_line(town, score):
    """A score is a number from 0 to 1."""
    with pytest.raises(SettingsError, match=f"min_score: expected 0 to 1, got '{score}'"):
        town.behind(f"findings~~~~{score}")


def test_a_stay_leads_to_its_rows(town):
    """LIB from 06:00 to 06:45: claim 1; the open one in LAB_305: claim 3; the stay of one half: claim 4."""
    for stay_id, ids in ((1, [1]), (2, [2]), (3, [3]), (4, [4])):
        assert town.stay(stay_id).frame["observation_id"].tolist() == ids
    assert "its end is not known yet" in town.stay(3).summary
    assert town.stay(4).frame["probability"].tolist() == [0.5]
    with pytest.raises(UnknownNameError, match="no such stay"):
        town.stay("77")
    with pytest.raises(UnknownNameError, match="no such stay"):
        town.at("2025-09-13T11:00").stay(2)  # half past five, UTC: not known yet


def test_a_weight_leads_to_the_holders(town):
    """The claim of one half is on card C9, which two hold; each of them leads to directory rows."""
    claims = town.claims(2)
    (one,) = claims.behind
    key = one.key(claims.frame.iloc[0].to_dict())
    assert key == f"thing~card_id:{identifier_label('C9')}"
    held = town.behind(key).frame
    assert set(held.loc[held["what"] == "held by", "pseudonym"]) == {pseudonym(2), pseudonym(3)}
    assert town.person(2).frame["holders"].tolist() == [2]


def test_a_likely_place_leads_to_the_claims_it_was_computed_from(town):
    """Those around the moment, the last sure sighting, no stay since none with an end spans the moment."""
    answer = town.where(1)
    around, last = answer.behind
    assert town.behind(around.key()).frame["observation_id"].tolist() == [5, 3, 6, 2, 1]
    assert town.behind(last.key()).frame["observation_id"].tolist() == [5]
    assert len(town.where(1, "2025-09-13T13:15").behind) == 3  # within the stay in CAF


def test_no_personal_value_stands_in_a_key(town):
    """Pseudonyms, labels, ids and moments only."""
    for question in asked_on_the_page():
        for key in rows_of_keys(getattr(town, question)(1)):
            assert not re.search(r"Asha|Rao|tiny\.example|C9|S1\b", key)


def test_each_figure_of_the_person_page_leads_to_loaded_rows(tmp_path):
    """On the bundled sample, for the example person and one more: no way is a dead end, and rows give the figures."""
    from fazri_lib.settings import load, shipped
    from fazri_lib.workflows.ingest import ingest
    from fazri_lib.workflows.run import run

    home = tmp_path / "home"
    shutil.copytree(shipped("data", "sample"), home, ignore=shutil.ignore_patterns("state", "truth"))
    ingest(home, load(home), home)
    run(home, load(home), now=dt.datetime.now(dt.UTC).replace(tzinfo=None))
    with fazri.open(home) as campus:
        people = [campus.example_person(), campus.people().frame["pseudonym"].iloc[0]]
        for who in people:
            for question in asked_on_the_page():
                answer = getattr(campus, question)(who)
                assert reached(campus, answer, {}) or answer.frame.empty, (question, answer)
            _figures_follow(campus, who)


def _figures_follow(campus, who):
    """Figures told, computed anew from the rows that they lead to."""
    stays = campus.timeline(who)
    for row in stays.frame.to_dict("records"):
        rows = campus.behind(f"stay~{row['stay_id']}").frame
        assert rows["ts"].min() == row["started_at"]
        if pd.notna(row["ended_at"]):
            assert len(rows) == row["observation_count"]
            assert round(rows["probability"].max(), 6) == row["confidence"]
            assert ",".join(sorted(rows["source"].unique())) == row["sources"]
    seen = re.search(r"Last sure sighting: (\S+), .* \((\w+)\)", campus.where(who).summary)
    if seen:
        last = next(one for one in campus.where(who).behind if one.what == "the last sure sighting")
        rows = campus.behind(last.key()).frame
        assert seen[1] in rows["zone_id"].tolist()
        assert seen[2] in rows["source"].tolist()
    person = campus.person(who)
    for row in person.frame.to_dict("records"):
        held = campus.behind(f"thing~{row['thing']}").frame
        now = held[(held["what"] == "held by") & (held["ended_at"].isna() | (held["ended_at"] > campus.as_of))]
        if pd.notna(row["holders"]):
            assert now["pseudonym"].nunique() == row["holders"]
    links = campus.behind(person.behind[0].key()).frame
    assert links["probability"].between(0, 1).all()
    explained = campus.how(who).tables.get("records")
    if explained is not None:  # rows that fit somebody else better, or as well, among them
        assert sorted(explained["label"]) == sorted(links["label"])
