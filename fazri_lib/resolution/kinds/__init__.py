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
    person = next((key for key, field in spec.fields.items() if field.kind == "name"), "")
    prepared = [KINDS[field.kind](key, field, records) for key, field in spec.fields.items()]
    kinds = [field.kind for field in spec.fields.values()]
    # most e-mail addresses are made of the name
    return [replace(one, repeats=person) if kind == "email" else one for one, kind in zip(prepared, kinds, strict=True)]
