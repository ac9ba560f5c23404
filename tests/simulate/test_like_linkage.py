"""Attacks on an anonymised copy: each one works on a naive copy, whose identifiers are merely renamed."""

from __future__ import annotations

import like_campus
import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import binom

from fazri_lib.sources.likeness.shapes import Size
from fazri_lib.sources.simulate.directories import CATEGORIES
from fazri_lib.workflows.simulate_like import simulate_like

pytestmark = pytest.mark.slow

PEOPLE, DAYS, SURE = 500, 14, 0.999
POINTS = 4


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """The original, of whose people only members (even truth numbers) are in its files, and its copy."""
    home = like_campus.build(tmp_path_factory.mktemp("like") / "home", PEOPLE, DAYS, 21)
    everybody = like_campus.trails(home, "wifi-*.csv", "swipes.csv")
    like_campus.keep_members(home)
    like_campus.load(home)
    copy = home.parent / "copy"
    simulate_like(home, copy, Size(None, None), 5)
    return home, copy, everybody


@pytest.fixture(scope="module")
def trails(folders):
    """Trails of members, of others, of the people of the copy, and of a naive copy of the members."""
    _, copy, everybody = folders
    members, others = everybody[everybody["entity_id"] % 2 == 0], everybody[everybody["entity_id"] % 2 == 1]
    return members, others, like_campus.trails(copy, "wifi-1.csv", "swipes.csv"), naive(members)


def naive(members):
    """The members under other numbers: the order is turned round."""
    return members.assign(entity_id=10_000 - members["entity_id"])


def features(rows):
    """Shares of rows by zone and hour of the week, and days seen, of each person with five days or more."""
    when = rows["ts"].dt
    rows = rows.assign(cell=rows["zone_id"] + (24 * when.day_of_week + when.hour).astype(str), day=when.date)
    days = rows.groupby("entity_id")["day"].nunique()
    table = pd.crosstab(rows["entity_id"], rows["cell"], normalize="index").assign(days=days / DAYS)
    return table[days >= 5]


def aligned(*tables):
    """The same columns for all."""
    columns = sorted(set().union(*(table.columns for table in tables)))
    return [table.reindex(columns=columns, fill_value=0.0) for table in tables]


def test_nothing_of_a_person_is_in_the_copy(folders):
    """No name, contact, identifier, key, row number, thing or note of the original is in any file of the copy."""
    home, copy, _ = folders
    text, words = like_campus.cells(copy)
    own, sentences = like_campus.personal(home)
    own |= {"C-UNIQUE", "K-UNIQUE", "T1-UNIQUE", like_campus.PROVOST, "Rectorate"}
    assert len(own) > 3000
    assert len(sentences) > 500
    assert own & words == set()
    assert [value for value in sentences if value in text] == []
    home_text, home_words = like_campus.cells(home)
    assert len(own & home_words) > 0.9 * len(own)  # the same search finds them in the original
    assert all(value in home_text.replace('""', '"') for value in sentences)


def test_four_points_find_nobody(trails):
    """Four places to the second single people out (de Montjoye et al. 2013); they are nobody's in the copy."""
    members, _, copy, renamed = trails
    assert found_by_points(members, copy, "1s").mean() == 0
    assert found_by_points(members, renamed, "1s").mean() == 1


def test_four_hours_tell_no_member(trails):
    """Four places to the hour fit somebody of the copy no more often for members than for other people."""
    members, others, copy, renamed = trails
    hits, chance = found_by_points(members, copy, "1h"), found_by_points(others, copy, "1h")
    expected = (chance.sum() + 1) / (len(chance) + 2)
    spread = np.sqrt(1 + len(hits) / len(chance))  # the chance is an estimate itself
    bound = len(hits) * expected + spread * (binom.ppf(SURE, len(hits), expected) - len(hits) * expected)
    assert hits.sum() <= bound
    assert found_by_points(members, renamed, "1h").mean() == 1


def found_by_points(victims, copy, grain):
    """Whether somebody of the copy was at all of four random points of each victim."""
    rng = np.random.default_rng(4)
    at = copy.assign(ts=copy["ts"].dt.floor(grain))
    whose = at.groupby(["zone_id", "ts"])["entity_id"].agg(set).to_dict()
    found = []
    for _, rows in victims.assign(ts=victims["ts"].dt.floor(grain)).drop_duplicates().groupby("entity_id"):
        points = list(zip(rows["zone_id"], rows["ts"], strict=True))
        if len(points) >= POINTS:
            chosen = [points[k] for k in rng.choice(len(points), POINTS, replace=False)]
            found.append(bool(set.intersection(*(whose.get(point, set()) for point in chosen))))
    return np.array(found)


def test_nearest_profile_is_not_the_person(trails):
    """The nearest profile has the victim's number no more often than chance; renamed people are found."""
    members, _, copy, renamed = trails
    known, candidates, naive_candidates = aligned(
        features(halved(members)), features(copy), features(halved(renamed, 1))
    )
    nearest = candidates.index[cdist(known, candidates).argmin(axis=1)]
    ranks = {number: at for at, number in enumerate(sorted(members["entity_id"].unique()), 1)}
    same_number = np.array(nearest) == np.array(known.index)
    same_rank = np.array(nearest) == np.array([ranks[number] for number in known.index])
    bound = binom.ppf(SURE, len(known), 1 / len(candidates))
    assert same_number.sum() <= bound
    assert same_rank.sum() <= bound
    naive_nearest = naive_candidates.index[cdist(known, naive_candidates).argmin(axis=1)]
    assert (10_000 - np.array(naive_nearest) == np.array(known.index)).mean() > 0.85


def halved(rows, half=0):
    """Every second row of each person: what an attacker has seen, against what a copy shows."""
    ordered = rows.sort_values(["entity_id", "ts"])
    return ordered[ordered.groupby("entity_id").cumcount() % 2 == half]


def test_nearest_distance_tells_no_member(trails):
    """Members are no nearer to the copy than people who are not in the original; to a naive copy they are at once."""
    members, others, copy, renamed = trails
    ours, theirs, copied, named = aligned(features(members), features(others), features(copy), features(renamed))
    assert guessed(cdist(ours, copied).min(axis=1), cdist(theirs, copied).min(axis=1)) <= bound_of(ours, theirs)
    assert guessed(cdist(ours, named).min(axis=1), cdist(theirs, named).min(axis=1)) == len(ours) + len(theirs)


def guessed(near, far):
    """Right guesses of an attacker who calls the nearer half members."""
    middle = np.median(np.concatenate([near, far]))
    return max((near < middle).sum() + (far >= middle).sum(), (near <= 1e-9).sum() + (far > 1e-9).sum())


def bound_of(ours, theirs):
    """Right guesses that chance does not exceed; guessing the larger of the two groups is chance as well."""
    count = len(ours) + len(theirs)
    return binom.ppf(SURE, count, max(len(ours), len(theirs)) / count)


def test_one_person_leaves_no_trace(folders):
    """A provost, alone in a vault every night at three, is no row, role or zone of the copy, nor a peak at three."""
    home, copy, _ = folders
    swipes = pd.read_csv(copy / "raw" / "swipes.csv")
    assert (swipes["zone"] == like_campus.VAULT).sum() == 0
    assert (pd.to_datetime(swipes["swiped_at"]).dt.hour == 3).sum() == 0
    assert set(pd.read_csv(copy / "raw" / "staff.csv")["category"]) <= set(CATEGORIES)
    stays = pd.read_parquet(copy / "truth" / "stays.parquet")
    assert (stays["zone_id"] == like_campus.VAULT).sum() == 0
    original = pd.read_csv(home / "raw" / "swipes.csv")
    assert (original["zone"] == like_campus.VAULT).sum() == 10 * DAYS
