"""Places: columns from the narrowest (a street, a postcode) to the widest (a state) in one comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fazri_lib.resolution.comparison import Comparison, Key, Level, Prepared, any_missing, close, equal
from fazri_lib.resolution.normal import EMPTY, mapped, words

if TYPE_CHECKING:
    import pandas as pd

    from fazri_lib.resolution.spec import PlaceField


def prepare(field: str, spec: PlaceField, records: pd.DataFrame) -> Prepared:
    """Return a place made ready.

    Args:
        field: its name in the spec.
        spec: its columns.
        records: the columns as texts.
    """
    columns, keys = {}, []
    for number, name in enumerate(spec.columns):
        column = f"{field}__{number}"
        columns[column] = mapped(records[name], lambda text: "" if words(text) in EMPTY else words(text))
        columns[f"{column}_start"] = mapped(columns[column], lambda text: text.replace(" ", "")[:4])
        keys += [Key(f"{field}: {name}", (column,)), Key(f"{field}: start of {name}", (f"{column}_start",))]
    parts = [f"{field}__{number}" for number in range(len(spec.columns))]
    return Prepared(columns, _comparison(field, parts, spec.columns), tuple(keys))


def _comparison(field: str, parts: list[str], names: tuple[str, ...]) -> Comparison:
    unknown = "(" + " and ".join(any_missing(part) for part in parts) + ")"
    return Comparison(field, unknown, _levels(parts, names), " or ".join(map(close, parts)))


def _levels(parts: list[str], names: tuple[str, ...]) -> tuple[Level, ...]:
    agrees = [close(part) for part in parts]
    levels = []
    for number, (part, name) in enumerate(zip(parts, names, strict=True)):
        others = [agrees[other] for other in range(number + 1, len(parts))]
        if others:
            levels.append(Level(f"{name} equal, and wider", f"{equal(part)} and ({' or '.join(others)})", part))
    for number, name in enumerate(names):
        others = [agrees[other] for other in range(number + 1, len(parts))]
        if others:
            part = parts[number]
            levels.append(Level(f"{name} close, and wider", f"{close(part)} and ({' or '.join(others)})", part))
    levels += [Level(f"{name} equal", equal(part), part) for part, name in zip(parts, names, strict=True)]
    levels += [Level(f"{name} close", close(part), part) for part, name in zip(parts, names, strict=True)]
    levels.append(Level("differs", "ELSE"))
    return tuple(levels)
