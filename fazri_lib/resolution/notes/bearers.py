"""Who bears which name: the names of people on record, taken apart."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from fazri_lib.resolution.notes.letters import spellings
from fazri_lib.resolution.notes.lives import lives

if TYPE_CHECKING:
    from collections.abc import Iterator

BEARERS = pa.schema(
    [
        ("entity_id", pa.int64()),
        ("given", pa.string()),
        ("family", pa.string()),
        ("named_at", pa.timestamp("us")),
        ("named_until", pa.timestamp("us")),
    ]
)
"""Columns of `bearers`."""
TITLES = (
    "dr", "prof", "professor", "mr", "mrs", "ms", "miss", "herr", "frau", "mme", "mlle", "monsieur", "madame", "sir",
    "dipl", "ing", "phd", "msc", "bsc", "mag", "shri", "smt", "sra", "sr", "jr",
)  # fmt: skip
"""Words before (or after) a name that are no part of it."""
_PARTICLES = (
    "von", "van", "vom", "zu", "zum", "zur", "de", "der", "den", "del", "della", "da", "di", "dos", "du", "la", "le",
    "al", "el", "bin", "ibn", "ter", "ten",
)  # fmt: skip
_SHORTEST = 2
_WORD = re.compile(r"[^\W\d_]+")


def bearers(person: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of a given and a family name that lead to a person, from when on each was known.

    A name once known stays one: people go on being called by it, until they turn out to be somebody else.

    Args:
        person: extract table `person`, all versions.

    Returns:
        Columns of `BEARERS`, names in plain letters; people with one name alone have it as `given`, `family` is empty.
    """
    known = person.loc[person["name"].notna(), ["entity_id", "name", "known_at"]].merge(lives(person), on="entity_id")
    is_then = (known["since"] <= known["known_at"]) & ~(known["until"] <= known["known_at"])
    known = known[is_then].reset_index(drop=True)
    parts = {name: list(_pairs(name)) for name in known["name"].unique()}
    rows = known.assign(pair=known["name"].map(parts)).explode("pair").dropna(subset="pair")
    pairs = pd.DataFrame(rows["pair"].tolist(), columns=["given", "family"], index=rows.index)
    found = pd.concat([rows[["entity_id", "known_at", "since", "until"]], pairs], axis=1)
    first = found.groupby(["entity_id", "given", "family", "since"], sort=True)
    named = first.agg(named_at=("known_at", "min"), named_until=("until", "first"))
    return named.reset_index().drop(columns="since")


def split_name(name: str) -> tuple[list[str], list[str]]:
    """Return the given and the family names in a written name, titles, particles and initials left out.

    `Family, Given` is turned; else the last word is the family name, a hyphen between two keeps both.
    """
    before, _, after = name.partition(",")
    if _words(after):
        return _words(after), _words(before)
    parts = before.split()
    while parts and not _words(parts[-1]):
        parts.pop()
    return _words(" ".join(parts[:-1])), _words(parts[-1]) if parts else []


def _pairs(name: str) -> Iterator[tuple[str, str]]:
    """Pairs of a given and a family name, each in every spelling."""
    given, family = split_name(name)
    if not given or not family:
        given, family = [*given, *family], [""]
    for one, other in product(given, family):
        yield from product(spellings(one), spellings(other))


def _words(text: str) -> list[str]:
    found = [word for word in _WORD.findall(text) if len(word) >= _SHORTEST]
    return [word for word in found if word.lower() not in (*TITLES, *_PARTICLES)]
