import numpy as np
import pandas as pd

from fazri_lib.bench.overlap import covered_s

NOON = pd.Timestamp("2026-01-05 12:00")


def intervals(*rows):
    """Intervals of an owner, in seconds after noon."""
    frame = pd.DataFrame(rows, columns=["who", "from", "to"])
    moments = {name: NOON + pd.to_timedelta(frame[side], unit="s") for name, side in SIDES.items()}
    return frame[["who"]].assign(**moments)


SIDES = {"started_at": "from", "ended_at": "to"}


def test_the_union_counts_once():
    """0..10 and 5..20 cover 20 s of 0..30, with 25..40 also 5 s at its end; a gap covers nothing."""
    given = intervals(("a", 5, 20), ("a", 25, 40), ("a", 0, 10))
    asked = intervals(("a", 0, 30), ("a", 20, 25), ("a", 8, 9), ("a", 50, 60))
    assert covered_s(asked, given, ["who"]).tolist() == [25.0, 0.0, 1.0, 0.0]


def test_owners_are_apart():
    """What belongs to somebody else covers nothing, also where nothing of the own is there."""
    given = intervals(("a", 0, 10), ("c", 0, 100))
    asked = intervals(("a", 0, 20), ("b", 0, 20), ("c", 90, 120))
    assert covered_s(asked, given, ["who"]).tolist() == [10.0, 0.0, 10.0]


def test_nothing_given_and_nothing_asked():
    """No interval covers nothing; no question has no answer."""
    some = intervals(("a", 0, 10))
    assert covered_s(some, some.iloc[:0], ["who"]).tolist() == [0.0]
    assert len(covered_s(some.iloc[:0], some, ["who"])) == 0


def test_as_counted_second_by_second():
    """Random intervals of three owners against counting every second."""
    rng = np.random.default_rng(3)
    made = [
        [
            (str(rng.choice(list("abc"))), int(start), int(start + rng.integers(0, 40)))
            for start in rng.integers(0, 300, 40)
        ]
        for _ in range(2)
    ]
    taken = {(who, second) for who, start, end in made[1] for second in range(start, end)}
    counted = [sum((who, second) in taken for second in range(start, end)) for who, start, end in made[0]]
    assert covered_s(intervals(*made[0]), intervals(*made[1]), ["who"]).tolist() == counted
