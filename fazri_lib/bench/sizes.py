"""How much a bench measures: the full size, and a small one that only shows that it runs."""

from __future__ import annotations

from dataclasses import dataclass

SEEDS = (20_261, 48_503)
"""Seeds of the simulated campuses; nothing else in the project may use them, so that nothing is tuned to them."""

PLANTING_SEEDS = (611, 612, 613)
"""Seeds of the anomalies planted in the gym series."""


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
)
"""Figures of this size mean nothing; the tests use it."""
