"""Who lives on the simulated campus."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from binomial import within

from fazri_lib.sources.simulate import live_day
from fazri_lib.sources.simulate.population import DEPARTMENTS, Archetype

NAMES = np.array([kind.name.lower() for kind in Archetype])


@pytest.fixture(scope="module")
def days(town):
    """True stays of a working week with archetype, department, zone and the hour since midnight of the plan day."""
    parts = []
    for number in range(1, 5):
        day = town.span.day(number)
        stays = live_day(town, day).stays
        parts.append(
            pd.DataFrame(
                {
                    "day": number,
                    "person": stays.person,
                    "zone_id": np.array(town.society.places.ids)[stays.zone],
                    "from_h": 6 + (stays.start_s - day.start_s) / 3600,
                    "to_h": 6 + (stays.end_s - day.start_s) / 3600,
                }
            )
        )
    people = town.society.people
    rows = pd.concat(parts, ignore_index=True)
    return rows.assign(
        archetype=NAMES[people.archetype[rows["person"]]], department=DEPARTMENTS[people.department[rows["person"]]]
    )


def test_shares_of_archetypes(town):
    """Two thirds are students without a degree, and every archetype has its share."""
    archetype = town.society.people.archetype
    expected = {
        "RESIDENT": 0.25,
        "COMMUTER": 0.41,
        "POSTGRADUATE": 0.07,
        "FACULTY": 0.09,
        "OFFICE": 0.1,
        "VISITOR": 0.07,
    }
    for name, share in expected.items():
        assert within((archetype == Archetype[name]).sum(), 3000, share / 0.99 * 0.965)
    assert (archetype == Archetype.SECURITY).sum() == 60
    assert (archetype == Archetype.NIGHT).sum() == 45


def test_namesakes(town):
    """36 pairs bear one name on purpose; of these 60 % share the year of birth and 25 % the very day."""
    people = town.society.people
    one, other = people.namesakes.T
    assert len(one) == 36
    assert (people.names[one] == people.names[other]).all()
    years = people.born_on.astype("datetime64[Y]")
    assert within((years[one] == years[other]).sum(), 36, 0.6)
    assert 1 <= (people.born_on[one] == people.born_on[other]).sum() <= 20
    assert (people.archetype[one] != Archetype.VISITOR).all()


def test_ages(town):
    """Students are younger than 28, postgraduates 24 to 33, nobody who works is a child."""
    people = town.society.people
    age = (np.datetime64("2025-03-03") - people.born_on).astype(int) / 365.25
    undergraduate, postgraduate = people.archetype <= Archetype.COMMUTER, people.archetype == Archetype.POSTGRADUATE
    assert age[undergraduate].min() >= 17.99
    assert np.median(age[undergraduate]) < 24 < np.median(age[postgraduate]) < 34
    assert age[people.roles == "staff"].min() > 20


def test_postgraduates_keep_irregular_hours(days):
    """They come at hours that differ more from day to day than those of office staff, and many stay beyond eight."""
    first = days.groupby(["archetype", "person", "day"])["from_h"].min()
    spread = first.groupby(["archetype", "person"]).std().groupby("archetype").median()
    assert spread["postgraduate"] > 2 * spread["office"]
    last = days.groupby(["archetype", "person", "day"])["to_h"].max()
    assert 0.2 < (last["postgraduate"] > 20).mean() < 0.8
    assert (last["office"] > 20).mean() < 0.05


def test_postgraduates_work_in_their_own_laboratory(days):
    """Those of Engineering are in the workshop most, those of Chemistry in the chemistry lab, of History in neither."""
    found = days[days["archetype"] == "postgraduate"].assign(hours=lambda rows: rows["to_h"] - rows["from_h"])
    hours = found.pivot_table(index="department", columns="zone_id", values="hours", aggfunc="sum", fill_value=0)
    assert hours.loc["Engineering"].idxmax() == "LAB_MECH"
    assert hours.loc["Chemistry"].idxmax() == "LAB_CHEM"
    assert hours.loc["History", ["LAB_CHEM", "LAB_MECH"]].sum() < 3


def test_night_staff_work_when_others_have_gone(days, town):
    """Half of night staff come in the evening and half at night, where staff may be and at hours when it is open."""
    found = days[days["archetype"] == "night"]
    assert found["from_h"].min() >= 16.5
    begins = found.groupby("person")["from_h"].min()
    assert within((begins > 22).sum(), len(begins), 0.5)
    zones = town.society.places.zones.set_index("zone_id")
    roles = zones["allowed_roles"].reindex(found["zone_id"]).fillna("staff")
    assert roles.str.contains("staff").all()
    closes = zones["closes"].reindex(found["zone_id"]).str.split(":").str[0].astype(float).fillna(30)
    assert (found["to_h"].to_numpy() <= closes.to_numpy() + 1e-9).all()
