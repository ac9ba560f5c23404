"""A forecast beside its past and its baseline."""

from __future__ import annotations

import pandas as pd
import pytest

from fazri_lib.views import ACTUAL, expected_peaks, forecast_band

ZONE = "Asia/Kolkata"


@pytest.fixture
def rows():
    """Two measured hours, two hours ahead by a model and by its baseline."""
    ts = pd.date_range("2025-09-13 06:30", periods=4, freq="h", tz="UTC")
    past = pd.DataFrame({"ts": ts[:2], "model": ACTUAL, "people": [4.0, 5.0]})
    ahead = pd.DataFrame({"ts": ts[2:], "model": "ours", "people": [6.0, 7.0]})
    ahead = ahead.assign(lo_80=5.0, hi_80=8.0, lo_95=4.0, hi_95=20.0)
    return pd.concat([past, ahead, ahead.assign(model="naive", people=3.0)], ignore_index=True)


def test_bands_past_baseline_and_forecast(rows):
    """Six layers in the order in which they are painted."""
    labels = [layer.label for layer in forecast_band(rows, time_zone=ZONE, model="ours", baseline="naive")]
    assert labels[:5] == ["95 % interval", "80 % interval", "measured", "baseline", "forecast"]
    assert len(labels) == 6
    assert len(forecast_band(rows, time_zone=ZONE, model="ours")) == 5


def test_the_axis_reaches_over_the_band(rows, figure):
    """The upper end of the 95 % interval is 20."""
    drawn = figure(forecast_band(rows, time_zone=ZONE, model="ours"))
    assert drawn.y_range.end == pytest.approx(22)
    assert drawn.xaxis.axis_label == "Campus time (Asia/Kolkata)"


def test_no_forecast_is_said(rows):
    """A model without rows."""
    assert "No forecast" in forecast_band(rows, time_zone=ZONE, model="other").data


def test_peaks_with_interval_and_capacity(figure):
    """The bar is the expected peak, the line its interval; a capacity beyond the axis is not drawn."""
    row = {"zone_id": ["A", "B"], "people": [5.0, 3.0], "lo_80": [4.0, 2.0], "hi_80": [8.0, 5.0], "capacity": [6, 90]}
    chart = expected_peaks(pd.DataFrame(row))
    bars, whiskers, limits = list(chart)
    assert bars.dframe()["zone_id"].tolist() == ["B", "A"]
    assert whiskers.dframe().set_index("zone_id").loc["A", ["below", "above"]].tolist() == [1, 3]
    assert limits.dframe()["zone_id"].tolist() == ["A"]
    assert figure(chart).x_range.end == pytest.approx(8.8)


def test_no_peak_is_said():
    """No zone with a forecast."""
    assert "No forecast" in expected_peaks(pd.DataFrame()).data
