"""Whom a new record belongs to: candidates weighed by the trained model, with the bits of each field; or nobody."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fazri_lib.access import pseudonym
from fazri_lib.campus.answer import Chart
from fazri_lib.campus.bounds import within
from fazri_lib.campus.search import LONGEST
from fazri_lib.errors import SettingsError, UnknownNameError, nearest
from fazri_lib.resolution import search as searching
from fazri_lib.resolution.kinds.date import read_date
from fazri_lib.resolution.search import PRIOR, ByRarity
from fazri_lib.workflows.matcher import matcher_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.view import View
    from fazri_lib.resolution.kinds.date import Parts
    from fazri_lib.resolution.search import Scored

NOBODY = "nobody on record"
_LIKELY, _EXACT = 0.5, "equal"
_NAMED = ("name", "role", "department")
_SHOWN = ("pseudonym", *_NAMED, "probability", "weight", "reason")
_COLUMNS = ("entity_id", "pseudonym", *_NAMED, "probability", "weight", "records", "record_id", "reason")
_BY_RARITY = "No matcher was trained by then: ranked by how rare what they share is, without probabilities."


def match(view: View, record: tuple[tuple[str, str], ...], limit: int) -> Answer:
    """Answer: whom a new record may belong to, the likeliest first, with what each field says; and whether nobody fits.

    The table `parts` holds the bits of each field of the nearest directory row, the table `shares` the probabilities,
    that of nobody among them.

    Raises:
        SettingsError: the record is empty, a value is too long, or the limit is not 1 to 1000.
        UnknownNameError: it has a field that nothing is compared by.
    """
    within(limit=limit)
    index, moment = view.index, searching.microseconds(view.as_of)
    scorer = matcher_at(view.extract, view.as_of)
    fields = _checked(record, scorer.fields if scorer else tuple(index.fields))
    _check_days(fields, scorer.dates if scorer else frozenset({"born_on"}))
    found = searching.match(index, fields, scorer or ByRarity(), moment, searching.CANDIDATES)
    shares, nobody = searching.shares(found) if scorer else ([np.nan] * len(found), np.nan)
    found, shares = found[:limit], shares[:limit]
    rows = [_row(view, one, share, moment) for one, share in zip(found, shares, strict=True)]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS)).astype({"entity_id": "Int64", "record_id": "Int64"})
    shared = _shares(frame, nobody)
    tables = {"parts": _parts(view, found), "shares": shared}
    only = next(iter(fields)) if scorer and len(fields) == 1 and scorer.identifying >= fields.keys() else ""
    exact = [one.entity_id for one in found if only and one.parts[-1].label == _EXACT]
    told = _BY_RARITY if len(frame) else "Nobody on record shares anything with it."
    if scorer:
        told = _told(frame, nobody, _exactly(frame, only, exact))
    chart = Chart("shares", shared, label="who")
    return view.answer("Whose record this is", told, frame, chart, columns=_SHOWN, tables=tables)


def _checked(record: tuple[tuple[str, str], ...], known: Sequence[str]) -> dict[str, str]:
    fields = {name: text.strip() for name, text in record if text.strip()}
    expected = f"expected texts by field ({', '.join(known)})"
    if not fields:
        raise SettingsError(f"nothing to match; {expected}, got none; give a name or an identifier")
    for name, text in fields.items():
        if name not in known:
            raise UnknownNameError(f"nothing is compared by {name}{nearest(name, known)}; {expected}; leave it out")
        if len(text) > LONGEST:
            raise SettingsError(f"{name}: expected up to {LONGEST} letters, got {len(text)}; shorten it")
    return fields


def _check_days(fields: Mapping[str, str], dates: AbstractSet[str]) -> None:
    """See that days are days: one that there is not would speak against everybody."""
    for name in dates & fields.keys():
        if not any(_is_day(read_date(fields[name], is_day_first=first)) for first in (True, False)):
            raise SettingsError(
                f"{name}: expected a day as 2001-04-05, got none that exists; correct it or leave it out"
            )


def _is_day(parts: Parts | None) -> bool:
    """Tell whether there is such a day; a month or a day that is not told counts as the first."""
    if parts is None:
        return False
    try:
        dt.date(int(parts.year), int(parts.month or 1), int(parts.day or 1))
    except ValueError:
        return False
    return True


def _exactly(frame: pd.DataFrame, only: str, exact: Sequence[int]) -> str:
    """What is said of the only person who has exactly the identifier given alone; "" of none, or several."""
    if len(exact) != 1:
        return ""
    who = _called(frame[frame["entity_id"] == exact[0]].iloc[0])
    return f"Only {who} has exactly this {only.replace('_', ' ')}, alone it says little: give a name or a day of birth."


def _row(view: View, one: Scored, share: float, moment: int) -> dict[str, Any]:
    known = view.index.values_of(one.entity_id, moment)
    return {
        "entity_id": one.entity_id,
        "pseudonym": pseudonym(one.entity_id, view.grant.key),
        **{name: known[name][-1] if name in known else None for name in _NAMED},
        "probability": share,
        "weight": round(one.weight, 2),
        "records": one.records,
        "record_id": one.record_id,
        "reason": "; ".join(_said(part.field, part.label, part.bits) for part in one.parts if part.field != PRIOR),
    }


def _said(field: str, label: str, bits: float) -> str:
    return f"{field.replace('_', ' ')}: {label} ({bits:+.1f})"


def _parts(view: View, found: Sequence[Scored]) -> pd.DataFrame:
    rows = [
        (one.entity_id, pseudonym(one.entity_id, view.grant.key), one.record_id, *part)
        for one in found
        for part in one.parts
    ]
    names = ["entity_id", "pseudonym", "record_id", "field", "label", "bits"]
    return pd.DataFrame(rows, columns=names).astype({"entity_id": "Int64", "record_id": "Int64"})


def _shares(frame: pd.DataFrame, nobody: float) -> pd.DataFrame:
    """Probabilities, that of nobody last."""
    rows = frame[["pseudonym", "probability"]].rename(columns={"pseudonym": "who"})
    return pd.concat([rows, pd.DataFrame({"who": [NOBODY], "probability": [nobody]})], ignore_index=True)


def _told(frame: pd.DataFrame, nobody: float, exactly: str) -> str:
    if exactly and nobody >= _LIKELY:
        return f"{exactly} Probability {frame['probability'].iloc[0]:.1%}; nobody on record with {nobody:.1%}."
    if frame.empty or nobody >= _LIKELY:
        near = "" if frame.empty else f" Nearest is {_called(frame.iloc[0])} with {frame['probability'].iloc[0]:.1%}."
        return f"Nobody on record fits ({nobody:.0%}).{near}"
    best: Any = frame.iloc[0]
    share, who = best["probability"], _called(best)
    if share < _LIKELY:
        others = f"others with {1 - share - nobody:.0%} together, nobody on record with {nobody:.1%}"
        return f"Several fit: {who} with {share:.0%}, {others}."
    return f"{who} with {share:.1%}; nobody on record with {nobody:.1%}. {best['reason']}."


def _called(row: pd.Series[Any]) -> str:
    return f"{row['name']} ({row['pseudonym']})" if pd.notna(row["name"]) else str(row["pseudonym"])
