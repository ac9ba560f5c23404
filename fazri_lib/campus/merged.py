"""Numbers of people that went into others: what was told under them is told of whom they turned out to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    from collections.abc import Collection

    import ibis.expr.types as ir
    import pandas as pd

_MERGED = "merged"


def merged_into(changes: pd.DataFrame, people: Collection[int]) -> dict[int, int]:
    """Return the person of the moment by each number that went into theirs, chains followed.

    Args:
        changes: `entity_id, other_id, what, known_at` of the table `changes`, as known at the moment; the latest of a
            number counts.
        people: numbers of that moment; these went nowhere.
    """
    ordered = changes.sort_values(["known_at", "entity_id"], kind="stable")
    latest = ordered.drop_duplicates("entity_id", keep="last")
    went = latest[(latest["what"] == _MERGED) & ~latest["entity_id"].isin(list(people))]
    step = went.set_index("entity_id")["other_id"].astype("int64")
    end = step
    for _ in range(len(step).bit_length()):  # each time twice as far
        end = moved(end, dict(zip(went["entity_id"].tolist(), end.tolist(), strict=True)))
    end = end[end.isin(list(people))]
    return dict(zip(end.index.tolist(), end.tolist(), strict=True))


def moved(numbers: pd.Series[int], into: dict[int, int]) -> pd.Series[int]:
    """Return numbers of people with those that went into others replaced; whole numbers of 63 bits stay exact."""
    went, found = numbers.isin(list(into)), numbers.copy()
    found[went] = numbers[went].map(into).to_numpy(dtype="int64")  # a series would be aligned, and rounded by that
    return found


def as_one(rows: ir.Table, numbers: Collection[int], entity_id: int) -> ir.Table:
    """Return claims on one person: what several of their numbers claim of one logged row adds up.

    Args:
        rows: of `claims`, of these numbers.
        numbers: all of the person.
        entity_id: the person's number now, under which the rows are returned.
    """
    if len(numbers) == 1:
        return rows
    same = ibis.window(group_by=rows.observation_id)
    first = ibis.row_number().over(ibis.window(group_by=rows.observation_id, order_by=rows.entity_id))
    total = ibis.least(rows.probability.sum().over(same).round(6), ibis.literal(1.0))
    placed = rows.mutate(probability=total, place=first)
    return placed.filter(placed.place == 0).drop("place").mutate(entity_id=ibis.literal(entity_id, "int64"))
