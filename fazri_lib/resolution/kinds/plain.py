"""Categories (a department, a sex) and free texts (an occupation, a title)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fazri_lib.resolution.comparison import Comparison, Key, Level, Prepared, any_missing, equal
from fazri_lib.resolution.normal import EMPTY, mapped, words

if TYPE_CHECKING:
    import pandas as pd

    from fazri_lib.resolution.spec import ColumnField


def prepare_category(field: str, spec: ColumnField, records: pd.DataFrame) -> Prepared:
    """Return a category made ready: equal or not.

    Args:
        field: its name in the spec.
        spec: its column.
        records: the columns as texts.
    """
    whole = f"{field}__value"
    columns = {whole: mapped(records[spec.column], _known)}
    levels = (Level("equal", equal(whole), whole), Level("differs", "ELSE"))
    comparison = Comparison(field, any_missing(whole), levels, equal(whole), is_ordered=True)
    return Prepared(columns, comparison, (Key(f"{field}: value", (whole,)),))


def prepare_text(field: str, spec: ColumnField, records: pd.DataFrame) -> Prepared:
    """Return a free text made ready: equal, alike, or sharing words.

    Args:
        field: its name in the spec.
        spec: its column.
        records: the columns as texts.
    """
    whole, bag = f"{field}__value", f"{field}__words_list"
    value = mapped(records[spec.column], _known)
    columns = {whole: value, bag: mapped(value, lambda text: sorted(set(text.split())))}
    agrees = f"jaro_winkler_similarity({whole}_l, {whole}_r) >= 0.84 or list_has_any({bag}_l, {bag}_r)"
    shared = f"len(list_intersect({bag}_l, {bag}_r))"
    union = f"len(list_distinct(list_concat({bag}_l, {bag}_r)))"
    levels = (
        Level("equal", equal(whole), whole),
        Level("alike", f"jaro_winkler_similarity({whole}_l, {whole}_r) >= 0.92 or {shared} >= 0.6 * {union}"),
        Level("words shared", f"jaro_winkler_similarity({whole}_l, {whole}_r) >= 0.84 or {shared} >= 0.25 * {union}"),
        Level("differs", "ELSE"),
    )
    comparison = Comparison(field, any_missing(whole), levels, agrees, is_ordered=True)
    return Prepared(columns, comparison, (Key(f"{field}: value", (whole,)),))


def _known(text: str) -> str:
    plain = words(text)
    return "" if plain in EMPTY else plain
