"""Three ways to ask what was known at a moment, which must agree: nothing from the future."""

import datetime as dt
import shutil

import ibis

from fazri_lib.schema import EXTRACT_TABLES, LAKE_TABLES
from fazri_lib.store import Extract, Lake, open_duckdb, to_arrow
from fazri_lib.workflows.moments import table_at
from fazri_lib.workflows.run import run

NOW = dt.datetime(2026, 11, 23)
TABLES = [name for name in EXTRACT_TABLES if name != "runs"]  # that one tells of the machine's runs, not of the campus


def truncated(home, moment, folder):
    """A copy of a campus whose lake holds only what was known at the moment: later rows, outcomes and ends are gone."""
    folder.mkdir()
    for path in home.iterdir():
        if path.name != "state":
            (shutil.copytree if path.is_dir() else shutil.copy)(path, folder / path.name)
    source, target = Lake(home / "state/lake"), Lake(folder / "state/lake")
    backend = open_duckdb()
    for name in ("observations", "records", "quarantine"):
        rows = source.read(backend, name)
        target.append(name, to_arrow(backend, LAKE_TABLES[name].of(known_by(rows, moment))))
    kept = known_by(source.read(backend, "records"), moment)
    held = source.read(backend, "record_identifiers").semi_join(kept, "record_id")
    target.append(
        "record_identifiers",
        to_arrow(backend, LAKE_TABLES["record_identifiers"].of(without(held, "valid_to", held.valid_to > moment))),
    )
    backend.disconnect()
    return folder


def known_by(rows, moment):
    """Rows known by a moment, without outcomes that were not."""
    rows = rows.filter(rows.known_at <= moment)
    if "outcome_at" not in rows.columns:
        return rows
    return without(rows, "is_attended", rows.outcome_at > moment)


def without(rows, column, condition):
    """Rows with one column emptied where a condition holds."""
    return rows.mutate(
        **{column: (condition.notnull() & condition).ifelse(ibis.null(rows[column].type()), rows[column])}
    )


def view(home, settings, name, as_of=None):
    """A table's rows as sorted tuples, as of a moment."""
    with Extract.open(home / "state") as extract:
        rows = table_at(extract, settings, name, as_of)
        columns = [column for column in rows.columns if column != "made_at"]
        table = to_arrow(extract.backend, rows.select(*columns))
    return sorted((tuple(row.values()) for row in table.to_pylist()), key=repr)


def three_ways(home, settings, moment, folder):
    """Every table as of a moment: of an extract of truncated inputs, of a run as of then, and of a later extract."""
    cut = truncated(home, moment, folder)
    run(cut, settings, now=NOW, as_of=moment)
    run(home, settings, now=NOW)
    later = {name: view(home, settings, name, moment) for name in TABLES}
    run(home, settings, now=NOW, as_of=moment)
    return {name: (view(cut, settings, name), view(home, settings, name), later[name]) for name in TABLES}
