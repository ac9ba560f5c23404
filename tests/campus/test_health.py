"""Can the data be trusted."""

from __future__ import annotations

import pandas as pd
import pytest
import tiny_campus

import fazri_lib as fazri
from fazri_lib.campus import health


def test_each_source_with_its_shares(campus):
    """Swipes: 10 of 100 rows lead to nobody, 5 are late, silent since 12:00; Wi-Fi: half of the rows are shared."""
    frame = campus.health().frame.set_index("source")
    assert frame.loc["swipes", ["rows", "orphan_share", "late_share", "silent_h", "quarantined_rows"]].tolist() == [
        100, 0.1, 0.05, 0.5, 1,
    ]  # fmt: skip
    assert frame.loc["wifi", ["shared_share", "silent_h", "quarantined_rows"]].tolist() == [0.5, 3.5, 0]


def test_what_to_look_at_is_told(campus):
    """Orphans, shared identifiers and capabilities that are not good."""
    answer = campus.health()
    assert answer.summary == (
        "200 rows from 2 sources; 1 put aside. Identifiers that nobody holds: swipes. "
        "Identifiers that several people hold: wifi. next_place: no signal."
    )
    assert set(answer.tables) == {"coverage", "quarantine", "quality"}
    assert answer.plot() is not None


def test_quality_by_capability(campus):
    """Each capability with its verdict."""
    assert campus.quality().summary == "forecast: good; next_place: no signal."
    assert campus.quality().plot() is not None


def test_a_capability_is_as_good_as_most_of_its_measures():
    """Measures that are worse than most are named, better ones are not."""
    rows = pd.DataFrame({"measure": ["a", "b", "c", "d"], "verdict": ["good", "good", "weak", "no signal"]})
    assert health._verdict(rows) == "good, c weak, d no signal"
    assert health._verdict(rows.tail(2)) == "no signal"


@pytest.mark.engine
def test_before_the_first_row_there_is_nothing_to_be_silent(tmp_path):
    """Neither question fails on a campus without a row, at its own moment or at an earlier one."""
    (tmp_path / "fazri.toml").write_text(tiny_campus.TOML)
    tiny_campus.publish(tmp_path, tiny_campus.tables() | {"coverage": None, "quality": None})
    with fazri.open(tmp_path) as empty:
        for campus in (empty, empty.at("2025-08-01")):
            for answer in (campus.arrivals(), campus.health()):
                assert answer.summary == "No row was loaded yet."
                assert answer.frame.empty
                assert answer.plot() is not None


def test_nothing_loaded_is_told():
    """An empty campus has no health."""
    assert health._told(pd.DataFrame(), pd.DataFrame()) == "No row was loaded yet."
