"""Tables that one run keeps for the next, in a folder of their own: losing them costs time and nothing else."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from fazri_lib.store.manifest import durable_write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_NOTE = "kept.json"


def keep_tables(folder: Path, tables: Mapping[str, pa.Table], note: Mapping[str, Any]) -> None:
    """Write tables and a note, in place of what was kept before; the note is written last and names their digests.

    Args:
        folder: of their own.
        tables: by name.
        note: plain values.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, table in tables.items():
        body = _written(table)
        files[name] = hashlib.sha256(body).hexdigest()
        path = folder / f"{name}-{files[name][:16]}.arrow"
        if not path.exists():
            temporary = path.with_suffix(".building")
            temporary.write_bytes(body)
            temporary.replace(path)
    durable_write(folder / _NOTE, json.dumps({"files": files, "note": note}))
    wanted = {f"{name}-{digest[:16]}.arrow" for name, digest in files.items()}
    for path in folder.iterdir():
        if path.name not in wanted and path.name != _NOTE:
            path.unlink(missing_ok=True)


def kept_tables(folder: Path, names: Sequence[str]) -> tuple[dict[str, pa.Table], dict[str, Any]] | None:
    """Return the tables and the note of `keep_tables`, None when they are not there, torn or not the same any more.

    Args:
        folder: of the tables.
        names: of the tables wanted.
    """
    try:
        kept = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
        files, note = kept["files"], kept["note"]
        bodies = {name: (folder / f"{name}-{files[name][:16]}.arrow").read_bytes() for name in names}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if any(hashlib.sha256(body).hexdigest() != files[name] for name, body in bodies.items()):
        return None
    return {name: pa.ipc.open_file(body).read_all() for name, body in bodies.items()}, note


def _written(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_file(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    body: bytes = sink.getvalue().to_pybytes()
    return body
