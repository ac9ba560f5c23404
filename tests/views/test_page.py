"""The page that notebooks end with."""

from __future__ import annotations

import holoviews as hv
import pandas as pd
import panel as pn  # noqa: TID251 - what a page is made of
import pytest

import fazri_lib as fazri
from fazri_lib.views import Shown, shares


class Part:
    """What a page needs of an answer."""

    title, summary = "Where <b>", "In LIB & CAF."

    def __init__(self, rows: str = "<table></table>"):
        self.rows = rows

    def plot(self):
        """One bar."""
        return shares(pd.DataFrame({"zone_id": ["LIB"], "probability": [1.0]}), label="zone_id")

    def table(self):
        """The rows given."""
        return self.rows


def test_an_answer_becomes_sentence_chart_and_table():
    """Heading and sentence stand before the chart, its rows after it."""
    head, sentence, chart, table = fazri.page("Title", Part())
    assert "<h1>Title</h1>" in head.object
    assert "<h2>Where &lt;b&gt;</h2><p>In LIB &amp; CAF.</p>" in sentence.object
    assert isinstance(chart.object, hv.Bars)
    assert chart.linked_axes is False
    assert table.object == "<table></table>"
    assert isinstance(Part(), Shown)


def test_an_answer_without_rows_has_no_table():
    """Sentence and chart only."""
    assert len(fazri.page("Title", Part(rows=""))) == 3


def test_sentences_frames_and_charts_in_their_order():
    """Markdown, a table, a chart, and HTML of what needs no chart."""
    div = hv.Div("<p>nothing</p>")
    parts = ["## Words", pd.DataFrame({"a": [1]}), hv.Curve([1, 2]), div]
    kinds = [type(item) for item in fazri.page("Title", *parts)]
    assert kinds == [pn.pane.HTML, pn.pane.Markdown, pn.pane.HTML, pn.pane.HoloViews, pn.pane.HTML]


@pytest.mark.parametrize(("note", "shown"), [("as of <now>", True), ("", False)])
def test_the_note_stands_below_the_title(note, shown):
    """Escaped, and only when there is one."""
    assert ("as of &lt;now&gt;" in fazri.page("Title", note=note)[0].object) is shown


def test_a_page_can_be_served():
    """`.servable()` gives the page itself, which fills the width up to a readable one."""
    page = fazri.page("Title")
    assert page.servable() is page
    assert (page.sizing_mode, page.max_width) == ("stretch_width", 1200)
