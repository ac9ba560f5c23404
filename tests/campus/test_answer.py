"""Answers: what they hold and how they show themselves."""

from __future__ import annotations

import dataclasses
import datetime as dt
import subprocess
import sys

import holoviews as hv
import pandas as pd
import pytest

from fazri_lib.campus.answer import Answer, Chart

AS_OF = dt.datetime(2025, 9, 13, 12, 30, tzinfo=dt.UTC)


@pytest.fixture
def answer() -> Answer:
    """Two zones and their probabilities."""
    frame = pd.DataFrame({"zone_id": ["LIB", "CAF"], "probability": [0.75, 0.25], "secret": ["x", "y"]})
    chart = Chart("shares", frame, label="zone_id")
    return Answer(
        "Where <b>", "In LIB & more.", frame, AS_OF, "Asia/Kolkata", chart, columns=("zone_id", "probability")
    )


def test_an_answer_is_frozen(answer):
    """Nothing of it can be replaced."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        answer.summary = "other"


def test_it_tells_itself_in_a_terminal(answer):
    """Title, sentence, first rows, number of rows and the moment in campus time."""
    told = repr(answer)
    assert told.splitlines()[:2] == ["Where <b>", "In LIB & more."]
    assert "0.75" in told
    assert "secret" not in told
    assert told.endswith("[2 rows, as known at Sat 13 Sep 2025 18:00 (Asia/Kolkata)]")


def test_it_tells_itself_in_a_notebook(answer):
    """The same as HTML, escaped, with a table of the shown columns."""
    html = answer._repr_html_()
    assert "Where &lt;b&gt;" in html
    assert "In LIB &amp; more." in html
    assert "<td class='n'>0.75</td>" in html
    assert "secret" not in html


def test_its_chart_is_drawn_when_asked_for(answer):
    """`plot()` calls the named function of views."""
    assert isinstance(answer.plot(), hv.Bars)


def test_an_empty_answer_has_no_table(answer):
    """Nothing to show, or none wanted, is no table."""
    assert dataclasses.replace(answer, frame=answer.frame.head(0)).table() == ""
    assert dataclasses.replace(answer, rows=0).table() == ""
    assert "[0 rows" in repr(dataclasses.replace(answer, frame=answer.frame.head(0)))


@pytest.mark.slow
def test_importing_fazri_loads_neither_charts_nor_engine():
    """`import fazri_lib` stays fast: no HoloViews, no Panel, no pandas, no DuckDB."""
    code = "import sys, fazri_lib; print([m for m in ('holoviews', 'panel', 'pandas', 'duckdb') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_opening_loads_no_charts():
    """A campus can be asked without HoloViews and Panel."""
    code = "import sys, fazri_lib; fazri_lib.open; print([m for m in ('holoviews', 'panel') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_public_name_is_an_attribute_error():
    """The lazy module behaves as any other."""
    import fazri_lib

    with pytest.raises(AttributeError, match="no attribute 'opne'"):
        _ = fazri_lib.opne
