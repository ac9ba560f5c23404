"""The manifest of a published extract: which files it is made of, as of when, and what went in."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from fazri_lib.errors import NotPublishedError

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "extract"
CURRENT = "current.json"


class Basis(BaseModel):
    """What the part of a local month was made from.

    Attributes:
        shared: digest of what all its days depend on.
        days: fingerprint of each local day read.
        since: start of its first quarter hour, UTC without a zone.
        until: end of its last one.
    """

    model_config = ConfigDict(frozen=True)

    shared: str
    days: dict[str, tuple[int, ...]]
    since: dt.datetime
    until: dt.datetime


class Part(BaseModel):
    """One read-only DuckDB file of the extract.

    Attributes:
        file: its name in the extract's folder.
        key: digest of all that it was made from: equal keys mean equal contents.
        rows: number of rows by table.
        basis: of a month what it was made from, so that a later run can tell which days changed.
        completions: how often days were exchanged in it since it was written in order.
    """

    model_config = ConfigDict(frozen=True)

    file: str
    key: str
    rows: dict[str, int]
    basis: Basis | None = None
    completions: int = 0


class Manifest(BaseModel):
    """One published extract. Instants are UTC without a zone.

    Attributes:
        run_id: the run that published it.
        made_at: when, by the machine's clock.
        as_of: moment up to which its views look.
        time_zone: the campus's time zone.
        code_version: version of Fazri.
        months: one part per local month, as "2025-09".
        rest: the part with entities, reference tables and quarantine.
        computed: the part with what was computed for `as_of`: forecasts, quality, relations, coverage, things, runs;
            empty only while the run that makes it is under way.
        search: the file of arrays by which people are searched; empty for an extract of before there was one.
    """

    model_config = ConfigDict(frozen=True)

    run_id: str
    made_at: dt.datetime
    as_of: dt.datetime
    time_zone: str
    code_version: str
    months: dict[str, Part]
    rest: Part
    computed: Part | None = None
    search: Part | None = None

    @property
    def parts(self) -> dict[str, Part]:
        """All parts that hold tables, by name: months as "2025-09", `rest`, `computed`."""
        return {**self.months, "rest": self.rest, **({"computed": self.computed} if self.computed else {})}

    @property
    def files(self) -> set[str]:
        """Names of all files that it needs."""
        return {part.file for part in (*self.parts.values(), *([self.search] if self.search else []))}


def read_manifest(folder: Path) -> Manifest:
    """Return the current manifest of an extract's folder.

    Raises:
        NotPublishedError: nothing was published yet.
    """
    try:
        return Manifest.model_validate_json((folder / CURRENT).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotPublishedError(
            "no extract is published yet; expected one, got none; run `fazri ingest PATH` and `fazri run`"
        ) from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Publish: write the manifest, and by one rename make it the current one."""
    history = folder / "history"
    history.mkdir(parents=True, exist_ok=True)
    text = manifest.model_dump_json(indent=1)
    durable_write(history / f"{manifest.run_id}.json", text)
    durable_write(folder / CURRENT, text)


def history_of(folder: Path) -> list[Manifest]:
    """Return all manifests kept, the newest first."""
    found = [
        Manifest.model_validate_json(path.read_text(encoding="utf-8")) for path in (folder / "history").glob("*.json")
    ]
    return sorted(found, key=lambda manifest: (manifest.made_at, manifest.run_id), reverse=True)


def durable_write(path: Path, text: str) -> None:
    """Write a text so that readers see the old one or the new one, also after a power cut."""
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
