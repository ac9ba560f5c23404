"""Where somebody probably is, from claims around a moment."""

from __future__ import annotations

import pandas as pd
import pytest

from fazri_lib.campus.likely import UNKNOWN, likely_zones

AT = pd.Timestamp("2025-09-13 12:00")
NO_STAYS = pd.DataFrame(
    {
        "zone_id": pd.Series(dtype=str),
        "started_at": pd.Series(dtype="datetime64[us]"),
        "ended_at": pd.Series(dtype="datetime64[us]"),
        "confidence": pd.Series(dtype=float),
    }
)


def claims(*rows: tuple[float, str, float]) -> pd.DataFrame:
    """Claims by (minutes from the moment, zone, probability); none of them speaks longer than its instant."""
    ts = [AT + pd.Timedelta(minutes=minutes) for minutes, _, _ in rows]
    zones, probability = [zone for _, zone, _ in rows], [share for _, _, share in rows]
    frame = pd.DataFrame({"ts": ts, "until_at": ts, "zone_id": zones, "probability": probability})
    return frame.astype({"ts": "datetime64[us]", "until_at": "datetime64[us]", "probability": float})


def shares(rows: pd.DataFrame, stays: pd.DataFrame = NO_STAYS) -> dict[str, float]:
    """The answer as a dictionary."""
    return dict(likely_zones(rows, stays, AT).itertuples(index=False))


def test_nothing_known_is_unknown():
    """Without any claim all is unknown."""
    assert shares(claims()) == {UNKNOWN: 1.0}


def test_evidence_halves_every_quarter_hour():
    """A sure sighting 15 minutes ago says one half, 30 minutes ago one quarter."""
    assert shares(claims((-15, "LIB", 1.0))) == pytest.approx({"LIB": 0.5, UNKNOWN: 0.5})
    assert shares(claims((-30, "LIB", 1.0))) == pytest.approx({"LIB": 0.25, UNKNOWN: 0.75})


def test_a_later_sighting_speaks_as_well():
    """A sighting 15 minutes after the moment says as much as one 15 minutes before it."""
    assert shares(claims((15, "LIB", 1.0))) == pytest.approx({"LIB": 0.5, UNKNOWN: 0.5})


def test_a_claim_speaks_in_full_until_its_end():
    """Within until_at nothing decays."""
    rows = claims((-60, "LIB", 0.8)).assign(until_at=AT + pd.Timedelta(minutes=30))
    assert shares(rows) == pytest.approx({"LIB": 0.8, UNKNOWN: 0.2})


def test_an_empty_until_means_the_instant():
    """A claim without an end speaks for its own time only."""
    rows = claims((-15, "LIB", 1.0)).assign(until_at=pd.NaT)
    assert shares(rows) == pytest.approx({"LIB": 0.5, UNKNOWN: 0.5})


def test_a_nearer_sure_claim_overrules_an_older_one():
    """Who was surely in the cafeteria since is not in the library any more."""
    assert shares(claims((-10, "LIB", 1.0), (0, "CAF", 1.0))) == {"CAF": 1.0, UNKNOWN: 0.0}


def test_a_nearer_doubtful_claim_overrules_by_its_probability():
    """A claim of one half leaves half of the older one: .5 here, and 1 * (1 - .5) * .5 there."""
    assert shares(claims((-15, "LIB", 1.0), (0, "CAF", 0.5))) == pytest.approx({"CAF": 0.5, "LIB": 0.25, UNKNOWN: 0.25})


def test_one_shared_card_seen_twice_is_still_one_third():
    """Sightings of one card are no independent witnesses."""
    assert shares(claims((-1e-6, "LIB", 1 / 3), (1e-6, "LIB", 1 / 3))) == pytest.approx(
        {"LIB": 1 / 3, UNKNOWN: 2 / 3}, abs=1e-5
    )


def test_witnesses_of_equal_weight_share():
    """Between two sure sightings in two zones each gets half of what is known."""
    assert shares(claims((-15, "LIB", 1.0), (15, "CAF", 1.0))) == pytest.approx(
        {"CAF": 0.25, "LIB": 0.25, UNKNOWN: 0.5}, abs=1e-5
    )


def test_a_sure_witness_outweighs_a_faint_one():
    """Odds of 1/3 against nearly endless ones: the zone of the moment keeps all but nothing."""
    found = shares(claims((0, "LIB", 1.0), (30, "CAF", 1.0)))
    assert found["LIB"] > 0.999
    assert found[UNKNOWN] < 0.001


def test_a_closed_stay_over_the_moment_is_a_witness():
    """A stay of confidence .9 that spans the moment says .9."""
    hour = pd.Timedelta(hours=1)
    stays = pd.DataFrame({"zone_id": ["GYM"], "started_at": [AT - hour], "ended_at": [AT + hour], "confidence": [0.9]})
    assert shares(claims(), stays) == pytest.approx({"GYM": 0.9, UNKNOWN: 0.1})


def test_open_stays_do_not_hold_for_ever():
    """A stay without an end says nothing by itself: its claims decay."""
    stays = pd.DataFrame(
        {"zone_id": ["GYM"], "started_at": [AT - pd.Timedelta(hours=1)], "ended_at": [pd.NaT], "confidence": [0.9]}
    )
    assert shares(claims(), stays) == {UNKNOWN: 1.0}


def test_probabilities_add_up_to_one():
    """Whatever the claims, zones and unknown make one."""
    rows = claims((-40, "A", 0.3), (-20, "B", 0.9), (-1, "A", 0.2), (3, "C", 0.6), (3, "B", 0.6), (50, "A", 1.0))
    found = shares(rows)
    assert sum(found.values()) == pytest.approx(1.0, abs=1e-6)
    assert all(0 <= share <= 1 for share in found.values())
    assert list(found)[-1] == UNKNOWN
