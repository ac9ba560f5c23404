"""Identifiers: numbers and codes given to people, cards and devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fazri_lib.resolution.comparison import Comparison, Key, Level, Prepared, any_missing, equal
from fazri_lib.resolution.normal import EMPTY, mapped, words

if TYPE_CHECKING:
    import pandas as pd

    from fazri_lib.resolution.spec import IdField


def prepare(field: str, spec: IdField, records: pd.DataFrame) -> Prepared:
    """Return an identifier made ready.

    Args:
        field: its name in the spec.
        spec: its column.
        records: the columns as texts.
    """
    value = mapped(records[spec.column], read_identifier)
    columns = {
        f"{field}__value": value,
        f"{field}__first": mapped(value, lambda text: text[: (len(text) + 1) // 2]),
        f"{field}__last": mapped(value, lambda text: text[len(text) // 2 :]),
        f"{field}__begin": mapped(value, lambda text: text[:3]),
        f"{field}__end": mapped(value, lambda text: text[-3:]),
    }
    whole = f"{field}__value"
    slips = f"damerau_levenshtein({whole}_l, {whole}_r)"
    shortest = f"least(length({whole}_l), length({whole}_r))"
    levels = (
        Level("equal", equal(whole), whole),
        Level("one sign slipped", f"{slips} <= 1 and {shortest} >= 5"),
        Level("two signs slipped", f"{slips} <= 2 and {shortest} >= 7"),
        Level("begin or end equal", "ELSE"),
        Level("differs", "ELSE"),
    )
    agrees = f"{equal(f'{field}__begin')} or {equal(f'{field}__end')}"
    names = {"value": "value", "first half": "first", "second half": "last"}
    keys = tuple(Key(f"{field}: {name}", (f"{field}__{column}",)) for name, column in names.items())
    comparison = Comparison(field, any_missing(whole), levels, agrees, is_ordered=True)
    return Prepared(columns, comparison, keys, is_shared=spec.shared)


def read_identifier(text: str) -> str | None:
    """Return an identifier without blanks and marks, in lower case."""
    plain = words(text)
    return None if plain in EMPTY else plain.replace(" ", "")
