"""The texts of a copy's folder: settings and contracts without comments and secrets, places, and what it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fazri_lib.schema import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from fazri_lib.settings import Settings
    from fazri_lib.sources.contract import Contract
    from fazri_lib.sources.likeness.fidelity import Fidelity
    from fazri_lib.sources.likeness.shapes import Likeness


def settings_toml(settings: Settings) -> str:
    """Return the settings of a copy: the campus's own, no secret, the reference files under their usual names."""
    values = settings.model_dump(
        mode="json", exclude_defaults=True, exclude={"pseudonym_key", "reference", "contracts", "storage", "name"}
    )
    return _toml({"name": f"{settings.name} (anonymised copy)", "time_zone": settings.time_zone} | values)


def contract_toml(contract: Contract) -> str:
    """Return a contract without its comments, and without translations of personal columns."""
    values = contract.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    meanings = {name: table for name, table in values.get("values", {}).items() if not COLUMNS[name].is_personal}
    values.pop("values", None)
    return _toml(values | ({"values": meanings} if meanings else {}))


def reference_csv(table: pd.DataFrame) -> pd.DataFrame:
    """Return a reference table as its file writes it."""
    written = table.copy()
    for name in written.columns:
        if COLUMNS[name].type == "boolean":
            written[name] = written[name].map({True: "true", False: "false"})
    return written


def left_out(contracts: Sequence[Contract], written: Sequence[Contract], likeness: Likeness) -> tuple[str, ...]:
    """Return what a copy leaves out, a sentence each."""
    found = []
    for contract in contracts:
        if contract.kind == "embedding":
            found.append(f"{contract.origin}: vectors of faces and texts are never copied")
        elif contract.kind != "reference" and contract not in written:
            found.append(
                f"{contract.origin}: no rows by this contract (nothing ingested, or another one of its source)"
            )
    found += [
        f"{shape.contract.origin}: too few people in it for any figure, so no rows"
        for shape in likeness.sources
        if not shape.rhythm.amounts.any()
    ]
    return tuple(found)


def readme(people: int, days: int, seed: int, least: int, found: Fidelity, left_out: Sequence[str]) -> str:
    """Return the note that says what a copy is; it gives no exact figure of the original."""
    sources, zoned = found.sources.to_dict("records"), found.zones.to_dict("records")
    rows = "\n".join(f"| {row['source']} | {row['copy']:,} | {100 * row['ratio']:.0f} % |" for row in sources)
    zones = "\n".join(f"| {row['zone_id']} | {row['correlation']:.2f} |" for row in zoned)
    left_out = [*left_out, *(f"{zone}: too few people there, so no rows" for zone in found.empty)]
    notes = "".join(f"- {text}\n" for text in left_out)
    return f"""# An anonymised copy of a campus, for staging

Nobody in here exists. {people:,} people over {days} days were drawn (seed {seed}) from figures of the original campus,
each of at least {least} people; no record, identifier, name, contact, note or path of anybody was carried over.
Zones, walks, access points, calendar, settings and contracts are the original's own.

`raw/` is what the campus's systems would have written, `truth/` what happened in the copy (never ingested; no incidents
are planted).

    fazri ingest .
    fazri run

What is kept, what is not and what is not promised: docs/guides/simulate-like.md of Fazri.

| source | rows | of the original's |
|---|---|---|
{rows}

| zone | correlation of rows by hour of the week |
|---|---|
{zones}

{notes}"""


def _toml(values: Mapping[str, Any], path: tuple[str, ...] = ()) -> str:
    """Return nested values as TOML: plain ones first, then a section for each mapping."""
    plain = [f"{_key(key)} = {_value(value)}\n" for key, value in values.items() if not isinstance(value, dict)]
    sections = []
    for key, value in values.items():
        if isinstance(value, dict):
            inner = (*path, key)
            own = any(not isinstance(item, dict) for item in value.values())
            head = f"\n[{'.'.join(_key(part) for part in inner)}]\n" if own or not value else ""
            sections.append(head + _toml(value, inner))
    return "".join(plain + sections)


def _key(text: str) -> str:
    is_bare = text.replace("_", "").replace("-", "").isalnum() and text.isascii()
    return text if is_bare else json.dumps(text, ensure_ascii=False)


def _value(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
