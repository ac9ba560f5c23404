"""The review page: its buttons answer, withdraw and say what became of it; see tests/tiny_records.py."""

from __future__ import annotations

import html

import pytest

import fazri_lib as fazri
from fazri_lib.access import record_label
from fazri_lib.campus.deciding import LocalDesk
from fazri_lib.settings import load

pytestmark = [pytest.mark.slow, pytest.mark.engine]
S1, K1, K9, S3 = (
    record_label(*named) for named in (("students", "S1"), ("cards", "K1"), ("cards", "K9"), ("students", "S3"))
)


@pytest.fixture
def board(home):
    """The page as its notebook makes it."""
    with fazri.open(home) as campus:
        made = fazri.board("Review", campus)
        kind = made.choice("kind", "", campus.options("question"), label="Questions")
        pair = made.decide(campus.question, made.parameter("question", ""), kind)
        made.add(campus.why, pair)
        made.add(campus.review, kind)
        made.add(campus.decisions)
        yield made


def texts(board):
    """All HTML of the page."""
    import panel as pn  # noqa: TID251 - what a page is made of

    board._lay_out()
    return html.unescape("\n".join(str(pane.object) for pane in board._frame._grid.select(pn.pane.HTML)))


def press(board, label):
    """Press a button, a while after the last one."""
    import panel_material_ui as pmui

    (button,) = [one for one in board._frame._grid.select(pmui.Button) if one.label == label]
    button.clicks += 1


@pytest.fixture
def patient(monkeypatch):
    """No wait between presses."""
    monkeypatch.setattr("fazri_lib.views.board_actions._SETTLE_S", 0.0)


def decisions(home):
    """What was decided."""
    return [(one.verdict, one.reason, one.stands) for one in LocalDesk(home, load(home)).decisions()]


def test_a_question_with_its_waterfall(board):
    """The first question, both sides, and what each field says of its two records."""
    told = texts(board)
    assert "Does this record belong to this person?" in told
    assert f"Why {K9} (cards) and {S1} (students)" in told
    assert "Nobody has reviewed anything yet." in told


def test_an_answer_leads_to_the_next_question(board, home, patient):
    """The answer is noted with its reason and told; question, waterfall, queue and list are those of the next one."""
    board._lay_out()
    press(board, "Two people")
    told = texts(board)
    assert "Decision 1: different, noted for fazri review" in told
    assert "Are these two parts of one person one person?" in told
    assert f"Why {S1} (students) and {K1} (cards)" in told
    assert decisions(home) == [("different", "", True)]
    press(board, "Withdraw my last")
    assert "Decision 1 (different) is withdrawn." in texts(board)
    assert "Does this record belong to this person?" in texts(board)
    assert decisions(home) == [("different", "", False)]


def test_the_reason_on_the_list_of_decisions(home):
    """Decisions have a column for reasons when the reader may see them, and the queue names directories."""
    from fazri_lib.views.board_answers import Words
    from fazri_lib.views.board_review import decisions_text, queue_text

    with fazri.open(home) as campus:
        (which,) = campus.review("split").frame["question"]
        campus.decide(which, "different", "never met")
        words = Words({}, lambda *_, **__: None, campus.time_zone)
        hidden = decisions_text(campus.decisions(), words)
        assert "cards and students" in queue_text(campus.review("place"), words)
    with fazri.open(home, reveal=True, purpose="test") as campus:
        shown = decisions_text(campus.decisions(), words)
    assert ("Reason" in hidden, "Reason" in shown, "never met" in shown) == (False, True, True)


def test_a_second_press_is_not_an_answer_to_the_next_question(board, home):
    """Two presses at once answer one question."""
    board._lay_out()
    press(board, "Same person")
    press(board, "Same person")
    assert len(decisions(home)) == 1


def test_a_press_while_a_run_changes_the_question_is_not_heard(board, home):
    """The question changed under the reader's finger, as when a run publishes: the press answers nothing."""
    board._lay_out()
    board._fields["kind"].value = "split"
    press(board, "Same person")
    assert decisions(home) == []


def test_what_is_refused_is_told(board, home, patient):
    """A colleague was faster: the page says by whom, and goes on to what is open."""
    with fazri.open(home) as other:
        (first,) = other.question().tables["question"]["question"]
        other.decide(first, "same")
    board._lay_out()
    press(board, "Two people")
    assert "Not noted: these two records: expected no answer yet, got same by fazri review" in texts(board)
    assert "Are these two parts of one person one person?" in texts(board)
    assert len(decisions(home)) == 1


def test_nothing_left(board, home, patient):
    """When all is answered the page says so, and its buttons note nothing more."""
    with fazri.open(home) as other:
        for which in other.review(limit=100).frame["question"]:
            try:
                other.decide(which, "unsure")
            except fazri_errors():
                continue
    board._lay_out()
    press(board, "Not sure")
    assert "Nothing is left to ask at this moment." in texts(board)
    count = len(decisions(home))
    press(board, "Not sure")
    assert len(decisions(home)) == count


def fazri_errors():
    """What a second answer to one pair raises."""
    from fazri_lib.errors import DecisionError

    return DecisionError


def test_other_kinds(board):
    """Another kind asks another question and lists others."""
    board._fields["kind"].value = "split"
    assert "Are these two parts of one person one person?" in texts(board)
