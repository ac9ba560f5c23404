"""Why, how and why not of the people of a tiny campus, as known at a moment; see tests/tiny_records.py."""

import numpy as np
import pandas as pd
import pytest
import tiny_records
from tiny_campus import AS_OF

import fazri_lib as fazri
from fazri_lib.access import record_label
from fazri_lib.errors import UnknownNameError

S1, K1, N1, T1, S3, K9 = (record_label(directory, key) for _, directory, key, *_ in tiny_records.RECORDS)
pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The folder."""
    return tiny_records.make(tmp_path_factory.mktemp("records"))


@pytest.fixture(scope="module")
def campus(home):
    """Opened without any right to reveal."""
    with fazri.open(home) as opened:
        yield opened


@pytest.fixture(scope="module")
def revealed(home):
    """Opened with names."""
    with fazri.open(home, reveal=True, purpose="test") as opened:
        yield opened


def test_why_two_rows_are_one_person(campus):
    """S1 and K1: -10 + 8 (name) + 6 (day) = 4 bits, 16 to 1; the mail is not known of both."""
    answer = campus.why(S1, K1)
    assert answer.frame["field"].tolist() == ["prior", "name", "email", "born_on"]
    assert answer.frame["bits"].tolist() == [-10.0, 8.0, 0.0, 6.0]
    assert answer.frame["total"].iloc[-1] == 4.0
    assert answer.title == f"Why {S1} (students) and {K1} (cards) are one person"
    assert "94.1 % (+4.0 bits)" in answer.summary
    assert campus.why(f"{S1} {K1}").frame.equals(answer.frame)
    assert campus.why(S1, T1).title.endswith("are not one person")


def test_the_weakest_link_of_a_person(campus):
    """N1 joins S1 with 6; K1 joins both with 4, since N1, which lacks the day, leaves it to S1 (-10 + 8 + 6)."""
    answer = campus.how(1)
    assert answer.frame["weight"].tolist() == [6.0, 4.0]
    assert answer.frame["average"].tolist() == [6.0, 4.0]
    assert answer.frame["is_weakest"].tolist() == [False, True]
    assert f"by {S1} (students) and {K1} (cards), +4.0 bits" in answer.summary
    assert "1 further record may be this person's, too" in answer.summary
    records = answer.tables["records"]
    assert records["label"].tolist() == [S1, K1, N1, K9]
    assert records["is_own"].tolist() == [True, True, True, False]
    assert records["probability"].tolist() == [1.0, 1.0, 1.0, 0.4]
    assert campus.why(1).frame.equals(campus.why(S1, K1).frame)  # of a person the weakest link is told
    assert "one record" in campus.how(2).summary
    assert campus.why(2).frame.empty


def test_why_two_people_are_apart(campus):
    """Asha and Ben: the closest rows are N1, which has no day, and T1; mails agree after the @ (0 bits): -10 - 6."""
    answer = campus.why_not(1, 2)
    assert "no pair of their records is more likely one person than two" in answer.summary
    assert answer.frame["total"].iloc[-1] == -16.0
    joins = answer.tables["joins"]
    assert set(joins.columns) == {"fields", "is_missing", "gain", "weight", "probability", "is_enough"}


def test_a_row_that_fits_both(campus):
    """K9 is linked to Chitra and to Asha: the rule is that it is kept open; and students lists nobody twice."""
    answer = campus.why_not(1, 3)
    assert "a record fits both equally well, which is kept open" in answer.summary
    assert f"It is {K9} (cards)." in answer.summary
    assert f"{S1} (students) and {S3} (students) are of one directory" in answer.summary
    assert answer.tables["joins"].empty


def test_the_nearest_is_taken(campus):
    """Near Asha is Chitra, through S1 and K9 (-2 bits); nobody was near Ben."""
    near = campus.near(1)
    label = campus.why_not(1, 3).title.split(" and ")[1].split()[0]
    assert list(near.values()) == ["", label]
    assert campus.why_not(1).frame.equals(campus.why_not(1, 3).frame)
    assert campus.near(2) == {"nobody is near": ""}
    assert "Nobody on record is near" in campus.why_not(2).summary


def test_pairs_to_choose_from(campus):
    """Those of a person, the weakest first, as `why` takes them."""
    pairs = list(campus.own_pairs(1).items())
    assert pairs[0] == ("the weakest link", "")
    assert [value for _, value in pairs[1:]] == [f"{K1} {N1}", f"{S1} {K1}", f"{S1} {N1}"]
    assert pairs[1][0].endswith("-2.0 bits")
    assert campus.own_pairs(2) == {"one record only": ""}


def test_nothing_personal_without_reveal(campus):
    """No name, address, day, key or row id in any answer; they are there for readers who may see them."""
    answers = [campus.why(S1, K1), campus.how(1), campus.why_not(1, 2)]
    for answer in answers:
        texts = [
            answer.title,
            answer.summary,
            answer.frame.to_csv(),
            *(rows.to_csv() for rows in answer.tables.values()),
        ]
        said = " ".join(texts)
        assert not any(value in said for value in ("Asha", "Rao", "tiny.example", "2001-02-03", "S1,", "101"))
        assert "record_id" not in answer.tables["records"]
    records = campus.how(1).tables["records"]
    assert records["name"].isna().all()
    assert records["record_key"].str.startswith("I-").all()


def test_values_for_who_may_see_them(revealed):
    """Beside each field the values of both rows; rows can be named by directory and key."""
    answer = revealed.why("students:S1", "cards:K1")
    assert answer.frame["one"].tolist() == ["", "Asha Rao", "asha@tiny.example", "2001-02-03"]
    assert answer.frame["other"].tolist() == ["", "Asha Rao", "", "2001-02-03"]
    assert revealed.how(1).tables["records"]["record_key"].tolist() == ["S1", "K1", "N1", "K9"]


def test_ids_of_rows_are_for_who_sees_what_they_say(campus, revealed):
    """They follow from a row's values, so whoever guesses these could find the row; a slip is told as such."""
    assert revealed.why(101, 102).frame.drop(columns=["one", "other"]).equals(campus.why(S1, K1).frame)
    for ask in (campus.why, campus.why_not):
        for text in ("101", "²", "--5", "1" + "0" * 30):
            with pytest.raises(UnknownNameError, match="expected"):
                ask(text, "102")
    with pytest.raises(UnknownNameError, match="nobody is called so"):
        revealed.why("²")


def test_what_is_not_there(campus):
    """Unknown labels, people who are one, keys without the right to see them."""
    with pytest.raises(UnknownNameError, match="no row has it"):
        campus.why("R-0000000", K1)
    with pytest.raises(UnknownNameError, match="the same row"):
        campus.why(S1, S1)
    with pytest.raises(UnknownNameError, match="are one person"):
        campus.why_not(S1, K1)
    with pytest.raises(UnknownNameError, match="nobody is called so"):
        campus.why("students:S1", "cards:K1")
    with pytest.raises(UnknownNameError, match="2 people"):
        campus.why(1, 2)


def test_before_the_model_there_is_only_what_is_linked(tmp_path):
    """A model that is known later is not used: the records are listed, and it is said why no more is."""
    rows = tiny_records.tables()
    rows["matchers"] = rows["matchers"].assign(known_at=AS_OF)
    (tmp_path / "fazri.toml").write_text("name = 'Tiny'\ntime_zone = 'Asia/Kolkata'\n")
    tiny_records.tiny_campus.publish(tmp_path, rows)
    with fazri.open(tmp_path) as campus:
        assert len(campus.why(S1, K1).frame) == 4
        early = campus.at("2025-09-13T10:00")
        for answer in (early.how(1), early.why(S1, K1), early.why_not(1, 2)):
            assert "No model was trained by this moment" in answer.summary
            assert answer.frame.empty
            assert answer.plot() is not None
        assert early.how(1).tables["records"]["label"].tolist() == [S1, K1, N1, K9]


def test_what_was_known_then(tmp_path):
    """A record that came at noon, and a day of birth that was corrected then, change nothing of the morning."""
    rows = tiny_records.tables()
    noon = AS_OF.replace(hour=6, minute=30)  # UTC
    records = rows["records"]
    late, fixed = records["record_id"] == 103, records[records["record_id"] == 102]
    again = fixed.assign(record_id=112, born_on=None, known_at=noon)
    ended = records.assign(superseded_at=pd.Timestamp(noon)).where(records["record_id"] == 102, records)
    rows["records"] = pd.concat([ended.assign(known_at=ended["known_at"].mask(late, noon)), again])
    links = rows["links"]
    mine = links["record_id"] == 102
    moved = links[mine].assign(record_id=112, known_at=noon)
    links = links.assign(superseded_at=pd.Series(pd.NaT, index=links.index).mask(mine, noon))
    links["known_at"] = links["known_at"].mask(links["record_id"] == 103, noon)
    rows["links"] = pd.concat([links, moved])
    (tmp_path / "fazri.toml").write_text("name = 'Tiny'\ntime_zone = 'Asia/Kolkata'\n")
    tiny_records.tiny_campus.publish(tmp_path, rows)
    with fazri.open(tmp_path) as campus:
        morning = campus.at("2025-09-13T10:00")
        assert morning.how(1).tables["records"]["label"].tolist() == [S1, K1, K9]
        assert morning.why(S1, K1).frame["total"].iloc[-1] == 4.0
        assert sorted(campus.how(1).tables["records"]["label"]) == sorted([S1, K1, N1, K9])
        assert campus.why(S1, K1).frame["total"].iloc[-1] == -2.0  # the same row: its label stays, its day is gone


def test_somebody_of_whom_nothing_is_sure(tmp_path):
    """A person all of whose records fit somebody else better: that is said instead of a rule."""
    rows = tiny_records.tables()
    links = rows["links"]
    also = links[links["record_id"].isin([101, 102])].assign(entity_id=2, probability=0.2)
    rows["links"] = pd.concat([links[links["entity_id"] != 2], also])
    (tmp_path / "fazri.toml").write_text("name = 'Tiny'\ntime_zone = 'Asia/Kolkata'\n")
    tiny_records.tiny_campus.publish(tmp_path, rows)
    with fazri.open(tmp_path) as campus:
        assert "whose they are is kept open" in campus.why_not(1, 2).summary
        assert not campus.how(2).tables["records"]["is_own"].any()


def test_nobody_is_linked(tmp_path):
    """A person without any record of a directory: it is said, and the page stays."""
    rows = tiny_records.tables()
    rows["links"] = rows["links"].iloc[:0]
    (tmp_path / "fazri.toml").write_text("name = 'Tiny'\ntime_zone = 'Asia/Kolkata'\n")
    tiny_records.tiny_campus.publish(tmp_path, rows)
    with fazri.open(tmp_path) as campus:
        assert "No record of a directory is linked" in campus.how(1).summary


def test_charts(campus):
    """A bar a field and one for the sum; a lane a record, in an order without crossings."""
    from fazri_lib.views.bits import leaf_order, waterfall_bars

    bars = waterfall_bars(campus.why(S1, K1).frame)
    assert bars["says"].tolist() == ["prior", "for", "nothing", "for", "sum"]
    assert bars[["low", "high"]].to_numpy().tolist() == [[-10, 0], [-10, -2], [-2, -2], [-2, 4], [0, 4]]
    steps = campus.how(1).frame
    assert leaf_order(steps, [S1, K1, N1]) == [S1, N1, K1]
    for answer in (campus.why(S1, K1), campus.how(1), campus.how(2), campus.why_not(2)):
        assert answer.plot() is not None
    assert np.isfinite(bars["high"]).all()
