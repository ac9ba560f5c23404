"""Which things a text means: books by number, cards, devices and other identifiers by value or label."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from fazri_lib.access import Scope, identifier_label
from fazri_lib.resolution import search as searching
from fazri_lib.resolution.search import Level
from fazri_lib.resolution.search.building import IDENTIFIERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fazri_lib.campus.view import View

    Found = dict[str, Any]

BOOK = "book"
_LABEL = re.compile(r"\bI-[0-9A-HJKMNP-TV-Z]{7}\b", re.IGNORECASE)
_CONTACT = ("email", "phone")  # of a person, no thing
_MOST = 100


def spoken_kind(kind: str) -> str:
    """Return what a kind of thing is called: card for card_id."""
    return kind.removesuffix("_id").replace("_", " ")


def without_labels(text: str) -> str:
    """Return a text without labels of identifiers: they are no words."""
    return _LABEL.sub(" ", text)


def things_found(view: View, text: str, limit: int) -> list[Found]:
    """Return things that a text means, the closest first, each with `kind:name`, by which `campus.thing` shows it.

    Identifiers are searched where they are revealed; elsewhere by their whole label only, as I-0M4ZT2B.

    Args:
        view: the view.
        text: as typed.
        limit: most books, and most others.
    """
    found = [*_labelled(view, text), *_books(view, text, limit)]
    if view.grant.holds(Scope.REVEAL):
        found += _identifiers(view, text, limit)
    closest = sorted(
        {row["key"]: row for row in found}.values(), key=lambda row: (row["reason"][1], row["label"], row["key"])
    )
    return [row | {"reason": row["reason"][0], "weight": np.nan} for row in closest[: 2 * limit]]


def _labelled(view: View, text: str) -> list[Found]:
    """Identifiers whose label stands in the text."""
    labels = [label.upper() for label in _LABEL.findall(text)]
    known = view.identifier_of if labels else {}
    return [
        _identifier(view, *one, "label is " + label, Level.IDENTIFIER)
        for label in labels
        for one in known.get(label, [])
    ]


def _books(view: View, text: str, limit: int) -> list[Found]:
    moment, rows = searching.microseconds(view.as_of), []
    kind, form = _meant(text, (BOOK,))
    for level, _, value in view.book_index.identifiers_like(form, moment, limit) if form else ():
        told = {"kind": BOOK, "key": f"{BOOK}:{value}", "label": value, "more": ""}
        rows.append(told | {"reason": (_said(BOOK, form, value, level), level)})
    return rows if kind in ("", BOOK) else []


def _identifiers(view: View, text: str, limit: int) -> list[Found]:
    moment, rows = searching.microseconds(view.as_of), []
    kinds = [name for name in view.index.fields if view.index.kind_of[name] == IDENTIFIERS and name not in _CONTACT]
    kind, form = _meant(text, kinds)
    for level, id_type, value in view.index.identifiers_like(form, moment, _MOST) if form else ():
        if id_type in kinds and kind in ("", id_type):
            rows.append(_identifier(view, id_type, value, _said(spoken_kind(id_type), form, value, level), level))
    return rows[:limit]


def _meant(text: str, kinds: Sequence[str]) -> tuple[str, str]:
    """Return the kind that a text names, as card in "card 3286", and the rest of it as identifiers are compared."""
    named = {spoken_kind(kind): kind for kind in kinds}
    words = text.lower().split()
    kind = next((named[word] for word in words if word in named and len(words) > 1), "")
    return kind, searching.identifier_form("".join(word for word in words if not kind or named.get(word) != kind))


def _identifier(view: View, id_type: str, value: str, reason: str, level: Level) -> Found:
    label = identifier_label(value, view.grant.key)
    shown = value if view.grant.holds(Scope.REVEAL) else label
    return {
        "kind": id_type,
        "key": f"{id_type}:{label}",
        "label": shown,
        "more": "" if shown == label else label,
        "reason": (reason, level),
    }


def _said(called: str, form: str, value: str, level: Level) -> str:
    if level == Level.IDENTIFIER:
        return f"{called} is {value}"
    return f"{called} {'begins with' if searching.identifier_form(value).startswith(form) else 'ends in'} {form}"
