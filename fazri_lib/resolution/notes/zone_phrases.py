"""What zones are called in notes: their names, their ids, and parts of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from fazri_lib.resolution.notes.letters import spellings

if TYPE_CHECKING:
    from collections.abc import Iterator

ZONE_PHRASES = pa.schema([("phrase", pa.string()), ("zone_id", pa.string()), ("said", pa.float64())])
"""Columns of `zone_phrases`."""
_SHORTEST = 3
_MOST_WORDS = 6
_WORD = re.compile(r"[^\W_]+")


def zone_phrases(zones: pd.DataFrame) -> pd.DataFrame:
    """Return the phrases by which zones are called, each with the share of the zone's name that it says.

    A zone is called by its name, its id, its own type where no other zone has it, and by runs of words of these; the
    singular and the plural are one, and one word of a run of several may be cut short (chem lab), though not below
    three letters. `said` is the share of letters: computer says 8 of the 11 letters of computer lab. A lone word of a
    longer name may as well be an ordinary word: it counts the square of its share.

    Args:
        zones: extract table `zones`.

    Returns:
        Columns of `ZONE_PHRASES`, the largest share per phrase and zone.
    """
    alone = ~zones["zone_type"].duplicated(keep=False) & zones["zone_type"].notna()
    rows = []
    for zone_id, name, kind in zip(zones["zone_id"], zones["name"], zones["zone_type"].where(alone), strict=True):
        called = [text for text in (name, zone_id, kind) if isinstance(text, str)]
        rows += [(phrase, zone_id, said) for text in called for phrase, said in _phrases(text)]
    found = pd.DataFrame(rows, columns=["phrase", "zone_id", "said"])
    return found.groupby(["phrase", "zone_id"], sort=True)["said"].max().round(6).reset_index()


def _phrases(text: str) -> Iterator[tuple[str, float]]:
    for written in spellings(text):
        whole = _WORD.findall(written)
        letters = sum(map(len, whole))
        for first in range(len(whole)):
            for after in range(first + 1, min(len(whole), first + _MOST_WORDS) + 1):
                run = whole[first:after]
                if any(len(word) >= _SHORTEST for word in run) or len(run) == len(whole):
                    is_lone = len(run) == 1 < len(whole)
                    for words, said in _ways(run):
                        yield " ".join(words), (said / letters) ** (2 if is_lone else 1)


def _ways(run: list[str]) -> Iterator[tuple[list[str], int]]:
    """A run as it is, with the last word in the other number, and with one word cut short; and the letters said."""
    said = sum(map(len, run))
    yield run, said
    last = run[-1]
    is_plural = last.endswith("s") and len(last) > _SHORTEST
    if last.isalpha() and len(last) >= _SHORTEST:
        yield [*run[:-1], last[:-1] if is_plural else last + "s"], said
    for place, word in enumerate(run):
        for kept in range(_SHORTEST, len(word) if len(run) > 1 else 0):
            yield [*run[:place], word[:kept], *run[place + 1 :]], said - len(word) + kept
