"""Frames as the facade gives them: instants are UTC and say so."""

from __future__ import annotations

import holoviews as hv
import pandas as pd
import pytest

ZONE = "Asia/Kolkata"


@pytest.fixture
def figure():
    """`figure(element)`: the Bokeh figure that an element becomes."""
    return hv.render


@pytest.fixture
def instants():
    """`instants("06:00", ...)`: instants of 13 September 2025, UTC; None stays empty."""

    def parse(*times):
        return pd.to_datetime([f"2025-09-13 {t}" if t else None for t in times], utc=True)

    return parse


@pytest.fixture
def occupancy():
    """Two days of quarters in LIB from local midnight: people = hour of the day, and an outage in the last hour."""
    ts = pd.date_range("2025-09-12 18:30", periods=192, freq="15min", tz="UTC")
    people = ts.tz_convert(ZONE).hour.astype(float)
    frame = pd.DataFrame(
        {"zone_id": "LIB", "ts": ts, "people": people, "people_lo": people - 1, "people_hi": people + 1}
    )
    return frame.assign(quality=["measured"] * 188 + ["outage"] * 4)
