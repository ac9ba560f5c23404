"""The rows of a card as a file: what the table shows, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pandas as pd
import pytest

from fazri_lib.campus.answer import Answer, Chart

pytestmark = pytest.mark.slow  # cards take a second to import


def rows_of(columns: dict, shown: tuple[str, ...] = (), time_zone: str = "Asia/Kolkata") -> list[list[str]]:
    """The rows of the file, headings first."""
    from fazri_lib.views.board_cards import csv_of

    moment = dt.datetime(2025, 9, 13, tzinfo=dt.UTC)
    answer = Answer("", "", pd.DataFrame(columns), moment, time_zone, Chart("none"), columns=shown)
    return list(csv.reader(io.StringIO(csv_of(answer), newline="")))


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x";"y")', "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_text_is_a_formula(text):
    """An apostrophe makes it a text for the spreadsheet, in lists, too; numbers and other texts stay as they are."""
    found = rows_of({"label": [text, "C-1"], "labels": [[text, "x"], ["x", text]], "change": [-1.5, 2.0]})
    assert found[1:] == [[f"'{text}", f"'{text}, x", "-1.5"], ["C-1", f"x, {text}", "2.0"]]


def test_no_text_begins_a_row():
    """Whatever ends a line stays within its cell."""
    assert rows_of({"label": ["C1\r=1", "C2\n=1"]}) == [["Label"], ["C1\r=1"], ["C2\n=1"]]


def test_only_what_the_table_shows_goes_along():
    """Columns that the answer does not show stay out, and headings are those of the table."""
    found = rows_of({"zone_id": ["LIB"], "id_value": ["C1"], "people": [2.0]}, ("people", "zone_id"))
    assert found == [["People", "Zone id"], ["2.0", "LIB"]]


def test_instants_are_campus_time_with_their_offset():
    """The hour that clocks go through twice stays two hours; no instant stays empty."""
    twice = pd.to_datetime(["2025-10-26 00:30", "2025-10-26 01:30", None], utc=True)
    found = rows_of({"ts": twice}, time_zone="Europe/Berlin")
    assert [row[0] for row in found[1:3]] == ["2025-10-26T02:30:00+02:00", "2025-10-26T02:30:00+01:00"]
    assert found[3] == [""]


def test_first_rows_are_a_plain_table_with_links():
    """Each row leads to its own, one without a key nowhere; empty values of any kind are a dash, long ids exact."""
    from fazri_lib.campus.behind import Behind
    from fazri_lib.views.board_answers import Words
    from fazri_lib.views.board_cards import first_rows

    number = 2**62 + 1
    columns = {"who": [pd.NA, "P-1"], "observation_id": [number, number + 2], "text": ["", "<b>"], "score": [None, 0.5]}
    moment = dt.datetime(2025, 9, 13, tzinfo=dt.UTC)
    frame = pd.DataFrame(columns).astype({"observation_id": "Int64"})
    behind = (Behind("directory rows", "records", column="who"),)
    answer = Answer("", "", frame, moment, "UTC", Chart("none"), behind=behind)
    text = first_rows(answer, Words(behind=lambda key: f"?behind={key}"))
    assert text.count("<a href") == 1
    assert "<a href='?behind=records~P-1'>directory rows</a>" in text
    assert str(number) in text
    assert str(number + 2) in text
    assert "&lt;b&gt;" in text
    assert text.count("<td>-</td>") >= 2
    assert "<a" not in first_rows(answer, Words())
    many = Answer("", "", pd.concat([frame] * 20), moment, "UTC", Chart("none"))
    assert "The first 25 of 40; all of them below." in first_rows(many, Words())
    assert first_rows(Answer("", "", frame.head(0), moment, "UTC", Chart("none")), Words()) == ""
