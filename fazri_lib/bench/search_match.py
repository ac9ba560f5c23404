"""One new record against everybody, by the exported model and by rarity: milliseconds, and who is found."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from fazri_lib import settings as campus_settings
from fazri_lib.bench.search_people import directory_rows, misspelt_names, people
from fazri_lib.resolution.kinds import prepare
from fazri_lib.resolution.model import Model
from fazri_lib.resolution.search import CANDIDATES, ByModel, ByRarity, match, microseconds, shares
from fazri_lib.resolution.spec import read_spec
from fazri_lib.store import Extract
from fazri_lib.workflows.resolve import resolve
from fazri_lib.workflows.search_index import index_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from fazri_lib.resolution.search import Index, Scorer
    from fazri_lib.resolution.spec import Spec

MATCHER = "matcher.json"
FIELDS = {
    "name": {"kind": "name", "full": "name"},
    "born": {"kind": "date", "column": "born_on"},
    "email": {"kind": "email", "column": "email"},
    "phone": {"kind": "phone", "column": "phone"},
    "number": {"kind": "id", "column": "student_id"},
    "unit": {"kind": "category", "column": "department"},
}
MOST_TRAINED = 5_000
_CHUNK = 50_000
_STRANGERS = 1_000_003
_LIKELY = 0.5


def trained(folder: str, count: str) -> int:
    """Train a matcher on the directory rows of a quarter of the people, at most 5,000; return the rows' number."""
    home = Path(folder)
    rows: pd.DataFrame = pq.read_table(home / "people.parquet").to_pandas()
    listed = directory_rows(rows.head(min(int(count) // 4, MOST_TRAINED))).astype({"born_on": str})
    texts = listed.rename(columns={"directory": "source"}).astype(object)
    texts = texts.where(texts.notna(), None).assign(record_id=texts["record_id"].astype(str))
    spec = read_spec({"fields": FIELDS}, MATCHER)
    found = resolve(texts[["record_id", "source", *spec.columns()]], spec)
    document = _of_everybody(found.model, rows, spec).as_json()
    (home / MATCHER).write_text(json.dumps(document), encoding="utf-8")
    return len(listed)


def _of_everybody(model: Model, rows: pd.DataFrame, spec: Spec) -> Model:
    """A model of some people's records as one of everybody's: the prior and the frequencies are those of all."""
    parts: dict[str, list[pd.Series]] = {name: [] for name in model.frequencies}
    for start in range(0, len(rows), _CHUNK):
        listed = directory_rows(rows.iloc[start : start + _CHUNK]).astype({"born_on": str}).astype(object)
        for one in prepare(listed.where(listed.notna(), None), spec):
            for name in parts.keys() & one.columns.keys():
                parts[name].append(one.columns[name].value_counts())
    counts = {name: pd.concat(each).groupby(level=0, sort=False).sum() for name, each in parts.items()}
    frequencies = {
        name: replace(one, count=_shared(counts[name]), known=int(counts[name].sum()))
        for name, one in model.frequencies.items()
    }
    records = 2 * len(rows)
    return replace(model, prior=model.prior * model.records / records, records=records, frequencies=frequencies)


def _shared(counts: pd.Series) -> dict[str, int]:
    """Values that more than one record has, and how many; the others would only lengthen the document."""
    shared = counts[counts > 1]
    return {str(value): int(count) for value, count in shared.items()}


def matched(folder: str, count: str, seed: str, as_of: dt.datetime) -> int:
    """Match new records of people on record, and of strangers."""
    home = Path(folder)
    rows: pd.DataFrame = pq.read_table(home / "people.parquet").to_pandas()
    drawn = rows.iloc[np.random.default_rng(int(seed)).integers(0, len(rows), int(count))]
    document = json.loads((home / MATCHER).read_text(encoding="utf-8"))
    model = ByModel(Model.from_json(document), read_spec({"fields": FIELDS}, MATCHER))
    at = microseconds(as_of)
    with Extract.open(home / "state") as extract:
        index = index_of(extract, "", campus_settings.load(home))
        match(index, {"name": "warm up"}, model, at)
        scorers: dict[str, Scorer] = {"the exported model": model, "rarity": ByRarity()}
        told = [
            {"records of": whose, "by": by, **_figures(index, scorer, list(_records(given, int(seed))), at)}
            for whose, given in {"people on record": drawn, "strangers": people(int(count), _STRANGERS)}.items()
            for by, scorer in scorers.items()
        ]
    pd.DataFrame(told).to_parquet(home / "matched.parquet")
    return len(drawn)


def _records(rows: pd.DataFrame, seed: int) -> Iterator[tuple[int, dict[str, str]]]:
    """New records: a name with a slip, the day of birth, of half of them the telephone number; and whose they are."""
    for row, name in zip(rows.to_dict("records"), misspelt_names(rows, seed), strict=True):
        record = {"name": str(name), "born_on": f"{row['born_on']:%Y-%m-%d}"}
        yield int(row["entity_id"]), record | ({"phone": row["phone"]} if row["entity_id"] % 2 else {})


def _figures(index: Index, scorer: Scorer, records: list[tuple[int, dict[str, str]]], at: int) -> dict[str, Any]:
    wall, cpu, ranks, found = [], [], [], []
    for entity_id, record in records:
        started, worked = time.perf_counter(), time.process_time()
        scored = match(index, record, scorer, at, CANDIDATES)
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - worked)
        ids = [one.entity_id for one in scored]
        ranks.append(ids.index(entity_id) + 1 if entity_id in ids else 0)
        found.append(bool(scored) and shares(scored)[0][0] > _LIKELY)
    is_odds = not isinstance(scorer, ByRarity)
    return {
        "texts": len(records),
        **milliseconds(wall, cpu),
        "recall@1": round(float((np.array(ranks) == 1).mean()), 3),
        "found": round(float(np.mean(found)), 3) if is_odds else None,
    }


def milliseconds(wall: list[float], cpu: list[float]) -> dict[str, float]:
    """Return the median and the 95th percentile of wall times, the mean and the 95th percentile of CPU times, in ms."""
    ms, own = np.array(wall) * 1000, np.array(cpu) * 1000
    return {
        "P50 ms": round(float(np.median(ms)), 2),
        "P95 ms": round(float(np.percentile(ms, 95)), 2),
        "CPU ms": round(float(own.mean()), 2),
        "P95 CPU ms": round(float(np.percentile(own, 95)), 2),
    }
