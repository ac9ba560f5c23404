"""The index by which people are searched: made when an extract is published, kept beside it, opened by readers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fazri_lib.access import pseudonym, pseudonyms
from fazri_lib.resolution.search import RECORDS, TABLES, Index, arrays_of, labels_of, other_forms
from fazri_lib.store import to_arrow
from fazri_lib.workflows.campus_inputs import digest

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np

    from fazri_lib.settings import Settings
    from fazri_lib.store import Extract, Part

    Arrays = dict[str, np.ndarray]

NAME = "search"
"""Name of the file."""


def search_key(rest: Part, embeddings: int, settings: Settings) -> str:
    """Return the digest of all that an index is made from.

    Args:
        rest: part of the extract with entities, names and identifiers.
        embeddings: version of the lake's table.
        settings: of the campus; another secret gives other pseudonyms.
    """
    return digest([rest.key, embeddings, pseudonym(0, _secret(settings))])


def search_arrays(extract: Extract, settings: Settings, embeddings: ir.Table | None = None) -> Arrays:
    """Return the arrays of an index of all versions of an extract's people.

    Args:
        extract: an open extract.
        settings: of the campus.
        embeddings: the lake's table on the extract's engine; without it nobody is found by face.
    """
    tables = {name: to_arrow(extract.backend, extract.versions(name)) for name in (*TABLES, RECORDS)}
    if embeddings is not None:
        tables["embeddings"] = to_arrow(extract.backend, embeddings.order_by("observation_id"))
    return arrays_of(tables, partial(pseudonyms, key=_secret(settings)))


def index_of(extract: Extract, key: str, settings: Settings) -> Index:
    """Return the index of an extract: the published one, else one made now, without faces, and kept while it is open.

    Args:
        extract: an open extract.
        key: secret that keys the reader's pseudonyms; when the published ones were made with another, they are made
            anew.
        settings: of the campus.
    """
    if extract.search is None:
        extract.search = search_arrays(extract, settings)
    index = Index(extract.search, other_forms)
    if not len(index.entity_id) or index.labels(0, pseudonym(int(index.entity_id[0]), key)):
        return index
    return Index(extract.search | labels_of(index.entity_id, partial(pseudonyms, key=key)), other_forms)


def _secret(settings: Settings) -> str:
    return settings.pseudonym_key.get_secret_value() if settings.pseudonym_key else ""
