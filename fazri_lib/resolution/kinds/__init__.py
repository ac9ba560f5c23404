"""The kinds of fields: each makes its columns ready, compares them and finds pairs by them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fazri_lib.resolution.kinds import contact, date, identifier, name, place, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from fazri_lib.resolution.comparison import Prepared
    from fazri_lib.resolution.spec import Spec

KINDS: Mapping[str, Callable[..., Prepared]] = {
    "name": name.prepare,
    "date": date.prepare,
    "email": contact.prepare_email,
    "phone": contact.prepare_phone,
    "id": identifier.prepare,
    "place": place.prepare,
    "category": plain.prepare_category,
    "text": plain.prepare_text,
}


def prepare(records: pd.DataFrame, spec: Spec) -> list[Prepared]:
    """Return the fields of a spec made ready, in its order.

    Args:
        records: the spec's columns as texts, None where unknown.
        spec: what they are.
    """
    prepared = {name: KINDS[field.kind](name, field, records) for name, field in spec.fields.items()}
    names = [name for name, field in spec.fields.items() if field.kind == "name"]
    for name, field in spec.fields.items():
        if names and field.kind == "email":  # most addresses are made of the name
            prepared[name] = replace(prepared[name], repeats=names[0])
    return list(prepared.values())
