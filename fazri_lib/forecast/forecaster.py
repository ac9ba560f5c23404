"""What every forecaster offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    import pandas as pd


class Forecaster(Protocol):
    """A model of many series at once; one class a file, listed in `FORECASTERS`.

    The constructor only stores the step. `fit` checks its input and learns; what it learnt ends in `_`. It must not
    read rows with ds > cutoff, change its inputs, draw unseeded random numbers or let one series change another one,
    unless its docstring says how.
    """

    name: str

    def __init__(self, step: pd.Timedelta) -> None:
        """Store the length of a step."""
        ...

    def fit(self, history: pd.DataFrame, cutoff: pd.Timestamp, calendar: pd.DataFrame | None = None) -> Self:
        """Learn from the rows of `history` (unique_id, ds, y) with ds <= cutoff.

        Args:
            history: long frame, in any order.
            cutoff: last moment that may be read.
            calendar: ds and flags known ahead, past and future; None when there is none.
        """
        ...

    def predict(self, ds: pd.DatetimeIndex) -> pd.DataFrame:
        """Return unique_id, ds, yhat for each fitted series and each step, ordered by unique_id and ds.

        yhat is NaN for a series of which less than a day was observed.
        """
        ...
