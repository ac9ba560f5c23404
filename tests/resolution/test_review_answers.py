"""Answers of reviewers taken together: what cannot all be true is named, by hand-made chains."""

import itertools

import pytest

from fazri_lib.resolution.review import Node, Said, Verdict, Word, pair_of

SAME, DIFFERENT, UNSURE = Verdict
A, B, C, D, E = (Node("staff", key) for key in "ABCDE")


def said(*answers):
    """Answers numbered from 1."""
    return Word(Said(number, *answer) for number, answer in enumerate(answers, start=1))


@pytest.mark.parametrize(
    ("before", "answer", "against"),
    [
        ([], (A, B, SAME), []),
        ([(A, B, SAME), (B, C, SAME)], (A, C, SAME), []),
        ([(A, B, SAME), (B, C, SAME)], (A, C, DIFFERENT), [1, 2]),
        ([(A, B, SAME), (A, C, DIFFERENT)], (B, C, SAME), [1, 2]),
        ([(A, B, SAME), (C, D, SAME), (B, D, DIFFERENT)], (A, C, SAME), [1, 3, 2]),
        ([(D, C, SAME), (B, A, SAME), (D, B, DIFFERENT)], (C, A, SAME), [1, 3, 2]),
        ([(A, B, DIFFERENT), (B, C, DIFFERENT)], (A, C, SAME), []),
        ([(A, B, DIFFERENT)], (A, B, SAME), [1]),
        ([(A, B, SAME)], (B, A, DIFFERENT), [1]),
        ([(A, B, SAME)], (A, B, UNSURE), []),
        ([(A, B, UNSURE), (B, C, SAME)], (A, C, DIFFERENT), []),
        ([(A, B, SAME), (B, C, SAME), (C, D, SAME), (A, D, SAME)], (A, D, DIFFERENT), [4]),
        ([(A, B, SAME), (D, E, DIFFERENT)], (A, C, SAME), []),
    ],
)
def test_what_cannot_all_be_true(before, answer, against):
    """The answers on the shortest way that says otherwise are named, in the order of the way; of fitting ones none."""
    assert [one.number for one in said(*before).against(*answer)] == against


def test_long_chains_are_quick():
    """A chain of five thousand answers is walked once, not once an answer."""
    nodes = [Node("staff", f"{number:05}") for number in range(5000)]
    chain = said(*((one, other, SAME) for one, other in itertools.pairwise(nodes)))
    assert len(chain.against(nodes[0], nodes[-1], DIFFERENT)) == 4999


def test_pairs_have_one_order():
    """Two records are named in one order, whoever comes first: by directory, then key."""
    cards = Node("cards", "Z")
    assert pair_of(A, cards) == pair_of(cards, A) == (cards, A)
