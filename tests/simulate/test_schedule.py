"""What is planted when: every type, the more the larger the campus, the same for a seed, at any size."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from fazri_lib.sources.simulate import INCIDENTS, LOOKALIKES, build_campus, live_day
from fazri_lib.sources.simulate.schedule import OF_PEOPLE, OF_ZONES, planted_types
from fazri_lib.sources.simulate.span import Span

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "simulate.md"
LASTING = {"absence", "announced_leave", "clock_skew", "unlike_own_past", "unlike_peers"}


def counts(people, days, seed):
    """Number of events by type of a whole campus."""
    campus = build_campus(people, days, seed)
    found = Counter()
    for day in campus.span.plan_days():
        lived = live_day(campus, day)
        found.update(event.type for event in (*lived.incidents, *lived.lookalikes))
    return found


def test_every_type_is_planted_somehow():
    """A type is of a day and a zone, of a day and a person, lasting, of an examination week, or of bookings."""
    rest = {"exam_night", "booking_no_show"}
    assert {*OF_ZONES, *OF_PEOPLE, *LASTING, *rest} == {*INCIDENTS, *LOOKALIKES}


def test_the_guide_lists_the_types():
    """The tables of the guide have a row for each type of incident and of look-alike, and for no other."""
    rows = set(re.findall(r"^\| `(\w+)` \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE))
    assert {*INCIDENTS, *LOOKALIKES} <= rows
    directories = {"students", "staff", "patrons", "network", "cards"}
    tables = {
        "people",
        "identities",
        "holders",
        "stays",
        "occupancy",
        "incidents",
        "lookalikes",
        "mentions",
    } | directories
    assert rows - {*INCIDENTS, *LOOKALIKES} <= tables


def test_types_of_zones_keep_to_different_days():
    """In four weeks no type of a zone is planted twice on a day, and nothing on days off."""
    span = Span(28)
    for number, names in planted_types(span, 200, 1, 3).items():
        assert span.day(number).is_working
        assert max(Counter(name for name in names if name in OF_ZONES and name != "underuse").values(), default=0) <= 2


def test_more_people_more_incidents():
    """Ten times the people have more incidents of people, ten sites more of zones."""
    small, large = (
        Counter(name for names in planted_types(Span(28), people, sites, 3).values() for name in names)
        for people, sites in ((2000, 1), (20_000, 4))
    )
    assert all(large[name] >= 8 * small[name] for name in OF_PEOPLE)
    assert all(large[name] == 4 * small[name] >= 12 for name in OF_ZONES)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 8])
def test_a_small_campus_has_two_of_nearly_every_type(seed):
    """52 people over 39 days, the size of the sample: two or more of all types but two at most, one of these."""
    found = counts(52, 39, seed)
    few = [name for name in (*INCIDENTS, *LOOKALIKES) if found[name] < 2]
    assert len(few) <= 2
    assert not [name for name in INCIDENTS if found[name] == 0]


@pytest.mark.parametrize(("people", "days", "seed"), [(20, 1, 0), (20, 1, 9), (21, 2, 4), (30, 8, 1)])
def test_tiny_campuses_live(people, days, seed):
    """The smallest campuses have days, whatever can be planted in them."""
    assert set(counts(people, days, seed)) <= {*INCIDENTS, *LOOKALIKES}


def test_a_day_is_the_same_whenever_it_is_lived():
    """Days do not depend on each other: one lived alone equals the same one lived after others."""
    campus = build_campus(60, 10, 2)
    alone = live_day(campus, campus.span.day(4))
    for number in (2, 3):
        live_day(campus, campus.span.day(number))
    again = live_day(campus, campus.span.day(4))
    assert alone.incidents == again.incidents
    for name in ("stays", "wifi", "swipes", "cameras"):
        for column in dataclasses.fields(getattr(alone, name)):
            first, second = (getattr(getattr(lived, name), column.name) for lived in (alone, again))
            assert np.array_equal(first, second)
