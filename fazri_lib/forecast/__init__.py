"""What comes next: occupancy of zones with honest intervals, and where a person will probably be."""

from fazri_lib.forecast.ahead import BASELINE, FORECASTERS, forecast
from fazri_lib.forecast.evaluation import back_test, evaluate_forecasts, judge
from fazri_lib.forecast.forecaster import Forecaster
from fazri_lib.forecast.next_place import evaluate_next_place, predict_next_place

__all__ = [
    "BASELINE",
    "FORECASTERS",
    "Forecaster",
    "back_test",
    "evaluate_forecasts",
    "evaluate_next_place",
    "forecast",
    "judge",
    "predict_next_place",
]
