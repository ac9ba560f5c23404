import pandas as pd

from fazri_lib.bench.true_holders import claims_with_truth

AT = pd.Timestamp("2026-01-05 12:00")


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
                "probability": [0.5, 0.5, 1.0, 1.0],
            },
            "observations": {
                "observation_id": [1, 2, 3],
                "zone_id": ["LAB", "LAB", "LAB"],
                "ts": [AT + pd.Timedelta(minutes=1), AT - pd.Timedelta(hours=1), AT + pd.Timedelta(hours=1)],
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
