"""The matcher of a moment: the trained model that held then as a scorer, kept while the extract is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fazri_lib.resolution.search import ByModel
from fazri_lib.workflows.trained import trained_at

if TYPE_CHECKING:
    import datetime as dt

    from fazri_lib.store import Extract


def matcher_at(extract: Extract, as_of: dt.datetime) -> ByModel | None:
    """Return the scorer of the model that held at a moment; None when none was trained by then.

    Args:
        extract: an open extract.
        as_of: UTC without a zone.
    """
    trained = trained_at(extract, as_of)
    if trained is None:
        return None
    key = "matcher", trained.known_at
    if key not in extract.kept:
        extract.kept[key] = ByModel(trained.model, trained.spec)
    scorer: ByModel = extract.kept[key]
    return scorer
