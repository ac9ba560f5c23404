"""Person records whose people are known, in one form: foreign sets and the directories of a simulated campus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.bench.places import foreign_data

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fazri_lib.bench.campuses import SimulatedCampus

SHUFFLE_SEED = 5
FIELDS = ("first_name", "surname", "born_on", "email", "phone", "city", "postcode", "number", "address", "state")
FEBRL = {
    "given_name": "first_name",
    "surname": "surname",
    "date_of_birth": "born_on",
    "suburb": "city",
    "postcode": "postcode",
    "soc_sec_id": "number",
    "address_1": "address",
    "state": "state",
}
FAKE = {"first_name": "first_name", "surname": "surname", "dob": "born_on", "city": "city", "email": "email"}


@dataclass(frozen=True, slots=True)
class PersonRecords:
    """Records to be resolved, with the answer.

    Attributes:
        name: of the set.
        rows: `record_id, source` and those of `FIELDS` that the set has, texts, empty where unknown.
        person: whose each row is, in the same order.
        identifying: the field that an exact resolver may join by.
    """

    name: str
    rows: pd.DataFrame
    person: pd.Series
    identifying: str


def foreign_sets(records: int) -> tuple[list[PersonRecords], list[str]]:
    """Return the foreign sets that are there, each with at most so many records, and the files that are not."""
    found, lacking = [], []
    for name, (files, made) in SETS.items():
        paths = [foreign_data(file) for file in files]
        there = [path for path in paths if path is not None]
        if len(there) < len(files):
            lacking.append(files[0])
        else:
            found.append(made(name, there, records))
    return found, lacking


def campus_set(campus: SimulatedCampus, records: int) -> PersonRecords:
    """Return the newest version of every directory record of a campus: name, e-mail, phone, day of birth."""
    rows = campus.records.drop_duplicates("key", keep="last").head(records)
    words = rows["name"].astype("str").str.strip().str.extract(r"^(?:(.*)\s+)?(\S+)$")
    table = pd.DataFrame({"record_id": rows["key"].astype(str), "source": rows["directory"].astype(str)})
    table["first_name"], table["surname"] = words[0], words[1]
    for name in ("born_on", "email", "phone"):
        table[name] = rows[name].astype("str")
    person = rows["person"].reset_index(drop=True)
    return _shuffled(f"campus {campus.seed}", _texts(table.reset_index(drop=True)), person, "email")


def _fake_1000(name: str, paths: list[Path], records: int) -> PersonRecords:
    raw = pd.read_csv(paths[0], dtype=str, skipinitialspace=True).head(records)
    table = _texts(raw.rename(columns=FAKE).assign(source="fake_1000"))
    return _shuffled(name, table[["source", *FAKE.values()]], raw["cluster"], "email")


def _febrl(name: str, paths: list[Path], records: int) -> PersonRecords:
    parts = [pd.read_csv(path, dtype=str, skipinitialspace=True).assign(source=path.stem) for path in paths]
    raw = pd.concat([part.sort_values("rec_id").head(records // len(paths)) for part in parts], ignore_index=True)
    person = raw["rec_id"].str.split("-").str[1]
    table = _texts(raw.rename(columns=FEBRL))
    written = pd.to_datetime(table["born_on"], format="%Y%m%d", errors="coerce")
    table["born_on"] = written.dt.strftime("%Y-%m-%d")  # impossible days become empty
    return _shuffled(name, table[["source", *FEBRL.values()]], person, "number")


def _texts(table: pd.DataFrame) -> pd.DataFrame:
    """Lower-case texts, empty ones as missing."""
    known = [name for name in FIELDS if name in table]
    texts = {name: table[name].astype("str").str.strip().str.lower() for name in known}
    return table.assign(**{name: text.mask(text.isin(["", "nan", "none", "nat"])) for name, text in texts.items()})


def _shuffled(name: str, table: pd.DataFrame, person: pd.Series, identifying: str) -> PersonRecords:
    """Bring the rows into an order, and where they have none give them names, that say nothing of the people."""
    order = np.random.default_rng(SHUFFLE_SEED).permutation(len(table))
    rows = table.iloc[order].reset_index(drop=True)
    if "record_id" not in rows:
        rows.insert(0, "record_id", [f"r{number:05d}" for number in range(len(rows))])
    empty = [column for column in FIELDS if column in rows and rows[column].isna().all()]
    return PersonRecords(
        name, rows.drop(columns=empty), person.iloc[order].reset_index(drop=True).astype(str), identifying
    )


SETS: dict[str, tuple[tuple[str, ...], Callable[[str, list[Path], int], PersonRecords]]] = {
    "fake_1000": (("records/fake_1000.csv",), _fake_1000),
    "febrl3": (("records/febrl3.csv",), _febrl),
    "febrl4": (("records/febrl4a.csv", "records/febrl4b.csv"), _febrl),
}
"""The foreign sets: their files and how they are read."""
