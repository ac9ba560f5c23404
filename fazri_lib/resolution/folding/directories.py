"""What the columns of campus directories are to the engine, and what each version of a row says in them."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from fazri_lib.resolution.spec import Spec, read_spec

if TYPE_CHECKING:
    from collections.abc import Mapping

CONTACTS = ("email", "phone")
"""Identifiers that are columns of a record too: they are compared once, as what they are."""
FIELDS: Mapping[str, Mapping[str, Any]] = {
    "name": {"kind": "name", "full": "name"},
    "email": {"kind": "email", "column": "email"},
    "phone": {"kind": "phone", "column": "phone"},
    "born_on": {"kind": "date", "column": "born_on"},
    "department": {"kind": "category", "column": "department"},
}
_QUOTED = json.JSONEncoder(ensure_ascii=False).encode
_NO_LETTER = re.compile(r"[^a-z0-9_]+")


def said(rows: pd.DataFrame, identifiers: pd.DataFrame) -> pd.DataFrame:
    """Return what rows of directories say of the person, as texts, None where they say nothing.

    Identifiers count where their contract calls them identifying: numbers of people, not cards, devices and faces,
    which are handed on and shared and lead to claims.

    Args:
        rows: rows of `exact.current_records`.
        identifiers: lake table `record_identifiers`.

    Returns:
        In the order of `rows`: `name, email, phone, born_on, department` and a column a kind of identifier.
    """
    first = _identifying(identifiers)
    held = first.pivot_table(index="record_id", columns="id_type", values="id_value", aggfunc="first")
    held = held.reindex(rows["record_id"]).set_axis(rows.index)
    texts = pd.DataFrame({name: rows[name].astype(object) for name in FIELDS}, index=rows.index)
    for name in CONTACTS:
        if name in held:
            texts[name] = texts[name].where(texts[name].notna(), held[name])
    numbers = held.drop(columns=[name for name in CONTACTS if name in held])
    texts[list(numbers.columns)] = numbers.astype(object)
    texts["born_on"] = texts["born_on"].map(lambda day: f"{day:%Y-%m-%d}", na_action="ignore")
    return texts.astype(object).where(texts.notna(), None)


def listed_numbers(rows: pd.DataFrame, identifiers: pd.DataFrame) -> pd.Series:
    """Return the identifiers that `said` adds to rows, by kind, as JSON; None where there are none.

    Args:
        rows: with `record_id`.
        identifiers: lake table `record_identifiers`.
    """
    told = pd.Series("", index=rows.index, dtype=object)
    for kind, part in _identifying(identifiers).groupby("id_type", sort=True):
        quoted = part.set_index("record_id")["id_value"].map(_QUOTED)
        told += (f", {_QUOTED(kind)}: " + rows["record_id"].map(quoted).astype(object)).fillna("")
    return ("{" + told.str.slice(2) + "}").where(told != "", None).astype(object)


def _identifying(identifiers: pd.DataFrame) -> pd.DataFrame:
    """The first identifier of each identifying kind that a row lists."""
    listed = identifiers[identifiers["identifies"].astype(bool)].sort_values(["id_type", "id_value"])
    return listed.drop_duplicates(["record_id", "id_type"]).astype({"id_type": "str", "id_value": "str"})


def directory_spec(texts: pd.DataFrame) -> Spec:
    """Return what the columns of `said` are."""
    numbers = {
        _field_of(column): {"kind": "id", "column": column} for column in sorted(set(texts.columns) - set(FIELDS))
    }
    return read_spec({"fields": {**FIELDS, **numbers}}, "directories")


def _field_of(column: str) -> str:
    """Return the field of a kind of identifier: its name where that can be one, whatever other kinds there are.

    Where signs had to be replaced a digest of the name ends it, so that two kinds never have one field.
    """
    name = _NO_LETTER.sub("_", column.lower()).strip("_") or "number"
    name = name if name[0].isalpha() else f"id_{name}"
    return name if name == column else f"{name}_{hashlib.sha256(column.encode()).hexdigest()[:6]}"
