"""Tables as plain HTML."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from fazri_lib.views import html_table, text_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (pd.Timestamp("2025-09-13 12:30", tz="UTC"), "Sat 13 Sep 2025 18:00"),
        (pd.Timestamp("2025-09-13 12:30"), "Sat 13 Sep 2025 12:30"),
        (dt.date(2025, 9, 13), "Sat 13 Sep 2025"),
        (pd.NaT, "-"),
        (None, "-"),
        (np.nan, "-"),
        (0.0, "0"),
        (0.12345, "0.123"),
        (7.0, "7"),
        (1234.5, "1,234"),
        (12, "12"),
        (True, "True"),
        ("LIB", "LIB"),
        ([1, 2], "1, 2"),
        (np.array([1, 2, 3, 4, 5]), "1, 2, 3 + 2"),
    ],
)
def test_values_as_a_reader_wants_them(value, text):
    """Instants in campus time, numbers short, lists cut, empties as a dash."""
    assert text_of(value, "Asia/Kolkata") == text


def test_columns_in_the_asked_order():
    """Columns that the frame lacks are left out; names lose their underscores."""
    html = html_table(pd.DataFrame({"a": [1], "long_name": ["x"]}), ["long_name", "missing", "a"])
    assert html.index("long name") < html.index(">a<")
    assert "missing" not in html


def test_everything_is_escaped():
    """A value cannot become markup."""
    html = html_table(pd.DataFrame({"<i>": ["<script>alert(1)</script>"]}))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<i>" not in html


def test_long_tables_are_cut_and_say_so():
    """Two of three rows."""
    html = html_table(pd.DataFrame({"a": [1, 2, 3]}), rows=2)
    assert "2 of 3 rows" in html
    assert html.count("<tr>") == 3


def test_headings_are_marked_for_screen_readers():
    """Each heading says that it heads a column."""
    assert html_table(pd.DataFrame({"a": [1]})).count("scope='col'") == 1


def test_decimals_by_unit():
    """Expected people have one decimal, probabilities two; other numbers keep three figures."""
    html = html_table(pd.DataFrame({"people": [1.96512], "probability": [0.12345], "value": [0.12345]}))
    for text in ("2.0", "0.12", "0.123"):
        assert f">{text}<" in html


def test_negative_rows_are_the_last_ones():
    """The last two of three."""
    html = html_table(pd.DataFrame({"a": [7, 8, 9]}), rows=-2)
    assert ">7<" not in html
    assert "2 of 3 rows" in html
