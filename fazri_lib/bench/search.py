"""Search: who is meant by identifiers, parts of them, misspelt names, several words; beside a scan of the extract."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pandas as pd
import pyarrow.parquet as pq

import fazri_lib as fazri
from fazri_lib import settings as campus_settings
from fazri_lib.bench import search_match
from fazri_lib.bench.measured import measure
from fazri_lib.bench.result import BenchResult, Table
from fazri_lib.bench.search_people import misspelt_names, people, tables
from fazri_lib.schema import EXTRACT_TABLES
from fazri_lib.store import Extract, Manifest, Publisher, open_duckdb
from fazri_lib.workflows.moments import COMPUTED
from fazri_lib.workflows.search_index import NAME, search_arrays

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fazri_lib.bench.campuses import Campuses
    from fazri_lib.bench.sizes import Sizes

    Ask = Callable[[str], Sequence[int]]

SEARCH_SEED = 30_119
AS_OF = dt.datetime(2026, 1, 1)
LIMIT = 10
CSEARCH, SCAN = "campus.search", "DuckDB scan"
SCANS = {
    "identifier": "SELECT DISTINCT entity_id FROM identifiers WHERE lower(id_value) = $text LIMIT 10",
    "beginning of one": "SELECT DISTINCT entity_id FROM identifiers WHERE lower(id_value) LIKE $text || '%' LIMIT 10",
    "end of one": "SELECT DISTINCT entity_id FROM identifiers WHERE lower(id_value) LIKE '%' || $text LIMIT 10",
    "name": """
        SELECT entity_id, jaro_winkler_similarity(lower(name), $text) AS weight
        FROM person ORDER BY weight DESC, entity_id LIMIT 10""",
    "several words": """
        SELECT entity_id, jaro_winkler_similarity(lower(name), $name) + (lower(department) = $department)::INT
               + (entity_id IN (SELECT entity_id FROM identifiers WHERE id_value LIKE '%' || $end))::INT AS weight
        FROM person JOIN entities USING (entity_id) ORDER BY weight DESC, entity_id LIMIT 10""",
}
SCANS["misspelt name"] = SCANS["name"]
"""What the scan is asked. It is told which word is what, which favours it."""
KINDS = ("identifier", "beginning of one", "end of one", "name", "misspelt name", "several words")
MEANING = (
    "Texts about people drawn at random, each asked once: milliseconds of the whole answer (rows, reasons), mean and "
    "P95 of its CPU time on all cores (without the time that others took on the machine), and how often the person is "
    "the first of the answer, or among the first five. The beginning (8 of 11 digits) and the end (4 of 8) of an "
    "identifier belong to many. Bar: P95 under 50 ms at 1 M people."
)
BUILD_MEANING = "Making the index from the extract when it is published, in a process of its own."
MATCH_MEANING = (
    "A new record of somebody on record (name with a slip, day of birth, for half of them the telephone number) "
    "against everybody, two directory rows each: 50 candidates from the index, weighed by the exported model, beside "
    "rarity, the baseline of scorers. Strangers are people who are not on record; as found counts whoever the model "
    "holds more likely than that it is nobody's. Bar: P95 under 50 ms at 1 M people."
)
MATCHER_NOTE = " The model was trained on at most 5,000 of the people; prior and frequencies are those of all of them."
SCAN_NOTE = (
    "The scan is what a plain query gives: LIKE on identifiers, jaro_winkler_similarity on the names, sorted; it reads "
    "the same published extract on all cores, and gives neither reasons nor masking."
)
PEOPLE_NOTE = (
    "People are made: 5,000 given and 100,000 family names, as unevenly spread as in a register. Of several people of "
    "the same name any is as likely: recall at 1 of names alone cannot be 1."
)


def search_bench(sizes: Sizes, campuses: Campuses) -> BenchResult:
    """Return milliseconds and recall by kind of text, ours beside the scan, and the cost of the index."""
    home = campuses.folder / "search"
    measure(__name__, "published", home, sizes.search_people)
    built = measure(__name__, "indexed", home)
    measure(__name__, "trained", home, sizes.search_people)
    asked_for = {"asked": sizes.search_texts, "scanned": sizes.scan_texts, "matched": sizes.search_texts}
    costs = {name: measure(__name__, name, home, count) for name, count in asked_for.items()}
    peak = max(usage.peak_mb for usage in (built, *costs.values()))
    index_mb = sum(path.stat().st_size for path in (home / "state" / "extract").glob(f"{NAME}-*.arrow")) / 1e6
    cost = {"people": sizes.search_people, "s": built.seconds, "CPU s": built.cpu_s, "peak MB": built.peak_mb}
    found = [pd.read_parquet(home / f"{name}.parquet") for name in ("asked", "scanned")]
    order = {kind: place for place, kind in enumerate(KINDS)}
    answers = pd.concat(found).sort_values("text", key=lambda texts: texts.map(order), kind="stable")
    tables_made = (
        Table("Answers", MEANING, answers),
        Table("Index", BUILD_MEANING, pd.DataFrame([cost | {"file MB": index_mb}]).round(2)),
        Table("One new record", MATCH_MEANING + MATCHER_NOTE, pd.read_parquet(home / "matched.parquet")),
    )
    return BenchResult("search", tables_made, (SCAN_NOTE, PEOPLE_NOTE), seeds=(SEARCH_SEED,), peak_mb=peak)


def published(folder: str, count: str) -> int:
    """Make people and publish an extract of them without an index; return their number."""
    home, rows = Path(folder), people(int(count), SEARCH_SEED)
    home.mkdir(parents=True)
    (home / "fazri.toml").write_text('name = "Made"\ntime_zone = "UTC"\n')
    rows.to_parquet(home / "people.parquet")
    made, publisher, backend = tables(rows), Publisher(home / "state", 1), open_duckdb()
    del rows
    rest = [name for name, table in EXTRACT_TABLES.items() if not table.is_monthly and name not in (*COMPUTED, "runs")]
    parts = {
        part: publisher.write(part, part, {name: _table(name, made.get(name)) for name in names}, backend)
        for part, names in {"rest": rest, "computed": [*COMPUTED, "runs"]}.items()
    }
    backend.disconnect()
    publisher.publish(
        Manifest(
            run_id="made",
            made_at=AS_OF,
            as_of=AS_OF,
            time_zone="UTC",
            code_version="made",
            months={},
            rest=parts["rest"],
            computed=parts["computed"],
        )
    )
    return int(count)


def indexed(folder: str) -> int:
    """Make the index of the extract and publish it; return the number of people."""
    home = Path(folder)
    with Extract.open(home / "state") as extract:
        arrays, manifest = search_arrays(extract, campus_settings.load(home)), extract.manifest
    publisher = Publisher(home / "state", 1)
    part = publisher.write_arrays(NAME, "made", arrays)
    publisher.publish(manifest.model_copy(update={"search": part}))
    return len(arrays["entity_id"])


def asked(folder: str, count: str) -> int:
    """Ask `campus.search` every text."""
    with fazri.open(folder, reveal=True, purpose="bench") as campus:
        campus.search("warm up")
        ask: Ask = lambda text: campus.search(text, limit=LIMIT).frame["entity_id"].dropna().tolist()  # noqa: E731
        return _answered(Path(folder), "asked", CSEARCH, dict.fromkeys(SCANS, ask), int(count))


def scanned(folder: str, count: str) -> int:
    """Ask the scan every text."""
    with Extract.open(Path(folder) / "state") as extract:
        extract.backend.con.execute("USE part_rest")
        asks = {kind: _scan(extract, kind) for kind in SCANS}
        asks["name"]("warm up")
        return _answered(Path(folder), "scanned", SCAN, asks, int(count))


def trained(folder: str, count: str) -> int:
    """Train a matcher on the directory rows of some of the people."""
    return search_match.trained(folder, count)


def matched(folder: str, count: str) -> int:
    """Match new records of people on record, and of strangers."""
    return search_match.matched(folder, count, str(SEARCH_SEED), AS_OF)


def _answered(home: Path, name: str, by: str, asks: dict[str, Ask], count: int) -> int:
    rows = []
    for kind, (texts, truth) in _texts(_drawn(home, count)).items():
        seconds, cpu, ranks = [], [], []
        for text, entity_id in zip(texts, truth, strict=True):
            started, worked = time.perf_counter(), time.process_time()
            found = asks[kind](text)
            seconds.append(time.perf_counter() - started)
            cpu.append(time.process_time() - worked)
            ranks.append(_rank(found, entity_id))
        rows.append({"text": kind, "by": by, **_figures(seconds, cpu, ranks)})
    pd.DataFrame(rows).to_parquet(home / f"{name}.parquet")
    return count


def _drawn(home: Path, count: int) -> pd.DataFrame:
    rows: pd.DataFrame = pq.read_table(home / "people.parquet").to_pandas()
    return rows.iloc[np.random.default_rng(SEARCH_SEED).integers(0, len(rows), count)]


def _texts(rows: pd.DataFrame) -> dict[str, tuple[list[str], list[int]]]:
    """By kind of text what is asked about each person."""
    slipped = pd.Series(misspelt_names(rows, SEARCH_SEED), index=rows.index).str.lower()
    end = rows["card_id"].str[-4:]
    texts = {
        "identifier": rows["card_id"].str.lower(),
        "beginning of one": rows["student_id"].str[:8],
        "end of one": end,
        "name": rows["name"].str.lower(),
        "misspelt name": slipped,
        "several words": slipped + " " + rows["department"].str.lower() + " " + end,
    }
    return {kind: (column.tolist(), rows["entity_id"].tolist()) for kind, column in texts.items()}


def _scan(extract: Extract, kind: str) -> Ask:
    def ask(text: str) -> list[int]:
        given: dict[str, Any] = {"text": text}
        if kind == "several words":
            *name, department, end = text.split()
            given = {"name": " ".join(name), "department": department, "end": end}
        rows = extract.backend.con.execute(SCANS[kind], given).fetchall()
        return [row[0] for row in rows]

    return ask


def _rank(found: Sequence[int], entity_id: int) -> int:
    """Place of the person among those found, from 1; 0 when not there."""
    return found.index(entity_id) + 1 if entity_id in found else 0


def _figures(seconds: list[float], cpu: list[float], ranks: Sequence[int]) -> dict[str, object]:
    place = np.array(ranks)
    return {
        "texts": len(place),
        **search_match.milliseconds(seconds, cpu),
        "recall@1": round(float((place == 1).mean()), 3),
        "recall@5": round(float(((place >= 1) & (place <= 5)).mean()), 3),  # noqa: PLR2004 - as it is called
    }


def _table(name: str, rows: Any) -> Any:
    contract = EXTRACT_TABLES[name]
    return ibis.memtable(contract.empty() if rows is None else rows, schema=contract.ibis_schema)
