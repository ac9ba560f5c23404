"""Average linkage of many sets at once: answers by hand, and the same as the plain way."""

import numpy as np

from fazri_lib.resolution.linkage import SOFTNESS, Sets, between_groups, linked

NOBODY = np.zeros((0, 3), dtype=np.int64)


def sets(weights, same=NOBODY, different=NOBODY):
    """Sets from symmetric matrices of one field; the prior says nothing, NaN is no pair."""
    count, size = len(weights), len(weights[0])
    left, right = np.triu_indices(size, 1)
    number = np.repeat(np.arange(count), len(left))
    bits = np.array([matrix[left, right] for matrix in weights]).ravel()
    there = ~np.isnan(bits)
    said = np.column_stack([np.zeros(len(bits)), bits]).astype(np.float32)[there]
    ends = np.tile(left, count)[there], np.tile(right, count)[there]
    return Sets(count, size, number[there], *ends, said, np.array(same), np.array(different))


def matrix(*rows):
    """A symmetric matrix from the rows above its diagonal."""
    size = len(rows) + 1
    full = np.zeros((size, size))
    for number, row in enumerate(rows):
        full[number, number + 1 :] = row
    return full + full.T


def test_averages_favour_what_agrees():
    """{0, 1} to 2 by 8 and -8 bits: (2^2 + 2^-2) / 2 = 2.1, which is 4.4 bits, where the mean would be none."""
    weight = matrix([9, 8], [-8])
    assert linked(sets([weight]), cut=4.3)[0].tolist() == [[0, 0, 0]]
    assert linked(sets([weight]), cut=4.4)[0].tolist() == [[0, 0, 2]]


def test_pairs_that_are_not_there_keep_groups_apart():
    """1 and 2 cannot be one, so 0 goes with the better of them only."""
    assert linked(sets([matrix([9, 12], [np.nan])]))[0].tolist() == [[0, 1, 0]]


def test_what_people_said_wins():
    """Told to be one, 0 and 1 are, whatever they weigh; told not to be, they are not, nor through 2."""
    assert linked(sets([matrix([-12, -12], [-12])], same=[[0, 0, 1]]))[0].tolist() == [[0, 0, 2]]
    assert linked(sets([matrix([12, 11], [10])], different=[[0, 0, 1]]))[0].tolist() == [[0, 1, 0]]


def test_many_sets_at_once_are_as_each_alone_and_as_the_plain_way():
    """Bookkeeping over 40 sets gives what searching all averages again and again gives, set by set."""
    draw = np.random.default_rng(5)
    weights = []
    for _ in range(40):
        upper = np.triu(draw.normal(-2, 6, (9, 9)).round(2), 1)
        weights.append(upper + upper.T)
    together, _ = linked(sets(weights))
    for number, weight in enumerate(weights):
        assert together[number].tolist() == linked(sets([weight]))[0][0].tolist() == plainly(weight)


def test_merges_that_are_likely_are_told():
    """1 joins 0 by 3 bits, 2 joins them by -1: only the first is more likely than not."""
    _, likely = linked(sets([matrix([3, -1], [-1])]))
    assert likely.tolist() == [[0, 0, 1]]


def test_between_groups_by_hand():
    """Prior -10 and -12, one field 4 and 4, the other known once, 8: -12 + 4 + 8."""
    said = np.array([[-10, 4, np.nan], [-12, 4, 8]], dtype=np.float32)
    assert between_groups(said, np.array([1, 1]), 2).tolist() == [0.0, 0.0]


def plainly(weight, cut=-2.0):
    """The linkage as its definition says it, groups known by their first members."""
    groups = {number: [number] for number in range(len(weight))}
    while True:
        best, at = cut, None
        for a in groups:
            for b in groups:
                if a < b:
                    likely = np.exp2(SOFTNESS * weight[np.ix_(groups[a], groups[b])]).mean()
                    bits = round(float(np.log2(likely)) / SOFTNESS, 6)
                    if bits >= best and (at is None or bits > best):
                        best, at = bits, (a, b)
        if at is None:
            return [min(g for g in groups if number in groups[g]) for number in range(len(weight))]
        groups[at[0]] += groups.pop(at[1])
