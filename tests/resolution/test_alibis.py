"""Alibis: who was surely elsewhere did hardly use the shared card; the speed that decides, the versions, the others."""

import datetime as dt
from contextlib import ExitStack

import ibis
import pytest

from fazri_lib import resolution
from fazri_lib.schema import ALWAYS
from fazri_lib.store import held

NINE = dt.datetime(2026, 3, 2, 9)
HOUR = dt.timedelta(hours=1)
SHARED, OWN = 5, {7: 17, 8: 18, 9: 19}
WALKS = [("LIB", "LAB", 210.0), ("LIB", "DESK", 40.0)]
STRONGEST = 0.05


def s(seconds):
    """Seconds as a duration."""
    return dt.timedelta(seconds=seconds)


def holdings(*sharing):
    """The card of those who share it, and everybody's own device."""
    keys = [(entity, SHARED) for entity in sharing] + list(OWN.items())
    always = {"id_type": "t", "id_value": "v", "probability": 1.0, "source": "s", "known_at": ALWAYS}
    return [{"entity_id": entity, "id_key": key, **always} for entity, key in keys]


def seen(number, key, zone, ts, **other):
    """A sighting of an identifier to the second, known at once, that speaks for 20 minutes."""
    row = {"observation_id": number, "id_key": key, "zone_id": zone, "ts": ts, "source": "swipes", "known_at": ts}
    row |= {"kind": "observation", "ts_resolution_s": 0.0, "local_date": ts.date()}
    return row | other


@pytest.fixture
def weigh(duck, load_into, rows_of):
    """`weigh(*sightings)`: rows of alibis and of claims, all versions; test_weighing compares the engines."""

    def load(rows, table):
        return load_into(duck, rows, table)

    def weigh(*sightings, sharing=(7, 8), hold_s=1200, **params):
        rows = load(list(sightings), "observations")
        rows = rows.mutate(until_at=rows.ts + ibis.interval(seconds=hold_s), is_presence=rows.zone_id.notnull())
        walks = [dict(zip(("zone_id", "other_zone_id", "distance_m"), walk, strict=True)) for walk in WALKS]
        walks += [{**walk, "zone_id": walk["other_zone_id"], "other_zone_id": walk["zone_id"]} for walk in walks]
        with ExitStack() as holding:

            def hold(expression):
                return holding.enter_context(held(duck, expression))

            claims = hold(resolution.claims(rows, load(holdings(*sharing), "identifiers")))
            found = hold(resolution.alibis(claims, load(walks, "zone_walks"), resolution.Params(**params), hold))
            return rows_of(found), rows_of(resolution.weighed(claims, found))

    return weigh


def weights(claims, number=1, *, settled=True):
    """Weight by person of one observation, in the end or at once."""
    rows = [row for row in claims if row["observation_id"] == number]
    rows = [row for row in rows if row["superseded_at"] is None] if settled else rows
    return {row["entity_id"]: row["probability"] for row in rows if settled or not row["is_settled"]}


def factor(alibis):
    """What the only alibi leaves."""
    (row,) = alibis
    return row["factor"]


def test_who_was_too_far_away_is_weighed_down_and_the_other_up(weigh):
    """Card of 7 and 8 in the library, 7's phone a minute later 210 m away: 3.5 m/s; 1/20 against 1."""
    alibis, claims = weigh(seen(1, SHARED, "LIB", NINE), seen(2, OWN[7], "LAB", NINE + s(60)))
    assert [(row["entity_id"], row["alibi_observation_id"], row["alibi_zone_id"]) for row in alibis] == [(7, 2, "LAB")]
    assert alibis[0]["alibi_since_id"] == 2
    assert (alibis[0]["distance_m"], alibis[0]["needed_m_s"], alibis[0]["factor"]) == (210.0, 3.5, STRONGEST)
    assert weights(claims) == {7: pytest.approx(0.05 / 1.05, abs=1e-9), 8: pytest.approx(1 / 1.05, abs=1e-9)}
    assert weights(claims, 2) == {7: 1.0}


@pytest.mark.parametrize(
    ("apart_s", "left"), [(70, STRONGEST), (84, 0.05 ** (1.1 / 1.6)), (105, 0.05 ** (0.6 / 1.6)), (150, None)]
)
def test_the_evidence_grows_with_the_speed(weigh, apart_s, left):
    """210 m at 3 m/s leave 1/20, at the usual 1.4 m/s everything, between them the power of 1/20 in proportion."""
    alibis, _ = weigh(seen(1, SHARED, "LIB", NINE), seen(2, OWN[7], "LAB", NINE - s(apart_s)))
    assert [row["factor"] for row in alibis] == ([] if left is None else [pytest.approx(left, abs=1e-6)])


def test_clocks_are_granted(weigh):
    """Written to the minute both may lie 60 s further apart: 210 m in 120 s, 1.75 m/s instead of 3.5."""
    alibis, _ = weigh(seen(1, SHARED, "LIB", NINE), seen(2, OWN[7], "LAB", NINE + s(60), ts_resolution_s=60.0))
    assert alibis[0]["needed_m_s"] == 1.75
    alibis, _ = weigh(seen(1, SHARED, "LIB", NINE, ts_resolution_s=60.0), seen(2, OWN[7], "LAB", NINE - s(60)))
    assert alibis[0]["needed_m_s"] == 1.75
    alibis, _ = weigh(seen(1, SHARED, "LIB", NINE, ts_resolution_s=60.0), seen(2, OWN[7], "LAB", NINE + s(60)))
    assert alibis[0]["needed_m_s"] == 3.5


def test_radio_is_heard_next_door(weigh):
    """A phone heard at the desk 40 m away says nothing; one 210 m away counts as 160."""
    sightings = seen(1, SHARED, "LIB", NINE), seen(2, OWN[7], "DESK", NINE, source="wifi")
    assert factor(weigh(*sightings)[0]) == STRONGEST
    assert weigh(*sightings, radio=("wifi",))[0] == []
    alibis, _ = weigh(
        seen(1, SHARED, "LIB", NINE), seen(2, OWN[7], "LAB", NINE + s(100), source="wifi"), radio=("wifi",)
    )
    assert alibis[0]["needed_m_s"] == 1.6


def test_walks_that_are_not_listed_have_the_usual_length(weigh):
    """150 m to a zone that the walks file does not name."""
    alibis, _ = weigh(seen(1, SHARED, "LIB", NINE), seen(2, OWN[7], "GYM", NINE + s(60)), default_walk_m=120.0)
    assert (alibis[0]["distance_m"], alibis[0]["needed_m_s"]) == (120.0, 2.0)


def test_the_speed_limit_is_the_campus_s(weigh):
    """Where people ride at 9 m/s, 3.5 m/s leave more; where nobody is faster than 1 m/s, 1.1 is impossible."""
    alibis, _ = weigh(seen(1, SHARED, "LIB", NINE), seen(2, OWN[7], "LAB", NINE + s(60)), speed_limit_m_s=9.0)
    assert factor(alibis) == pytest.approx(0.05 ** (2.1 / 7.6), abs=1e-6)
    alibis, _ = weigh(seen(1, SHARED, "LIB", NINE), seen(2, OWN[7], "LAB", NINE + s(190)), speed_limit_m_s=1.0)
    assert factor(alibis) == STRONGEST


def test_a_stay_elsewhere_is_an_alibi(weigh):
    """Seen in the lab ten minutes before and nine after, the first speaking for twenty: 7 was there all the time."""
    around = seen(2, OWN[7], "LAB", NINE - s(600)), seen(3, OWN[7], "LAB", NINE + s(540))
    alibis, claims = weigh(seen(1, SHARED, "LIB", NINE), *around)
    assert [(r["alibi_observation_id"], r["alibi_since_id"], r["factor"]) for r in alibis] == [(3, 2, STRONGEST)]
    assert weights(claims)[8] == pytest.approx(1 / 1.05, abs=1e-9)
    assert weigh(seen(1, SHARED, "LIB", NINE), *around, hold_s=1139)[0] == []
    assert len(weigh(seen(1, SHARED, "LIB", NINE), *around, hold_s=1140)[0]) == 1


def test_no_stay_when_seen_in_between_or_within_radio(weigh):
    """Seen in the library in between, or at a desk that the library's access points hear: no alibi."""
    around = seen(2, OWN[7], "LAB", NINE - s(600)), seen(3, OWN[7], "LAB", NINE + s(540))
    assert weigh(seen(1, SHARED, "LIB", NINE), *around, seen(4, OWN[7], "LIB", NINE - s(120)))[0] == []
    desk = [{**row, "zone_id": "DESK", "source": "wifi"} for row in around]
    assert weigh(seen(1, SHARED, "LIB", NINE), *desk, radio=("wifi",))[0] == []


def test_of_several_alibis_the_strongest_counts_once(weigh):
    """Two phones far away are no more than one: 1/20; the nearer in time of equally strong ones is named."""
    far = seen(2, OWN[7], "LAB", NINE + s(40)), seen(3, OWN[7], "LAB", NINE + s(20))
    alibis, claims = weigh(seen(1, SHARED, "LIB", NINE), *far)
    assert alibis[0]["alibi_observation_id"] == 3
    assert weights(claims)[7] == pytest.approx(0.05 / 1.05, abs=1e-9)


def test_when_all_were_elsewhere_nothing_changes(weigh):
    """Both phones are far away: one half each, and both alibis are told."""
    far = seen(2, OWN[7], "LAB", NINE), seen(3, OWN[8], "LAB", NINE)
    alibis, claims = weigh(seen(1, SHARED, "LIB", NINE), *far)
    assert len(alibis) == 2
    assert weights(claims) == {7: 0.5, 8: 0.5}


def test_weights_add_up_to_one(weigh):
    """Three holders, one alibi that leaves 1/20: 1/41 and twice 20/41."""
    _, claims = weigh(seen(1, SHARED, "LIB", NINE), seen(2, OWN[7], "LAB", NINE), sharing=(7, 8, 9))
    assert weights(claims) == {7: pytest.approx(1 / 41), 8: pytest.approx(20 / 41), 9: pytest.approx(20 / 41)}
    assert sum(weights(claims).values()) == pytest.approx(1, abs=1e-8)


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "booking"},
        {"id_key": SHARED},
        {"zone_id": "LIB"},
        {"zone_id": None},
        {"ts": NINE + s(1801)},
        {"known_at": NINE + HOUR + s(1)},
    ],
    ids=["a booking", "a card that is shared itself", "the same zone", "no zone", "too long after", "known too late"],
)
def test_what_is_no_alibi(weigh, other):
    """A booking, a shared identifier, the same zone or none, half an hour later, known after the delay."""
    alibi = seen(2, OWN[7], "LAB", NINE) | other
    alibis, claims = weigh(seen(1, SHARED, "LIB", NINE), alibi)
    assert alibis == []
    assert weights(claims) == {7: 0.5, 8: 0.5}


def test_a_sole_claim_stays_certain(weigh):
    """Alibis weigh among several; that one's own card was far from one's own phone is a detector's question."""
    alibis, claims = weigh(seen(1, OWN[8], "LIB", NINE), seen(2, OWN[8], "LAB", NINE))
    assert alibis == []
    assert {row["probability"] for row in claims} == {1.0}


def test_an_alibi_that_arrives_later_makes_a_second_version(weigh):
    """Known 20 s after the swipe: one half each at first, from ten o'clock on 1/21, the delay being an hour."""
    alibis, claims = weigh(seen(1, SHARED, "LIB", NINE), seen(2, OWN[7], "LAB", NINE + s(20)))
    assert [(row["known_at"], row["superseded_at"]) for row in alibis] == [(NINE + HOUR, None)]
    assert weights(claims, settled=False) == {7: 0.5, 8: 0.5}
    versions = {
        (row["known_at"], row["superseded_at"], row["is_settled"]) for row in claims if row["observation_id"] == 1
    }
    assert versions == {(NINE, NINE + HOUR, False), (NINE + HOUR, None, True)}


def test_an_alibi_that_was_there_before_counts_at_once(weigh):
    """Seen far away 20 s before the swipe: one version."""
    alibis, claims = weigh(seen(1, SHARED, "LIB", NINE), seen(2, OWN[7], "LAB", NINE - s(20)))
    assert [(row["known_at"], row["superseded_at"]) for row in alibis] == [(NINE, None)]
    assert len(claims) == 3
    assert weights(claims, settled=False)[7] == pytest.approx(0.05 / 1.05, abs=1e-9)


def test_a_stronger_alibi_replaces_the_first(weigh):
    """2 m/s known at once, 10.5 m/s twenty seconds later: each alibi is told in its time."""
    alibis, _ = weigh(
        seen(1, SHARED, "LIB", NINE), seen(2, OWN[7], "LAB", NINE - s(105)), seen(3, OWN[7], "LAB", NINE + s(20))
    )
    told = sorted((row["known_at"], row["alibi_observation_id"], row["superseded_at"]) for row in alibis)
    assert told == [(NINE, 2, NINE + HOUR), (NINE + HOUR, 3, None)]


def test_a_stay_that_later_news_breaks_is_no_alibi_any_more(weigh):
    """All rows come in at 9:10, the library row at 9:20: at first a stay in the lab, settled without an alibi."""
    late = {"known_at": NINE + s(600)}
    swipe = seen(1, SHARED, "LIB", NINE, **late)
    around = seen(2, OWN[7], "LAB", NINE - s(600), **late), seen(3, OWN[7], "LAB", NINE + s(540), **late)
    alibis, claims = weigh(swipe, *around, seen(4, OWN[7], "LIB", NINE + s(60), known_at=NINE + s(1200)))
    assert [(row["known_at"], row["superseded_at"]) for row in alibis] == [(NINE + s(600), NINE + HOUR)]
    assert weights(claims, settled=False)[7] == pytest.approx(0.05 / 1.05, abs=1e-9)
    assert weights(claims) == {7: 0.5, 8: 0.5}


def test_a_row_that_is_known_after_the_delay_has_one_version(weigh):
    """A swipe that is known two hours later is weighed then, once, with what is known then."""
    late = NINE + 2 * HOUR
    alibis, claims = weigh(
        seen(1, SHARED, "LIB", NINE, known_at=late), seen(2, OWN[7], "LAB", NINE, known_at=NINE + s(5000))
    )
    assert [(row["known_at"], row["superseded_at"]) for row in alibis] == [(late, None)]
    assert {row["known_at"] for row in claims if row["observation_id"] == 1} == {late}
