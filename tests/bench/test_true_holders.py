import pandas as pd
import pytest

from fazri_lib.bench.true_holders import claims_with_truth

AT = pd.Timestamp("2026-01-05 12:00")
SWIPED, ONE = pd.Timedelta(minutes=1), pd.Timedelta(seconds=1)


class Campus:
    """Two people share a desk's card, a third lost hers; the truth knows who was where."""

    known_people = pd.DataFrame({"entity_id": [10, 20, 30], "person": [1, 2, 3]})

    @staticmethod
    def truth(table):
        """The truth tables that are read."""
        never = pd.NaT
        tables = {
            "holders": [
                ("card_id", "DESK", 1, never, never),
                ("card_id", "DESK", 2, never, never),
                ("card_id", "LOST", 3, never, AT),
            ],
            "stays": [(2, "LAB", AT, AT + pd.Timedelta(hours=1)), (1, "HALL", AT, AT + pd.Timedelta(hours=1))],
        }
        columns = {
            "holders": ["id_type", "id_value", "entity_id", "valid_from", "valid_to"],
            "stays": ["entity_id", "zone_id", "started_at", "ended_at"],
        }
        frame = pd.DataFrame(tables[table], columns=columns[table])
        moments = [name for name in frame if name.endswith(("_at", "_from", "_to"))]
        return frame.astype(dict.fromkeys(moments, "datetime64[us]"))

    @staticmethod
    def table(name, *columns):
        """The extract tables that are read."""
        rows = {
            "claims": {
                "observation_id": [1, 1, 2, 3],
                "entity_id": [10, 20, 30, 30],
                "probability": [0.2, 0.8, 1.0, 1.0],
            },
            "alibis": {"observation_id": [1], "entity_id": [10], "factor": [0.25]},
            "observations": {
                "observation_id": [1, 2, 3],
                "zone_id": ["LAB", "LAB", "LAB"],
                "ts": [AT + SWIPED, AT - pd.Timedelta(hours=1), AT + pd.Timedelta(hours=1)],
                "id_type": "card_id",
                "id_value": ["DESK", "LOST", "LOST"],
            },
        }
        return pd.DataFrame(rows[name])[list(columns)]


def test_who_stood_there_held_the_card():
    """Person 2 was in the lab; the lost card is true an hour before its end and nobody's an hour after."""
    claims, left_out = claims_with_truth(Campus())
    assert claims["observation_id"].tolist() == [1, 1, 2]
    assert claims["is_right"].tolist() == [False, True, True]
    assert claims["claimants"].tolist() == [2, 2, 1]
    assert left_out == 1


def test_weights_before_alibis():
    """An alibi left a quarter of a half: 1/5 against 4/5; before it both had one half."""
    claims, _ = claims_with_truth(Campus())
    assert claims["before_alibis"].tolist() == pytest.approx([0.5, 0.5, 1.0])
    assert claims["has_alibi"].tolist() == [True, False, False]


def test_who_came_in_at_that_second_swiped():
    """Both were in the lab at noon; the one who came in one second before the swipe is the true one."""

    class Office(Campus):
        @staticmethod
        def truth(table):
            """The same, but for stays: 1 had been there since eleven, 2 came in."""
            frame = Campus.truth(table)
            if table == "stays":
                frame = frame.assign(zone_id="LAB", started_at=[AT + SWIPED - ONE, AT - pd.Timedelta(hours=1)])
            return frame

    claims, _ = claims_with_truth(Office())
    assert claims["is_right"].tolist()[:2] == [False, True]
