"""Which incidents and which benign look-alikes are planted on which day."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.draws import Stream, draws

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.span import Span

INCIDENTS = ("department_violation", "impossible_travel", "off_hours", "overcrowding", "role_violation")
"""Types of `truth/incidents`: the stem of the detector that should find them."""
LOOKALIKES = ("evening_lecture", "full_house", "guest_department", "night_work", "quick_walk")
"""Types of `truth/lookalikes`: what it really was. No detector may flag it."""
CROWDS = ("evening_lecture", "full_house", "overcrowding")
"""Types that fill a zone; one of them a day at most, as long as the span has days enough."""

_LEAST, _PERSON_DAYS_PER_ONE = 3, 4000
_CROWDS_LEAST, _DAYS_PER_CROWD = 2, 12


def planted_types(span: Span, people: int, seed: int) -> dict[int, tuple[str, ...]]:
    """Return the types to plant by plan day, each as often as its occurrences on that day."""
    rng = draws(seed, Stream.SCHEDULE)
    working = np.array([day.number for day in span.plan_days() if day.is_working and day.number >= 0])
    before_last = working[working < span.days - 1] if len(working) > 1 else working
    by_day = defaultdict(list)
    crowds = max(_CROWDS_LEAST, span.days // _DAYS_PER_CROWD)
    wanted = [name for name in CROWDS for _ in range(crowds)]
    for name, number in zip(wanted, np.resize(rng.permutation(before_last), len(wanted)), strict=True):
        by_day[int(number)].append(name)
    each = max(_LEAST, round(people * span.days / _PERSON_DAYS_PER_ONE))
    for name in sorted({*INCIDENTS, *LOOKALIKES} - set(CROWDS)):
        for number in rng.choice(before_last, each):
            by_day[int(number)].append(name)
    return {number: tuple(names) for number, names in by_day.items()}
