"""What a bench found: tables, beside the machine and the versions that they were made with, as JSON and Markdown."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import os
import platform
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

PACKAGES = ("fazri", "duckdb", "ibis-framework", "numpy", "pandas", "pyarrow", "deltalake")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a bench: a title, what its columns mean, and the rows."""

    title: str
    meaning: str
    rows: pd.DataFrame


@dataclass(frozen=True, slots=True)
class BenchResult:
    """All that one bench found.

    Attributes:
        name: the bench.
        tables: its tables; none when it was skipped.
        notes: what a reader must know: contenders that were absent, why it was skipped.
        seeds: of everything random in it.
        seconds: wall time of the whole bench.
        peak_mb: largest memory of any of its processes, MB.
        versions: of packages that only the peers have.
    """

    name: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    seeds: tuple[int, ...] = ()
    seconds: float = 0.0
    peak_mb: float = 0.0
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def was_skipped(self) -> bool:
        """Whether it has no table."""
        return not self.tables


def write(result: BenchResult, folder: Path) -> Path:
    """Write one result as FOLDER/NAME.json and return the path."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = [{**asdict(table), "rows": json.loads(table.rows.to_json(orient="records"))} for table in result.tables]
    text = {
        "name": result.name,
        "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "versions": {**versions(), **result.versions},
        "seeds": list(result.seeds),
        "seconds": round(result.seconds, 2),
        "peak_mb": round(result.peak_mb, 1),
        "notes": list(result.notes),
        "tables": tables,
    }
    path = folder / f"{result.name}.json"
    path.write_text(json.dumps(text, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def machine() -> dict[str, Any]:
    """Return what the figures depend on: processor, cores, memory, system, Python, and how busy it was for 15 min."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(memory, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load_15_min": round(os.getloadavg()[2], 1),
    }


def versions() -> dict[str, str]:
    """Return the versions of the packages that do the work."""
    known = {}
    for name in PACKAGES:
        try:
            known[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            known[name] = "not installed"
    return known


def rendered(folder: Path) -> str:
    """Return docs/benchmarks.md from the results in a folder, oldest bench name first."""
    results = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    return "\n".join([*INTRODUCTION, *(line for result in results for line in _section(result))])


INTRODUCTION = (
    "# Benchmarks",
    "",
    "Written by `fazri bench` from `benchmarks/results/*.json`; do not edit. Every figure stands beside its baseline;",
    "peers are measured in the same run on the same machine. `make bench` builds the peers' environment, runs all.",
    "Other work on the machine disturbs speeds, CPU seconds least. How to read all this: docs/guides/benchmarks.md.",
    "",
)


def _section(result: dict[str, Any]) -> list[str]:
    machine_text = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in result["machine"].items())
    version_text = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    seeds = f"seeds {', '.join(map(str, result['seeds']))}" if result["seeds"] else "no seed"
    lines = [f"## {result['name']}", ""]
    for table in result["tables"]:
        lines += [f"**{table['title']}.** {table['meaning']}", "", *_markdown(table["rows"]), ""]
    lines += [f"- {note}" for note in result["notes"]]
    lines += [
        f"- {result['made_at']}, {seeds}, {result['seconds']} s, peak {result['peak_mb']} MB of any process",
        f"- {machine_text}",
        f"- {version_text}",
        "",
    ]
    return lines


def _markdown(rows: list[dict[str, Any]]) -> list[str]:
    if not rows:
        return ["(no rows)"]
    head = list(rows[0])
    body = [[_cell(row[name]) for name in head] for row in rows]
    return ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *body)]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}" if abs(value) < 0.01 else f"{value:.3f}"  # noqa: PLR2004 - digits that a reader needs
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"
