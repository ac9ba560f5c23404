"""How alike texts are, by hand; that DuckDB counts so, too, is held by `test_ladders` and below."""

import random

import pandas as pd
import pytest

from fazri_lib.resolution import similarity


def test_known_answers():
    """Winkler's examples (1990), Damerau's four slips, an exchange with a letter between, bytes of other scripts."""
    assert similarity.jaro("martha", "marhta") == pytest.approx(0.944, abs=5e-4)
    assert similarity.jaro_winkler("martha", "marhta") == pytest.approx(0.961, abs=5e-4)
    assert similarity.jaro_winkler("dwayne", "duane") == pytest.approx(0.84, abs=5e-4)
    assert similarity.jaro("abc", "") == 0.0
    assert similarity.jaro("", "") == 1.0
    for other, slips in (("anne", 1), ("ana", 1), ("annna", 1), ("nana", 1), ("", 4), ("anna", 0), ("nnaa", 2)):
        assert similarity.slips("anna", other) == slips
    assert similarity.slips("ca", "abc") == 2  # exchanged, then a letter put between
    assert similarity.slips("ü", "u") == 2  # two bytes against one
    assert similarity.places_apart("19710624", "19710642") == 2


@pytest.mark.engine
def test_duckdb_counts_the_same(duck):
    """Bit by bit, on texts with slips, accents and other letters."""
    draw = random.Random(7)  # noqa: S311 - no secret

    def word():
        return "".join(draw.choice("abcde fgéшня1@.") for _ in range(draw.randint(1, 12)))

    def slipped(text):
        letters = list(text)
        for _ in range(draw.randint(0, 4)):
            place = draw.randrange(len(letters))
            letters[place : place + 1] = draw.choice([[], ["a"], [letters[place], "b"], ["c", letters[place]]]) or ["d"]
        return "".join(letters)

    left = [word() for _ in range(3_000)]
    right = [slipped(text) if place % 3 else word() for place, text in enumerate(left)]
    duck.con.register("given", pd.DataFrame({"a": left, "b": right}))
    rows = duck.con.execute(
        "SELECT jaro_similarity(a, b), jaro_winkler_similarity(a, b), damerau_levenshtein(a, b) FROM given"
    ).fetchall()
    functions = (similarity.jaro, similarity.jaro_winkler, similarity.slips)
    ours = [tuple(function(a, b) for function in functions) for a, b in zip(left, right, strict=True)]
    assert ours == rows
