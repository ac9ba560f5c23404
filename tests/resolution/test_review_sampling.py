"""Random pairs in turn: the order follows from the records alone, and only what was answered in turn counts."""

import numpy as np
import pandas as pd
import pytest

from fazri_lib.resolution.review import next_turns, sampled, stratum_of, turns
from fazri_lib.resolution.review.sampling import EDGES


@pytest.fixture
def records():
    """Two hundred records of two directories."""
    return pd.DataFrame(
        {
            "record_id": range(200),
            "directory": ["staff", "cards"] * 100,
            "record_key": [f"k{number}" for number in range(200)],
        }
    )


@pytest.fixture
def pairs():
    """A thousand pairs of weights from -4 to 14 bits."""
    source = np.random.default_rng(7)
    drawn = np.sort(source.choice(200, (4000, 2)), axis=1)
    frame = (
        pd.DataFrame(drawn, columns=["left_id", "right_id"]).query("left_id < right_id").drop_duplicates().head(1000)
    )
    return frame.assign(weight=source.uniform(-4, 14, 1000).round(6)).reset_index(drop=True)


def answers(frame, verdict="same"):
    """The same answer to each of these pairs."""
    return pd.Series(verdict, index=pd.MultiIndex.from_frame(frame[["left_id", "right_id"]]), dtype="str")


NONE = answers(pd.DataFrame({"left_id": [], "right_id": []}))


def test_strata():
    """A weight at an edge belongs to the stratum above it."""
    assert stratum_of(np.array([-9, -2, -1, 0, 2.9, 3, 6, 10, 40])).tolist() == [0, 1, 1, 2, 2, 3, 4, 5, 5]


def test_turns_follow_from_the_records(records, pairs):
    """Other rows, another order of them or new record ids (a changed row) leave the turns as they are."""
    first = turns(records, pairs)
    assert first.groupby("stratum")["turn"].apply(lambda turn: turn.tolist() == list(range(len(turn)))).all()
    mixed = turns(records.sample(frac=1, random_state=1), pairs.sample(frac=1, random_state=2))
    pd.testing.assert_frame_equal(mixed, first)
    renamed = pairs.assign(left_id=pairs["right_id"] + 1000, right_id=pairs["left_id"] + 1000)
    again = turns(records.assign(record_id=records["record_id"] + 1000), renamed)
    assert (again[["right_id", "left_id"]].to_numpy() - 1000 == first[["left_id", "right_id"]].to_numpy()).all()


def test_turns_are_random(records, pairs):
    """Turns have nothing to do with weights: the correlation of a thousand lies within three standard errors of 0."""
    frame = turns(records, pairs)
    place = frame.groupby("stratum")["turn"].rank(pct=True)
    assert abs(np.corrcoef(place, frame["weight"] - frame.groupby("stratum")["weight"].transform("mean"))[0, 1]) < 0.1


def test_only_what_came_in_turn_counts(records, pairs):
    """Answers up to the first open pair of a stratum are its sample; later ones, given out of turn, are not."""
    order = turns(records, pairs)
    third = order[order["stratum"] == 3]
    some = third.iloc[[0, 1, 2, 4]]
    verdicts = answers(some)
    verdicts.iloc[1], verdicts.iloc[2] = "different", "unsure"
    strata = sampled(order, verdicts).set_index("stratum")
    assert strata.loc[3, ["same", "different", "unsure"]].tolist() == [1, 1, 1]
    assert strata.drop(3)[["same", "different", "unsure"]].to_numpy().sum() == 0
    assert strata["pairs"].sum() == 1000
    assert strata["low"].tolist() == [-np.inf, *EDGES]


def test_the_model_claims_its_probabilities(records):
    """Expected pairs of one person are the sum of the probabilities of the weights: .5 and .8 in one stratum."""
    two = pd.DataFrame({"left_id": [1, 2], "right_id": [5, 6], "weight": [0.0, 2.0]})
    assert sampled(turns(records, two), NONE).set_index("stratum")["expected"].round(9).tolist() == [0, 0, 1.3, 0, 0, 0]


def test_what_is_asked_next(records, pairs):
    """First the first open turn of each stratum; of two strata the four times larger one gets twice the answers."""
    order = turns(records, pairs)
    first = next_turns(order, NONE, 6)
    assert sorted(first["stratum"]) == [0, 1, 2, 3, 4, 5]
    assert (first["turn"] == 0).all()
    assert (next_turns(order, answers(first), 6)["turn"] > 0).all()
    sized = order[order["stratum"].isin([3, 5])].groupby("stratum").head(64)
    sized = sized.drop(sized[(sized["stratum"] == 3) & (sized["turn"] >= 16)].index)
    assert next_turns(sized, NONE, 24)["stratum"].value_counts().to_dict() == {5: 16, 3: 8}
