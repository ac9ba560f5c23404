"""The review queue of a tiny campus: what is asked, shown, answered, and to whom; see tests/tiny_records.py."""

from __future__ import annotations

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
import tiny_campus
import tiny_records
from tiny_campus import AS_OF

import fazri_lib as fazri
from fazri_lib.access import ROLES, Grant, Scope, pseudonym, record_label
from fazri_lib.campus import queued
from fazri_lib.campus.deciding import LocalDesk
from fazri_lib.errors import AccessDeniedError, DecisionError, NotPublishedError, SettingsError, UnknownNameError
from fazri_lib.settings import load

S1, K1, N1, T1, S3, K9 = (record_label(directory, key) for _, directory, key, *_ in tiny_records.RECORDS)
pytestmark = pytest.mark.engine


@pytest.fixture
def campus(home):
    """Opened without any right to reveal."""
    with fazri.open(home) as opened:
        yield opened


def read_as(home, *scopes, reviews=None, seen=None):
    """The campus of a dashboard's reader with these scopes."""
    from fazri_lib.campus.pool import Pool
    from fazri_lib.campus.reading import Reader, read_by, unseen

    settings = load(home)
    reader = Reader(
        "ada", Grant(frozenset(scopes)), home, settings, Pool(home, settings), seen or unseen, reviews=reviews
    )
    with read_by(reader):
        return fazri.open()


def asked(answer):
    """Kind and the two records of each question."""
    return answer.frame[["kind", "left", "right"]].to_numpy().tolist()


def test_the_queue(campus):
    """K9 as Asha's (.4 and .6, 3 pairs: .72), K1 apart from the others (2/3 and 1/3, 2 pairs: .44), K9 as Chitra's."""
    answer = campus.review()
    assert asked(answer)[:3] == [["place", K9, S1], ["split", S1, K1], ["place", K9, S3]]
    gains = answer.frame.dropna(subset=["gain"]).set_index("kind")["gain"]
    assert gains.tolist() == [0.72, pytest.approx(4 / 9, abs=1e-5), 0.25]
    assert answer.frame["kind"].tolist()[3] == "random"
    assert set(answer.frame["kind"].tolist()[4:]) == {"random"}
    assert "0 merges, 1 split, 2 doubtful places could be asked about" in answer.summary
    assert len(campus.review("random", 3).frame) == 3
    with pytest.raises(UnknownNameError, match="no kind foo"):
        campus.review("foo")


def test_a_question_without_names(campus):
    """Under pseudonyms a question tells which fields agree and no value of a personal one."""
    (which,) = campus.review("split").frame["question"]
    answer = campus.question(which)
    says = answer.frame.set_index("field")["says"].to_dict()
    assert (says["name"], says["email"], says["born_on"]) == ("equal", "unknown", "equal")
    assert answer.frame.loc[answer.frame["field"].isin(["name", "born_on"]), ["left", "right"]].isna().all(axis=None)
    records = answer.tables["records"]
    assert sorted(records["record"]) == sorted([S1, N1, K1])
    assert set(records["pseudonym"]) == {pseudonym(1)}
    whole = f"{answer} {answer.tables}"
    assert not any(secret in whole for secret in ("Asha", "asha@", "'K1'", "2001"))


def test_a_question_with_names(home):
    """Who may see names sees both sides' values."""
    with fazri.open(home, reveal=True, purpose="test") as campus:
        answer = campus.question(kind="split")
    assert answer.frame.set_index("field").loc["name", ["left", "right"]].tolist() == ["Asha Rao", "Asha Rao"]


def test_an_answer_is_noted_and_the_next_question_comes(campus, home):
    """An answer gets a number, its question leaves the queue, and the list of decisions has it; the extract waits."""
    first = campus.question()
    (label,) = first.tables["question"]["question"]
    told = campus.decide(label, "different", "another card")
    assert told.startswith("Decision 1: different, noted for fazri review, by ")
    assert campus.question().title != first.title
    assert len(campus.review().frame) == 6  # its pair was among the random ones, too
    row = campus.decisions().frame.iloc[0]
    assert (row["verdict"], row["is_followed"], row["reason_given"]) == ("different", True, None)
    (one,) = LocalDesk(home, load(home)).decisions()
    assert (one.as_of, one.reason) == (AS_OF, "another card")
    assert f"Answered different by {one.decided_by} (decision 1)." in campus.question(label).summary


def test_what_waits_for_a_run(campus):
    """An answer that the extract does not follow yet says so: K1 is Asha's in it, the reviewer says no."""
    (which,) = campus.review("split").frame["question"]
    campus.decide(which, "different")
    answer = campus.decisions()
    assert answer.frame["is_followed"].tolist() == [False]
    assert "1 answer not in the extract yet" in answer.summary
    assert which not in campus.review("split").frame["question"].tolist()


def test_the_next_weak_place_of_a_person(campus):
    """K1 is Asha's by an answer: then S1 and N1 (6 bits) are asked about; both keep their names when answered."""
    (first,) = campus.review("split").frame["question"]
    campus.decide(first, "same")
    frame = campus.review("split").frame
    assert frame[["left", "right", "weight", "left_records", "right_records"]].to_numpy().tolist() == [
        [S1, N1, 6.0, 1, 1]
    ]
    second = frame["question"].iloc[0]
    assert campus.question(second).tables["records"]["record"].tolist() == [S1, N1]
    campus.decide(second, "different")
    assert campus.review("split").frame.empty
    assert "Answered different" in campus.question(second).summary
    campus.withdraw(1)
    assert campus.review("split").frame["question"].tolist() == [first]


def test_withdrawing(campus):
    """By default one's own last answer is taken back, and its question is asked again; then there is none left."""
    before = asked(campus.review())
    (which,) = campus.review("split").frame["question"]
    campus.decide(which, "same")
    assert campus.withdraw().startswith("Decision 1 (same) is withdrawn. The next run follows. ")
    assert asked(campus.review()) == before
    with pytest.raises(UnknownNameError, match="no answer of yours stands"):
        campus.withdraw()


def test_wrong_answers(campus):
    """Another word, another question or a second answer are refused in one line."""
    (which,) = campus.review("split").frame["question"]
    with pytest.raises(UnknownNameError, match="no answer maybe; expected one of same, different, unsure"):
        campus.decide(which, "maybe")
    with pytest.raises(UnknownNameError, match="no question Q-0000000"):
        campus.decide("Q-0000000", "same")
    with pytest.raises(UnknownNameError, match="got none; name it"):
        campus.decide(" ", "same")
    campus.decide(which, "same")
    with pytest.raises(DecisionError, match="got same by"):
        campus.decide(which, "different")


def test_reasons_for_who_may_see_names(home):
    """The reason is shown with names, and the log is told; without them there is no such column to see."""
    seen = []
    with fazri.open(home) as campus:
        campus.decide(T1, S1, "different", "never met")
        assert "reason_given" not in campus.decisions().columns
    with fazri.open(home, reveal=True, purpose="test") as campus:
        answer = campus.decisions()
    assert answer.frame["reason_given"].tolist() == ["never met"]
    assert "never met" in answer._repr_html_()
    read_as(home, Scope.REVIEW, Scope.REVEAL, seen=lambda _, what: seen.append(str(what))).decisions()
    assert seen == ["names revealed"]


def test_nothing_from_the_future(campus):
    """An answer of the latest view is unknown in an earlier one, where its question is still open."""
    (which,) = campus.review("split").frame["question"]
    campus.decide(which, "same")
    earlier = campus.at("2025-09-13T10:00")
    assert earlier.review("split").frame["question"].tolist() == [which]
    assert which not in campus.review("split").frame["question"].tolist()


def test_an_earlier_view_shows_no_later_answers(campus):
    """Answered in the latest view: in an earlier one neither the question nor the list of decisions says so."""
    (which,) = campus.review("split").frame["question"]
    campus.decide(which, "same")
    earlier = campus.at("2025-09-13T10:00")
    assert "Answered" in campus.question(which).summary
    assert "Answered" not in earlier.question(which).summary
    assert earlier.decisions().summary == "Nobody has reviewed anything yet."


def test_a_view_before_a_withdrawal(campus):
    """Answered as of ten, withdrawn as of now: at eleven it holds, and who withdrew it is not known."""
    earlier = campus.at("2025-09-13T10:00")
    (which,) = earlier.review("split").frame["question"]
    earlier.decide(which, "same")
    campus.withdraw()
    then = campus.at("2025-09-13T11:00")
    assert then.decisions().frame[["verdict", "withdrawn_by", "is_followed"]].to_numpy().tolist() == [
        ["same", None, True]
    ]
    assert "Answered same" in then.question(which).summary
    assert campus.decisions().frame["withdrawn_by"].notna().all()
    assert "Answered" not in campus.question(which).summary


def test_what_is_left_is_told_by_kind(campus):
    """Both splits are answered: of that kind nothing is left, of others 2 places and 3 of 5 random pairs."""
    assert campus.review("split").summary == (
        "1 split could be asked about at this moment, the first 1 are shown; 0 answers so far."
    )
    assert campus.review("random", 2).summary.startswith("5 random pairs could be asked about")
    for _ in range(2):
        (which,) = campus.review("split").frame["question"]
        campus.decide(which, "different")
    rest = "of other kinds there are 2 doubtful places, 3 random pairs"
    assert campus.review("split").summary == f"Nothing of this kind is left to ask; {rest}; 2 answers so far."
    assert campus.question(kind="split").summary == f"Nothing of this kind is left to ask at this moment; {rest}."
    assert campus.review().summary.startswith("0 merges, 0 splits, 2 doubtful places could be asked about")


@pytest.mark.parametrize("limit", [0, -1, 1001, 2.5])
def test_a_limit_that_is_none(campus, limit):
    """Every question that is listed can be asked for by name, so there is a most; less than one is none."""
    with pytest.raises(SettingsError, match=f"limit: expected 1 to 1000, got {limit}"):
        campus.review(limit=limit)


def test_the_queue_is_made_while_others_ask(home, monkeypatch):
    """Making it takes seconds on a large campus: who asks for something else does not wait, who needs it gets the same.

    The queue's making is held until another thread's question was answered.
    """
    answered = threading.Event()
    slow = queued.made

    def made(known, key):
        assert answered.wait(30)
        return slow(known, key)

    with fazri.open(home) as campus:
        monkeypatch.setattr(queued, "made", made)
        with ThreadPoolExecutor(1) as another:
            waiting = another.submit(campus.review)
            assert campus.people().frame["entity_id"].tolist() == [1, 2, 3]
            answered.set()
            assert len(waiting.result(30).frame)
        monkeypatch.setattr(queued, "made", None)  # made once: not asked for again
        assert len(campus.review("split").frame) == 1


def test_answers_do_not_hold_what_the_queue_is_made_from(home):
    """Answers are remembered by its number: nothing but the place for it holds records, links and pairs."""
    with fazri.open(home) as campus:
        campus.review()
        shared = campus._desk.lease._shared
        (made,) = [value for value, _ in shared.made._values.values()]
        held = weakref.ref(made.known)
        assert not any(isinstance(value, queued.Base) for value, _ in shared.answers._values.values())
        del made
        shared.made.clear()
        gc.collect()
        assert held() is None


def test_scopes(home):
    """Questions and answers need the scope of reviewers, figures of quality that of figures; others are refused."""
    viewer = read_as(home, Scope.ZONES)
    for ask in (
        viewer.review,
        viewer.question,
        viewer.decisions,
        viewer.withdraw,
        lambda: viewer.decide("Q-1", "same"),
    ):
        with pytest.raises(AccessDeniedError, match="scope review"):
            ask()
    assert viewer.resolution_quality().frame["answers"].sum() == 0
    held = {role for role, scopes in ROLES.items() if Scope.REVIEW in scopes}
    assert held == {"analyst", "security"}


def test_a_page_without_a_desk_keeps_no_answers(home):
    """Where answers could not be kept, nobody is told that they were."""
    reader = read_as(home, Scope.REVIEW)
    (which,) = reader.review("split").frame["question"]
    with pytest.raises(AccessDeniedError, match="answers cannot be kept here"):
        reader.decide(which, "same")


def test_a_dashboard_tells_whom_it_showed(home):
    """What a question shows of people goes to the audit log before; names, too, when they are shown."""
    seen = []
    reader = read_as(home, Scope.REVIEW, Scope.REVEAL, seen=lambda subject, what: seen.append((subject, str(what))))
    reader.question(kind="split")
    assert seen == [(pseudonym(1), "person viewed"), ("", "names revealed")]


def test_people_and_changes(campus):
    """Six records of four directories are three people; one record fits two of them."""
    answer = campus.resolution()
    assert answer.frame.to_numpy().tolist() == [[1, 1, 1], [2, 2, 1], [3, 3, 1]]
    assert answer.summary.startswith("6 records of 4 directories are 3 people; 1 record fit several people equally.")


def test_weights_of_pairs(campus):
    """Three pairs within Asha, one of K9 with her, one within Chitra."""
    answer = campus.pair_weights()
    assert answer.frame.groupby("is_one_person")["pairs"].sum().to_dict() == {False: 1, True: 4}


def test_quality_before_and_after_answers(campus):
    """Nobody has reviewed: said so, with the model's claim. All five random pairs answered: known, not estimated."""
    assert "Nobody has reviewed random pairs yet" in campus.resolution_quality().summary
    for which in campus.review("random").frame["question"]:
        campus.decide(
            which, "different" if K9 in campus.question(which).tables["records"]["record"].tolist() else "same"
        )
    row = campus.resolution_quality().frame.set_index("threshold").loc[0.0]
    assert (row["answers"], row["precision"], row["precision_lo"], row["precision_hi"]) == (2, 1.0, 1.0, 1.0)
    assert row["recall"] == pytest.approx(2 / 3, abs=1e-6)


def test_answers_out_of_turn_are_told(campus):
    """Of two pairs in one stratum (-2 to 0 bits) the second is answered first: it waits, and counts after the first.

    Ben and Asha, who were not compared, count nowhere.
    """
    drawn = campus.review("random").frame
    first, second = drawn.loc[drawn["weight"] == -2.0, "question"]
    campus.decide(second, "different")
    campus.decide(T1, S1, "different")
    assert campus.resolution_quality().summary.startswith(
        "No random pair was answered in its turn yet (1 answer to random pairs out of turn: such a one counts as soon "
        "as those before it in the order of the random questions are answered; 1 answer to records that were not "
        "compared, for which nothing is estimated). From even odds on"
    )
    campus.decide(first, "different")
    answer = campus.resolution_quality()
    assert answer.tables["strata"]["different"].sum() == 2
    assert "by 2 answers to random pairs" in answer.summary
    assert answer.summary.endswith(
        "Beside these: 1 answer to records that were not compared, for which nothing is estimated."
    )


def test_a_campus_without_compared_pairs(tmp_path):
    """Where nothing was compared nothing is asked and nothing judged, and each answer says so."""
    (tmp_path / "fazri.toml").write_text(tiny_campus.TOML)
    tiny_campus.publish(tmp_path, tiny_records.tables() | {"pairs": None, "matchers": None})
    with fazri.open(tmp_path) as campus:
        assert campus.review("merge").summary.startswith("Nothing is left to ask; 0 answers so far.")
        assert campus.question(kind="split").summary == "Nothing is left to ask at this moment."
        assert campus.resolution_quality().summary.startswith("No pairs of records were compared")
        assert campus.pair_weights().frame.empty
        assert campus.resolution().frame["people"].sum() == 3
        assert campus.decisions().summary == "Nobody has reviewed anything yet."


def test_a_campus_without_pairs_above_even_odds(tmp_path):
    """One pair of -2 bits: nothing is claimed of precision, before answers and after, and no sentence says nan."""
    (tmp_path / "fazri.toml").write_text(tiny_campus.TOML)
    rows = tiny_records.tables()
    tiny_campus.publish(tmp_path, rows | {"pairs": rows["pairs"][rows["pairs"]["weight"] == -2.0]})
    with fazri.open(tmp_path) as campus:
        told = "No pair that was compared has even odds or more"
        before = campus.resolution_quality()
        assert told in before.summary
        assert before.summary.endswith("; 0 answers to random pairs.")
        for which in campus.review("random").frame["question"]:
            campus.decide(which, "different")
        after = campus.resolution_quality()
        assert after.summary.endswith("; 2 answers to random pairs.")
        assert not any("nan" in one.summary for one in (before, after))


def test_an_extract_from_before(tmp_path):
    """An extract without these tables says what to do."""
    home = tiny_records.make(tmp_path)
    with fazri.open(home) as campus:
        campus._view.extract.manifest.rest.rows.pop("pairs")
        with pytest.raises(NotPublishedError, match=r"has no table pairs; .* run `fazri run`"):
            campus.review()
