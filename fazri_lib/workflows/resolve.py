"""Person records of any kind to the people behind them: read, prepare, compare, calibrate, cluster, write."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.errors import FazriError, NotEnoughDataError
from fazri_lib.log import quiet
from fazri_lib.resolution.kinds import prepare
from fazri_lib.resolution.people import People, find_people
from fazri_lib.store.splink import open_comparer
from fazri_lib.workflows.record_files import RECORD_ID, SOURCE, load_spec, read_records

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from fazri_lib.log import Progress
    from fazri_lib.resolution.agglomeration import Decided
    from fazri_lib.resolution.comparison import Prepared
    from fazri_lib.resolution.model import Model
    from fazri_lib.resolution.spec import Spec

MEMORY_LIMIT = "800MB"
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Resolution:
    """Records with their entities, and all that led there.

    Attributes:
        records: `record_id`, `source` and the spec's columns in the order of contents.
        people: clusters, model, scored pairs; records there by their position in `records`.
        clusters: a row a record, sorted: `record_id`, `source`, `cluster_id`, `probability` that it belongs there,
            `ambiguous_with`: the cluster that fits it equally, None for most.
    """

    records: pd.DataFrame
    people: People
    clusters: pd.DataFrame

    @property
    def model(self) -> Model:
        """The trained model."""
        return self.people.model


def resolve(
    records: pd.DataFrame,
    spec: Spec,
    decided: Decided | None = None,
    *,
    threads: int = 0,
    progress: Progress = quiet,
) -> Resolution:
    """Find the people behind records.

    Args:
        records: as of `read_records`, in the order of contents.
        spec: what their columns are.
        decided: what people have decided of pairs, by positions in `records`.
        threads: of the engine; 0 takes all cores. It changes nothing but time.
        progress: told what is being done.

    Raises:
        NotEnoughDataError: there are fewer than two records.
    """
    if len(records) < FEWEST:
        raise NotEnoughDataError(
            f"resolution learns from the records themselves: expected at least {FEWEST}, got {len(records)}; give more"
        )
    prepared = prepare(records, spec)
    comparisons = [one.comparison for one in prepared]
    group, source = single_groups(records[SOURCE], spec), records[SOURCE]
    with open_comparer(_columns(prepared), comparisons, MEMORY_LIMIT, threads) as compare:
        people = find_people(prepared, compare, group, decided, progress, source)
    return Resolution(records, people, _clusters(records, people))


def _columns(prepared: Sequence[Prepared]) -> dict[str, pd.Series]:
    return {name: column for one in prepared for name, column in one.columns.items()}


def single_groups(source: pd.Series, spec: Spec) -> NDArray[np.int64]:
    """Return the number of each record's source where nobody has two records in it, -1 elsewhere."""
    names = sorted(source.unique())
    number = {name: place for place, name in enumerate(names) if name in spec.single_sources(names)}
    return source.map(number).fillna(-1).to_numpy(dtype=np.int64)


def resolve_files(
    paths: Sequence[Path], spec_path: Path, out: Path, model_out: Path | None = None, progress: Progress = quiet
) -> Resolution:
    """Find the people behind the records of files and write who is who.

    Args:
        paths: files of records, each one source.
        spec_path: TOML file that says what their columns are.
        out: .csv or .parquet file to write: `record_id, cluster_id, probability, ambiguous_with`, with several files
            also `source`.
        model_out: .json file for the trained model. It holds personal values that several records have.
        progress: told what is being done.

    Raises:
        ContractError, FileRefusedError: the spec or a file is wrong.
        FazriError: `out` has another ending, its folder is not there, or it is one of the files read.
    """
    read = [one for one in (*paths, spec_path) if one.exists()]
    for path, endings in ((out, (".csv", ".parquet")), (model_out, (".json",))):
        if path is not None:
            _check_output(path, endings, read)
    spec = load_spec(spec_path)
    progress("reading records", 0, 0)
    found = resolve(read_records(paths, spec), spec, progress=progress)
    table = found.clusters if len(paths) > 1 else found.clusters.drop(columns=SOURCE)
    temporary = out.with_name(f".{out.name}.tmp")
    if out.suffix == ".csv":
        table.to_csv(temporary, index=False)
    else:
        table.to_parquet(temporary, index=False)
    temporary.replace(out)
    if model_out is not None:
        model_out.write_text(json.dumps(found.model.as_json(), indent=1, ensure_ascii=False), encoding="utf-8")
    return found


def _check_output(path: Path, endings: Sequence[str], read: Sequence[Path]) -> None:
    if path.suffix not in endings:
        raise FazriError(
            f"cannot write {path.name}: expected a file ending in {' or '.join(endings)}; give it such a name"
        )
    if not path.parent.is_dir():
        raise FazriError(
            f"cannot write {path.name}: the folder {path.parent} does not exist; make it, or name another one"
        )
    if path.exists() and any(path.samefile(one) for one in read):
        raise FazriError(
            f"cannot write {path.name}: expected a file of its own, got one that is read; give it another name"
        )


def _clusters(records: pd.DataFrame, people: People) -> pd.DataFrame:
    """Name each cluster by the id of its first member (by id, then source) and say how sure each place is."""
    ids = records[RECORD_ID].astype(str) if not records[RECORD_ID].duplicated().any() else (
        records[SOURCE].astype(str) + ":" + records[RECORD_ID].astype(str)
    )  # fmt: skip
    name = ids.groupby(people.cluster).min()
    other = people.places["other"]
    rows = pd.DataFrame(
        {
            RECORD_ID: records[RECORD_ID],
            SOURCE: records[SOURCE],
            "cluster_id": name.reindex(people.cluster).to_numpy(),
            "probability": people.places["probability"],
            "ambiguous_with": name.reindex(other.where(other >= 0)).to_numpy(),
        }
    )
    return rows.sort_values([SOURCE, RECORD_ID], kind="stable").reset_index(drop=True)
