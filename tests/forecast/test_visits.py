import pandas as pd
import pytest

from fazri_lib.errors import FazriError
from fazri_lib.forecast.visits import encoded, sampled

AT = pd.Timestamp("2026-01-10 09:30")


def test_what_came_before_is_the_persons_own():
    """Two people, rows in any order: the previous zones are those of the same person, the latest first."""
    frame = pd.DataFrame(
        {
            "entity_id": [2, 1, 1, 1],
            "zone_id": ["B", "A", "B", "C"],
            "started_at": [AT, AT + pd.Timedelta(hours=1), AT, AT + pd.Timedelta(hours=2)],
        }
    )
    coded = encoded(frame)
    assert [list(coded.zones)[code] for code in coded.zone] == ["B", "A", "C", "B"]
    assert coded.earlier[:, :3].tolist() == [[-1, -1, -1], [1, -1, -1], [0, 1, -1], [-1, -1, -1]]
    assert coded.row.tolist() == [2, 1, 3, 0]
    assert (coded.hour.tolist(), coded.is_weekend.tolist()) == ([9, 10, 11, 9], [True] * 4)


def test_a_sample_is_seeded_and_keeps_who_is_asked_for():
    """The same seed draws the same people; the asked person is always there."""
    frame = pd.DataFrame({"entity_id": range(50), "zone_id": "A", "started_at": AT})
    first, second = (sampled(frame.sample(frac=1, random_state=seed), 5, seed=3) for seed in (1, 2))
    assert set(first["entity_id"]) == set(second["entity_id"])
    assert len(first) == 5
    asked = next(number for number in range(50) if number not in set(first["entity_id"]))
    assert asked in set(sampled(frame, 5, seed=3, always=asked)["entity_id"])
    assert sampled(frame, 50, seed=3) is frame


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pd.DataFrame({"entity_id": [1], "zone_id": ["A"]}), "lack started_at"),
        (pd.DataFrame({"entity_id": [1], "zone_id": ["A"], "started_at": ["noon"]}), "without a zone"),
    ],
)
def test_wrong_columns_are_refused(frame, said):
    """Each fault is named with what is expected."""
    with pytest.raises(FazriError, match=said):
        encoded(frame)
