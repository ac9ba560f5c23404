"""Pieces of HTML of the boards."""

from __future__ import annotations

import pandas as pd

from fazri_lib.views.board_texts import Bar, bars, facts, linked, sentence, table, tiles


def test_what_comes_from_data_is_escaped():
    """Titles, names, addresses, cells."""
    evil = "<script>'\""
    made = [
        sentence(evil, evil, note=evil),
        linked(evil, f"?a={evil}"),
        bars([Bar(evil, 1.0, evil, href=evil, more=evil)], head=(evil, evil, evil), top=2.0, more=evil),
        tiles([(evil, evil, evil, evil, "high")]),
        table(pd.DataFrame({"a": [evil]}), {"a": evil}, time_zone="UTC", marks=("a",)),
        facts([(evil, "")]),
    ]
    for text in made:
        assert "<script" not in text
        assert "'\"" not in text  # neither quote leaves the attribute that it stands in
        assert "&lt;script&gt;&#x27;&quot;" in text


def test_a_bar_is_as_long_as_its_share_of_the_scale():
    """5 of 10 is the half; the usual range 2 to 4 begins at a fifth and is a fifth wide; its value stands in words."""
    text = bars([Bar("LIB", 5.0, "5.0", between=(2.0, 4.0), usual=3.0)], head=("Zone", "0 to 10", "Now"), top=10.0)
    assert "class='fill' style='left:0.0%;width:50.0%'" in text
    assert "class='range' style='left:20.0%;width:20.0%'" in text
    assert "class='tick' style='left:30.0%'" in text
    assert "<td class='n'>5.0</td>" in text


def test_no_signal_has_no_bar():
    """Neither has a limit beyond the scale a mark."""
    text = bars([Bar("LIB", None, "no signal", limit=20.0)], head=("", "", ""), top=10.0)
    assert "fill" not in text
    assert "limit" not in text
    assert "no signal" in text


def test_without_an_address_there_is_no_link():
    """In JupyterLab there are no pages to lead to."""
    assert linked("LIB", None) == "LIB"
    assert linked("LIB", "/dash/zones?a=1&b=2") == "<a href='/dash/zones?a=1&amp;b=2'>LIB</a>"


def test_a_chosen_row_is_marked_for_eye_and_ear():
    """By colour and as the current one."""
    text = table(pd.DataFrame({"a": [1, 2]}), {"a": "A"}, time_zone="UTC", chosen=[False, True])
    assert text.count("aria-current=true") == 1
