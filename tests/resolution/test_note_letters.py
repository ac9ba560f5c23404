"""Letters without marks: in Python and on the engines the same."""

import pandas as pd
import pytest

from fazri_lib.resolution.notes.letters import first_word, plain, spellings

LETTERS = [chr(code) for code in (*range(0x20, 0x250), *range(0x300, 0x370), *range(0x1E00, 0x1F00))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Müller", ("muller", "mueller")),
        ("Weiß", ("weiss",)),
        ("Søren", ("soren", "soeren")),
        ("Łukasz Nguyễn", ("lukasz nguyen",)),
        ("Zoe\u0308", ("zoe",)),
        ("ANNA", ("anna",)),
    ],
)
def test_spellings(text, expected):
    """Marks are dropped; where letters are written out there is a second spelling."""
    assert spellings(text) == expected


def test_engines_spell_alike(load, collect):
    """Every letter of the Latin blocks becomes on the engine what it becomes in Python, in both ways of writing."""
    texts = [f"x{letter}y" for letter in LETTERS]
    rows = load(pd.DataFrame({"text": texts}))
    found = collect(rows.mutate(bare=plain(rows.text), out=plain(rows.text, is_written_out=True))).to_pydict()
    for text, bare, out in zip(found["text"], found["bare"], found["out"], strict=True):
        assert (bare, out) == (spellings(text)[0], spellings(text)[-1]), text


def test_the_first_word_of_an_identifier():
    """An address begins with its name; a text without letters and digits has none."""
    assert first_word("Anna.Müller@campus.example") == "anna"
    assert first_word("LAB_305") == "lab"
    assert first_word("--") == ""
