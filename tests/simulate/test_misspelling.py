"""Slips of the pen."""

from __future__ import annotations

import numpy as np
from binomial import within

from fazri_lib.sources.simulate.misspelling import misspelt, wrong_digit
from fazri_lib.sources.simulate.names import without_marks


def edits(one, other):
    """Letters to delete, insert, change or swap with the next to make one text of the other."""
    table = np.zeros((len(one) + 1, len(other) + 1), dtype=int)
    table[:, 0], table[0] = range(len(one) + 1), range(len(other) + 1)
    for i, j in np.ndindex(len(one), len(other)):
        steps = [table[i, j + 1] + 1, table[i + 1, j] + 1, table[i, j] + (one[i] != other[j])]
        if i and j and one[i] == other[j - 1] and one[i - 1] == other[j]:
            steps.append(table[i - 1, j - 1] + 1)
        table[i + 1, j + 1] = min(steps)
    return table[-1, -1]


def test_one_slip_each():
    """A misspelt name is one edit away at most and keeps its first letter; all four kinds of slips occur."""
    names = np.full(400, "Katharina Schröder")
    wrong = misspelt(np.random.default_rng(1), names, 1.0)
    assert {edits("Katharina Schröder", name) for name in wrong} <= {0, 1}
    assert set(np.char.str_len(wrong)) == {17, 18, 19}
    assert (wrong.astype("<U1") == "K").all()
    assert (wrong == names).mean() < 0.1


def test_a_share_is_misspelt():
    """Of 5,000 names 3 % have a slip; short ones have none."""
    names = np.full(5000, "Alexander Pohl")
    assert within((misspelt(np.random.default_rng(2), names, 0.03) != names).sum(), 5000, 0.03)
    assert misspelt(np.random.default_rng(3), np.array(["Li", "", "Ida"]), 1.0).tolist() == ["Li", "", "Ida"]


def test_wrong_digits():
    """A wrong number has the same length, the same first letter and one other digit."""
    wrong = wrong_digit(np.random.default_rng(4), np.full(200, "S123456"), 1.0)
    assert {edits("S123456", number) for number in wrong} == {1}
    assert {len(number) for number in wrong} == {7}
    assert all(number[1:].isdigit() and number[0] == "S" for number in wrong)


def test_letters_without_marks():
    """ü becomes u, or in the German way ue; ß is ss in both."""
    names = np.array(["Müller Weiß", "Çelik", "Łukasz Nguyễn"])
    assert without_marks(names).tolist() == ["Muller Weiss", "Celik", "Lukasz Nguyen"]
    assert without_marks(names, is_german=True)[0] == "Mueller Weiss"
