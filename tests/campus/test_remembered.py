"""Answers that were given before."""

from __future__ import annotations

import datetime as dt
import threading

import pandas as pd
import pytest

from fazri_lib.campus.answer import Answer, Chart
from fazri_lib.campus.remembered import Remembered, size_of

AS_OF = dt.datetime(2025, 9, 13, 12, 30, tzinfo=dt.UTC)


def answer(people: float = 1.0) -> Answer:
    """One zone, its chart and a further table of the same rows."""
    frame = pd.DataFrame({"zone_id": ["LIB"], "people": [people]})
    return Answer("Zones", "One.", frame, AS_OF, "UTC", Chart("shares", frame), tables={"all": frame})


def test_a_question_is_asked_once():
    """The second time its answer is remembered."""
    remembered, asked = Remembered(10, 10**6), []
    for _ in range(2):
        given = remembered.answered("zones", lambda: asked.append(1) or answer(), threading.RLock())
        assert given.frame["people"].tolist() == [1.0]
    assert asked == [1]


def test_who_changes_an_answer_changes_a_copy():
    """The rows of the next reader, of the chart and of the tables stay as they were."""
    remembered, lock = Remembered(10, 10**6), threading.RLock()
    first = remembered.answered("zones", answer, lock)
    first.frame.loc[0, "people"] = 99.0
    first.frame["new"] = 1
    del first.tables["all"]["zone_id"]
    second = remembered.answered("zones", answer, lock)
    for rows in (second.frame, second.chart.rows[0], second.tables["all"]):
        assert rows.to_dict("list") == {"zone_id": ["LIB"], "people": [1.0]}


@pytest.mark.parametrize("make", [lambda: {"any": "", "more": ["high"]}, lambda: ["low", ["high"]]])
def test_who_changes_names_to_choose_from_changes_a_copy(make):
    """Dictionaries and lists, and lists within them: the next reader gets them as they were."""
    remembered, lock = Remembered(10, 10**6), threading.RLock()
    first = remembered.answered("options", make, lock)
    inner = first["more"] if isinstance(first, dict) else first[1]
    inner.append("mine")
    first.clear()
    assert remembered.answered("options", make, lock) == make()


def test_the_least_used_is_forgotten_first():
    """Of three answers two are kept: those used last."""
    remembered = Remembered(2, 10**6)
    remembered.put("a", 1, 10)
    remembered.put("b", 2, 10)
    remembered.get("a")
    remembered.put("c", 3, 10)
    assert [remembered.get(key) for key in ("a", "b", "c")] == [1, None, 3]


def test_all_answers_together_have_a_size():
    """100 bytes hold two of 50, or none of 101; what is put anew counts once."""
    remembered = Remembered(10, 100)
    for key in ("a", "b", "b", "c"):
        remembered.put(key, key, 50)
    assert (len(remembered), remembered.bytes, remembered.get("a")) == (2, 100, None)
    remembered.put("d", "d", 101)
    assert (len(remembered), remembered.get("d")) == (2, None)


def test_shared_rows_count_once():
    """An answer whose chart and tables show its own rows has the size of these rows."""
    rows = pd.DataFrame({"people": [0.0] * 1000})
    several = Answer("t", "s", rows, AS_OF, "UTC", Chart("shares", rows), tables={"all": rows})
    assert 8000 <= size_of(several) < 16000


def test_an_error_is_not_remembered():
    """What failed is asked again."""
    remembered, lock = Remembered(10, 10**6), threading.RLock()

    def fails() -> None:
        raise ZeroDivisionError

    for _ in range(2):
        try:
            remembered.answered("zones", fails, lock)
        except ZeroDivisionError:
            assert len(remembered) == 0
