"""Notes taken apart: words with their places, neighbours, runs."""

import datetime as dt

import pytest

from fazri_lib.resolution.notes.words import neighbours, runs, words

NINE = dt.datetime(2026, 3, 2, 9)


@pytest.fixture
def found(load):
    """Words of one note."""

    def of(text):
        row = {"observation_id": 1, "ts": NINE, "local_date": NINE.date(), "known_at": NINE, "text": text}
        return words(load([row], "observations").select(*row))

    return of


def test_every_word_stands_where_the_text_has_it(found, rows_of):
    """Places are characters, also behind letters of more than one byte; a second spelling has the same place."""
    text = "Dr. Müller: \U0001d4b3 (LAB_305)  fehlt!"
    rows = rows_of(found(text))
    assert {(r["word"], text[r["text_from"] : r["text_to"]]) for r in rows} == {
        ("dr", "Dr"),
        ("muller", "Müller"),
        ("mueller", "Müller"),
        ("\U0001d4b3", "\U0001d4b3"),
        ("lab", "LAB"),
        ("305", "305"),
        ("fehlt", "fehlt"),
    }
    assert {r["word"]: r["word_no"] for r in rows if r["is_plain"]}["fehlt"] == 6


def test_capitals_and_starts_of_sentences(found, rows_of):
    """A capital letter at the start of a note or after a point says less; a name before a name is known to be."""
    rows = {r["word"]: r for r in rows_of(found("Told Anna Berg. Will he come? no"))}
    assert {word for word, r in rows.items() if r["is_capital"]} == {"anna", "berg", "told", "will"}
    assert {word for word, r in rows.items() if r["is_first"]} == {"told", "will", "no"}
    assert rows["anna"]["is_before_capital"]
    assert not rows["berg"]["is_before_capital"]


def test_neighbours_stand_close(found, rows_of):
    """Two characters may stand between words of one name, as in A. Berg; a dash between blanks parts them."""
    pairs = {(r["left"], r["right"]) for r in rows_of(neighbours(found("A. Berg - Koch,  Eva")))}
    assert pairs == {("a", "berg")}


def test_runs_of_words(found, rows_of):
    """Runs of one to six words; an address with colons is one, words far apart are none."""
    text = "aa:bb:cc:dd:ee:ff in HALL_A .... here"
    rows = {r["phrase"]: text[r["text_from"] : r["text_to"]] for r in rows_of(runs(found(text)))}
    assert rows["aa bb cc dd ee ff"] == "aa:bb:cc:dd:ee:ff"
    assert rows["hall a"] == "HALL_A"
    assert "a here" not in rows
    assert max(len(phrase.split()) for phrase in rows) == 6


def test_no_notes(load, rows_of):
    """Without rows there are no words."""
    columns = ("observation_id", "ts", "local_date", "known_at", "text")
    assert rows_of(words(load([], "observations").select(*columns))) == []
