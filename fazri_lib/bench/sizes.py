"""How much a bench measures: the full size, and a small one that only shows that it runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SEEDS = (20_261, 48_503)
"""Seeds of the simulated campuses; nothing else in the project may use them, so that nothing is tuned to them."""

PLANTING_SEEDS = (611, 612, 613)
"""Seeds of the anomalies planted in the gym series."""


@dataclass(frozen=True, slots=True)
class Load:
    """How many readers of dashboards do what, for how long.

    Attributes:
        users: readers, each with an account, a browser and one open page.
        seconds: how long all of them are there.
        ramp_s: before that, how long they take to come.
        think_s: least and most seconds that a reader thinks before the next action.
        opening: share of actions that open a page; the others change one of its widgets.
        rest_s: after that, how long the server is watched alone.
        modes: of `fazri serve`.
    """

    users: int = 50
    seconds: int = 120
    ramp_s: int = 20
    think_s: tuple[float, float] = (5.0, 15.0)
    opening: float = 0.2
    rest_s: int = 40
    modes: tuple[str, ...] = ("thread", "processes")


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes of all benches.

    Attributes:
        people: people of a simulated campus.
        days: its days.
        seeds: a campus each.
        planting_seeds: a planted gym series each.
        log_rows: rows of the Wi-Fi log of `ingest`.
        gym_origins: rolling origins of the gym forecasts, of 40.
        campus_origins: rolling origins of the campus forecasts, two days apart.
        moments: random moments at which a person is looked for.
        records: records of each set of foreign records at most.
        nab_series: series of the Numenta benchmark at most.
        score_days: scored days of a series at most.
        scale_rows: observations of each campus of `scale`.
        scale_records: person records of `scale`.
        load: readers of `serving`.
        search_people: people of `search`.
        search_texts: texts of each kind that they are asked for; the slow peer is asked the first few of them.
        scan_texts: so many.
    """

    people: int = 1_000
    days: int = 42
    seeds: tuple[int, ...] = SEEDS
    planting_seeds: tuple[int, ...] = PLANTING_SEEDS
    log_rows: int = 2_000_000
    gym_origins: int = 40
    campus_origins: int = 4
    moments: int = 20_000
    records: int = 100_000
    nab_series: int = 100
    score_days: int = 400
    scale_rows: tuple[int, ...] = (1_000_000, 5_000_000, 20_000_000)
    scale_records: int = 1_000_000
    load: Load = Load()
    search_people: int = 1_000_000
    search_texts: int = 300
    scan_texts: int = 60


FULL = Sizes()
QUICK = Sizes(
    people=150,
    days=28,
    seeds=SEEDS[:1],
    planting_seeds=PLANTING_SEEDS[:1],
    log_rows=2_000,
    gym_origins=1,
    campus_origins=1,
    moments=500,
    records=600,
    nab_series=2,
    score_days=140,
    scale_rows=(20_000, 40_000),
    scale_records=2_000,
    load=Load(users=2, seconds=10, ramp_s=1, think_s=(0.3, 1.0), rest_s=1),
    search_people=2_000,
    search_texts=20,
    scan_texts=10,
)
"""Figures of this size mean nothing; the tests use it."""


def with_load(sizes: Sizes, changed: Mapping[str, Any]) -> Sizes:
    """Return the sizes with some fields of the load changed; those that are None stay."""
    given = {name: value for name, value in changed.items() if value is not None}
    return replace(sizes, load=replace(sizes.load, **given))
