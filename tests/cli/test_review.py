"""`fazri review`: the queue, a question, answers and withdrawals from the command line."""

from __future__ import annotations

import json

import pytest
import tiny_records

from fazri_lib.access import record_label

S1, _, _, T1, *_ = (record_label(directory, key) for _, directory, key, *_ in tiny_records.RECORDS)
pytestmark = [pytest.mark.slow, pytest.mark.engine]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The tiny campus as the working directory."""
    monkeypatch.chdir(tiny_records.make(tmp_path))
    return tmp_path


def run(fazri, *words):
    """What a command of the group prints with --json."""
    result = fazri("review", *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_help(fazri):
    """Each command has a help with examples."""
    for name in ("list", "show", "answer", "withdraw", "decisions", "quality"):
        assert f"fazri review {name}" in fazri("review", name, "--help").stdout.split("Examples:")[1]


def test_from_a_question_to_a_withdrawal(fazri, home):
    """List, show, answer, list of decisions, withdraw: each step sees the one before."""
    first = run(fazri, "list")["rows"][0]
    assert (first["kind"], first["gain"]) == ("place", 0.72)
    shown = run(fazri, "show", first["question"])
    assert [row["side"] for row in shown["records"]] == ["left", "right", "right", "right"]
    assert "Asha" not in json.dumps(shown)
    told = run(fazri, "answer", first["question"], "different", "--reason", "other day")["what"]
    assert told.startswith("Decision 1: different")
    assert first["question"] not in [row["question"] for row in run(fazri, "list")["rows"]]
    assert run(fazri, "decisions")["rows"][0]["verdict"] == "different"
    assert run(fazri, "withdraw")["what"].startswith("Decision 1 (different) is withdrawn")
    assert run(fazri, "list")["rows"][0]["question"] == first["question"]
    assert len(run(fazri, "quality")["rows"]) == 5


def test_two_records_are_answered(fazri, home):
    """Two records that no question is about, by their labels; a fourth word is refused and says where it belongs."""
    told = run(fazri, "answer", T1, S1, "different", "--reason", "never met")["what"]
    assert told.startswith("Decision 1: different")
    assert "keep the person that was known then" in told
    row = run(fazri, "decisions")["rows"][0]
    assert {row["left"], row["right"]} == {T1, S1}
    refused = fazri("review", "answer", T1, S1, "different", "never met")
    assert refused.exit_code == 2
    assert "behind --reason" in " ".join(refused.stderr.replace("│", " ").split())


def test_decisions_in_campus_time(fazri, home):
    """As known at 18:00 in Kolkata (12:30 UTC), so told; the reason only with a purpose."""
    fazri("review", "answer", T1, S1, "different", "--reason", "never met")
    plain = fazri("review", "decisions").stdout
    assert "2025-09-13 18:00 IST" in plain
    assert "decided at" in plain
    assert "UTC" not in plain
    assert "never met" not in plain
    assert "never met" in fazri("review", "decisions", "--reveal", "audit").stdout
    assert run(fazri, "decisions", "--reveal", "audit")["rows"][0]["as_of"] == "2025-09-13 12:30 UTC"


def test_the_queue_names_directories_and_sizes(fazri, home):
    """K9 of the cards against three records of Asha, for whom a row of the students stands."""
    head, first = fazri("review", "list").stdout.splitlines()[3:5]
    assert [one in head for one in ("left directory", "left records", "right directory", "right records")] == [True] * 4
    assert [one for one in first.split() if one in {"cards", "students", "1", "3"}] == ["cards", "1", "students", "3"]


def test_for_people_to_read(fazri, home):
    """Without --json there are sentences and tables; names with a purpose."""
    assert "split" in fazri("review", "list").stdout
    assert "Asha Rao" in fazri("review", "show", "--reveal", "double cards").stdout
    assert "Nobody has reviewed anything yet." in fazri("review", "decisions").stdout


def test_refusals_are_one_line(fazri, home):
    """A wrong answer ends with exit code 3 and one line."""
    result = fazri("review", "answer", "Q-0000000", "same")
    assert result.exit_code == 3
    assert result.stderr.count("\n") == 1
    assert "no question Q-0000000" in result.stderr
