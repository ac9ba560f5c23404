"""How good are the forecasts on this campus? Rolling origins inside the history, beside two baselines."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from fazri_lib.errors import NotEnoughDataError
from fazri_lib.forecast.ahead import BASELINE, FORECASTERS, forecast, points
from fazri_lib.forecast.quality import GOOD, NO_SIGNAL, NOT_ENOUGH, SIGNIFICANT, WEAK, Row, quality_rows
from fazri_lib.forecast.series import DAY, HOUR, WEEK, checked, gridded, median
from fazri_lib.metrics import coverage, mase, p_better, weekly_naive_scale

CAPABILITY = "forecast"
FLAT = "flat_median"
FLAT_WEEKS = 4
RECOMMENDED = FORECASTERS[0]
BASELINES = (BASELINE.name, FLAT)


@dataclass(frozen=True, slots=True)
class EvaluationParameters:
    """Constants of the evaluation.

    Attributes:
        origins: rolling origins, a week apart, the last one a week before the cutoff.
        warm_up_days: days of history before the first origin.
        least_origins: origins without which nothing is concluded.
        least_days: days with something observed after an origin, without which nothing is concluded.
        good_skill: share by which MASE must be lower than the seasonal naive one for "good".
        tolerance: distance of an interval's coverage from its promise that is still "good".
    """

    origins: int = 8
    warm_up_days: int = 14
    least_origins: int = 2
    least_days: int = 14
    good_skill: float = 0.10
    tolerance: float = 0.05


def evaluate_forecasts(
    history: pd.DataFrame,
    cutoff: pd.Timestamp,
    calendar: pd.DataFrame | None = None,
    parameters: EvaluationParameters = EvaluationParameters(),
) -> pd.DataFrame:
    """Back-test the recommended forecaster on hourly series and give the rows of `quality` for capability `forecast`.

    Up to eight origins a week apart, the last one a week before the cutoff and the first one with 14 days before it;
    each forecasts 168 hours that are then compared with what was observed. Rows: MASE over 168 h and over the first
    24 h against the seasonal naive method and against the *flat median* (each series' median of the four weeks before
    the origin: the best guess when the hour tells nothing), and the coverage of both intervals against their promise.

    Verdict of the accuracy rows, the same for all:

    - `not enough data`: fewer than 2 origins, or fewer than 14 days with something observed; or a lower MASE over 168 h
      than both baselines that fewer than the full eight origins cannot prove;
    - `no signal`: not better than the flat median or not better than the seasonal naive method, "better" meaning a
      lower MASE over 168 h and a one-sided sign test over days (error summed over all series) with p < 0.01;
    - `good`: better than both and at least 10 % below the seasonal naive MASE;
    - `weak`: better than both, by less.

    Verdict of a coverage row: `good` within 0.05 of the promise, else `weak`.

    Args:
        history: long frame unique_id, ds, y, hourly; rows with ds > cutoff are not read.
        cutoff: campus time.
        calendar: as of `forecast`.
        parameters: constants of the evaluation.
    """
    try:
        scored = back_test(history, cutoff, calendar, parameters)
    except NotEnoughDataError:
        return _not_enough()
    return judge(scored, history, cutoff, parameters)


def back_test(
    history: pd.DataFrame,
    cutoff: pd.Timestamp,
    calendar: pd.DataFrame | None = None,
    parameters: EvaluationParameters = EvaluationParameters(),
) -> pd.DataFrame:
    """Return what was forecast from each origin of `evaluate_forecasts` beside what was then observed.

    Args:
        history: as of `evaluate_forecasts`.
        cutoff: campus time.
        calendar: as of `forecast`.
        parameters: constants of the evaluation.

    Returns:
        unique_id, cutoff (the origin), ds, y, a column of forecasts for each method, and the recommended one's bands.

    Raises:
        NotEnoughDataError: the history is shorter than three weeks.
    """
    rows = checked(history)
    known = rows[rows["ds"] <= cutoff]
    origins = _origins(known, cutoff, parameters)
    return pd.concat([_scored(known, origin, calendar) for origin in origins], ignore_index=True)


def judge(
    scored: pd.DataFrame,
    history: pd.DataFrame,
    cutoff: pd.Timestamp,
    parameters: EvaluationParameters = EvaluationParameters(),
) -> pd.DataFrame:
    """Return the rows of `quality` for a back-test, or for some of its series: each as `evaluate_forecasts` says.

    Args:
        scored: rows of `back_test`; origins before the first one that the history allows are left out.
        history: of the same series.
        cutoff: as of `back_test`.
        parameters: constants of the evaluation.
    """
    known = history[history["ds"] <= cutoff]
    try:
        origins = _origins(known, cutoff, parameters)
    except NotEnoughDataError:
        return _not_enough()
    scale = weekly_naive_scale(known, origins[0])
    is_scaled = scored["unique_id"].map(scale > 0).fillna(value=False).astype(bool)
    scored = scored[is_scaled & scored["cutoff"].isin(origins)]
    if len(origins) < parameters.least_origins or scored["ds"].dt.floor("D").nunique() < parameters.least_days:
        return _not_enough()
    return quality_rows(CAPABILITY, _accuracy(scored, scale, parameters) + _coverage(scored, parameters))


def _origins(known: pd.DataFrame, cutoff: pd.Timestamp, parameters: EvaluationParameters) -> list[pd.Timestamp]:
    """Origins, the oldest first."""
    if known.empty:
        raise NotEnoughDataError("evaluation needs history before the cutoff, got none")
    first = known["ds"].min() + parameters.warm_up_days * DAY
    candidates = [cutoff.floor("h") - back * WEEK for back in range(parameters.origins, 0, -1)]
    usable = [origin for origin in candidates if origin >= first]
    if not usable:
        raise NotEnoughDataError(f"evaluation needs {parameters.warm_up_days + 7} days of history, got less")
    return usable


def _scored(known: pd.DataFrame, origin: pd.Timestamp, calendar: pd.DataFrame | None) -> pd.DataFrame:
    """What was observed in the week after an origin, beside both forecasts (a column each) and the flat median."""
    made = forecast(known, origin, WEEK // HOUR, calendar, models=(RECOMMENDED,))
    ours = made.rename(columns={"yhat": RECOMMENDED.name})
    naive = points(BASELINE, known, origin, WEEK // HOUR, calendar).rename(columns={"yhat": BASELINE.name})
    grid = gridded(known, origin)
    flat = pd.Series(median(grid.y[:, -FLAT_WEEKS * grid.a_week :], axis=1), index=grid.ids)
    after = known[(known["ds"] > origin) & (known["ds"] <= origin + WEEK) & known["y"].notna()]
    seen = after.groupby([after["unique_id"].astype(grid.ids.dtype), "ds"])["y"].mean().reset_index()
    paired = ours.merge(naive, on=["unique_id", "ds"]).merge(seen, on=["unique_id", "ds"])
    return paired.assign(**{FLAT: paired["unique_id"].map(flat)})


def _accuracy(scored: pd.DataFrame, scale: pd.Series[float], parameters: EvaluationParameters) -> list[Row]:
    day = scored[scored["ds"] <= scored["cutoff"] + DAY]
    spans = {"MASE 168 h": scored, "MASE 24 h": day}
    values = {
        span: {name: _mase(rows, name, scale) for name in (RECOMMENDED.name, *BASELINES)}
        for span, rows in spans.items()
    }
    verdict = _verdict(scored, scale, values["MASE 168 h"], parameters)
    return [
        (span, table[RECOMMENDED.name], table[baseline], baseline, verdict)
        for span, table in values.items()
        for baseline in BASELINES
    ]


def _mase(rows: pd.DataFrame, column: str, scale: pd.Series[float]) -> float:
    return mase(rows[["unique_id", "y"]].assign(yhat=rows[column]), scale)


def _verdict(
    scored: pd.DataFrame, scale: pd.Series[float], table: dict[str, float], parameters: EvaluationParameters
) -> str:
    ours = table[RECOMMENDED.name]
    if not all(ours < table[baseline] for baseline in BASELINES):
        return NO_SIGNAL
    if any(p_better(_daily_gains(scored, baseline, scale)) >= SIGNIFICANT for baseline in BASELINES):
        return NOT_ENOUGH if scored["cutoff"].nunique() < parameters.origins else NO_SIGNAL
    return GOOD if ours <= (1 - parameters.good_skill) * table[BASELINE.name] else WEAK


def _daily_gains(scored: pd.DataFrame, baseline: str, scale: pd.Series[float]) -> pd.Series[float]:
    """How much less our scaled errors of all series add up to than the baseline's, one number a day."""
    gain = (scored["y"] - scored[baseline]).abs() - (scored["y"] - scored[RECOMMENDED.name]).abs()
    return (gain / scored["unique_id"].map(scale)).groupby(scored["ds"].dt.floor("D")).sum()


def _coverage(scored: pd.DataFrame, parameters: EvaluationParameters) -> list[Row]:
    rows: list[Row] = []
    for promise in (80, 95):
        share = coverage(scored["y"], scored[f"lo_{promise}"], scored[f"hi_{promise}"])
        verdict = GOOD if abs(share - promise / 100) <= parameters.tolerance else WEAK
        rows.append((f"coverage {promise} %", share, promise / 100, "promise", verdict))
    return rows


def _not_enough() -> pd.DataFrame:
    nan = float("nan")
    return quality_rows(
        CAPABILITY, [(span, nan, nan, BASELINE.name, NOT_ENOUGH) for span in ("MASE 168 h", "MASE 24 h")]
    )
