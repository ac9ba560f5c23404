"""People of a campus: the fold over its directories, going on from where the last run ended."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa

from fazri_lib import resolution
from fazri_lib.store import keep_tables, kept_tables
from fazri_lib.store.splink import open_comparer
from fazri_lib.workflows.campus_inputs import code_version

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from fazri_lib.settings import Settings
    from fazri_lib.workflows.campus_inputs import CampusInputs

FOLDER = "resolution"
_MOMENT = pa.timestamp("us")
_SPAN = [("known_at", _MOMENT), ("superseded_at", _MOMENT)]
KEPT = {
    "states": pa.schema(
        [
            ("directory", pa.string()),
            ("record_key", pa.string()),
            ("entity_id", pa.int64()),
            ("probability", pa.float64()),
            ("is_own", pa.bool_()),
            ("is_sole", pa.bool_()),
            *_SPAN,
        ]
    ),
    "pairs": pa.schema([("left", pa.int64()), ("right", pa.int64()), ("weight", pa.float64()), *_SPAN]),
    "matchers": pa.schema([("records", pa.int64()), ("document", pa.string()), *_SPAN]),
}


def resolved(
    records: pd.DataFrame,
    identifiers: pd.DataFrame,
    campus: CampusInputs,
    settings: Settings,
    folder: Path,
    decisions: pd.DataFrame | None = None,
) -> resolution.Resolved:
    """Return the people of a campus; what was found before is kept in a folder and taken up again.

    Args:
        records: lake table `records`.
        identifiers: lake table `record_identifiers`.
        campus: what its contracts say of directories.
        settings: of the campus.
        folder: where a run keeps what the next one goes on from; it holds personal data, as the lake does.
        decisions: of reviewers.
    """
    storage = settings.storage
    opened = partial(open_comparer, memory_limit=storage.memory_limit, threads=storage.threads)
    engine = resolution.Engine(opened, code_version(), _kept(folder), campus.promised)
    found = resolution.resolve(records, identifiers, campus.several, campus.one_holder, decisions, engine)
    if found.kept is not None and (engine.kept is None or engine.kept.digests != found.kept.digests):
        keep_tables(folder, _tables(found.kept), {"digests": list(found.kept.digests)})
    return found


def _kept(folder: Path) -> resolution.Kept | None:
    """What a run before left; nothing where another version left it in another form."""
    found = kept_tables(folder, list(KEPT))
    if found is None:
        return None
    tables, note = found
    if "digests" not in note or any(table.schema != KEPT[name] for name, table in tables.items()):
        return None
    frames = {name: table.to_pandas() for name, table in tables.items()}
    return resolution.Kept(tuple(note["digests"]), **frames)


def _tables(kept: resolution.Kept) -> dict[str, pa.Table]:
    return {
        name: pa.Table.from_pandas(getattr(kept, name)[schema.names], schema=schema, preserve_index=False)
        for name, schema in KEPT.items()
    }
