"""One new record against everybody: candidates from the index, scored by a model that was trained elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from fazri_lib.resolution.search.building import IDENTIFIERS, NAMES, PLAIN
from fazri_lib.resolution.search.explaining import Word
from fazri_lib.resolution.search.query import search
from fazri_lib.resolution.search.words import identifier_form, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fazri_lib.resolution.search.index import Index

    Record = Mapping[str, str]

CANDIDATES = 50
"""Candidates that a model scores: those that share the rarest words and identifiers with the record."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that a record may belong to.

    Attributes:
        entity_id: the entity.
        known: all that was known of it at the moment, by field; a field may have several.
        rarity: bits that the words they share are worth, by field: how few others share them.
    """

    entity_id: int
    known: Mapping[str, tuple[str, ...]]
    rarity: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its match weight.

    Attributes:
        entity_id: the entity.
        weight: bits: log2 of the odds that the record is of this entity against that it is of somebody else.
        by_field: the parts of it.
    """

    entity_id: int
    weight: float
    by_field: Mapping[str, float]


class Scorer(Protocol):
    """A model that weighs how well records fit."""

    def weights(self, record: Record, candidates: Sequence[Candidate]) -> Sequence[Mapping[str, float]]:
        """Return for each candidate its match weight by field, bits."""
        ...


class ByRarity:
    """The baseline of scorers: what is shared counts as much as it is rare, what differs does not count."""

    def weights(self, record: Record, candidates: Sequence[Candidate]) -> Sequence[Mapping[str, float]]:
        """Return the rarity of what each candidate shares with the record."""
        return [{field: bits for field, bits in one.rarity.items() if field in record} for one in candidates]


def candidates_of(index: Index, record: Record, moment: int, limit: int = CANDIDATES) -> list[Candidate]:
    """Return the entities that a record may belong to, those that share the most first.

    Args:
        index: of all people.
        record: texts by field, as name, email, card_id, born_on; roles and departments narrow nothing down.
        moment: as known then, microseconds since 1970, UTC.
        limit: most candidates.
    """
    words: dict[str, Word] = {}
    for field, text in record.items():
        kind = index.kind_of.get(field, IDENTIFIERS)
        if kind != PLAIN:
            for word in words_of(text) if kind == NAMES else [identifier_form(text)]:
                known = words.get(word)
                words[word] = Word(word, frozenset({kind, *(known.kinds if known else ())}))
    found = search(index, [word for word in words.values() if word.text], moment, limit, least_share=0.0)
    candidates = []
    for hit in found:
        rarity: dict[str, float] = {}
        for match in hit.matches:
            rarity[match.field] = rarity.get(match.field, 0.0) + match.weight
        candidates.append(Candidate(hit.entity_id, index.values_of(hit.entity_id, moment), rarity))
    return candidates


def match(index: Index, record: Record, scorer: Scorer, moment: int, limit: int = 10) -> list[Scored]:
    """Return whom a new record may belong to, the best first, with the weight of each field.

    Args:
        index: of all people.
        record: texts by field.
        scorer: weighs the candidates.
        moment: as known then, microseconds since 1970, UTC.
        limit: most entities.
    """
    candidates = candidates_of(index, record, moment)
    weighed = zip(candidates, scorer.weights(record, candidates), strict=True)
    scored = [Scored(one.entity_id, round(sum(weights.values()), 6), weights) for one, weights in weighed]
    return sorted(scored, key=lambda one: (-one.weight, one.entity_id))[:limit]
