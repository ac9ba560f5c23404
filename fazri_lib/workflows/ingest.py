"""Files of a campus's sources into its lake: each file all or nothing, rows that are known already left out."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from fazri_lib import log
from fazri_lib.errors import ContractError, FileRefusedError, UnknownNameError
from fazri_lib.log import Progress, quiet
from fazri_lib.schema import LAKE_TABLES
from fazri_lib.settings import FILE_NAME
from fazri_lib.sources import contract_for, contracts_of, load_contract, read_reference
from fazri_lib.sources.parsing import Campus, parsing, reader_of
from fazri_lib.sources.reference_import import replace_reference
from fazri_lib.sources.scan import digest_of
from fazri_lib.store import Lake, open_duckdb, writer_lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

    from fazri_lib.settings import Settings
    from fazri_lib.sources import Contract
    from fazri_lib.sources.loads import Load
    from fazri_lib.sources.parsing import Parsed

NEVER_READ = ("state", "truth")
_ORDER = {"reference": 0, "directory": 1}
_MARGIN = dt.timedelta(days=2)  # local days against the times of any zone
_LOG = log.get("ingest")


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file.

    Attributes:
        name: its path within what was ingested.
        source: the contract's source.
        rows_read: data rows in the file.
        rows_loaded: rows added to the lake.
        rows_quarantined: rows put aside.
        rows_known: rows that the lake had already.
        seconds: wall time.
        refused: why the file as a whole was refused, if it was.
    """

    name: str
    source: str
    rows_read: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    rows_known: int = 0
    seconds: float = 0.0
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """What an ingest did: a result per file, and the files that no contract matches."""

    files: tuple[FileResult, ...]
    unmatched: tuple[str, ...]

    @property
    def rows_read(self) -> int:
        """Data rows in all files."""
        return sum(file.rows_read for file in self.files)

    @property
    def rows_loaded(self) -> int:
        """Rows added to the lake."""
        return sum(file.rows_loaded for file in self.files)

    @property
    def rows_quarantined(self) -> int:
        """Rows put aside."""
        return sum(file.rows_quarantined for file in self.files)

    @property
    def rows_known(self) -> int:
        """Rows that the lake had already."""
        return sum(file.rows_known for file in self.files)

    @property
    def refused(self) -> tuple[FileResult, ...]:
        """Files that were refused."""
        return tuple(file for file in self.files if file.refused)

    @property
    def exit_code(self) -> int:
        """3 when a file was refused, else 0."""
        return FileRefusedError.exit_code if self.refused else 0


def ingest(
    home: Path, settings: Settings, path: Path, *, contract: Path | None = None, progress: Progress = quiet
) -> IngestSummary:
    """Load a file, or every file of a folder that a contract matches.

    A file that cannot be used as a whole is refused and the others load; a row that cannot be used goes to quarantine.
    The same file again, or rows that another file brought before, add nothing. Killed at any moment, the next ingest
    completes what is missing.

    Args:
        home: campus folder.
        settings: its settings.
        path: file or folder.
        contract: use this contract alone, and keep a copy of it with the campus's contracts.
        progress: told of every file.

    Raises:
        UnknownNameError: there is no such file or folder.
        ContractError: a contract is wrong, or two match one file.
        WriterBusyError: another process is writing this campus.
    """
    if not path.exists():
        raise UnknownNameError(f"no file or folder {path}; expected the files of a source; give another path")
    with writer_lock(home, "fazri ingest"):
        contracts = (
            contracts_of(home / settings.contracts) if contract is None else (_adopted(home, settings, contract),)
        )
        files, unmatched = _matched(home, settings, path, contracts, is_given=contract is not None)
        scratch = _scratch(home)
        session = _Session(home, settings, scratch)
        results = []
        try:
            for at, file in enumerate(files):
                progress(f"ingest {file.name}", at, len(files))
                results.append(session.take(file))
        finally:  # whatever happened, no copy of the input may stay behind
            session.backend.disconnect()
            shutil.rmtree(scratch)
        progress("ingest", len(files), len(files))
    return IngestSummary(tuple(results), tuple(unmatched))


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    name: str
    contract: Contract


class _Session:
    """One ingest: the lake, an engine and what is known of the campus."""

    def __init__(self, home: Path, settings: Settings, scratch: Path) -> None:
        self.home, self.settings, self.scratch = home, settings, scratch
        self.lake = Lake(home / "state" / "lake")
        storage = settings.storage
        self.backend: Backend = open_duckdb(storage.memory_limit, storage.threads, scratch / "spill")
        self.campus = Campus(read_reference(home, settings), settings.time_zone)

    def take(self, file: _File) -> FileResult:
        """Load one file, or say why not."""
        started = time.perf_counter()
        try:
            result = self._replaced(file) if file.contract.kind == "reference" else self._loaded(file)
        except (FileRefusedError, ContractError) as error:
            result = FileResult(file.name, file.contract.source, refused=str(error))
        result = replace(result, seconds=round(time.perf_counter() - started, 3))
        counts = {"read": result.rows_read, "loaded": result.rows_loaded, "quarantined": result.rows_quarantined}
        _LOG.info(
            "file refused" if result.refused else "file ingested", file=file.name, refused=result.refused, **counts
        )
        return result

    def _replaced(self, file: _File) -> FileResult:
        rows = reader_of(self.backend, file.path, file.contract, self.scratch, file.name)()
        count = replace_reference(self.home, self.settings, file.contract, rows, self.scratch)
        self.campus = Campus(read_reference(self.home, self.settings), self.settings.time_zone)
        return FileResult(file.name, file.contract.source, rows_read=count, rows_loaded=count)

    def _loaded(self, file: _File) -> FileResult:
        digest, contract_digest = digest_of(file.path), _reading_digest(file.contract, self.campus)
        known = self._known_rows(digest, contract_digest)
        if known is not None:
            return FileResult(file.name, file.contract.source, rows_read=known, rows_known=known)
        with parsing(self.backend, file.path, file.contract, self.campus, self.scratch, file.name) as parsed:
            loaded = [self._append(file.contract, load, parsed) for load in parsed.loads][-1]
            quarantined = parsed.quarantine.num_rows
            self._append_quarantine(file.contract, parsed.quarantine)
        counts = {"rows_read": parsed.rows_read, "rows_loaded": loaded, "rows_quarantined": quarantined}
        self._note(file, {"digest": digest, "contract_digest": contract_digest, **counts})
        known = parsed.rows_read - loaded - quarantined
        return FileResult(file.name, file.contract.source, **counts, rows_known=known)

    def _known_rows(self, digest: str, contract_digest: str) -> int | None:
        files = self.lake.read(self.backend, "files")
        same = files.filter((files.digest == digest) & (files.contract_digest == contract_digest)).rows_read.max()
        rows: int | None = self.backend.to_pyarrow(same).as_py()
        return rows

    def _append(self, contract: Contract, load: Load, parsed: Parsed) -> int:
        """Append the rows of a load that the lake does not have, in one commit; return how many."""
        if self.lake.version(load.name) >= 0:
            load = load.without(self._known(load, contract.source, parsed))
        if load.name == "records":
            load = replace(load, table=load.table.mutate(load_order=load.table.load_order + self._last_load_order()))
        filled = (batch for batch in load.reader(self.backend) if batch.num_rows)
        first = next(filled, None)
        if first is None:
            return 0
        count = _Count()
        batches = count.of(itertools.chain([first], filled))
        self.lake.append(load.name, pa.RecordBatchReader.from_batches(first.schema, batches))
        return count.rows

    def _known(self, load: Load, source: str, parsed: Parsed) -> ir.Table:
        dates = None
        if load.name == "observations" and parsed.span:
            dates = (parsed.span[0] - _MARGIN).date(), (parsed.span[1] + _MARGIN).date()
        stored = self.lake.read(self.backend, load.name, dates)
        owner = stored["directory" if "directory" in stored.columns else "source"]
        return stored.filter(owner == source).select(load.key)

    def _last_load_order(self) -> int:
        return self.backend.to_pyarrow(self.lake.read(self.backend, "records").load_order.max()).as_py() or 0

    def _append_quarantine(self, contract: Contract, rows: pa.Table) -> None:
        if not rows.num_rows:
            return
        stored = self.lake.read(self.backend, "quarantine")
        known = stored.filter(stored.source == contract.source)
        fresh = ibis.memtable(rows).anti_join(known, "observation_id").order_by("row_number")
        table = self.backend.to_pyarrow(fresh).cast(rows.schema)
        if table.num_rows:
            self.lake.append("quarantine", table)

    def _note(self, file: _File, facts: dict[str, str | int]) -> None:
        loaded_at = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        row = {"file": file.name, "source": file.contract.source, "loaded_at": loaded_at, **facts}
        self.lake.append("files", pa.Table.from_pylist([row], schema=LAKE_TABLES["files"].arrow_schema))


@dataclass(slots=True)
class _Count:
    rows: int = 0

    def of(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield batches and count their rows."""
        for batch in batches:
            self.rows += batch.num_rows
            yield batch


def _reading_digest(contract: Contract, campus: Campus) -> str:
    """Return a digest of all that decides how a file is read: new zones may take in what was put aside before."""
    zones = sorted(campus.reference.zones["zone_id"])
    points = sorted(campus.reference.access_points.itertuples(index=False, name=None)) if contract.zone_from else []
    return hashlib.sha256(json.dumps([contract.digest, campus.time_zone, zones, points]).encode()).hexdigest()


def _adopted(home: Path, settings: Settings, path: Path) -> Contract:
    """Return a contract, of which the campus keeps a copy so that later runs know its traits."""
    contract = load_contract(path)
    folder = home / settings.contracts
    if path.resolve().parent == folder.resolve():
        return contract
    kept = folder / path.name
    if kept.is_file() and load_contract(kept).digest != contract.digest:
        raise ContractError(
            f"{path.name}: the campus has another contract of that name; expected a new name; rename it"
        )
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, kept)
    contracts_of(folder)
    return contract


def _matched(
    home: Path, settings: Settings, path: Path, contracts: Sequence[Contract], *, is_given: bool
) -> tuple[list[_File], list[str]]:
    """Return the files to load, directories first, and the names of those that no contract matches."""
    files, unmatched = [], []
    for file in _candidates(home, settings, path):
        name = file.name if path.is_file() else file.relative_to(path).as_posix()
        found = contracts[0] if is_given and path.is_file() else contract_for(PurePosixPath(file.resolve()), contracts)
        if found is None:
            unmatched.append(name)
        else:
            files.append(_File(file, name, found))
    return sorted(files, key=_place), unmatched


def _place(file: _File) -> tuple[int, bool, str]:
    """Where a file stands in the order of loading: zones, what names zones, people, what names people."""
    return _ORDER.get(file.contract.kind, 2), file.contract.table != "zones", file.name


def _candidates(home: Path, settings: Settings, path: Path) -> list[Path]:
    """Return the files below a path that may be input: none of the campus's own, none hidden, no truth, no state."""
    own = {home / FILE_NAME, *(home / name for name in settings.reference.model_dump().values())}
    own = {file.resolve() for file in own}
    folders = [(home / name).resolve() for name in (*NEVER_READ, settings.contracts)]
    found = []
    for file in [path] if path.is_file() else sorted(path.rglob("*")):
        parts = () if path.is_file() else file.relative_to(path).parts
        is_hidden = any(part.startswith(".") for part in parts) or any(part in NEVER_READ for part in parts[:-1])
        place = file.resolve()
        is_own = place in own or any(place.is_relative_to(folder) for folder in folders)
        if file.is_file() and not is_hidden and not is_own:
            found.append(file)
    return found


def _scratch(home: Path) -> Path:
    """Return an empty folder for intermediate files; a killed ingest may have left something there."""
    scratch = home / "state" / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    return scratch
