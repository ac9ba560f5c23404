"""Resolution of many made records: ours beside Splink with its documentation's model, in the same run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from fazri_lib.bench.made_records import EACH, made_records
from fazri_lib.bench.peers import Contender, present
from fazri_lib.bench.result import Table
from fazri_lib.metrics import bcubed, pairwise

if TYPE_CHECKING:
    from pathlib import Path

    from fazri_lib.bench.measured import Usage

SEED = 90_417
OURS = Contender("fazri resolve", "fazri", "fazri_lib.bench.resolution", "learnt")
CONTENDERS = (
    OURS,
    Contender("Splink, documentation model, p >= .95", "splink", "resolution_peers.py", "splink_large"),
)
MEANING = (
    "Made records: name, day of birth, e-mail, phone, town, with slips, gaps and moves. Each in a process of its own, "
    "from records in memory to clusters, training included. Bars: 1.5 times Splink's seconds, 3,000 MB. Splink blocks "
    "by two of name and day of birth, by e-mail and by phone: blocks of a family name alone grow with the square of "
    "the records."
)


def resolution_table(records: int, scratch: Path) -> tuple[Table, list[Usage]]:
    """Return seconds, memory and accuracy of each contender on so many records.

    Args:
        records: how many.
        scratch: folder for files.
    """
    path, out = scratch / "made.parquet", scratch / "made-clusters.parquet"
    rows, who = made_records(records, SEED)
    rows.assign(source="made").to_parquet(path)
    person = pd.Series(who.to_numpy(), index=rows["record_id"].to_numpy())
    del rows
    told, usages = [], []
    for contender in present(CONTENDERS):
        usages.append(contender.measured(path, out))
        told.append({"method": contender.name, "by": contender.by, **_cost(usages[-1]), **_accuracy(out, person)})
    table = pd.DataFrame(told)
    if len(table) > 1:
        table.insert(3, "times Splink's", (table["seconds"] / table["seconds"].iloc[-1]).round(2))
    return Table(f"Resolution: {records:,} records of about {records // EACH:,} people", MEANING, table), usages


def _cost(usage: Usage) -> dict[str, object]:
    return {"seconds": round(usage.seconds, 1), "CPU s": round(usage.cpu_s, 1), "peak MB": round(usage.peak_mb)}


def _accuracy(out: Path, person: pd.Series) -> dict[str, object]:
    found = pd.read_parquet(out).set_index("record_id")["cluster_id"]
    cluster, truth = found.to_numpy(), person.loc[found.index].to_numpy()
    pairs = pairwise(cluster, truth)
    told = {"pairwise P": pairs.precision, "pairwise R": pairs.recall, "pairwise F1": pairs.f1}
    return {name: round(value, 4) for name, value in {**told, "B-cubed F1": bcubed(cluster, truth).f1}.items()}
