"""Personal columns replaced unless the reader may see them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from fazri_lib.access.pseudonyms import identifier_label, pseudonym
from fazri_lib.access.scopes import DENY, Grant, Scope
from fazri_lib.schema import COLUMNS, Table, extract_table

if TYPE_CHECKING:
    from collections.abc import Callable

_LABELLED = ("id_value", "record_key", "left_key", "right_key")
_RELATED = ("src", "dst")
_GUESSABLE = ("id_key",)
_OPEN_KINDS = ("zone", "role", "department")
_ENTITY = re.compile(r"entity:(-?\d+)")


def mask(frame: pd.DataFrame, table: str, grant: Grant = DENY) -> pd.DataFrame:
    """Return rows of an extract table with its personal columns replaced unless the grant reveals them.

    Identifiers become stable labels, ends of relations keep their kind, all other personal columns become empty.
    `id_key` becomes empty, too: it follows from the identifier, so whoever has a list of cards could find the card.

    Args:
        frame: rows of the table, possibly with fewer or further columns; left untouched.
        table: name of the extract table.
        grant: what the reader may see.

    Raises:
        UnknownNameError: there is no such table.
    """
    return mask_table(frame, extract_table(table), grant)


def mask_table(frame: pd.DataFrame, table: Table, grant: Grant = DENY) -> pd.DataFrame:
    """Do as `mask` for a table given by its contract. Columns that only other tables call personal are hidden, too."""
    if grant.holds(Scope.REVEAL):
        return frame
    hidden = {name for name, column in COLUMNS.items() if column.is_personal} - set(table.not_personal)
    hidden |= set(_GUESSABLE)
    masked = frame.copy()
    for name in [str(column) for column in frame.columns if column in hidden]:
        masked[name] = _hide(masked[name], name, grant.key)
    return masked


def _hide(values: pd.Series, name: str, key: str) -> pd.Series:
    if name in _LABELLED:
        return _each(values, lambda value: identifier_label(value, key))
    if name in _RELATED:
        return _each(values, lambda value: _end(value, key))
    return pd.Series(pd.NA, index=values.index, dtype="object")


def _each(values: pd.Series, change: Callable[[str], str]) -> pd.Series:
    labels = {value: change(str(value)) for value in values.dropna().unique()}
    return values.map(labels, na_action="ignore")


def _end(value: str, key: str) -> str:
    """One end of a relation: entities by pseudonym, zones as they are, identifiers by label."""
    entity = _ENTITY.fullmatch(value)
    if entity:
        return f"entity:{pseudonym(int(entity[1]), key)}"
    kind, colon, rest = value.partition(":")
    if kind in _OPEN_KINDS:
        return value
    return f"{kind}:{identifier_label(rest, key)}" if colon else identifier_label(value, key)
