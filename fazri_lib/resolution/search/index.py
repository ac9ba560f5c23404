"""The index of who is on record: what was known of each entity at a moment, found by the words of a text.

A word's weight is its surprise: log2 of how many people there are over how many match it at least that closely, all
counted as known at the moment. So an identifier weighs more than its beginning, that more than a misspelt name, a rare
name more than a common one, and nothing that became known later moves a rank. Weights of several words add up
(Robertson and Sparck Jones, *Relevance weighting of search terms*, 1976, without feedback).
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.resolution.search.building import (
    DATES,
    IDENTIFIERS,
    KINDS,
    LABELS,
    NAMES,
    NUMBERS,
    PLAIN,
    SHORTEST_WORD,
    TOLD,
)
from fazri_lib.resolution.search.likeness import SHORTEST_BEGINNING, SHORTEST_END, Level
from fazri_lib.resolution.search.terms import Terms

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterator, Mapping

    import numpy.typing as npt

    Entities = npt.NDArray[np.int32]
    Levels = list[tuple[Level, Entities]]

_MOMENTS = 8
_LONGEST_NUMBER = 18
_LIKELY = 0.5
_LOOKED_AT = 1_000


class Index:
    """What an index's arrays say. Reads them where they lie; safe for several threads.

    Args:
        arrays: as made by `arrays_of`.
        others: other forms of a word of a name, as short forms; they count like words that sound alike.
    """

    def __init__(
        self, arrays: Mapping[str, np.ndarray], others: Callable[[str], Collection[str]] | None = None
    ) -> None:
        self.arrays = arrays
        self.entity_id = arrays["entity_id"]
        self.fields = _texts(arrays, "field")
        self.kind_of = dict(zip(self.fields, (KINDS[number] for number in arrays["field.kind"]), strict=True))
        self.others = others or _none
        self._terms = {kind: Terms(arrays, kind) for kind in (*KINDS, LABELS)}
        self._first_fact = arrays["fact.first"]
        self.there = lru_cache(_MOMENTS)(self._there)
        self.known = lru_cache(_MOMENTS)(self._known)

    def terms(self, kind: str) -> Terms:
        """Return the words of a kind."""
        return self._terms[kind]

    def labels(self, place: int, label: str) -> bool:
        """Tell whether the entity at a place of `entity_id` has a pseudonym."""
        return place in self._labelled(label.lower(), exactly=True)

    def _known(self, moment: int) -> npt.NDArray[np.bool_]:
        """Which windows were open at a moment: rows that have them were known."""
        known: npt.NDArray[np.bool_] = self.arrays["window.known_at"] <= moment
        return known & (moment < self.arrays["window.superseded_at"])

    def _there(self, moment: int) -> npt.NDArray[np.bool_]:
        """Which entities were on record at a moment."""
        found = np.zeros(len(self.entity_id), dtype=bool)
        found[self.arrays["there.entity"][self.known(moment)[self.arrays["there.window"]]]] = True
        return found

    def levels(self, word: str, moment: int, kinds: Collection[str]) -> Levels:
        """Return who matches a word, by level, the closest first; an entity may stand in several.

        Args:
            word: folded.
            moment: microseconds since 1970, UTC.
            kinds: kinds of words to look among.
        """
        found: dict[Level, list[Entities]] = {}
        for level, entities in self._matches(word, moment, kinds):
            found.setdefault(level, []).append(entities)
        there = self.there(moment)
        joined = {level: np.concatenate(parts) for level, parts in sorted(found.items())}
        return [(level, entities[there[entities]]) for level, entities in joined.items()]

    def _matches(self, word: str, moment: int, kinds: Collection[str]) -> Iterator[tuple[Level, Entities]]:
        if LABELS in kinds:
            yield from self._by_number(word, moment, kinds)
            yield Level.IDENTIFIER, self._labelled(word, exactly=True)
            if word.startswith("p-"):
                yield Level.PART, self._labelled(word, exactly=False)
        if IDENTIFIERS in kinds:
            yield from self._by_identifier(word, moment)
        if DATES in kinds:
            days = self._terms[DATES]
            yield Level.WORD, self._of(days.facts(*days.equal(word)), moment)
        for kind in (NAMES, PLAIN):
            if kind in kinds and len(word) >= SHORTEST_WORD[kind]:
                yield from self._by_word(self._terms[kind], word, moment)
        if NAMES in kinds:
            for other in self.others(word):
                yield Level.SOUND, self._of(self._terms[NAMES].facts(*self._terms[NAMES].equal(other)), moment)

    def holds(self, form: str, moment: int) -> Level | None:
        """Return how a text, in `identifier_form`, was like any identifier at a moment: the same, a part, or not."""
        levels = (level for level, entities in self._by_identifier(form, moment) if len(entities))
        return next(levels, None)

    def identifiers_like(self, form: str, moment: int, most: int) -> list[tuple[Level, str, str]]:
        """Return identifiers that a text is, or is the beginning or end of: how, which field, and the value on record.

        Args:
            form: the text in `identifier_form`.
            moment: as known then, microseconds since 1970, UTC.
            most: identifiers, the closest first, looked for among the first thousand facts known then of each level.
        """
        found: dict[tuple[str, str], Level] = {}
        known = self.known(moment)
        for level, facts in self._facts_like(form):
            near = facts[known[self.arrays["fact.window"][facts]]][:_LOOKED_AT]  # what is known later takes no place
            fields, values = (self.arrays[f"fact.{name}"][near].tolist() for name in ("field", "value"))
            for field, value in zip(fields, values, strict=True):
                found.setdefault((self.fields[field], _text(self.arrays, "value", value)), level)
        nearest = sorted((level, *named) for named, level in found.items())
        return nearest[:most]

    def _by_identifier(self, word: str, moment: int) -> Iterator[tuple[Level, Entities]]:
        for level, facts in self._facts_like(word):
            yield level, self._of(facts, moment)

    def _facts_like(self, word: str) -> Iterator[tuple[Level, npt.NDArray[np.int32]]]:
        held = self._terms[IDENTIFIERS]
        yield Level.IDENTIFIER, held.facts(*held.equal(word))
        if len(word) >= SHORTEST_BEGINNING:
            yield Level.PART, held.facts(*held.beginning(word))
        if len(word) >= SHORTEST_END:
            yield Level.PART, held.facts_of(held.ending(word))

    def _by_word(self, terms: Terms, word: str, moment: int) -> Iterator[tuple[Level, Entities]]:
        first, after = terms.equal(word)
        yield Level.WORD, self._of(terms.facts(first, after), moment)
        yield Level.PART, self._of(terms.facts(after, terms.beginning(word)[1]), moment)
        for level, numbers in terms.alike(word):
            yield level, self._of(terms.facts_of(numbers), moment)

    def _by_number(self, word: str, moment: int, kinds: Collection[str]) -> Iterator[tuple[Level, Entities]]:
        if not (word.isascii() and word.isdigit() and len(word) <= _LONGEST_NUMBER):
            return
        number, records = int(word), self.arrays["record.id"]
        found = np.searchsorted(self.entity_id, [number, number + 1])
        yield Level.IDENTIFIER, np.arange(*found, dtype=np.int32)
        if IDENTIFIERS not in kinds:  # it follows from the row: whoever has the row could find the person
            return
        rows = slice(*np.searchsorted(records, [number, number + 1]))
        entities, windows = self.arrays["record.entity"][rows], self.arrays["record.window"][rows]
        yield Level.IDENTIFIER, entities[self.known(moment)[windows]]

    def _of(self, facts: npt.NDArray[np.int32], moment: int) -> Entities:
        """The entities that facts are about, as far as they were known."""
        known = facts[self.known(moment)[self.arrays["fact.window"][facts]]]
        entities: Entities = self.arrays["fact.entity"][known]
        return entities

    def number_level(self, word: str, place: int, moment: int, kinds: Collection[str]) -> Level | None:
        """Return how a word is the pseudonym, the id or a record id of the entity at a place; None for no way."""
        by_level = [*self._by_number(word, moment, kinds), (Level.IDENTIFIER, self._labelled(word, exactly=True))]
        if word.startswith("p-"):
            by_level.append((Level.PART, self._labelled(word, exactly=False)))
        return next((level for level, entities in by_level if place in entities), None)

    def _labelled(self, word: str, *, exactly: bool) -> Entities:
        label = self._terms[LABELS]
        return label.facts(*(label.equal(word) if exactly else label.beginning(word)))

    def facts(self, place: int, moment: int) -> Iterator[tuple[str, str, int]]:
        """Yield what was known of the entity at a place of `entity_id`: field, text, and the row of its window."""
        facts = slice(self._first_fact[place], self._first_fact[place + 1])
        windows = self.arrays["fact.window"][facts]
        known = np.flatnonzero(self.known(moment)[windows])
        fields = self.arrays["fact.field"][facts][known].tolist()
        texts = (_text(self.arrays, "value", int(value)) for value in self.arrays["fact.value"][facts][known])
        for field, text, window in sorted(zip(fields, texts, windows[known].tolist(), strict=True)):
            yield self.fields[field], text, window

    def values_of(self, entity_id: int, moment: int) -> dict[str, tuple[str, ...]]:
        """Return all that was known of an entity at a moment, by field."""
        place = int(np.searchsorted(self.entity_id, entity_id))
        values: dict[str, tuple[str, ...]] = {}
        for name, text, _ in self.facts(place, moment):
            values[name] = (*values.get(name, ()), text)
        return values

    def records_of(self, entity_id: int, moment: int) -> tuple[tuple[int | None, dict[str, str]], ...]:
        """Return the directory rows of an entity at a moment, each with its id and its texts by field.

        Rows that may as well be somebody else's count where that is at least as likely. An index without rows gives
        what is known of the entity as one.
        """
        place = int(np.searchsorted(self.entity_id, entity_id))
        found = tuple(self._rows_of(place, moment)) if "row.id" in self.arrays else ()
        return found or ((None, {name: texts[-1] for name, texts in self.values_of(entity_id, moment).items()}),)

    def _rows_of(self, place: int, moment: int) -> Iterator[tuple[int, dict[str, str]]]:
        arrays, known = self.arrays, self.known(moment)
        links = arrays["record.by_entity"][slice(*arrays["record.first"][place : place + 2])]
        windows = arrays["record.window"][links]
        links = links[known[windows] & (arrays["window.probability"][windows] >= _LIKELY)]
        ids = np.unique(arrays["record.id"][links])
        first, after = (np.searchsorted(arrays["row.id"], ids, side) for side in ("left", "right"))
        rows = first[after > first]
        for row in rows[known[arrays["row.window"][rows]]].tolist():
            codes = {name: int(arrays[f"row.{name}"][row]) for name in TOLD}
            told = {name: _text(arrays, f"row.{name}", code) for name, code in codes.items() if code >= 0}
            numbers = json.loads(told.pop(NUMBERS, "{}"))
            yield int(arrays["row.id"][row]), numbers | told

    def face_word(self, face: int) -> str:
        """Return the identifier of a face, as identifiers are compared."""
        return _text(self.arrays, "face", face)


def microseconds(moment: dt.datetime) -> int:
    """Return a moment, UTC without a zone, in microseconds since 1970."""
    return int(np.datetime64(moment, "us").astype(np.int64))


def _none(_: str) -> Collection[str]:
    return ()


def _texts(arrays: Mapping[str, np.ndarray], name: str) -> list[str]:
    return [_text(arrays, name, number) for number in range(len(arrays[f"{name}.starts"]) - 1)]


def _text(arrays: Mapping[str, np.ndarray], name: str, number: int) -> str:
    first, after = arrays[f"{name}.starts"][number : number + 2]
    return bytes(arrays[f"{name}.letters"][first:after]).decode()
