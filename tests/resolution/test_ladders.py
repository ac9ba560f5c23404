"""Levels climbed in this process are those that Splink finds on DuckDB, pair by pair."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fazri_lib.bench.person_records import foreign_sets
from fazri_lib.bench.search_people import people
from fazri_lib.resolution.comparison import levels_apart, told_apart
from fazri_lib.resolution.kinds import prepare
from fazri_lib.resolution.ladders import ladders
from fazri_lib.resolution.pairs import coded, decoded
from fazri_lib.resolution.spec import read_spec
from fazri_lib.sources.simulate.misspelling import misspelt
from fazri_lib.store.splink import open_comparer

pytestmark = pytest.mark.slow
FIELDS = {
    "name": {"kind": "name", "given": "first_name", "family": "surname"},
    "whole": {"kind": "name", "full": "name"},
    "born": {"kind": "date", "column": "born_on"},
    "mail": {"kind": "email", "column": "email"},
    "phone": {"kind": "phone", "column": "phone"},
    "number": {"kind": "id", "column": "number"},
    "home": {"kind": "place", "columns": ["address", "postcode", "city", "state"]},
    "unit": {"kind": "category", "column": "department"},
    "work": {"kind": "text", "column": "occupation"},
}
SEED = 20_261
SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "raw"


def _made(count):
    """People with all fields, each four times: as they are, and with more and more slips and gaps."""
    rng = np.random.default_rng(SEED)
    rows = people(count, SEED).rename(columns={"given": "first_name", "family": "surname", "student_id": "number"})
    rows["born_on"] = rows["born_on"].astype(str)
    streets = ["long lane", "high street", "mill road", "church walk"]
    rows["address"] = [f"{number} {street}" for number, street in zip(
        rng.integers(1, 99, count), rng.choice(streets, count), strict=True)]  # fmt: skip
    rows["city"] = rng.choice(["york", "leeds", "hull", "ripon"], count)
    rows["postcode"] = [f"yo{number}" for number in rng.integers(10, 99, count)]
    rows["state"] = rng.choice(["ny", "wy", "ey"], count)
    rows["occupation"] = rng.choice(["judge of the court", "painter and writer", "writer", "court painter"], count)
    names = ["name", "first_name", "surname", "born_on", "email", "phone", "number",
             "address", "city", "postcode", "state", "department", "occupation"]  # fmt: skip
    parts = [rows[names].astype(str)]
    for share in (0.3, 0.7, 1.0):
        worse = {name: misspelt(rng, parts[-1][name].to_numpy().astype(str), share) for name in names}
        parts.append(pd.DataFrame(worse).mask(rng.random((count, len(names))) < share / 4, ""))
    texts = pd.concat(parts, ignore_index=True).astype(object)
    return texts.where(texts != "", None)


def _sample():
    """The directories of the bundled sample as they are written; each has its own way."""
    called = {"owner": "name", "student_no": "number", "staff_no": "number", "unit": "department"}
    files = [SAMPLE / f"{name}.csv" for name in ("students", "staff", "patrons", "cards", "network")]
    rows = [pd.read_csv(path, dtype=str).rename(columns=called).assign(source=path.stem) for path in files]
    rows = [one.loc[:, ~one.columns.duplicated()] for one in rows]
    texts = pd.concat(rows, ignore_index=True).astype(object)
    return texts.where(texts.notna(), None)


def _sets():
    """Made people, the sample's directories, and the foreign sets that are there."""
    found, _ = foreign_sets(3_000)
    foreign = {one.name: one.rows.astype(object).where(one.rows.notna(), None) for one in found}
    return {"made": _made(800), "sample": _sample(), **foreign}


def _known(rows):
    """The fields of which the rows have all columns."""

    def columns(field):
        return field.get("columns", [field[name] for name in ("column", "given", "family", "full") if name in field])

    return {name: field for name, field in FIELDS.items() if set(columns(field)) <= set(rows)}


def _pairs(rows, count):
    """Pairs that share a value in some column, and random ones."""
    rng = np.random.default_rng(SEED)
    left, right = [rng.integers(0, len(rows), count)], [rng.integers(0, len(rows), count)]
    for name in rows.columns.difference(["source", "record_id"]):
        codes = pd.factorize(rows[name].str[:5])[0]
        order = np.lexsort((rng.random(len(rows)), codes))
        same = (codes[order][1:] == codes[order][:-1]) & (codes[order][1:] >= 0)
        left.append(order[1:][same])
        right.append(order[:-1][same])
    codes = np.unique(coded(np.concatenate(left), np.concatenate(right), len(rows)))
    return decoded(np.sort(rng.choice(codes, min(count, len(codes)), replace=False)), len(rows))


def test_levels_are_splinks():
    """Thousands of near and random pairs of every set, every kind of field, fields in their two cases too."""
    seen = set()
    for name, rows in _sets().items():
        prepared = prepare(rows.reset_index(drop=True), read_spec({"fields": _known(rows)}, name))
        columns = {key: column for one in prepared for key, column in one.columns.items()}
        comparisons = told_apart(prepared)
        pairs = _pairs(rows, 4_000)
        with open_comparer(columns, [one.comparison for one in prepared], threads=1) as compare:
            theirs = levels_apart(prepared, compare(pairs))
        table = pd.DataFrame(columns).astype(object)
        records = table.where(table.notna(), None).to_dict("records")
        climbed = ladders(comparisons)
        ours = np.array(
            [[one.level(records[a], records[b]) for one in climbed]
             for a, b in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)],
            dtype=np.int8,
        )  # fmt: skip
        for place, comparison in enumerate(comparisons):
            wrong = np.flatnonzero(ours[:, place] != theirs[:, place])
            assert not len(wrong), (name, comparison.field, len(wrong))
            seen |= {(comparison.field, int(level)) for level in np.unique(ours[:, place])}
        assert len(pairs) > 1_000
    assert len(seen) > 60  # levels that were reached at all
