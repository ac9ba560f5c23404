"""Answers of reviewers: kept, withdrawn, refused when they cannot be true, on both engines."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from operations import execute
from pydantic import SecretStr

from fazri_lib.access.passwords import CHEAPEST, Passwords
from fazri_lib.errors import AccessDeniedError, DecisionError, UnknownNameError
from fazri_lib.resolution.review import Node, Verdict
from fazri_lib.settings import Serving, Settings
from fazri_lib.store.operations import open_operations
from fazri_lib.workflows.accounts import Accounts
from fazri_lib.workflows.audit import Audit
from fazri_lib.workflows.moving import Moved, move
from fazri_lib.workflows.reviewed import decided, decisions_in, held_at, read_decisions
from fazri_lib.workflows.reviews import LONGEST_REASON, Reviewer, Reviews

NOW = dt.datetime(2025, 9, 13, 12)
MONDAY, TUESDAY, WEDNESDAY = (dt.datetime(2025, 9, day) for day in (1, 2, 3))
SAME, DIFFERENT, UNSURE = Verdict
A, B, C, D = (Node("staff", key) for key in ("K-1", "K-2", "K-3", "K-4"))
ANN, BEN = Reviewer("ann"), Reviewer("ben")


@pytest.fixture
def reviews(operations):
    """No answers yet, at noon."""
    return Reviews(operations, lambda: NOW)


def test_an_answer_is_kept(reviews):
    """An answer comes back as it was given, the pair in its one order, blanks of the reason made single."""
    made = reviews.answer((B, A), SAME, ANN, MONDAY, " the same\n phone ")
    (found,) = reviews.all()
    assert found == made
    assert (found.left_key, found.right_key, found.verdict, found.reason) == ("K-1", "K-2", "same", "the same phone")
    assert (found.decided_by, found.decided_at, found.as_of, found.stands) == ("ann", NOW, MONDAY, True)


@pytest.mark.parametrize("number", [10**30, 2**31, 0, -1])
def test_numbers_that_no_decision_has(reviews, number):
    """Also one that no database could hold is told as unknown."""
    with pytest.raises(UnknownNameError, match=r"^no decision -?\d{1,20}; "):
        reviews.withdraw(number, ANN, MONDAY)


def test_the_audit_log_tells_and_names_nobody(reviews):
    """Each answer and withdrawal is a row of the audit log by its number, without keys, directories or reason."""
    made = reviews.answer((A, B), SAME, ANN, MONDAY, "secret reason")
    reviews.withdraw(made.decision_id, BEN, TUESDAY)
    entries = Audit(reviews.operations, reviews.clock).entries()
    assert [(entry.event, entry.actor, entry.subject) for entry in entries] == [
        ("decision withdrawn", "ben", "decision 1"),
        ("records decided", "ann", "decision 1"),
    ]
    assert entries[0].detail == {"verdict": "same", "as_of": "2025-09-02T00:00:00", "decided_by": "ann"}
    assert not any(secret in str(entries) for secret in ("K-1", "staff", "secret"))


def test_a_pair_is_answered_once(reviews):
    """The second answer to a pair is refused, in whatever order; after a withdrawal it is taken."""
    made = reviews.answer((A, B), SAME, ANN, MONDAY)
    for pair, verdict in (((B, A), SAME), ((A, B), DIFFERENT), ((A, B), UNSURE)):
        with pytest.raises(DecisionError, match=r"got same by ann \(decision 1\); withdraw that first"):
            reviews.answer(pair, verdict, BEN, MONDAY)
    reviews.withdraw(made.decision_id, ANN, MONDAY)
    assert reviews.answer((A, B), DIFFERENT, BEN, MONDAY).decision_id == 2


def test_contradictions_are_refused_and_named(reviews):
    """A = B, B = C, then A and C as two people: refused in one line that names both answers, nothing is written."""
    reviews.answer((A, B), SAME, ANN, MONDAY)
    reviews.answer((B, C), SAME, BEN, MONDAY)
    with pytest.raises(DecisionError) as refused:
        reviews.answer((A, C), DIFFERENT, ANN, TUESDAY)
    assert str(refused.value) == (
        "these two records: expected an answer that fits the others, got different against decision 1 (same, ann), "
        "decision 2 (same, ben); withdraw one of them first"
    )
    assert len(reviews.all()) == 2
    assert len(Audit(reviews.operations, reviews.clock).entries()) == 2


def test_answers_of_other_moments_count_where_they_meet(reviews):
    """An answer withdrawn as of Tuesday stands against one of Monday, not against one of Tuesday."""
    made = reviews.answer((A, B), SAME, ANN, MONDAY)
    reviews.withdraw(made.decision_id, ANN, TUESDAY)
    with pytest.raises(DecisionError, match=r"decision 1 \(same, ann, withdrawn as of 2025-09-02 00:00 UTC\)"):
        reviews.answer((A, B), DIFFERENT, BEN, MONDAY)
    assert reviews.answer((A, B), DIFFERENT, BEN, TUESDAY).stands


def test_withdrawing(reviews):
    """A withdrawal is kept with who, when and from which view on, never before the answer; a second one is refused."""
    made = reviews.answer((A, B), SAME, ANN, TUESDAY)
    withdrawn = reviews.withdraw(made.decision_id, BEN, MONDAY)
    assert (withdrawn.withdrawn_by, withdrawn.withdrawn_at, withdrawn.withdrawn_as_of) == ("ben", NOW, TUESDAY)
    with pytest.raises(DecisionError, match="that ben has withdrawn"):
        reviews.withdraw(made.decision_id, ANN, TUESDAY)
    with pytest.raises(UnknownNameError, match="no decision 7"):
        reviews.withdraw(7, ANN, TUESDAY)


def test_what_runs_get(reviews):
    """The answers with the interval in which they hold; none that was taken back before it held."""
    reviews.answer((A, B), SAME, ANN, MONDAY)
    reviews.answer((A, C), DIFFERENT, ANN, TUESDAY)
    reviews.answer((A, D), UNSURE, ANN, MONDAY)
    reviews.answer((C, D), SAME, ANN, TUESDAY)
    reviews.withdraw(1, ANN, WEDNESDAY)
    reviews.withdraw(4, ANN, MONDAY)
    frame = decided(reviews.all())
    assert frame.astype(str).fillna("").to_numpy().tolist() == [
        ["staff", "K-1", "staff", "K-2", "same", "2025-09-01", "2025-09-03"],
        ["staff", "K-1", "staff", "K-3", "different", "2025-09-02", ""],
        ["staff", "K-1", "staff", "K-4", "unsure", "2025-09-01", ""],
    ]
    held = {day: [one.decision_id for one in held_at(reviews.all(), day)] for day in (MONDAY, TUESDAY, WEDNESDAY)}
    assert held == {MONDAY: [1, 3], TUESDAY: [1, 2, 3], WEDNESDAY: [2, 3]}


def test_two_reviewers_on_one_pair(reviews):
    """Of many who answer one pair at the same time one is taken, all others are told by whom."""

    def answer(number):
        try:
            return reviews.answer((A, B), SAME if number % 2 else DIFFERENT, Reviewer(f"r{number}"), MONDAY).decided_by
        except DecisionError as error:
            return str(error)

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(answer, range(8)))
    (taken,) = reviews.all()
    assert told.count(taken.decided_by) == 1
    assert sum(f"by {taken.decided_by} (decision 1)" in one for one in told) == 7


def test_a_circle_cannot_be_closed_by_three_at_once(reviews):
    """Three who close a contradiction at the same time, A = B, B = C and A, C two people: two are taken."""

    def answer(given):
        try:
            return reviews.answer(*given, ANN, MONDAY).decision_id
        except DecisionError:
            return None

    with ThreadPoolExecutor(3) as pool:
        made = list(pool.map(answer, [((A, B), SAME), ((B, C), SAME), ((A, C), DIFFERENT)]))
    assert made.count(None) == 1


def test_a_login_that_has_ended_answers_nothing(reviews, operations):
    """Whether the login holds is asked in the transaction that writes: after its end nothing is written."""
    accounts = Accounts(operations, Serving(), lambda: NOW, Passwords(CHEAPEST))
    token = accounts.log_in("ann", accounts.add("ann", ["analyst"])).token
    login = accounts.session(token)
    by = Reviewer("ann", lambda rows: accounts.holds_within(rows, login.session_id))
    made = reviews.answer((A, B), SAME, by, MONDAY)
    accounts.lock("ann", even_last=True)
    for act in (
        lambda: reviews.answer((A, C), SAME, by, MONDAY),
        lambda: reviews.withdraw(made.decision_id, by, MONDAY),
    ):
        with pytest.raises(AccessDeniedError, match="got one that has ended"):
            act()
    assert reviews.all() == [made]


def test_reasons_are_short(reviews):
    """A reason of more than 200 characters, or a record beside itself, is refused; the text is not repeated."""
    with pytest.raises(DecisionError, match="at most 200 characters, got 201 characters") as refused:
        reviews.answer((A, B), SAME, ANN, MONDAY, "x" * (LONGEST_REASON + 1))
    assert "xxx" not in str(refused.value)
    with pytest.raises(DecisionError, match="got one record"):
        reviews.answer((A, A), SAME, ANN, MONDAY)


def test_decisions_move(reviews, operations, sqlite_files, tmp_path):
    """They move to another database with their numbers and go on from there."""
    reviews.answer((A, B), SAME, ANN, MONDAY)
    with open_operations(sqlite_files.new(), tmp_path) as target:
        assert move(operations, target, lambda: NOW) == Moved(0, 1, 1)
        other = Reviews(target, lambda: NOW)
        assert other.all() == reviews.all()
        assert other.answer((A, C), SAME, ANN, MONDAY).decision_id == 2


def test_a_campus_without_accounts_has_none(tmp_path):
    """Reading makes no database; where there is one it reads what is there."""
    assert read_decisions(tmp_path, Settings()) == ()
    assert list(tmp_path.iterdir()) == []
    with open_operations(None, tmp_path) as operations:
        made = Reviews(operations, lambda: NOW).answer((A, B), SAME, ANN, MONDAY)
    assert read_decisions(tmp_path, Settings()) == (made,)


def test_older_tables_have_none(operations):
    """A database that was not brought up to date yet has no decisions: a run does not fail for it."""
    execute(operations, "UPDATE alembic_version SET version_num = '0001'")
    assert decisions_in(operations) == ()


def test_nothing_personal_is_told(reviews):
    """A decision's text in a log holds neither keys nor reason."""
    made = reviews.answer((A, B), SAME, ANN, MONDAY, "secret reason")
    assert "K-1" not in repr(replace(made))
    assert "secret" not in repr(made)


def test_sqlite_by_url_is_read(tmp_path):
    """The database that the settings name is read."""
    url = SecretStr("sqlite:///other.db")
    with open_operations(url, tmp_path) as operations:
        Reviews(operations, lambda: NOW).answer((A, B), SAME, ANN, MONDAY)
    assert len(read_decisions(tmp_path, Settings(operations_url=url))) == 1
