"""Clusters: graphs made by hand, their answers by hand."""

import numpy as np
import pytest

from fazri_lib.resolution.agglomeration import Decided, Scored, clustered, joined
from fazri_lib.resolution.pairs import Allowed, Pairs
from fazri_lib.resolution.placing import blocking_recall, placed

UNKNOWN = -20.0


def resolved(records, weights, group=None, decided=None, unseen=None):
    """Clusters of hand-made weights {(i, j): bits}; pairs asked for later weigh what `unseen` says, else -20."""
    keys = sorted(weights)
    pairs = Pairs(np.array([i for i, _ in keys], dtype=np.int64), np.array([j for _, j in keys], dtype=np.int64))
    scored = Scored(pairs, np.array([weights[key] for key in keys]))

    def score(asked):
        later = zip(asked.left.tolist(), asked.right.tolist(), strict=True)
        return np.array([(unseen or {}).get(pair, UNKNOWN) for pair in later])

    allowed = Allowed(np.full(records, -1) if group is None else np.array(group))
    cluster, scored = clustered(records, scored, score, allowed, decided or Decided())
    return cluster.tolist(), placed(cluster, scored, allowed)


def test_a_weak_bridge_is_cut():
    """Two tight threes joined by one pair of 3 bits, the other eight pairs against it: two clusters, not one."""
    tight = {(0, 1): 12, (0, 2): 12, (1, 2): 12, (3, 4): 12, (3, 5): 12, (4, 5): 12}
    assert resolved(6, {**tight, (2, 3): 3})[0] == [0, 0, 0, 3, 3, 3]


def test_a_missed_pair_is_asked_for():
    """Blocking missed (0, 2); asked, it weighs 9: one cluster, where an unasked pair would count against it."""
    assert resolved(3, {(0, 1): 1, (1, 2): 1}, unseen={(0, 2): 9})[0] == [0, 0, 0]
    assert resolved(3, {(0, 1): 1, (1, 2): 1})[0] != [0, 0, 0]


def test_records_below_even_odds_are_not_joined():
    """-1 bit is less likely than not, whatever the average says."""
    assert resolved(2, {(0, 1): -1})[0] == [0, 1]
    assert resolved(2, {(0, 1): 0.5})[0] == [0, 0]


def test_one_record_a_source_takes_the_better():
    """Records 1 and 2 are of a source with one a person: 1 is the better match of 0, 2 stays alone."""
    assert resolved(3, {(0, 1): 12, (0, 2): 8}, group=[0, 1, 1])[0] == [0, 0, 2]
    assert resolved(3, {(0, 1): 8, (0, 2): 12}, group=[0, 1, 1])[0] == [0, 1, 0]
    assert resolved(3, {(0, 1): 12, (0, 2): 8, (1, 2): 12})[0] == [0, 0, 0]


def test_people_decide():
    """What must be one is one against all weights; what must not be is not, also by a third record."""
    assert resolved(2, {(0, 1): -15}, decided=Decided(same=[(0, 1)]))[0] == [0, 0]
    assert resolved(2, {}, decided=Decided(same=[(0, 1)]))[0] == [0, 0]
    weights = {(0, 1): 15, (0, 2): 14, (1, 2): 10}
    assert resolved(3, weights, decided=Decided(different=[(0, 1)]))[0] == [0, 1, 0]


def test_a_record_that_fits_two_equally_is_ambiguous():
    """Record 4 fits the people {0, 1} and {2, 3} by 3 bits alike: it is with one, names the other, and is half sure.

    Joining both would average (2^(3/4) * 2 + 2^(-12/4) * 4) / 6 = .64, which is -2.5 bits, below the cut.
    """
    apart = dict.fromkeys([(0, 2), (0, 3), (1, 2), (1, 3)], -15)
    alike = dict.fromkeys([(0, 4), (1, 4), (2, 4), (3, 4)], 3)
    cluster, places = resolved(5, {(0, 1): 15, (2, 3): 15, **apart, **alike})
    assert cluster == [0, 0, 2, 2, 0]
    assert places["other"].tolist() == [-1, -1, -1, -1, 2]
    assert places["probability"][4] == pytest.approx(2**3 / (1 + 2 * 2**3), abs=1e-6)


def test_a_clear_place_is_sure():
    """Two records that match by 9 bits: 2^9 to 1 each; one that nothing is like is alone for sure."""
    _, places = resolved(3, {(0, 1): 9})
    assert places["probability"].round(6).tolist() == [round(512 / 513, 6)] * 2 + [1.0]
    assert places["other"].tolist() == [-1, -1, -1]


def test_clear_is_clear_above_all_certainty_too():
    """29 bits for the one and 21 for the other are not equal, though both are surer than anything is said to be."""
    pairs = Pairs(np.array([0, 0]), np.array([1, 2]))
    scored = Scored(pairs, np.array([29.0, 21.0]), np.array([[0, 15, 14], [0, 15, 6]], dtype="f4"))
    places = placed(np.array([0, 0, 2]), scored, Allowed(np.array([0, 1, 1])))
    assert places["other"].tolist()[:2] == [-1, -1]
    assert places["probability"][0] == round(2**16 / (1 + 2**16 + 2**8), 6)


def test_the_loser_of_a_place_is_ambiguous():
    """2 would be 0's match as well as 1, but they are of one source: it stays alone and names the cluster it fits."""
    cluster, places = resolved(3, {(0, 1): 7, (0, 2): 7}, group=[0, 1, 1])
    assert cluster == [0, 0, 2]
    assert places["other"].tolist() == [2, -1, 0]


def test_what_members_know_adds_up():
    """0 and 1 are one by their address; 2 has the name of 0 and the date of 1: -2 bits to each, but 6 to both.

    Prior -10; name 8 bits, date 8, each known in one of the two pairs.
    """
    unknown = np.nan
    pairs = Pairs(np.array([0, 0, 1]), np.array([1, 2, 2]))
    fields = np.array(
        [[-10, 20, unknown, unknown], [-10, unknown, 8, unknown], [-10, unknown, unknown, 8]], dtype=np.float32
    )
    scored = Scored(pairs, np.nansum(fields, axis=1).astype(np.float64), fields)
    cluster, _ = clustered(3, scored, _no_more(4), Allowed(np.full(3, -1)), Decided())
    assert cluster.tolist() == [0, 0, 0]


def test_sources_that_exclude_each_other_keep_groups_apart():
    """A fourth record whose prior with one member is -30 (two records of a source with one a person) stays out."""
    left, right = np.array([0, 0, 1]), np.array([1, 2, 2])
    fields = np.array([[-10, 22], [-10, 22], [-30, 22]], dtype=np.float32)
    weight = fields.sum(axis=1)
    scored = Scored(Pairs(left, right), weight, fields)
    assert clustered(3, scored, _no_more(2), Allowed(np.full(3, -1)), Decided())[0].tolist() == [0, 0, 2]


def _no_more(columns):
    """Nothing more is asked."""
    return lambda asked: Scored(asked, np.zeros(len(asked)), np.zeros((len(asked), columns), dtype=np.float32))


def test_pairs_with_fields_and_without_do_not_mix():
    """Fields would be lost in silence; parts without pairs fit both."""
    one = Scored(Pairs(np.array([0]), np.array([1])), np.array([3.0]), np.array([[-10, 13]], dtype=np.float32))
    bare = Scored(Pairs(np.array([0]), np.array([2])), np.array([3.0]))
    none = bare.where(np.zeros(0, dtype=np.int64))
    with pytest.raises(ValueError, match="got some of each"):
        joined([one, bare])
    assert joined([none, one, none]).fields.tolist() == [[-10, 13]]
    assert joined([bare, none]).fields is None


def test_recall_where_pairs_found_once_were_left_out():
    """40 pairs found twice, 20 three times: rate 3 * 20 / 40 = 1.5, so 40 * 2 / 1.5 once and 40 * 2 / 1.5^2 never."""
    found_by = np.array([2] * 40 + [3] * 20)
    unseen = 80 / 1.5 + 80 / 1.5**2
    assert blocking_recall(np.ones(60), found_by) == pytest.approx(60 / (60 + unseen))


def test_recall_of_blocking_by_hand():
    """Of 100 sure pairs 20 were found once and 40 twice: unseen 20^2 / 80 = 5, recall 100 / 105."""
    found_by = np.array([1] * 20 + [2] * 40 + [3] * 40)
    assert blocking_recall(np.ones(100), found_by) == pytest.approx(100 / 105)
    assert blocking_recall(np.zeros(0), np.zeros(0)) == 1.0
