"""A trained matcher to look at: what it learnt, what it found, where it is in doubt, how good it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from fazri_lib.errors import FileRefusedError
from fazri_lib.metrics import bcubed, pairwise
from fazri_lib.resolution.model import PLACES, probability
from fazri_lib.workflows.record_files import RECORD_ID, SOURCE

if TYPE_CHECKING:
    from pathlib import Path

    from fazri_lib.workflows.resolve import Resolution

BIN = 2.0
"""Width of a bin of match weights, bits."""
LOWEST, HIGHEST = -40.0, 40.0
NEAR = 6.0
"""A pair within so many bits of 0 is in doubt: between 1.5 and 98.5 %."""


def levels(found: Resolution) -> pd.DataFrame:
    """Return what each degree of agreement says: `field, label, given, bits, m, u`, the strongest first in each field.

    `m` is how often pairs of one person reach it, `u` how often pairs of two; `bits` is log2(m / u), to which the
    rarity of a shared value is added or taken off.
    """
    repeated = {one.comparison.field: one.repeats for one in found.people.judge.prepared}
    rows = []
    weights = found.model.weights()
    for one, bits, m, u in zip(found.model.comparisons, weights, found.model.m, found.model.u, strict=True):
        field = one.case_of or one.field
        is_unlike = bool(one.case_of) and one.field.endswith("_unlike")
        given = f"{repeated[field]} {'differs' if is_unlike else 'agrees'}" if one.case_of else ""
        rows += [
            {"field": field, "label": level.label, "given": given, "bits": bits[place], "m": m[place], "u": u[place]}
            for place, level in enumerate(one.levels)
        ]
    return pd.DataFrame(rows).round(PLACES)


def histogram(found: Resolution) -> pd.DataFrame:
    """Return compared pairs by match weight: `weight_from, weight_to, pairs`, and `expected`: of one person."""
    weight = found.people.scored.weight
    edges = np.arange(LOWEST, HIGHEST + BIN, BIN)
    place = np.clip(np.digitize(weight, edges) - 1, 0, len(edges) - 2)
    pairs = np.bincount(place, minlength=len(edges) - 1)
    expected = np.bincount(place, weights=probability(weight), minlength=len(edges) - 1)
    frame = pd.DataFrame({"weight_from": edges[:-1], "weight_to": edges[1:], "pairs": pairs, "expected": expected})
    return frame.round({"expected": 3})


def rules(found: Resolution) -> pd.DataFrame:
    """Return how pairs were found: `rule, pairs`, the most productive first."""
    ordered: pd.DataFrame = found.people.candidates.rules.sort_values(["pairs", "rule"], ascending=[False, True])
    return ordered.reset_index(drop=True)


def sizes(found: Resolution) -> pd.DataFrame:
    """Return entities by their number of records: `records, entities, sources` (mean number of different sources)."""
    grouped = found.records.assign(cluster=found.people.cluster).groupby("cluster")
    each = pd.DataFrame({"records": grouped.size(), "sources": grouped[SOURCE].nunique()})
    counts = each.groupby("records").agg(entities=("sources", "size"), sources=("sources", "mean"))
    return counts.round({"sources": 2}).reset_index()


def doubtful(found: Resolution, most: int) -> pd.DataFrame:
    """Return the pairs nearest to 0 bits: `one, other, one_source, other_source, weight, probability, is_joined`."""
    scored, records, cluster = found.people.scored, found.records, found.people.cluster
    near = np.argsort(np.abs(scored.weight), kind="stable")[:most]
    near = near[np.abs(scored.weight[near]) <= NEAR]
    left, right = scored.pairs.left[near], scored.pairs.right[near]
    ends = {"one": left, "other": right}
    columns = {name: records[RECORD_ID].to_numpy()[place] for name, place in ends.items()}
    columns |= {f"{name}_source": records[SOURCE].to_numpy()[place] for name, place in ends.items()}
    weight = scored.weight[near]
    frame = pd.DataFrame({**columns, "weight": weight, "probability": probability(weight).round(PLACES)})
    return frame.assign(is_joined=cluster[left] == cluster[right])


def in_doubt(found: Resolution) -> int:
    """Return how many compared pairs lie within `NEAR` bits of 0."""
    return int((np.abs(found.people.scored.weight) <= NEAR).sum())


def read_truth(path: Path) -> pd.Series:
    """Return who each record truly is, by record id.

    Args:
        path: .csv or .parquet file with `record_id` (or source:id) and `entity_id`.

    Raises:
        FileRefusedError: it is not there, cannot be read, or has other columns.
    """
    if not path.is_file() or path.suffix not in {".csv", ".parquet"}:
        raise FileRefusedError(f"no truth {path.name}; expected a .csv or .parquet file; check the path")
    try:
        rows = pq.read_table(path).to_pandas() if path.suffix == ".parquet" else pd.read_csv(path, dtype=str)
    except (OSError, ValueError, pa.ArrowException):  # whose own words may hold values of the file
        raise FileRefusedError(
            f"{path.name}: expected a table as its ending says, got what cannot be read as one; save it anew"
        ) from None
    if not {RECORD_ID, "entity_id"} <= set(rows.columns):
        got = ", ".join(map(str, rows.columns))
        raise FileRefusedError(f"{path.name}: expected columns record_id and entity_id, got {got}; rename them")
    return rows.drop_duplicates(RECORD_ID).set_index(RECORD_ID)["entity_id"]


def measured(found: Resolution, keys: pd.Series, truth: pd.Series, published: pd.Series | None) -> pd.DataFrame:
    """Return how well people were found, beside what is published: `measure, value, baseline`; 0 to 1.

    Args:
        found: the resolution.
        keys: what the truth calls each record, in their order.
        truth: of `read_truth`.
        published: entity of each record in the extract, None where there is none.

    Raises:
        FileRefusedError: the truth knows none of the records.
    """
    who = keys.map(truth)
    known = who.notna().to_numpy()
    if not known.any():
        raise FileRefusedError(
            f"the truth knows none of {len(keys)} records; expected their ids, or source:id; give that of these records"
        )
    rows = _scores(found.people.cluster[known], who[known].to_numpy())
    base = _scores(published[known].to_numpy(), who[known].to_numpy()) if published is not None else {}
    return pd.DataFrame([{"measure": name, "value": value, "baseline": base.get(name)} for name, value in rows.items()])


def _scores(predicted: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    pairs, each = pairwise(predicted, truth), bcubed(predicted, truth)
    named = {"pairs": pairs, "B-cubed": each}
    return {
        f"{name} {measure}": round(float(value), PLACES)
        for name, scores in named.items()
        for measure, value in zip(("precision", "recall", "F1"), scores, strict=True)
    }
