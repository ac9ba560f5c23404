"""The trained model as a scorer: what it says of a new record beside each record of a candidate, without an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.resolution.agglomeration import HIGHEST, LOWEST
from fazri_lib.resolution.kinds import prepare
from fazri_lib.resolution.ladders import UNKNOWN, Ladder
from fazri_lib.resolution.model import PLACES, Model
from fazri_lib.resolution.search.matching import Part, Scored

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fazri_lib.resolution.conditions import Row
    from fazri_lib.resolution.search.matching import Candidate, Record
    from fazri_lib.resolution.spec import Spec

PRIOR = "prior"
FIELD_LOWEST, FIELD_HIGHEST = -12.0, 16.0
"""What one field says at most, bits: nothing is as sure as rare values make it look."""
_NEW, _KNOWN = "new", "known"
_IDENTIFYING = frozenset({"email", "phone", "id"})


class ByModel:
    """Scores candidates field by field: the prior, and of each field the mean over their records in which it is known.

    So a record that knows little does not dilute what the others say, and a field counts once however many repeat it.
    Of addresses and numbers somebody may have several, so there the record that agrees most counts instead of the mean.
    What a field says counts between -12 and 16 bits, the whole within the bounds of the clustering (`agglomeration`):
    one chance agreement is no proof, one slip no refutation. The parts that are told are those of the nearest record.
    A new record is of no directory yet, so the prior is that of all pairs.

    Args:
        model: trained on records.
        spec: what their columns are.
    """

    def __init__(self, model: Model, spec: Spec) -> None:
        self._spec = spec
        self._steps = [_Step(model, number) for number in range(len(model.comparisons))]
        self._prior = round(model.prior_weight, PLACES)
        self._one_of_several = {name for name, field in spec.fields.items() if field.kind in _IDENTIFYING}

    @property
    def fields(self) -> tuple[str, ...]:
        """Columns that are compared."""
        return self._spec.columns()

    @property
    def dates(self) -> frozenset[str]:
        """Columns that hold days."""
        return self._columns_of(frozenset({"date"}))

    @property
    def identifying(self) -> frozenset[str]:
        """Columns of addresses and numbers: who has exactly the same is hardly anybody else."""
        return self._columns_of(_IDENTIFYING)

    def _columns_of(self, kinds: frozenset[str]) -> frozenset[str]:
        return frozenset(name for field in self._spec.fields.values() if field.kind in kinds for name in field.columns)

    def scored(self, record: Record, candidates: Sequence[Candidate]) -> list[Scored]:
        """Return each candidate with its weight and the parts of its nearest record.

        Args:
            record: texts by column of the spec; other columns do not count.
            candidates: with their records.
        """
        contents = [[self._content(texts) for _, texts in one.records] for one in candidates]
        different = dict.fromkeys(content for each in contents for content in each)
        compared = dict(zip(different, self._compared(self._content(record), list(different)), strict=True))
        return [
            self._of_entity(one, [compared[content] for content in each])
            for one, each in zip(candidates, contents, strict=True)
        ]

    def _of_entity(self, candidate: Candidate, compared: list[tuple[Part, ...]]) -> Scored:
        totals = [round(sum(part.bits for part in parts), PLACES) for parts in compared]
        said: dict[str, list[float]] = {}
        for part in (part for parts in compared for part in parts if part.field != PRIOR):
            said.setdefault(part.field, []).append(_bounded(part.bits, FIELD_LOWEST, FIELD_HIGHEST))
        weight = self._prior + sum(self._of_field(field, bits) for field, bits in said.items())
        nearest = max(range(len(totals)), key=lambda place: (totals[place], -place))
        record_id, _ = candidate.records[nearest]
        return Scored(
            candidate.entity_id,
            round(_bounded(weight, LOWEST, HIGHEST), PLACES),
            compared[nearest],
            record_id,
            len(totals),
        )

    def _of_field(self, field: str, bits: Sequence[float]) -> float:
        return max(bits) if field in self._one_of_several else sum(bits) / len(bits)

    def _content(self, texts: Mapping[str, str]) -> tuple[str | None, ...]:
        return tuple(texts.get(name) or None for name in self._spec.columns())

    def _compared(self, new: tuple[str | None, ...], known: list[tuple[str | None, ...]]) -> Iterable[tuple[Part, ...]]:
        first, *others = self._prepared([new, *known])
        return [self._parts(first, other) for other in others]

    def _prepared(self, contents: list[tuple[str | None, ...]]) -> list[Row]:
        names = self._spec.columns()
        columns: dict[str, object] = {
            name: pd.Series([content[place] for content in contents], dtype=object) for place, name in enumerate(names)
        }
        columns["source"] = [_NEW] + [_KNOWN] * (len(contents) - 1)  # each may write days in its own way
        made = prepare(pd.DataFrame(columns), self._spec)
        ready = {name: column.tolist() for one in made for name, column in one.columns.items()}
        return [dict(zip(ready, row, strict=True)) for row in zip(*ready.values(), strict=True)]

    def _parts(self, new: Row, known: Row) -> tuple[Part, ...]:
        said = [step.part(new, known) for step in self._steps]
        return (Part(PRIOR, "two random records", self._prior), *(part for part in said if part is not None))


def _bounded(bits: float, least: float, most: float) -> float:
    return min(most, max(least, bits))


class _Step:
    """One comparison of a model: its ladder, the bits of its levels, and how rare the values are."""

    def __init__(self, model: Model, number: int) -> None:
        comparison = model.comparisons[number]
        self._field = comparison.case_of or comparison.field
        self._levels = comparison.levels
        self._ladder = Ladder(comparison)
        self._bits = model.weights()[number].tolist()
        self._counts = {
            one.shared: model.frequencies[one.shared].count
            for one in comparison.levels
            if one.shared in model.frequencies
        }
        self._rarity = [self._of_level(model, number, place) for place in range(len(comparison))]

    def _of_level(self, model: Model, number: int, place: int) -> dict[int, float]:
        """The bits that each count of a shared value adds to a level."""
        shared = self._levels[place].shared
        if shared not in self._counts:
            return {}
        counts = sorted({1, *self._counts[shared].values()})
        level = np.full(len(counts), place, dtype=np.int8)
        return dict(zip(counts, model.rarity(number, level, np.array(counts, dtype=np.float64)).tolist(), strict=True))

    def part(self, new: Row, known: Row) -> Part | None:
        """Return what two prepared records say, None where they cannot be compared."""
        place = self._ladder.level(new, known)
        if place == UNKNOWN:
            return None
        bits, shared = self._bits[place], self._levels[place].shared
        if shared in self._counts:
            counts = self._counts[shared]
            held = [counts.get(row[shared], 1) for row in (new, known) if row[shared] is not None]
            bits += self._rarity[place][max(held)] if held else 0.0
        return Part(self._field, self._levels[place].label, round(bits, PLACES))
