"""One new record against everybody: candidates from the index, scored by a model that was trained elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

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


class Part(NamedTuple):
    """What one field says.

    Attributes:
        field: of the record.
        label: in words: equal, close, differs.
        bits: for (above 0) or against.
    """

    field: str
    label: str
    bits: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that a record may belong to.

    Attributes:
        entity_id: the entity.
        known: all that was known of it at the moment, by field; a field may have several.
        rarity: bits that the words they share are worth, by field: how few others share them.
        records: its directory rows of the moment, each with its id and its texts by field; where the index has none,
            one of what is known of the entity, without an id.
    """

    entity_id: int
    known: Mapping[str, tuple[str, ...]]
    rarity: Mapping[str, float]
    records: tuple[tuple[int | None, Mapping[str, str]], ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its match weight.

    Attributes:
        entity_id: the entity.
        weight: bits: log2 of the odds that the record is of this entity against that it is of somebody else.
        parts: what each field says.
        record_id: the directory row that the parts are about; None for the entity as a whole.
        records: directory rows that the weight rests on.
    """

    entity_id: int
    weight: float
    parts: tuple[Part, ...]
    record_id: int | None = None
    records: int = 0


class Scorer(Protocol):
    """A model that weighs how well records fit."""

    def scored(self, record: Record, candidates: Sequence[Candidate]) -> list[Scored]:
        """Return each candidate with its match weight."""
        ...


class ByRarity:
    """The baseline of scorers: what is shared counts as much as it is rare, what differs does not count.

    Its weights order candidates; they are no odds.
    """

    def scored(self, record: Record, candidates: Sequence[Candidate]) -> list[Scored]:
        """Return each candidate with the rarity of what it shares with the record."""
        return [self._of(record, one) for one in candidates]

    @staticmethod
    def _of(record: Record, candidate: Candidate) -> Scored:
        parts = tuple(Part(field, "shared", bits) for field, bits in candidate.rarity.items() if field in record)
        return Scored(candidate.entity_id, round(sum(part.bits for part in parts), 6), parts)


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
                before = words.get(word)
                words[word] = Word(word, frozenset({kind, *(before.kinds if before else ())}))
    found = search(index, [word for word in words.values() if word.text], moment, limit, least_share=0.0)
    candidates = []
    for hit in found:
        rarity: dict[str, float] = {}
        for match in hit.matches:
            rarity[match.field] = rarity.get(match.field, 0.0) + match.weight
        known = index.values_of(hit.entity_id, moment)
        candidates.append(Candidate(hit.entity_id, known, rarity, index.records_of(hit.entity_id, moment)))
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
    scored = scorer.scored(record, candidates_of(index, record, moment))
    return sorted(scored, key=lambda one: (-one.weight, one.entity_id))[:limit]


def shares(scored: Sequence[Scored]) -> tuple[list[float], float]:
    """Return how probable each of some candidates is, and how probable it is that a record is nobody's.

    Certainty is shared between all who fit and none of them by the odds that their weights stand for, as the clustering
    does (`placing.placed`).

    Args:
        scored: of a model.
    """
    odds = [2.0**one.weight for one in scored]
    whole = 1.0 + sum(odds)
    return [round(one / whole, 6) for one in odds], round(1.0 / whole, 6)
