"""Resolution: which records are one person, ours beside Splink and recordlinkage on the same columns."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from fazri_lib.bench.campus_files import directory_files
from fazri_lib.bench.measured import measure
from fazri_lib.bench.peers import Contender, absent_note, peer_versions, present
from fazri_lib.bench.person_records import PersonRecords, campus_set, foreign_sets
from fazri_lib.bench.places import absent, repository
from fazri_lib.bench.result import BenchResult, Table
from fazri_lib.metrics import bcubed, exact_clusters, pairwise
from fazri_lib.resolution import resolve
from fazri_lib.resolution.spec import read_spec
from fazri_lib.schema import ALWAYS
from fazri_lib.workflows.campus_inputs import read_inputs
from fazri_lib.workflows.record_files import by_contents, once
from fazri_lib.workflows.resolve import resolve as resolve_records
from fazri_lib.workflows.resolve import resolve_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fazri_lib.bench.campuses import Campuses, SimulatedCampus
    from fazri_lib.bench.measured import Usage
    from fazri_lib.bench.sizes import Sizes

PEER_SCRIPT = "resolution_peers.py"
LEARNT = "fazri resolve, nothing told but the kinds of columns"
OURS = "exact identifiers"
RUN = "fazri run, the links at the end"
CONTENDERS = (
    Contender(LEARNT, "fazri", __name__, "learnt"),
    Contender(OURS, "fazri", __name__, "exact"),
    Contender("every record alone (baseline)", "fazri", __name__, "alone"),
    Contender("Splink, documentation model, p >= .95", "splink", PEER_SCRIPT, "splink"),
    Contender("ECM", "recordlinkage", PEER_SCRIPT, "ecm"),
)
FIELD_KINDS = {
    "name": {"kind": "name", "given": "first_name", "family": "surname"},
    "born": {"kind": "date", "column": "born_on"},
    "email": {"kind": "email", "column": "email"},
    "phone": {"kind": "phone", "column": "phone"},
    "number": {"kind": "id", "column": "number"},
}
DIRECTORIES = {
    "fazri resolve, directories as files": "campus",
    "fazri resolve, and numbers that several directories know": "campus_numbers",
}
"""How files of directories are resolved, and the spec in benchmarks/specs."""
PLACES = ("address", "postcode", "city", "state")
MEANING = (
    "Pairwise: pairs of records in one cluster, after closure; B-cubed: averages over records; exactly right: people "
    "whose cluster holds all their records and no others. Nobody is told any answer."
)
CAMPUS_MEANING = (
    f"{MEANING} Peers and fazri resolve read names, e-mail, phone and day of birth of the newest rows as far as the "
    "directories have them, given and family name split at the last blank but for the last two rows; fazri run also "
    "reads department and the numbers that the contracts call identifying, and has found its people moment by moment, "
    "resting on what was known then; exact reads those numbers and e-mail."
)
EXACT_ONLY = (
    "The exact way joins by identifiers only, and a value that two records of one directory share identifies nobody: "
    "within one file (fake_1000, febrl3) it therefore says nothing, every record stays alone."
)
ONLY_EMAIL = (
    "Where directories have nothing but an e-mail in common with others, Splink's documentation model cannot learn "
    "what an equal e-mail is worth (no training pass meets such pairs with e-mail open), so it finds none of them."
)
TRIED = (
    "How alike names must be for ECM, and what Splink compares and trains on, was tried on the foreign sets with their "
    "answers in hand, which favours both there."
)
NOTES = (
    EXACT_ONLY,
    ONLY_EMAIL,
    "Identifying for the exact way: e-mail in fake_1000, soc_sec_id in febrl3 and febrl4. Peers read more columns.",
    "febrl4 links two files; its pairs are those between the files.",
    TRIED,
)


def resolution_bench(sizes: Sizes, campuses: Campuses) -> BenchResult:
    """Return precision and recall of clusterings of the foreign sets and of each simulated campus."""
    sets, lacking = foreign_sets(sizes.records)
    with tempfile.TemporaryDirectory() as scratch:
        made = [_table(one, Path(scratch), MEANING, None) for one in sets]
        built = list(campuses)
        made += [_table(campus_set(campus, sizes.records), Path(scratch), CAMPUS_MEANING, campus) for campus in built]
    usages = [usage for _, usages in made for usage in usages]
    usages += [usage for campus in built for usage in campus.costs.values()]
    return BenchResult(
        "resolution",
        tuple(table for table, _ in made),
        (*(absent(part) for part in lacking), *NOTES, *absent_note()),
        seeds=sizes.seeds,
        peak_mb=max(usage.peak_mb for usage in usages),
        versions=peer_versions("splink", "duckdb", "recordlinkage"),
    )


def learnt(records: str, out: str) -> int:
    """Find the people behind a file of records as `fazri resolve` does; return its records."""
    rows = pd.read_parquet(records).apply(once)
    fields: dict[str, Any] = {
        name: field for name, field in FIELD_KINDS.items() if set(_columns(field)) & set(rows.columns)
    }
    place = tuple(name for name in PLACES if name in rows)
    if place:
        fields["place"] = {"kind": "place", "columns": place}
    spec = read_spec({"fields": fields}, "bench")
    texts = by_contents(rows[["record_id", "source", *spec.columns()]], spec)
    del rows
    found = resolve_records(texts, spec)
    found.clusters[["record_id", "cluster_id"]].to_parquet(out)
    return len(texts)


def directories(home: str, spec: str, scratch: str, out: str) -> int:
    """Find the people behind the directories of a campus, a file each; return their records."""
    found = resolve_files(directory_files(Path(home), Path(scratch)), Path(spec), Path(out))
    keys = found.clusters["source"].astype(str) + ":" + found.clusters["record_id"].astype(str)
    found.clusters.assign(record_id=keys)[["record_id", "cluster_id"]].to_parquet(out)
    return len(keys)


def _columns(field: dict[str, str]) -> list[str]:
    return [value for key, value in field.items() if key != "kind"]


def exact(records: str, out: str) -> int:
    """Resolve a file of records by its identifying field with the product's resolver; return its records."""
    rows = pd.read_parquet(records)
    links = resolve(*_as_lake(rows)).links
    number = pd.Series(rows["record_id"].to_numpy(), index=range(len(rows)))
    clusters = _single(links.assign(record_id=links["record_id"].map(number)), rows["record_id"])
    clusters.to_parquet(out)
    return len(rows)


def alone(records: str, out: str) -> int:
    """Leave every record of a file alone; return their number."""
    rows = pd.read_parquet(records, columns=["record_id"])
    rows.assign(cluster_id=rows["record_id"]).to_parquet(out)
    return len(rows)


def _as_lake(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The records as lake tables `records` and `record_identifiers`, the column `identifying` the only identifier."""
    number = range(len(rows))
    lake = pd.DataFrame({"record_id": number, "directory": rows["source"], "record_key": rows["record_id"]})
    lake = lake.assign(known_at=ALWAYS, load_order=0, role=None, department=None)
    for name in ("name", "email", "phone", "born_on"):
        lake[name] = None
    held = pd.DataFrame({"record_id": number, "directory": rows["source"], "id_value": rows["identifying"]})
    held = held.dropna(subset="id_value")
    keys = pd.factorize(held["id_value"])[0]
    held = held.assign(id_type="identifying", id_key=keys, identifies=True)
    never = pd.Series(pd.NaT, index=held.index)
    return lake, held.assign(valid_from=never, valid_to=never)


def _single(links: pd.DataFrame, records: pd.Series) -> pd.DataFrame:
    """One cluster a record: its entity when there is one alone, else itself."""
    counts = links.groupby("record_id")["entity_id"].agg(["nunique", "first"])
    sole = counts.loc[counts["nunique"] == 1, "first"].astype(str)
    return pd.DataFrame({"record_id": records, "cluster_id": records.map(sole).fillna("alone:" + records.astype(str))})


def _published(campus: SimulatedCampus, records: pd.Series) -> pd.DataFrame:
    """The clusters of the campus's extract: of each record the likeliest link."""
    links = campus.table("links", "record_id", "entity_id", "probability")
    links = links.sort_values(["probability", "entity_id"], ascending=[False, True], kind="stable")
    return _single(_keyed(campus, links.drop_duplicates("record_id")), records)


def _by_identifiers(campus: SimulatedCampus, records: pd.Series) -> pd.DataFrame:
    """The clusters that exact identifiers alone make of the campus's directories."""
    several = read_inputs(campus.home, campus.settings).several
    found = resolve(campus.lake("records"), campus.lake("record_identifiers"), several)
    links = found.links[found.links["superseded_at"].isna()]
    return _single(_keyed(campus, links), records)


def _keyed(campus: SimulatedCampus, links: pd.DataFrame) -> pd.DataFrame:
    """Links with the keys of the truth as record ids."""
    keyed = links.merge(campus.records[["record_id", "key"]], on="record_id")
    return keyed[["key", "entity_id"]].rename(columns={"key": "record_id"})


def _table(
    one: PersonRecords, scratch: Path, meaning: str, campus: SimulatedCampus | None
) -> tuple[Table, list[Usage]]:
    path, out = scratch / f"{one.name}.parquet", scratch / f"{one.name}-clusters.parquet"
    one.rows.assign(identifying=one.rows[one.identifying]).to_parquet(path)
    rows, usages = [], []
    for contender in present(CONTENDERS):
        if campus is not None and contender.name == OURS:
            found, cost = _by_identifiers(campus, one.rows["record_id"]), {}
        else:
            usages.append(contender.measured(path, out))
            found, cost = pd.read_parquet(out), {"CPU s": usages[-1].cpu_s, "peak MB": usages[-1].peak_mb}
        rows.append({"method": contender.name, "by": contender.by, **_measures(one, found), **cost})
    if campus is not None:
        rows.insert(0, {"method": RUN, "by": "fazri", **_measures(one, _published(campus, one.rows["record_id"]))})
        for row, usage in _as_files(one, campus, scratch):
            rows.append(row)
            usages.append(usage)
    people = one.person.nunique()
    title = f"{one.name}: {len(one.rows):,} records of {people:,} people"
    return Table(title, meaning, pd.DataFrame(rows).round(4)), usages


def _as_files(one: PersonRecords, campus: SimulatedCampus, scratch: Path) -> Iterator[tuple[dict[str, object], Usage]]:
    """Give the rows of `fazri resolve` on the directories themselves, without numbers and with them."""
    root, out = repository(), scratch / "directories.parquet"
    for name, spec in DIRECTORIES.items() if root else ():
        told = f"{root}/benchmarks/specs/{spec}.toml"
        usage = measure(__name__, directories.__name__, campus.home, told, scratch / "directories", out)
        cost = {"CPU s": usage.cpu_s, "peak MB": usage.peak_mb}
        yield {"method": name, "by": "fazri", **_measures(one, pd.read_parquet(out)), **cost}, usage


def _measures(one: PersonRecords, found: pd.DataFrame) -> dict[str, object]:
    cluster = found.set_index("record_id")["cluster_id"].loc[one.rows["record_id"]].to_numpy()
    truth = one.person.to_numpy()
    pairs = pairwise(cluster, truth, one.rows["source"].to_numpy() if one.name == "febrl4" else None)
    records = bcubed(cluster, truth)
    return {
        "pairwise P": pairs.precision,
        "pairwise R": pairs.recall,
        "pairwise F1": pairs.f1,
        "B-cubed P": records.precision,
        "B-cubed R": records.recall,
        "B-cubed F1": records.f1,
        "exactly right": exact_clusters(cluster, truth) / one.person.nunique(),
    }
