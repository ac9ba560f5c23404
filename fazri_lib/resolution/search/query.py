"""From a text to those who are meant: its words are weighed, added up, and each hit is explained word by word."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.resolution.search.building import DATES, IDENTIFIERS, LABELS, NAMES, PLAIN
from fazri_lib.resolution.search.explaining import Explainer, Hit, Word
from fazri_lib.resolution.search.likeness import Level
from fazri_lib.resolution.search.words import folded, identifier_form, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    import numpy.typing as npt

    from fazri_lib.resolution.search.index import Entities, Index

    Holds = Callable[[str], Level | None]

ALL = frozenset({NAMES, PLAIN, IDENTIFIERS, DATES, LABELS})
PSEUDONYMS_ONLY = frozenset({PLAIN, LABELS})
"""Kinds of words that a reader who sees no names can search: neither hits nor weights tell of any other."""
_LABEL = re.compile(r"p-[0-9a-z]*")
_DAY_FIRST = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})")
_READ_ALIKE = str.maketrans("oil", "011")
_LONGEST_RUN = 5
_DAY = len("20010405")
_EXPLAINED = 2  # times as many as asked for: a word on record that two words match counts once
SHARE_OF_BEST = 0.5
"""Of the weight of the best hit: what weighs less is no answer to the same text."""
_FEW = 16_384  # below, sorting is faster than a mark for everybody


def parsed(text: str, index: Index, moment: int, kinds: frozenset[str] = ALL) -> list[Word]:
    """Return the different words of a text; blanks and punctuation within an identifier on record part nothing.

    Args:
        text: as typed.
        index: to look in.
        moment: identifiers known later part the text like any other words; microseconds since 1970, UTC.
        kinds: kinds of words to look among.
    """
    parts = partial(index.holds, moment=moment) if IDENTIFIERS in kinds else _no_identifier
    chunks, found, place = folded(text).split(), dict[str, Word](), 0
    while place < len(chunks):
        taken = _run(chunks[place:], parts)
        if taken:
            words = [identifier_form("".join(chunks[place : place + taken]))]
        else:
            words = _words_of_chunk(chunks[place], parts, kinds)
        searched = kinds if len(words) == 1 else kinds - {LABELS}  # a piece of something is nobody's number
        found |= {word: Word(word, searched) for word in words if word not in found}
        place += max(taken, 1)
    return list(found.values())


def search(
    index: Index, words: Sequence[Word], moment: int, limit: int, least_share: float = SHARE_OF_BEST
) -> list[Hit]:
    """Return who is meant, the likeliest first; equal ones in the order of their ids.

    Args:
        index: to look in.
        words: of `parsed`.
        moment: as known then, microseconds since 1970, UTC.
        limit: most hits.
        least_share: of the weight of the first: those that weigh less are left out.
    """
    weighed = [_weighed(index, word, moment) for word in words]
    total = np.zeros(len(index.entity_id), dtype=np.float32)
    for levels in weighed:
        for _, entities, bits in levels:
            total[entities] += np.float32(bits)
    found = [entities for levels in weighed for _, entities, _ in levels]
    places = _best(total, np.concatenate([*found, np.zeros(0, np.int32)]), _EXPLAINED * limit, least_share)
    explainer = Explainer(index, moment, words, [{level: bits for level, _, bits in levels} for levels in weighed])
    hits = [explainer.hit(int(place)) for place in places]
    hits.sort(key=lambda hit: (-hit.weight, hit.entity_id))
    return [hit for hit in hits[:limit] if hit.weight > 0 and hit.weight >= least_share * hits[0].weight]


def _run(chunks: Sequence[str], holds: Holds) -> int:
    """How many of the first chunks are one identifier written with blanks; 0 for none."""
    for count in range(min(_LONGEST_RUN, len(chunks)), 1, -1):
        form = identifier_form("".join(chunks[:count]))
        if form and holds(form) == Level.IDENTIFIER:
            return count
    return 0


def _words_of_chunk(chunk: str, holds: Holds, kinds: Collection[str]) -> list[str]:
    if LABELS in kinds and _LABEL.fullmatch(chunk):
        return [f"p-{chunk[2:].translate(_READ_ALIKE)}"]
    words, form = words_of(chunk), identifier_form(chunk)
    if len(words) <= 1:
        return words
    level = holds(form)
    if DATES in kinds and form.isdigit() and len(form) == _DAY:
        day_first = _DAY_FIRST.fullmatch(chunk)
        return ["".join(reversed(day_first.groups()))] if day_first and level != Level.IDENTIFIER else [form]
    return [form] if level == Level.IDENTIFIER else [*words, form] if level else words


def _no_identifier(_: str) -> Level | None:
    return None


def _weighed(index: Index, word: Word, moment: int) -> list[tuple[Level, Entities, float]]:
    """Who matches a word at each level and at no closer one, and the weight of that in bits."""
    everybody = int(np.count_nonzero(index.there(moment)))
    seen = np.zeros(len(index.entity_id), dtype=bool)
    levels, count = [], 0
    for level, entities in index.levels(word.text, moment, word.kinds):
        fresh = _distinct(entities[~seen[entities]], len(seen))
        seen[fresh] = True
        count += len(fresh)
        if len(fresh):
            levels.append((level, fresh, float(np.log2((everybody + 1) / count))))
    return levels


def _distinct(entities: Entities, count: int) -> Entities:
    """Each entity once, in order."""
    if len(entities) < _FEW:
        return np.unique(entities)
    is_there = np.zeros(count, dtype=bool)
    is_there[entities] = True
    return np.flatnonzero(is_there).astype(np.int32)


def _best(total: npt.NDArray[np.float32], found: Entities, count: int, least_share: float) -> Entities:
    """The places of the largest weights among those found, of equal ones the first."""
    weights = total[found]
    is_heavy = weights >= np.float32(0.99 * least_share) * weights.max(initial=0.0)
    places = _distinct(found[is_heavy], len(total))
    if len(places) <= count:
        return places
    weights = total[places]
    least = np.partition(weights, len(weights) - count)[len(weights) - count]
    above, equal = places[weights > least], places[weights == least]
    return np.concatenate([above, equal[: count - len(above)]])
