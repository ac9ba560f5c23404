#!/usr/bin/env python3
"""Cluster person records with Splink or recordlinkage; called by `fazri bench resolution` with the peers' interpreter.

usage: resolution_peers.py splink|splink_large|ecm RECORDS.parquet OUT.parquet
Reads record_id and some of first_name, surname, born_on, email, phone, city, postcode, number, address, state (texts,
empty where unknown), finds records of one person within and between sources alike; writes record_id, cluster_id; prints
what it used as one line of JSON. No answer is given to either: both learn from the records alone.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings
from pathlib import Path

import pandas as pd
import recordlinkage
import splink.comparison_library as cl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLD = 0.95
SEED = 1
RECALL = 0.7
PAIRS = 1e6
CALLED = {
    "first_name": cl.NameComparison("first_name"),
    "surname": cl.JaroAtThresholds("surname"),
    "born_on": cl.DateOfBirthComparison("born_on", input_is_string=True),
    "email": cl.EmailComparison("email"),
    "phone": cl.ExactMatch("phone"),
    "city": cl.ExactMatch("city").configure(term_frequency_adjustments=True),
    "postcode": cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
    "number": cl.ExactMatch("number"),
    "address": cl.JaroWinklerAtThresholds("address"),
    "state": cl.ExactMatch("state"),
}
BLOCKING = (
    ("first_name", "born_on"),
    ("surname",),
    ("email",),
    ("phone",),
    ("number",),
    ("postcode", "born_on"),
)
LARGE = (("first_name", "surname"), ("first_name", "born_on"), ("surname", "born_on"), ("email",), ("phone",))
"""Blocking as the documentation has it for large tables: no rule with blocks of thousands of records."""
WIDE = (("first_name",), ("surname",), ("born_on",), ("email",), ("phone",), ("number",))
ALIKE = {"first_name": 0.85, "surname": 0.85, "address": 0.85, "email": 0.92, "born_on": 0.92}
TRAINING = (("first_name", "surname"), ("email",), ("born_on",))


def usable(rules: tuple[tuple[str, ...], ...], rows: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return the rules whose columns are there."""
    return [rule for rule in rules if set(rule) <= set(rows.columns)]


def splink(rows: pd.DataFrame, blocking: tuple[tuple[str, ...], ...] = BLOCKING) -> pd.Series:
    """The model of Splink's documentation: its ready comparisons, EM from two blockings, clusters at p >= .95."""
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_id",
        comparisons=[comparison for name, comparison in CALLED.items() if name in rows],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in usable(blocking, rows)],
        retain_intermediate_calculation_columns=False,
    )
    engine = DuckDBAPI()
    linker = Linker(engine.register(rows), settings, log_level=logging.ERROR)
    sure = [block_on(*rule) for rule in usable((("first_name", "surname"), ("email",), ("number",)), rows)]
    linker.training.estimate_probability_two_random_records_match(sure, recall=RECALL)
    linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS, seed=SEED)
    for rule in usable(TRAINING, rows)[:2]:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    pairs = linker.inference.predict(threshold_match_probability=0.01)
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(
        pairs, threshold_match_probability=THRESHOLD
    ).as_pandas_dataframe()
    return found.set_index("record_id")["cluster_id"].loc[rows["record_id"]]


def splink_large(rows: pd.DataFrame) -> pd.Series:
    """The same model for a million records: only its blocking is narrower."""
    return splink(rows, LARGE)


def ecm(rows: pd.DataFrame) -> pd.Series:
    """Recordlinkage's ECM classifier on Jaro-Winkler and exact comparisons, closed transitively."""
    table = rows.reset_index(drop=True)
    indexer = recordlinkage.Index()
    for rule in usable(WIDE, rows):  # its EM needs pairs of different people too
        indexer.block(list(rule))
    pairs = indexer.index(table)
    compare = recordlinkage.Compare()
    for name in CALLED:
        if name not in rows:
            continue
        if name in ALIKE:
            compare.string(name, name, method="jarowinkler", threshold=ALIKE[name], label=name)
        else:
            compare.exact(name, name, label=name)
    features = compare.compute(pairs, table)
    matches = recordlinkage.ECMClassifier(binarize=0.5).fit_predict(features)
    left, right = matches.get_level_values(0), matches.get_level_values(1)
    graph = coo_array(([1] * len(matches), (left, right)), shape=(len(table), len(table)))
    return pd.Series(connected_components(graph, directed=False)[1], index=table["record_id"])


MODELS = {"splink": splink, "splink_large": splink_large, "ecm": ecm}


def peak_mb() -> float:
    """Return the largest resident memory of this process so far, MB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in status if line.startswith("VmHWM")).split()[1]) / 1024


def main(model: str, records: str, out: str) -> None:
    """Cluster the records of the file."""
    warnings.simplefilter("ignore")
    rows = pd.read_parquet(records)
    start_mb, wall, cpu = peak_mb(), time.perf_counter(), time.process_time()
    found = MODELS[model](rows)
    usage = {"seconds": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
    pd.DataFrame({"record_id": rows["record_id"], "cluster_id": found.astype(str).to_numpy()}).to_parquet(out)
    usage |= {"peak_mb": peak_mb(), "start_mb": start_mb, "rows": len(rows)}
    sys.stdout.write(json.dumps(usage) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
