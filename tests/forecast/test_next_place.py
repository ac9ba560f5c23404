import numpy as np
import pandas as pd
import pytest

from fazri_lib.errors import NotEnoughDataError
from fazri_lib.forecast import evaluate_next_place, predict_next_place
from fazri_lib.forecast.next_place import NextPlaceParameters, back_test

LAST = pd.Timestamp("2026-02-03 12:00")


def test_habits_are_good(visits):
    """People who keep to their rounds nine times of ten are foreseen far better than the majority class."""
    rows = evaluate_next_place(visits(12, 30, is_habitual=True))
    assert list(rows.columns) == ["capability", "measure", "value", "baseline", "baseline_name", "verdict"]
    assert set(rows["capability"]) == {"next_place"}
    assert rows.loc[rows["measure"] == "acc@1", "verdict"].tolist() == ["good", "good"]
    assert rows.loc[rows["measure"] == "acc@1", "value"].iloc[0] > 0.8
    assert (
        rows.loc[rows["measure"] == "Brier", "value"].item() < rows.loc[rows["measure"] == "Brier", "baseline"].item()
    )


@pytest.mark.parametrize("seed", range(4))
def test_chance_has_no_signal(visits, seed):
    """People who go anywhere give "no signal" on every row."""
    rows = evaluate_next_place(visits(40, 30, is_habitual=False, seed=seed))
    assert set(rows["verdict"]) == {"no signal"}
    assert len(rows) == 5


def test_a_small_gain_is_weak(visits):
    """Significant, but fewer points than "good" asks for."""
    rows = evaluate_next_place(visits(12, 30, is_habitual=True), NextPlaceParameters(good_gain=0.95))
    assert rows["verdict"].iloc[0] == "weak"


def test_few_moves_conclude_nothing(visits):
    """Under 200 scored moves there is no verdict; without any visit neither."""
    few = visits(3, 10, is_habitual=True)
    assert evaluate_next_place(few)["verdict"].tolist() == ["not enough data"]
    assert evaluate_next_place(few.iloc[:0])["verdict"].tolist() == ["not enough data"]


def test_order_and_zoneless_rows_do_not_matter(visits):
    """Shuffled rows, and rows without a zone among them, give the same figures; the input is left as it was."""
    frame = visits(12, 30, is_habitual=True)
    nowhere = frame.iloc[:5].assign(zone_id=None)
    shuffled = pd.concat([frame, nowhere]).sample(frac=1, random_state=2)
    before = shuffled.copy()
    pd.testing.assert_frame_equal(evaluate_next_place(shuffled), evaluate_next_place(frame))
    pd.testing.assert_frame_equal(shuffled, before)


def test_samples_are_drawn(visits):
    """With fewer people and moves allowed than there are, so many are scored."""
    test = back_test(visits(20, 30, is_habitual=True), parameters=NextPlaceParameters(people=10, moves=250))
    assert (test.moves, test.people) == (250, 10)
    assert len(test.of("mixture")) == 250


def test_a_split_may_be_given(visits):
    """Marked visits are scored, whatever their time."""
    frame = visits(12, 30, is_habitual=True)
    marks = frame["started_at"] >= frame["started_at"].quantile(0.5)
    assert back_test(frame, marks).moves == marks.sum()


def test_all_visits_at_one_moment(visits):
    """Without an earlier and a later part nothing can be tested."""
    frame = visits(12, 30, is_habitual=True).assign(started_at=LAST)
    with pytest.raises(NotEnoughDataError, match="later moves"):
        back_test(frame)


def test_prediction_with_reasons(visits):
    """At 11:30 a habitual person is where she always is then; probabilities fall, reasons name shares."""
    frame = visits(12, 30, is_habitual=True)
    own = frame[(frame["entity_id"] == 3) & (frame["started_at"].dt.hour == 11)]["zone_id"].mode().item()
    made = predict_next_place(frame, 3, pd.Timestamp("2026-02-03 11:30"))
    assert list(made.columns) == ["zone_id", "probability", "reason"]
    assert made["zone_id"].iloc[0] == own
    assert made["probability"].iloc[0] > 0.5
    assert made["probability"].is_monotonic_decreasing
    assert made["reason"].str.contains(" % ").all()


def test_prediction_reads_nothing_later(visits):
    """Visits after `at` do not change it."""
    frame = visits(12, 35, is_habitual=True)
    at = pd.Timestamp("2026-01-28 13:00")
    changed = frame.assign(zone_id=np.where(frame["started_at"] > at, "Z", frame["zone_id"]))
    pd.testing.assert_frame_equal(predict_next_place(changed, 3, at), predict_next_place(frame, 3, at))


def test_too_little_history_is_stated(visits):
    """A person who is not known gets a statement, and so does everybody before there are moves to learn from."""
    frame = visits(12, 30, is_habitual=True)
    unknown = predict_next_place(frame, 99, LAST)
    assert unknown["probability"].isna().all()
    assert unknown["reason"].tolist() == ["0 visits known, 10 needed: no prediction"]
    alone = predict_next_place(frame[frame["entity_id"] == 3].iloc[:12], 3, LAST)
    assert "recent moves" in alone["reason"].item()
