"""Which benches there are, and running them."""

from __future__ import annotations

import dataclasses
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from fazri_lib.bench.anomaly import anomaly_bench
from fazri_lib.bench.campuses import Campuses
from fazri_lib.bench.forecast import forecast_bench
from fazri_lib.bench.ingest import ingest_bench
from fazri_lib.bench.mentions import mentions_bench
from fazri_lib.bench.moves import moves_bench
from fazri_lib.bench.places import repository, results_folder
from fazri_lib.bench.presence import presence_bench
from fazri_lib.bench.resolution import resolution_bench
from fazri_lib.bench.result import BenchResult, rendered, write
from fazri_lib.bench.scale import scale_bench
from fazri_lib.bench.search import search_bench
from fazri_lib.bench.serving import serving_bench
from fazri_lib.bench.sizes import FULL, QUICK, Sizes, with_load
from fazri_lib.errors import UnknownNameError, nearest
from fazri_lib.log import Progress, quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Bench = Callable[[Sizes, Campuses], BenchResult]

BENCHES: dict[str, Bench] = {
    "ingest": ingest_bench,
    "resolution": resolution_bench,
    "mentions": mentions_bench,
    "presence": presence_bench,
    "anomaly": anomaly_bench,
    "forecast": forecast_bench,
    "moves": moves_bench,
    "scale": scale_bench,
    "search": search_bench,
    "serving": serving_bench,
}
"""Every bench by its name. A new one: one file, one entry here."""
NOTHING: Mapping[str, object] = MappingProxyType({})


def run(
    names: Sequence[str] = (),
    out: Path | None = None,
    *,
    quick: bool = False,
    load: Mapping[str, object] = NOTHING,
    progress: Progress = quiet,
) -> list[BenchResult]:
    """Run the named benches, all of them by default, write their results and the page of all results.

    A bench whose data are not there is skipped: its result has no table, its note says why, nothing is written for it.
    Benches that read a simulated campus share it: each seed is built once.

    Args:
        names: of `BENCHES`.
        out: folder for NAME.json and benchmarks.md; None is benchmarks/results and docs/benchmarks.md of the checkout.
        quick: small sizes, whose figures mean nothing; they are only written when `out` is given.
        load: what is to be other than usual in `sizes.load`, by field; such results are kept as those of `quick`.
        progress: told each bench.

    Raises:
        UnknownNameError: there is no such bench.
    """
    for name in names:
        if name not in BENCHES:
            raise UnknownNameError(f"no bench {name}{nearest(name, BENCHES)}; expected some of {', '.join(BENCHES)}")
    chosen = list(names) or list(BENCHES)
    with tempfile.TemporaryDirectory(prefix="fazri-bench-") as scratch:
        sizes = with_load(QUICK if quick else FULL, load)
        keeps = out is not None or sizes == FULL
        benches = _Run(sizes, Campuses(sizes, Path(scratch), progress), progress)
        results = benches.all(chosen, results_folder(out), keeps=keeps)
    if results_folder(out).is_dir() and keeps:
        _page(out, results_folder(out)).write_text(rendered(results_folder(out)), encoding="utf-8")
    return results


@dataclass(frozen=True, slots=True)
class _Run:
    sizes: Sizes
    campuses: Campuses
    progress: Progress

    def all(self, names: Sequence[str], folder: Path, *, keeps: bool) -> list[BenchResult]:
        results = []
        for done, name in enumerate(names):
            self.progress(name, done, len(names))
            results.append(self._timed(name))
            if keeps and not results[-1].was_skipped:
                write(results[-1], folder)
        self.progress("benches", len(names), len(names))
        return results

    def _timed(self, name: str) -> BenchResult:
        start = time.perf_counter()
        result = BENCHES[name](self.sizes, self.campuses)
        return dataclasses.replace(result, seconds=time.perf_counter() - start)


def _page(out: Path | None, folder: Path) -> Path:
    root = repository()
    return root / "docs" / "benchmarks.md" if out is None and root else folder / "benchmarks.md"
