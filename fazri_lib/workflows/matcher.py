"""The matcher of a moment: the trained model that held then, read from the extract and kept while that is open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fazri_lib.resolution.model import Model
from fazri_lib.resolution.search import ByModel
from fazri_lib.resolution.spec import read_spec
from fazri_lib.store import to_arrow

if TYPE_CHECKING:
    import datetime as dt

    from fazri_lib.store import Extract

TABLE = "matchers"
SPEC = "spec"
"""Key of the document under which the spec of the columns stands, beside what `Model.as_json` gives."""


def matcher_at(extract: Extract, as_of: dt.datetime) -> ByModel | None:
    """Return the scorer of the model that held at a moment; None when none was trained by then.

    Args:
        extract: an open extract.
        as_of: UTC without a zone.
    """
    if TABLE not in extract.manifest.rest.rows:  # published by an older version
        return None
    held = extract.table(TABLE, as_of)
    trained = to_arrow(extract.backend, held.agg(known_at=held.known_at.max()))["known_at"][0].as_py()
    if trained is None:
        return None
    key = TABLE, trained
    if key not in extract.kept:
        rows = to_arrow(extract.backend, held.filter(held.known_at == trained).select("document"))
        extract.kept[key] = read_matcher(rows["document"][0].as_py())
    scorer: ByModel = extract.kept[key]
    return scorer


def read_matcher(document: str) -> ByModel:
    """Return the scorer that a document of the extract table `matchers` holds."""
    content = json.loads(document)
    return ByModel(Model.from_json(content), read_spec(content[SPEC], TABLE))
