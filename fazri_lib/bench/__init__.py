"""Accuracy and speed beside baselines and peers, measured in the same run: `fazri bench`."""

from fazri_lib.bench.result import BenchResult, Table
from fazri_lib.bench.running import BENCHES, run

__all__ = ["BENCHES", "BenchResult", "Table", "run"]
