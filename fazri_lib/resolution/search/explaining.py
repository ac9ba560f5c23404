"""Why an entity is a hit: each word of the text beside the word on record that it matches."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.resolution.search.building import DATES, IDENTIFIERS, LABELS, NAMES, PLAIN, SHORTEST_WORD
from fazri_lib.resolution.search.likeness import Level, likeness_of_identifier, likeness_of_word
from fazri_lib.resolution.search.words import identifier_form, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fazri_lib.resolution.search.index import Index

    Fact = tuple[str, str, int]

NUMBER = "number"
"""Field of a match by pseudonym, entity id or record id."""
STILL = int(np.iinfo(np.int64).max)
"""End of what has no end, microseconds since 1970."""


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
        is_whole: whether the value is compared as a whole, as identifiers are, not word by word.
    """

    word: str
    level: Level
    field: str
    text: str
    weight: float
    valid_to: int = STILL
    probability: float = 1.0
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """An entity that may be meant.

    Attributes:
        entity_id: the entity.
        weight: bits of all matches together.
        matches: in the order of the words.
        known: what was known of it, by field, as far as a word may be looked for there.
    """

    entity_id: int
    weight: float
    matches: tuple[Match, ...]
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Word:
    """One word to look for.

    Attributes:
        text: folded.
        kinds: kinds of words to look among.
    """

    text: str
    kinds: frozenset[str]


class Explainer:
    """Explains hits of one search.

    Args:
        index: that was searched.
        moment: as known then, microseconds since 1970, UTC.
        words: of the text.
        bits: of each word the weight by level.
    """

    def __init__(self, index: Index, moment: int, words: Sequence[Word], bits: Sequence[Mapping[Level, float]]) -> None:
        self._index, self._moment, self._words, self._bits = index, moment, words, bits
        self._known: dict[tuple[str, str, str], Level | None] = {}
        self._valid_to, self._probability = index.arrays["window.valid_to"], index.arrays["window.probability"]

    def hit(self, place: int) -> Hit:
        """Return the entity at a place as a hit; no word on record counts twice, the weightiest match has it."""
        facts = list(self._index.facts(place, self._moment))
        found = sorted(self._matches(place, facts), key=lambda each: (-each[2].weight, each[0]))
        chosen: dict[int, Match] = {}
        used: set[str] = set()
        for number, token, match in found:
            if number not in chosen and token not in used:
                chosen[number] = match
                used.add(token)
        matches = tuple(chosen[number] for number in sorted(chosen))
        values: dict[str, tuple[str, ...]] = {}
        searched = frozenset().union(*(word.kinds for word in self._words))
        for name, text, _ in facts:
            if self._index.kind_of[name] not in searched:
                continue
            values[name] = (*values.get(name, ()), text)
        weight = round(sum(match.weight for match in matches), 6)
        return Hit(int(self._index.entity_id[place]), weight, matches, values)

    def _matches(self, place: int, facts: Sequence[Fact]) -> Iterator[tuple[int, str, Match]]:
        """Each way in which a word matches: the word's number, the word on record, and the match."""
        kinds = self._index.kind_of
        tokens = [(fact, token) for fact in facts for token in _tokens(kinds[fact[0]], fact[1])]
        for number, word in enumerate(self._words):
            bits = self._bits[number]
            level = self._numbered(word, place)
            if level is not None and level in bits:
                yield number, NUMBER, Match(word.text, level, NUMBER, word.text, bits[level])
            for (name, text, window), token in tokens:
                level = self._level(kinds[name], word.text, token) if kinds[name] in word.kinds else None
                if level is not None and level in bits:
                    is_whole = kinds[name] in {IDENTIFIERS, DATES}
                    told = (int(self._valid_to[window]), float(self._probability[window]), is_whole)
                    yield number, token, Match(word.text, level, name, text, bits[level], *told)

    def _numbered(self, word: Word, place: int) -> Level | None:
        if LABELS not in word.kinds:
            return None
        return self._index.number_level(word.text, place, self._moment, word.kinds)

    def _level(self, kind: str, typed: str, known: str) -> Level | None:
        key = kind, typed, known
        if key not in self._known:
            self._known[key] = self._likeness(kind, typed, known)
        return self._known[key]

    def _likeness(self, kind: str, typed: str, known: str) -> Level | None:
        if kind == DATES:
            return Level.WORD if typed == known else None
        if kind == IDENTIFIERS:
            return likeness_of_identifier(typed, known)
        if len(typed) < SHORTEST_WORD[kind]:
            return None
        level = likeness_of_word(typed, known)
        return Level.SOUND if level is None and kind == NAMES and known in self._index.others(typed) else level


def _tokens(kind: str, text: str) -> list[str]:
    return words_of(text) if kind in {NAMES, PLAIN} else [identifier_form(text)]
