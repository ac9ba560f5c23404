"""Series with a shape that is known, and visits of people who can and cannot be foreseen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

MONDAY = pd.Timestamp("2026-01-05")


def made_series(unique_id, days, level, *, start=MONDAY, noise=0.0, seed=1):
    """Hourly people: `level` from 8 to 19 on weekdays, a tenth of it else, with seeded normal noise."""
    ds = pd.date_range(start, periods=days * 24, freq="h")
    is_busy = (ds.hour >= 8) & (ds.hour < 20) & (ds.day_of_week < 5)
    y = np.where(is_busy, level, level / 10) + noise * np.random.default_rng(seed).standard_normal(len(ds))
    return pd.DataFrame({"unique_id": unique_id, "ds": ds, "y": np.maximum(y, 0.0)})


def made_visits(people, days, *, is_habitual, seed=1):
    """Four visits a day: people with habits go the same round of their own zones, others anywhere."""
    rng = np.random.default_rng(seed)
    zones = np.array(["A", "B", "C", "D", "E", "F", "G", "H"])
    rows = []
    for person in range(people):
        own = rng.permutation(zones)[:4]
        for day in range(days):
            for turn, hour in enumerate((8, 11, 14, 17)):
                zone = own[turn] if is_habitual and rng.random() < 0.9 else rng.choice(zones)
                rows.append((person, zone, MONDAY + pd.Timedelta(days=day, hours=hour, minutes=int(rng.integers(60)))))
    return pd.DataFrame(rows, columns=["entity_id", "zone_id", "started_at"])


@pytest.fixture(scope="session")
def series():
    """`series(unique_id, days, level, noise=, seed=, start=)`."""
    return made_series


@pytest.fixture(scope="session")
def visits():
    """`visits(people, days, is_habitual=, seed=)`."""
    return made_visits
