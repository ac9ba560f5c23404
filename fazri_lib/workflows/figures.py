"""What a published extract holds, in figures: rows, findings by severity, verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis

from fazri_lib.schema import EXTRACT_TABLES
from fazri_lib.store import Extract, count, to_arrow
from fazri_lib.workflows.moments import table_at

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from fazri_lib.settings import Settings

SEVERITIES = ("critical", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Figures:
    """An extract in figures, as it was known at its own moment.

    Attributes:
        run_id: the run that published it.
        as_of: its moment, UTC without a zone.
        rows: rows by table.
        findings: findings by detector and severity: detector, severity, findings.
        quality: rows of the table `quality`.
        zones: zones that have a forecast.
    """

    run_id: str
    as_of: dt.datetime
    rows: dict[str, int]
    findings: list[dict[str, Any]]
    quality: list[dict[str, Any]]
    zones: int

    def by_severity(self) -> dict[str, int]:
        """Return the number of findings of each severity, the worst first, none left out."""
        return {name: sum(row["findings"] for row in self.findings if row["severity"] == name) for name in SEVERITIES}


def figures(home: Path, settings: Settings) -> Figures:
    """Read the figures of what is published.

    Raises:
        NotPublishedError: nothing is.
    """
    with Extract.open(home / "state", settings.storage.memory_limit, settings.storage.threads) as extract:
        tables = {name: table_at(extract, settings, name) for name in EXTRACT_TABLES}
        found = tables["findings"].group_by("detector", "severity").agg(findings=ibis._.count())
        quality = tables["quality"].order_by(*EXTRACT_TABLES["quality"].order)
        return Figures(
            run_id=extract.manifest.run_id,
            as_of=extract.as_of,
            rows={name: count(extract.backend, table) for name, table in tables.items()},
            findings=to_arrow(extract.backend, found.order_by("detector", "severity")).to_pylist(),
            quality=to_arrow(extract.backend, quality).to_pylist(),
            zones=count(extract.backend, tables["forecasts"].select("zone_id").distinct()),
        )
