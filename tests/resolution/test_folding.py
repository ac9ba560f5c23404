"""People moment by moment: nothing from the future, and the way to a state changes nothing in it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fazri_lib.resolution.agglomeration import LOOSE, Scored
from fazri_lib.resolution.comparison import Comparison, Key, Level, Prepared
from fazri_lib.resolution.folding.placements import settled
from fazri_lib.resolution.folding.timeline import NEVER, Contents, Verdicts
from fazri_lib.resolution.folding.training import Levels, Trained, Trainer
from fazri_lib.resolution.pairs import Pairs, all_pairs

WEIGHTS = (-9.0, -4.0, -2.0, -1.0, 0.5, 1.0, 3.0, 6.0, 11.0)
NOBODY = Verdicts(*(np.zeros(0, dtype=kind) for kind in ("int64", "int64", "bool", "int64", "int64")))


def told(begins, ends=None, node=None, group=None):
    """Contents, one a row of a directory unless said otherwise."""
    size = len(begins)
    node = np.arange(size) if node is None else np.array(node)
    begins = np.array(begins, dtype=np.int64)
    first = pd.Series(begins).groupby(node).transform("min").to_numpy()
    ends = np.full(size, NEVER) if ends is None else np.array(ends, dtype=np.int64)
    group = np.full(size, -1) if group is None else np.array(group)
    return Contents(node, np.maximum(group, 0), group, begins, ends, first)


def verdicts(*rows):
    """Verdicts (left, right, is_same, begins, ends)."""
    columns = list(zip(*rows, strict=True))
    kinds = ("int64", "int64", "bool", "int64", "int64")
    return Verdicts(*(np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)))


def weigher(matrix):
    """What scores pairs by a table of weights."""

    def weigh(pairs: Pairs):
        return Scored(pairs, np.asarray(matrix, dtype=float)[pairs.left, pairs.right])

    return weigh


def near(pairs, weigh):
    """Those of the pairs that are near each other."""
    return pairs.where(weigh(pairs).weight >= LOOSE)


def placed(contents, matrix, decided=NOBODY, last=9):
    """What is found from the first moment to the last."""
    pairs = all_pairs(len(contents))
    together = contents.overlap(pairs.left, pairs.right, (0, last + 1))
    weigh = weigher(matrix)
    return settled(contents, near(pairs.where(together), weigh), weigh, decided, (0, last + 1))


def at(found, moment):
    """The states at a moment: of each content the sets that it stands with or fits equally, with probabilities."""
    rows = found.states.merge(found.looks, on=["content", "moment"])
    rows = rows[(rows["moment"] <= moment) & (moment < rows["until"])]
    own = rows[rows["is_own"]]
    members = own.groupby("founder")["content"].agg(frozenset)
    return {
        (content, members[founder], probability)
        for content, founder, probability in rows[["content", "founder", "probability"]].itertuples(index=False)
    }


def people(found, moment):
    """The sets of contents that stand together."""
    return {members for _, members, _ in at(found, moment)}


@st.composite
def rows_of_directories(draw):
    """Weights between up to nine rows, when each became known, and their directories."""
    size = draw(st.integers(2, 9))
    matrix = np.zeros((size, size))
    for left in range(size):
        for right in range(left + 1, size):
            matrix[left, right] = matrix[right, left] = draw(st.sampled_from(WEIGHTS))
    begins = draw(st.lists(st.integers(0, 4), min_size=size, max_size=size))
    group = draw(st.lists(st.sampled_from([-1, 0, 1]), min_size=size, max_size=size))
    pair = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(lambda two: two[0] < two[1])
    decided = draw(st.lists(st.tuples(pair, st.booleans(), st.integers(0, 4)), max_size=2))
    rows = [(*two, is_same, since, NEVER) for two, is_same, since in decided]
    return matrix, begins, group, verdicts(*rows) if rows else NOBODY


def masked(matrix, group):
    """Weights of which pairs within a directory of one record a person are never asked for."""
    group = np.array(group)
    return np.where((group[:, None] == group) & (group >= 0), np.nan, matrix)


def allowed_pairs(contents, last=9):
    """Pairs that may be one person and hold together."""
    pairs = all_pairs(len(contents))
    may_be = (contents.group[pairs.left] < 0) | (contents.group[pairs.left] != contents.group[pairs.right])
    return pairs.where(may_be & contents.overlap(pairs.left, pairs.right, (0, last + 1)))


@given(rows_of_directories())
@settings(max_examples=25, deadline=None)
def test_the_split_into_batches_changes_nothing(drawn):
    """Rows and decisions that become known in up to five batches end in the people of one batch."""
    matrix, begins, group, decided = drawn
    weigh = weigher(masked(matrix, group))
    at_once = Verdicts(decided.left, decided.right, decided.is_same, decided.begins * 0, decided.ends)
    outcomes = []
    for moments, told_then in ((begins, decided), ([0] * len(begins), at_once)):
        contents = told(moments, group=group)
        found = settled(contents, near(allowed_pairs(contents), weigh), weigh, told_then, (0, 10))
        outcomes.append(at(found, 9))
    assert outcomes[0] == outcomes[1]


@given(rows_of_directories(), st.integers(0, 4))
@settings(max_examples=25, deadline=None)
def test_what_comes_later_changes_nothing_before(drawn, moment):
    """The people of a moment are the same whether or not later rows and decisions are there."""
    matrix, begins, group, decided = drawn
    weigh = weigher(masked(matrix, group))
    contents = told(begins, group=group)
    whole = settled(contents, near(allowed_pairs(contents), weigh), weigh, decided, (0, 10))
    known = np.flatnonzero(contents.begins <= moment)
    if not len(known):
        return
    kept = decided.begins <= moment
    cut = told(contents.begins[known], node=known, group=contents.group[known])
    early = Verdicts(
        *(part[kept] for part in (decided.left, decided.right, decided.is_same, decided.begins, decided.ends))
    )
    part = weigher(masked(matrix, group)[np.ix_(known, known)])
    found = settled(cut, near(allowed_pairs(cut), part), part, early, (0, moment + 1))
    there = {(known[one], frozenset(known[list(who)]), sure) for one, who, sure in at(found, moment)}
    assert there == at(whole, moment)


@pytest.mark.parametrize("columns", [("given",), ("given", "family")])
def test_later_rows_take_no_pair_from_earlier_moments(columns, monkeypatch):
    """A value new after the training, in blocks of which 8 are compared: every second row comes one moment later.

    Of two columns with the same value in turns a block has entries of both; later ones stand behind in it, too.
    """
    monkeypatch.setattr("fazri_lib.resolution.blocking.MOST_IN_BLOCK", 8)
    values = {name: ["x" if row % len(columns) == place else None for row in range(24)]
              for place, name in enumerate(columns)}  # fmt: skip
    frame = {name: pd.Series([f"{name}1", *column], dtype=object) for name, column in values.items()}
    comparison = Comparison("name", "false", (Level("equal", "true"), Level("differs", "ELSE")), "true")
    prepared = [Prepared(frame, comparison, (Key("name", columns),))]
    contents = told([0, *(1 + row // 2 % 2 for row in range(24))])
    trainer = Trainer(prepared, Levels(lambda _: None, 25, 1), contents, ["d"])
    early, whole = (trainer.candidates(Trained(0, None, (0,)), (0, end)) for end in (2, 3))
    then = whole.where((contents.begins[whole.left] <= 1) & (contents.begins[whole.right] <= 1))
    assert len(early)
    assert early.codes(25).tolist() == then.codes(25).tolist()
    assert (np.diff(whole.codes(25)) > 0).all()
    assert (whole.left < whole.right).all()


def test_a_later_record_joins_two():
    """Two that have nothing in common until a third, known later, is like both: then the three are one."""
    matrix = [[0, -4, 8], [-4, 0, 8], [8, 8, 0]]
    found = placed(told([0, 0, 1]), matrix)
    assert people(found, 0) == {frozenset({0}), frozenset({1})}
    assert people(found, 1) == {frozenset({0, 1, 2})}


def test_a_changed_row_is_looked_at_again():
    """The row says something else from moment 2 on, and no longer belongs: the others stay, it stands alone."""
    matrix = [[0, 9, 9, -9], [9, 0, 9, -9], [9, 9, 0, -9], [-9, -9, -9, 0]]
    contents = told([0, 0, 0, 2], ends=[NEVER, NEVER, 2, NEVER], node=[0, 1, 2, 2])
    found = placed(contents, matrix)
    assert people(found, 1) == {frozenset({0, 1, 2})}
    assert people(found, 2) == {frozenset({0, 1}), frozenset({3})}


def test_what_nobody_touched_is_not_looked_at():
    """A new record near one person leaves the other person alone: one look, at the first moment."""
    matrix = np.full((5, 5), -9.0)
    matrix[0, 1] = matrix[1, 0] = matrix[2, 3] = matrix[3, 2] = matrix[3, 4] = matrix[4, 3] = 9.0
    found = placed(told([0, 0, 0, 0, 1]), matrix)
    looked = found.looks.groupby("content")["moment"].agg(list).to_dict()
    assert looked == {0: [0], 1: [0], 2: [0, 1], 3: [0, 1], 4: [1]}


def test_who_fits_two_equally_has_a_share_in_both():
    """A record between two of one directory: 3 bits towards each, 8 / (1 + 8 + 8) in each, and one is its own."""
    matrix = [[0, np.nan, 3], [np.nan, 0, 3], [3, 3, 0]]
    found = placed(told([0, 0, 1], group=[0, 0, 1]), np.nan_to_num(matrix, nan=-9.0))
    rows = found.states[(found.states["moment"] == 1) & (found.states["content"] == 2)]
    assert list(rows["founder"]) == [0, 1]
    assert list(rows["is_own"]) == [True, False]
    assert list(rows["probability"]) == pytest.approx([8 / 17, 8 / 17], abs=1e-6)
    assert not rows["is_sole"].any()


def test_a_decision_holds_from_when_it_was_made_until_it_is_withdrawn():
    """Two that weigh -4 are one from moment 1 until 3; two that weigh 9 are two in that time."""
    far, near = [[0, -4], [-4, 0]], [[0, 9], [9, 0]]
    same, different = verdicts((0, 1, True, 1, 3)), verdicts((0, 1, False, 1, 3))
    one, two = {frozenset({0, 1})}, {frozenset({0}), frozenset({1})}
    assert [people(placed(told([0, 0]), far, same), moment) for moment in range(4)] == [two, one, one, two]
    assert [people(placed(told([0, 0]), near, different), moment) for moment in range(4)] == [one, two, two, one]


def test_the_number_of_a_person_is_that_of_the_row_known_first():
    """A merge keeps the older number, and a split gives the part without it the number of its own first row."""
    matrix = np.array([[0, 9, -9, -9], [9, 0, -9, 9], [-9, -9, 0, 9], [-9, 9, 9, 0]], dtype=float)
    matrix[0, 3] = matrix[3, 0] = matrix[1, 2] = matrix[2, 1] = 9
    matrix[0, 2] = matrix[2, 0] = 9
    contents = told([1, 0, 0, 2], ends=[NEVER, NEVER, NEVER, 3])
    found = placed(contents, np.where(np.isin(np.arange(4)[:, None] * 4 + np.arange(4), [2, 6, 8, 9]), -4, matrix))
    own = found.states[found.states["is_own"]].merge(found.looks, on=["content", "moment"])
    numbers = [
        dict(own[(own["moment"] <= one) & (one < own["until"])][["content", "founder"]].itertuples(index=False))
        for one in (1, 2, 3)
    ]
    assert numbers == [{0: 1, 1: 1, 2: 2}, {0: 1, 1: 1, 2: 1, 3: 1}, {0: 1, 1: 1, 2: 2}]
