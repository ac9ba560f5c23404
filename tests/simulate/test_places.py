"""Campuses of all sizes: zones grow with people, walks stay short, everybody has a zone of each kind."""

from __future__ import annotations

import numpy as np
import pytest

from fazri_lib.sources.simulate.draws import NOWHERE
from fazri_lib.sources.simulate.homes import build_homes
from fazri_lib.sources.simulate.places import build_places, site_count


@pytest.mark.parametrize(("people", "least", "most"), [(20, 18, 18), (52, 18, 18), (1000, 18, 18), (50_000, 100, 300)])
def test_zones_grow_with_people(people, least, most):
    """18 zones up to a thousand people, 100 to 300 for fifty thousand; ids are readable and each is there once."""
    places = build_places(people)
    assert least <= len(places.ids) <= most
    assert len(set(places.ids)) == len(places.ids)
    assert places.ids[:18] == build_places(20).ids
    assert places.zones["zone_id"].str.fullmatch(r"[A-Z_0-9]+(-\d+)?").all()


def test_capacity_follows_people():
    """The capacities of all sizes of campus are for the same share of people, with room for chance."""
    small, large = build_places(400), build_places(40_000)
    ratio = large.kind_capacity / small.kind_capacity
    assert ((ratio > 40) & (ratio < 110)).all()


def test_everybody_keeps_to_one_site():
    """Each person has one zone of each kind, all in one site, where no walk is longer than seven minutes."""
    places = build_places(20_000)
    homes = build_homes(20_000, places, 1)
    assert site_count(20_000) == 4
    assert (homes[:, -1] == NOWHERE).all()
    sites = places.site[homes[:, :-1]]
    assert (sites == sites[:, :1]).all()
    assert (places.kind[homes[:, :-1]] == np.arange(18)).all()
    assert np.bincount(sites[:, 0]).tolist() == [5000] * 4
    within = places.site[:, None] == places.site
    assert places.walk_s()[within].max() < 7 * 60


def test_zones_next_door_are_of_the_same_site():
    """What an access point hears from next door is in its own site."""
    places = build_places(20_000)
    has_one = places.bleeds_to != NOWHERE
    assert has_one.sum() > 60
    assert (places.site[places.bleeds_to[has_one]] == places.site[has_one]).all()
