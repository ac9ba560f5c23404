"""A first guess, from a sample, of the formats in which a time column is written; proof.py checks it on every row."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from fazri_lib.sources.proof import DAY_FIRST, MONTH_FIRST, order
from fazri_lib.sources.times import EPOCHS, rival

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fazri_lib.sources.times import TimeColumn

_SAMPLE = 500
_DIGITS = re.compile(r"\d+")
_OFFSET = re.compile(r"\s*(Z|[+-]\d{2}(:?\d{2})?)$")
_CODE = re.compile(r"epoch_m?s|%[a-zA-Z-]")
_HARD = re.compile(r"%[^YymdHIMSfpz]|epoch")  # names of months and the like, whose shape varies
_EARLIEST_YEAR = 1900


def guess(unread: TimeColumn, texts: pa.Array, formats: Sequence[str]) -> TimeColumn:
    """Return a column with the formats that read a sample of its texts, the most frequent first.

    Args:
        unread: the column without formats.
        texts: its texts, or the first of them.
        formats: all candidates.
    """
    chosen = np.linspace(0, len(texts) - 1, min(len(texts), _SAMPLE)).astype(np.int64)
    sample = Counter(texts.take(pa.array(chosen)).to_pylist())
    likely = of_that_shape(formats, sample)
    hits = {form: sum(count for text, count in sample.items() if _reads(form, text)) for form in likely}
    found = sorted((form for form in likely if hits[form]), key=lambda form: -hits[form])
    rivals = [form for form in found if rival(form, formats)]
    votes = {side: sum(hits[form] for form in rivals if order(form) == side) for side in (DAY_FIRST, MONTH_FIRST)}
    side = max(votes, key=lambda name: votes[name])
    return replace(
        unread,
        plain=tuple(form for form in found if form not in rivals),
        ordered=tuple(form for form in rivals if order(form) == side),
    )


def _reads(form: str, text: str) -> bool:
    if form in EPOCHS:
        return bool(re.match(EPOCHS[form][0], text.strip()))
    try:
        return dt.datetime.strptime(text.strip(), form).year >= _EARLIEST_YEAR  # noqa: DTZ007 - only whether it fits
    except ValueError:
        return False


def of_that_shape(formats: Iterable[str], texts: Iterable[str]) -> list[str]:
    """Return the formats that may read one of some texts: a quick look at their digits and marks, before trying."""
    shapes = {_shape(text) for text in texts}
    shapes |= {_shape(_OFFSET.sub("", text)) for text in texts}
    return [form for form in formats if _HARD.search(form) or _shape(_CODE.sub(_stand_in, form)) in shapes]


def _shape(text: str) -> str:
    return _DIGITS.sub("0", text.strip()).upper().replace("AM", "PM")


def _stand_in(code: re.Match[str]) -> str:
    return {"%p": "PM", "%z": "", "epoch_s": "0", "epoch_ms": "0"}.get(code[0], "0")
