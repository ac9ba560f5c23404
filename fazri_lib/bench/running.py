"""Which benches there are, and running them."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

from fazri_lib.bench.forecast import forecast_bench
from fazri_lib.bench.ingest import ingest_bench
from fazri_lib.bench.next_place import next_place_bench
from fazri_lib.bench.places import repository, results_folder
from fazri_lib.bench.result import BenchResult, rendered, write
from fazri_lib.errors import UnknownNameError, nearest
from fazri_lib.log import Progress, quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

BENCHES: dict[str, Callable[[], BenchResult]] = {
    "ingest": ingest_bench,
    "forecast": forecast_bench,
    "next_place": next_place_bench,
}
"""Every bench by its name. A new one: one file, one entry here."""


def run(names: Sequence[str] = (), out: Path | None = None, progress: Progress = quiet) -> list[BenchResult]:
    """Run the named benches, all of them by default, write their results and the page of all results.

    A bench whose data are not there is skipped: its result has no table, its note says why, nothing is written for it.

    Args:
        names: of `BENCHES`.
        out: folder for NAME.json and benchmarks.md; None is benchmarks/results and docs/benchmarks.md of the checkout.
        progress: told each bench.

    Raises:
        UnknownNameError: there is no such bench.
    """
    for name in names:
        if name not in BENCHES:
            raise UnknownNameError(f"no bench {name}{nearest(name, BENCHES)}; expected some of {', '.join(BENCHES)}")
    chosen = list(names) or list(BENCHES)
    folder = results_folder(out)
    results = []
    for done, name in enumerate(chosen):
        progress(name, done, len(chosen))
        results.append(_timed(BENCHES[name]))
        if not results[-1].was_skipped:
            write(results[-1], folder)
    progress("benches", len(chosen), len(chosen))
    if folder.is_dir():
        _page(out, folder).write_text(rendered(folder), encoding="utf-8")
    return results


def _timed(bench: Callable[[], BenchResult]) -> BenchResult:
    start = time.perf_counter()
    result = bench()
    return dataclasses.replace(result, seconds=time.perf_counter() - start)


def _page(out: Path | None, folder: Path) -> Path:
    root = repository()
    return root / "docs" / "benchmarks.md" if out is None and root else folder / "benchmarks.md"
