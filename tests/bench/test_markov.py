import numpy as np
import pandas as pd

from fazri_lib.bench.markov import markov_ranks
from fazri_lib.forecast.place_models import has_past
from fazri_lib.forecast.visits import encoded


def walk(zones):
    """One person's visits, an hour apart."""
    at = pd.date_range("2026-01-05", periods=len(zones), freq="h")
    return encoded(pd.DataFrame({"entity_id": 1, "zone_id": list(zones), "started_at": at}))


def ranks(zones, scored, order):
    """Ranks of the last visits."""
    visits = walk(zones)
    late = np.arange(len(zones)) >= len(zones) - scored
    return markov_ranks(visits, late, late & has_past(visits), order).tolist()


def test_order_two_knows_what_order_one_cannot():
    """A A B A A B: after A comes B or A, one knows it from the two zones before alone."""
    assert ranks("AABAABAABAAB", 3, 2) == [1.0, 1.0, 1.0]
    assert ranks("AABAABAABAAB", 3, 1) == [1.0, 1.0, 2.0]


def test_unknown_contexts_fall_back():
    """After C, never left before, the most frequent zone A is guessed first."""
    assert ranks("AABAACA", 1, 1) == [1.0]
    assert ranks("AABAACB", 1, 2) == [2.0]


def test_a_zone_that_was_never_seen_ranks_last():
    """The truth Z has no count anywhere: behind A and B."""
    assert ranks("ABABAZ", 1, 1) == [3.0]
