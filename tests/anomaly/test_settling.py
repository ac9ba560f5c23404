"""Settling: a finding follows the settled weights of the claims behind it, when the last of them has settled."""

import datetime as dt

import pytest

from fazri_lib.anomaly import Params, settled

NINE = dt.datetime(2026, 3, 2, 9)
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)


def finding(score, evidence, **other):
    """A finding on person 7, known at nine."""
    row = {"finding_id": 1, "detector": "off_hours", "entity_id": 7, "zone_id": "LIB", "started_at": NINE}
    row |= {"severity": "high", "score": score, "reason": "r", "evidence": evidence, "action": "a", "known_at": NINE}
    return row | other


def claim(number, ts=NINE, entity=7):
    """A claim on an observation."""
    row = {"observation_id": number, "entity_id": entity, "ts": ts, "local_date": ts.date(), "source": "swipes"}
    return row | {"probability": 0.5, "is_presence": True, "known_at": ts}


@pytest.fixture
def settle(load, rows_of):
    """`settle(findings, claims, changes)`: `(score, known_at, superseded_at)` of all versions, in order."""

    def settle(findings, claims, changes, min_score=0.05):
        changed = [dict(zip(("observation_id", "entity_id", "change"), row, strict=True)) for row in changes]
        tables = load(findings, "findings"), load(claims, "claims"), load(changed)
        rows = rows_of(settled(*tables, Params(min_score=min_score), 3600))
        return sorted((row["known_at"], row["score"], row["superseded_at"]) for row in rows)

    return settle


def test_an_alibi_lowers_the_score_an_hour_later(settle):
    """Half sure at nine, an alibi leaves a tenth of it: .05 from ten on."""
    assert settle([finding(0.5, [1])], [claim(1)], [(1, 7, 0.1)]) == [
        (NINE, 0.5, NINE + HOUR),
        (NINE + HOUR, 0.05, None),
    ]


def test_somebody_else_s_alibi_raises_it(settle):
    """The other holder was elsewhere: 1.9 times as sure, and never more than sure."""
    assert settle([finding(0.5, [1])], [claim(1)], [(1, 7, 1.9)])[-1] == (NINE + HOUR, 0.95, None)
    assert settle([finding(0.9, [1])], [claim(1)], [(1, 7, 1.9)])[-1] == (NINE + HOUR, 1.0, None)


def test_what_loses_its_ground_is_over(settle):
    """A twentieth of one half is less than is kept: no second version."""
    assert settle([finding(0.5, [1])], [claim(1)], [(1, 7, 0.05)]) == [(NINE, 0.5, NINE + HOUR)]


def test_two_rows_settle_when_the_later_one_has(settle):
    """One half and a fifth of two claims: a tenth, an hour after the later of them, whichever of them changed."""
    claims = [claim(1), claim(2, NINE + 30 * MINUTE)]
    found = finding(1.0, [1, 2], known_at=NINE + 30 * MINUTE)
    over = NINE + 90 * MINUTE
    assert settle([found], claims, [(1, 7, 0.5), (2, 7, 0.2)]) == [
        (NINE + 30 * MINUTE, 1.0, over),
        (over, 0.1, None),
    ]
    assert settle([found], claims, [(1, 7, 0.5)])[-1] == (over, 0.5, None)


def test_what_is_known_after_settling_is_told_once(settle):
    """Evidence that comes in three hours later: the finding is told with the settled score."""
    late = NINE + 3 * HOUR
    assert settle([finding(0.5, [1], known_at=late)], [claim(1)], [(1, 7, 0.5)]) == [(late, 0.25, None)]


@pytest.mark.parametrize(
    ("found", "changes"),
    [
        (finding(0.5, [1]), [(2, 7, 0.1)]),
        (finding(0.5, [1]), [(1, 8, 0.1)]),
        (finding(0.5, [1], entity_id=None), [(1, 7, 0.1)]),
        (finding(0.5, []), [(1, 7, 0.1)]),
    ],
    ids=["another row", "another person", "nobody known", "counts"],
)
def test_what_stays_as_it_was(settle, found, changes):
    """Changes of other rows and people touch nothing, nor do any where the finding is on nobody or on counts."""
    assert settle([found], [claim(1), claim(2)], changes) == [(NINE, 0.5, None)]
