"""What comes next: occupancy of zones with honest intervals, and where a person will probably be."""

from fazri_lib.forecast.ahead import BASELINE, FORECASTERS, forecast
from fazri_lib.forecast.evaluation import evaluate_forecasts
from fazri_lib.forecast.forecaster import Forecaster
from fazri_lib.forecast.next_place import evaluate_next_place, predict_next_place

__all__ = [
    "BASELINE",
    "FORECASTERS",
    "Forecaster",
    "evaluate_forecasts",
    "evaluate_next_place",
    "forecast",
    "predict_next_place",
]
