"""From a text to those who are meant: its words are weighed, added up, and each hit is explained word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.resolution.search.building import DATES, IDENTIFIERS, KIND_OF, LABELS, NAMES, PLAIN
from fazri_lib.resolution.search.likeness import (
    SHORTEST_BEGINNING,
    SHORTEST_END,
    Level,
    likeness_of_identifier,
    likeness_of_word,
)
from fazri_lib.resolution.search.words import folded, identifier_form, words_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from fazri_lib.resolution.search.index import Index
    from fazri_lib.resolution.search.terms import Terms

ALL = frozenset({NAMES, PLAIN, IDENTIFIERS, DATES, LABELS})
PSEUDONYMS_ONLY = frozenset({PLAIN, LABELS})
"""Kinds of words that a reader who sees no names can search: neither hits nor weights tell of any other."""
NUMBER = "person or record"
"""Field of a match by pseudonym, entity id or record id."""
_LABEL = re.compile(r"p-[0-9a-z]*")
_READ_ALIKE = str.maketrans("oil", "011")
_LONGEST_RUN = 5
_EXPLAINED = 64
_SHARE_OF_BEST = 0.5


@dataclass(frozen=True, slots=True)
class Match:
    """Why one word of a text led to an entity.

    Attributes:
        word: as typed, folded.
        level: how it matched.
        field: what it matched, as name, card_id; `NUMBER` when it is the entity's own.
        text: the value on record.
        weight: bits.
        valid_to: end of validity, microseconds since 1970 UTC; far away while valid.
        probability: that the value belongs to the entity.
    """

    word: str
    level: Level
    field: str
    text: str
    weight: float
    valid_to: int = np.iinfo(np.int64).max
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Hit:
    """An entity that may be meant.

    Attributes:
        entity_id: the entity.
        weight: bits of all matches together.
        matches: in the order of the words.
        values: what was known of it, by field.
    """

    entity_id: int
    weight: float
    matches: tuple[Match, ...]
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Word:
    """One word to look for.

    Attributes:
        text: folded.
        kinds: kinds of words to look among.
    """

    text: str
    kinds: frozenset[str]


def parsed(text: str, index: Index, kinds: frozenset[str] = ALL) -> list[Word]:
    """Return the different words of a text; blanks and punctuation within an identifier on record part nothing."""
    held = index.terms(IDENTIFIERS) if IDENTIFIERS in kinds else None
    chunks, found, place = folded(text).split(), dict[str, Word](), 0
    while place < len(chunks):
        taken = _run(chunks[place:], held) if held else 0
        if taken:
            words = [identifier_form("".join(chunks[place : place + taken]))]
        else:
            words = _words_of_chunk(chunks[place], held, kinds)
        found |= {word: Word(word, kinds) for word in words if word not in found}
        place += max(taken, 1)
    return list(found.values())


def search(index: Index, words: Sequence[Word], moment: int, limit: int) -> list[Hit]:
    """Return who is meant, the likeliest first; equal ones in the order of their ids.

    Those that weigh less than half as much as the first are left out.

    Args:
        index: to look in.
        words: of `parsed`.
        moment: as known then, microseconds since 1970, UTC.
        limit: most hits.
    """
    weighed = [_weighed(index, word, moment) for word in words]
    total = np.zeros(len(index.entity_id), dtype=np.float32)
    for weights, _ in weighed:
        total += weights
    bits = [by_level for _, by_level in weighed]
    hits = [_explained(index, int(place), moment, words, bits) for place in _best(total, max(limit, _EXPLAINED))]
    hits.sort(key=lambda hit: (-hit.weight, hit.entity_id))
    return [hit for hit in hits[:limit] if hit.weight > 0 and hit.weight >= _SHARE_OF_BEST * hits[0].weight]


def _run(chunks: Sequence[str], held: Terms) -> int:
    """How many of the first chunks are one identifier written with blanks; 0 for none."""
    for count in range(min(_LONGEST_RUN, len(chunks)), 1, -1):
        form = identifier_form("".join(chunks[:count]))
        if form and np.diff(held.equal(form))[0]:
            return count
    return 0


def _words_of_chunk(chunk: str, held: Terms | None, kinds: Collection[str]) -> list[str]:
    if LABELS in kinds and _LABEL.fullmatch(chunk):
        return [f"p-{chunk[2:].translate(_READ_ALIKE)}"]
    words, form = words_of(chunk), identifier_form(chunk)
    if len(words) <= 1:
        return words
    if form.isdigit() and DATES in kinds and len(form) == len("20010405"):
        return [form]
    if held and np.diff(held.equal(form))[0]:
        return [form]
    is_part = held and len(form) >= SHORTEST_BEGINNING and np.diff(held.beginning(form))[0]
    is_part = is_part or (held and len(form) >= SHORTEST_END and len(held.ending(form)))
    return [*words, form] if is_part else words


def _weighed(index: Index, word: Word, moment: int) -> tuple[npt.NDArray[np.float32], dict[Level, float]]:
    """The weight of a word for each entity, and by level."""
    everybody = int(np.count_nonzero(index.there(moment)))
    levels = index.levels(word.text, moment, word.kinds)
    seen = np.zeros(len(index.entity_id), dtype=bool)
    bits: dict[Level, float] = {}
    for level, entities in levels:
        seen[entities] = True
        count = int(np.count_nonzero(seen))
        bits[level] = float(np.log2((everybody + 1) / count)) if count else 0.0
    weights = np.zeros(len(index.entity_id), dtype=np.float32)
    for level, entities in reversed(levels):
        weights[entities] = bits[level]
    return weights, bits


def _best(total: npt.NDArray[np.float32], count: int) -> npt.NDArray[np.int64]:
    """The places of the largest weights, of equal ones the first."""
    top = float(total.max(initial=0.0))
    places = np.flatnonzero(total >= max(_SHARE_OF_BEST * top, np.finfo(np.float32).tiny))
    if len(places) <= count:
        return places
    weights = total[places]
    least = np.partition(weights, len(weights) - count)[len(weights) - count]
    above, equal = places[weights > least], places[weights == least]
    return np.concatenate([above, equal[: count - len(above)]])


def _explained(
    index: Index, place: int, moment: int, words: Sequence[Word], bits: Sequence[Mapping[Level, float]]
) -> Hit:
    """What each word matches, no word on record counted twice: the weightiest matches first."""
    facts = list(index.facts(place, moment))
    found = [
        (weight, -number, match, token)
        for number, word in enumerate(words)
        for match, token in _matches(index, place, moment, word, facts)
        if (weight := bits[number].get(match.level, 0.0)) > 0
    ]
    found.sort(key=lambda each: (-each[0], -each[1]))
    chosen: dict[int, Match] = {}
    used: set[str] = set()
    for weight, number, match, token in found:
        if number not in chosen and token not in used:
            chosen[number] = Match(
                match.word, match.level, match.field, match.text, weight, match.valid_to, match.probability
            )
            used.add(token)
    matches = tuple(chosen[number] for number in sorted(chosen, reverse=True))
    values: dict[str, tuple[str, ...]] = {}
    for name, text, _ in facts:
        values[name] = (*values.get(name, ()), text)
    return Hit(int(index.entity_id[place]), sum(match.weight for match in matches), matches, values)


def _matches(
    index: Index, place: int, moment: int, word: Word, facts: Sequence[tuple[str, str, int]]
) -> Iterator[tuple[Match, str]]:
    """Each way in which a word matches an entity, and the word on record that it matches."""
    if LABELS in word.kinds:
        number = index.number_level(word.text, place, moment)
        if number is not None:
            yield Match(word.text, number, NUMBER, word.text, 0.0), NUMBER
    valid_to, probability = index.arrays["window.valid_to"], index.arrays["window.probability"]
    for name, text, window in facts:
        if KIND_OF.get(name, IDENTIFIERS) in word.kinds:
            for token in _tokens(name, text):
                level = _likeness(name, word.text, token, index)
                if level is not None:
                    told = (0.0, int(valid_to[window]), float(probability[window]))
                    yield Match(word.text, level, name, text, *told), token


def _tokens(name: str, text: str) -> list[str]:
    return words_of(text) if KIND_OF.get(name) in {NAMES, PLAIN} else [identifier_form(text)]


def _likeness(name: str, typed: str, known: str, index: Index) -> Level | None:
    kind = KIND_OF.get(name, IDENTIFIERS)
    if kind == DATES:
        return Level.WORD if typed == known else None
    if kind == IDENTIFIERS:
        return likeness_of_identifier(typed, known)
    level = likeness_of_word(typed, known)
    if level is None and kind == NAMES and known in index.others(typed):
        return Level.SOUND
    return level
