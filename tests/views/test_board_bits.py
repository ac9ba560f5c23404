"""Match weights on a board: bars where the sum stands, unknown fields in a line, values only where they are given."""

import re

import pandas as pd
import pytest

from fazri_lib.campus.answer import Answer, Chart

pytestmark = pytest.mark.slow
RECORDS = pd.DataFrame(
    {
        "label": ["R-1", "R-2"],
        "directory": ["students", "<b>cards"],
        "record_key": ["I-1", "I-2"],
        "name": [None, None],
        "probability": [1.0, 0.4],
        "is_own": [True, False],
        "pseudonym": ["P-1", "P-2"],
    }
)
WATERFALL = pd.DataFrame(
    {
        "field": ["prior", "name", "born_on", "mail"],
        "label": ["any two records", "equal", "differs", "not known of both"],
        "bits": [-10.0, 20.0, -5.0, 0.0],
        "rarity": [0.0, 1.0, 0.0, 0.0],
        "total": [-10.0, 10.0, 5.0, 5.0],
    }
)
JOINS = pd.DataFrame(
    {"fields": ["born_on"], "is_missing": [True], "gain": [9.1], "weight": [14.1], "is_enough": [True]}
)
STEPS = pd.DataFrame(
    {
        "joins": [["R-1"], ["R-1", "R-2"]],
        "with": [["R-2"], ["R-3"]],
        "bridge": ["R-1 (a) and R-2 (b)", "R-2 (b) and R-3 (c)"],
        "pair": ["R-1 R-2", "R-2 R-3"],
        "weight": [12.0, 3.0],
        "average": [10.0, -1.0],
        "is_weakest": [False, True],
        "is_decided": [True, False],
    }
)


def text(chart, title="Why", tables=None):
    """The card of an answer."""
    from fazri_lib.views.board_answers import Words, text_of_answer

    words = Words(href=lambda page, **state: f"/{page}?{'&'.join(f'{key}={value}' for key, value in state.items())}")
    answer = Answer(title, "", chart.rows[0], pd.Timestamp("2025-09-13", tz="UTC"), "UTC", chart, tables=tables or {})
    return text_of_answer(answer, words)


def test_bars_stand_where_the_sum_stands():
    """From -10 to 10 the whole is 20 bits: the prior fills the left half, the name all, the day a quarter from 75 %."""
    told = text(Chart("waterfall", WATERFALL))
    bars = re.findall(r"<i class='fill (\w+)' style='left:([\d.]+)%;width:([\d.]+)%'", told)
    assert bars == [
        ("sum", "0.0", "50.0"),
        ("for", "0.0", "100.0"),
        ("against", "75.0", "25.0"),
        ("sum", "50.0", "25.0"),
    ]
    assert "Not known of both: mail." in told
    assert told.count("<tr>") == 5  # head, three fields and the sum
    assert "born on" in told


def test_values_only_where_they_are_given():
    """Beside a field what both records say, escaped; without columns for it there is none."""
    shown = text(Chart("waterfall", WATERFALL.assign(one=["", "A<b>", "", ""], other=["", "B", None, ""])))
    assert "A&lt;b&gt; | B" in shown
    assert " | " not in text(Chart("waterfall", WATERFALL))


def test_what_would_join_and_the_records():
    """A field that is missing says so; a record that fits another better says so; people lead to their pages."""
    told = text(Chart("waterfall", WATERFALL), tables={"joins": JOINS, "records": RECORDS})
    assert "born on (missing now)" in told
    assert "+9.1 bits" in told
    assert "40.0%, but fits another better or as well" in told
    assert "&lt;b&gt;cards" in told
    assert "href='/person?entity=P-2'" in told


def test_the_path_leads_to_its_pairs():
    """Each step by its strongest pair, which leads to the waterfall; the weakest is marked, a reviewer's named."""
    told = text(Chart("merge_path", STEPS, RECORDS), "How P-1 came about from 3 records", {"records": RECORDS})
    assert "href='/person?entity=P-1&amp;pair=R-2 R-3'" in told
    assert "the 2 of R-1 with R-3" in told
    assert told.index("by a reviewer") < told.index("weakest link")
    assert told.count("class=chosen") == 1


def test_nothing_to_weigh():
    """An answer without a pair has no table; one without steps still has its records."""
    assert text(Chart("waterfall", WATERFALL.iloc[:0])) == ""
    assert "R-1" in text(Chart("merge_path", STEPS.iloc[:0], RECORDS), tables={"records": RECORDS})
