import numpy as np
import pandas as pd
import pytest

from fazri_lib.errors import FazriError, NotEnoughDataError
from fazri_lib.forecast.series import checked, first_seen, gridded, median, steps_after, weighted_mean

START = pd.Timestamp("2026-01-05")
GAP = np.nan


def rows(**columns):
    """Three hours of one series, columns replaced."""
    return pd.DataFrame(
        {"unique_id": "A", "ds": pd.date_range(START, periods=3, freq="h"), "y": [1.0, 2.0, 3.0], **columns}
    )


def test_grid_fills_what_is_absent():
    """Series of different length stand on one grid that ends at the cutoff; what is absent is empty."""
    history = pd.concat([rows(), rows(unique_id="B").iloc[1:2]])
    grid = gridded(checked(history), START + pd.Timedelta(hours=3, minutes=20))
    assert list(grid.ids) == ["A", "B"]
    assert grid.end == START + pd.Timedelta(hours=3)
    np.testing.assert_array_equal(grid.y, [[1, 2, 3, GAP], [GAP, 2, GAP, GAP]])
    np.testing.assert_array_equal(grid.days_observed, [3 / 24, 1 / 24])


def test_the_hour_that_comes_twice_is_averaged():
    """When the clocks are set back an hour has two rows; three are refused."""
    twice = pd.concat([rows(), rows().iloc[:1].assign(y=5.0)])
    assert gridded(checked(twice), START).y.tolist() == [[3.0]]
    with pytest.raises(FazriError, match="more than two rows"):
        gridded(checked(pd.concat([twice, rows()])), START)


def test_only_a_year_is_read():
    """A row from long ago, as of a wrong clock, does not make the grid long; alone it is no history."""
    old = rows(ds=pd.date_range("1970-01-01", periods=3, freq="h"))
    assert gridded(checked(pd.concat([old, rows()])), START).y.shape == (1, 1)
    with pytest.raises(NotEnoughDataError, match="52 weeks"):
        gridded(checked(old), START)


def test_times_off_the_grid_are_refused():
    """A quarter past is no start of an hour."""
    with pytest.raises(FazriError, match="starts of steps"):
        gridded(
            checked(rows(ds=pd.date_range(START + pd.Timedelta(minutes=15), periods=3, freq="h"))),
            START + pd.Timedelta(days=1),
        )


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (rows().drop(columns="y"), "lack y"),
        (rows(ds="2026-01-05"), "without a zone"),
        (rows(unique_id=["A", None, "A"]), "without unique_id or ds"),
        (rows(y="many"), "expected numbers"),
        (rows(y=np.inf), "finite"),
    ],
)
def test_wrong_columns_are_refused(frame, said):
    """Each fault is named with what is expected."""
    with pytest.raises(FazriError, match=said):
        checked(frame)


def test_folds_run_from_the_newest():
    """Six hours folded by four: the newest four, then the rest, padded at the far end."""
    six = pd.DataFrame({"unique_id": "A", "ds": pd.date_range(START, periods=6, freq="h"), "y": np.arange(6.0)})
    folded = gridded(six, START + pd.Timedelta(hours=5)).folded(4)
    np.testing.assert_array_equal(folded, [[[2, 3, 4, 5], [GAP, GAP, 0, 1]]])


def test_means_and_medians_leave_out_gaps():
    """Weighted mean, median and first value of (gap, 1, 3) and of gaps alone."""
    values = np.array([[GAP, 1.0, 3.0], [GAP, GAP, GAP]])
    np.testing.assert_array_equal(weighted_mean(values, 1, np.array([[9.0, 3.0, 1.0]])), [1.5, GAP])
    np.testing.assert_array_equal(median(values, 1), [2.0, GAP])
    np.testing.assert_array_equal(first_seen(values, 1), [1.0, GAP])


def test_steps_follow_the_cutoff():
    """After 10:20 the next hours are 11 and 12."""
    assert list(steps_after(START + pd.Timedelta(minutes=620), 2, pd.Timedelta(hours=1)).hour) == [11, 12]
