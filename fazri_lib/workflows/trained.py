"""The trained model of a moment, read from the extract and kept while that is open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from fazri_lib.resolution.model import Model
from fazri_lib.resolution.spec import Spec, read_spec
from fazri_lib.store import to_arrow

if TYPE_CHECKING:
    import datetime as dt

    from fazri_lib.store import Extract

TABLE = "matchers"
MODEL, SPEC = "model", "spec"
"""Keys of the document: what `Model.as_json` gives, and the spec of the columns."""


class Trained(NamedTuple):
    """What records were compared by.

    Attributes:
        model: the model.
        spec: what the columns of the records are, and in which directories nobody has two.
        known_at: from when on it held, UTC without a zone.
    """

    model: Model
    spec: Spec
    known_at: dt.datetime


def trained_at(extract: Extract, as_of: dt.datetime) -> Trained | None:
    """Return the model that held at a moment; None when none was trained by then.

    Args:
        extract: an open extract.
        as_of: UTC without a zone.
    """
    since = _since(extract, as_of)
    if since is None:
        return None
    key = "trained", since
    if key not in extract.kept:
        held = extract.versions(TABLE)
        rows = to_arrow(extract.backend, held.filter(held.known_at == since).select("document"))
        content = json.loads(rows["document"][0].as_py())
        model, spec = Model.from_json(content[MODEL]), read_spec(content[SPEC], TABLE)
        extract.kept[key] = Trained(model, spec, since)
    trained: Trained = extract.kept[key]
    return trained


def _since(extract: Extract, as_of: dt.datetime) -> dt.datetime | None:
    """Return from when on the model of a moment held; the few moments of training are read once."""
    if TABLE not in extract.manifest.rest.rows:  # published by an older version
        return None
    if TABLE not in extract.kept:
        rows = to_arrow(extract.backend, extract.versions(TABLE).select("known_at").order_by("known_at"))
        extract.kept[TABLE] = rows["known_at"].to_pylist()
    return max((moment for moment in extract.kept[TABLE] if moment <= as_of), default=None)
