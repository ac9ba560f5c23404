"""Why two records, or two entities, are apart: what speaks against, the rule that decides, and what would join them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.resolution.agglomeration import Scored
from fazri_lib.resolution.explaining.few import Few, scored_by
from fazri_lib.resolution.explaining.hanging import NEEDED, Hanging, are_one
from fazri_lib.resolution.explaining.pair import Why, why
from fazri_lib.resolution.model import PLACES
from fazri_lib.resolution.pairs import Pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

_MOST_TOGETHER = 3


class Rule(StrEnum):
    """What keeps two apart."""

    DECIDED = "a reviewer decided that they are two people"
    ONE_PER_PERSON = "a directory in which nobody has two records lists both"
    WEIGHT = "no pair of their records is more likely one person than two"
    AVERAGE = "their closest records fit, their other records speak against it"
    OTHERS = "by themselves they would be one person; further records keep them apart"
    AMBIGUOUS = "a record fits both equally well, which is kept open"
    TOGETHER = "nothing: they are one person"


@dataclass(frozen=True, slots=True)
class Join:
    """What would happen if fields were equal.

    Attributes:
        fields: of the spec.
        missing: those of them that one record, or both, do not have now.
        gain: bits that it would add to the weight of the two records.
        weight: of the two records then, bits.
        is_enough: whether they would then be one person, all records of both sides considered.
    """

    fields: tuple[str, ...]
    missing: tuple[str, ...]
    gain: float
    weight: float
    is_enough: bool


@dataclass(frozen=True, slots=True)
class Apart:
    """Why two are apart.

    Attributes:
        one: record of the first side in the closest pair.
        other: record of the second side in it.
        why: of that pair.
        rule: what keeps them apart.
        average: mean weight between the sides, bits, each clipped as the clustering does; -inf if they cannot be one.
        worst: the pair that says most against, and its weight, bits; -inf for two who cannot be one person.
        joins: what would join them: each field alone, the strongest first, and if none is enough a few together.
        fits_both: the record that fits both, where that is the rule.
    """

    one: int
    other: int
    why: Why
    rule: Rule
    average: float
    worst: tuple[int, int, float]
    joins: tuple[Join, ...]
    fits_both: int | None = None


def why_apart(
    few: Few,
    ones: Sequence[int],
    others: Sequence[int],
    asked: tuple[int, int] | None = None,
    fits_both: int | None = None,
) -> Apart:
    """Return why two sides are two people.

    Args:
        few: the records of both sides, and no others.
        ones: records of the first side.
        others: records of the second side.
        asked: the two records that were asked about, if not all of both sides.
        fits_both: a record that was linked to both, if there is one.
    """
    scored = few.scored()
    raw = few.matrix(scored)
    one, other = _closest(raw, ones, others)
    between = raw[np.ix_(ones, others)]
    place = np.unravel_index(int(between.argmin()), between.shape)
    worst = (ones[int(place[0])], others[int(place[1])], float(between.min()))
    worst = (*asked, -np.inf) if asked and not np.isfinite(raw[asked]) else worst
    rule = _rule(few, scored, ones, others) if fits_both is None else Rule.AMBIGUOUS
    average = Hanging.of(few, scored).between(ones, others)
    told = why(few, one, other)
    can_join = rule in {Rule.WEIGHT, Rule.AVERAGE, Rule.AMBIGUOUS} and np.isfinite(average)
    joins = _joins(few, one, other, told, scored) if can_join else ()
    return Apart(one, other, told, rule, average, worst, joins, fits_both)


def _closest(raw: NDArray[np.float64], ones: Sequence[int], others: Sequence[int]) -> tuple[int, int]:
    between = raw[np.ix_(ones, others)]
    place = np.unravel_index(int(between.argmax()), between.shape)
    return ones[int(place[0])], others[int(place[1])]


def _rule(few: Few, scored: Scored, ones: Sequence[int], others: Sequence[int]) -> Rule:
    sides = set(ones), set(others)
    if any({a, b} & sides[0] and {a, b} & sides[1] for a, b in few.decided.different):
        return Rule.DECIDED
    raw = few.matrix(scored)
    between = raw[np.ix_(ones, others)]
    if not np.isfinite(between).all():
        return Rule.ONE_PER_PERSON
    is_one = are_one(few, scored, *_closest(raw, ones, others))
    if between.max() < 0 and not is_one:
        return Rule.WEIGHT
    is_one = is_one and Hanging.of(few, scored).between(ones, others) >= NEEDED
    return Rule.OTHERS if is_one else Rule.AVERAGE


def _joins(few: Few, one: int, other: int, told: Why, scored: Scored) -> tuple[Join, ...]:
    """Each field that is not equal yet, made equal; the strongest first; then a few together, if no single one does."""
    single = _tried(few, one, other, [(part.field,) for part in told.parts], told, scored)
    single = sorted((join for join in single if join.gain > 0), key=lambda join: (-join.gain, join.fields))
    if any(join.is_enough for join in single):
        return tuple(single)
    several = list(accumulate((join.fields for join in single), lambda a, b: a + b))[1:_MOST_TOGETHER]
    enough = [join for join in _tried(few, one, other, several, told, scored) if join.is_enough] if several else []
    return (*single, *enough[:1])


def _tried(few: Few, one: int, other: int, wishes: Sequence[tuple[str, ...]], told: Why, scored: Scored) -> list[Join]:
    """The two records with equal fields, one wish after the other, and all records of both sides weighed anew."""
    size = len(few)
    changed = Few.stacked([few.given(one, fields, other) for fields in wishes])
    there = np.flatnonzero(np.isin(scored.pairs.left, (one, other)) | np.isin(scored.pairs.right, (one, other)))
    ends = Pairs(scored.pairs.left[there], scored.pairs.right[there])
    shifts = np.repeat(np.arange(len(wishes)) * size, len(ends))
    pairs = Pairs(np.tile(ends.left, len(wishes)) + shifts, np.tile(ends.right, len(wishes)) + shifts)
    with changed.judge() as judge:
        compared, found = judge.compared(pairs), scored_by(judge, pairs)
    middle = int(np.flatnonzero((ends.left == min(one, other)) & (ends.right == max(one, other)))[0])
    joins = []
    for number, fields in enumerate(wishes):
        place = number * len(ends) + middle
        blank = [field for field in fields if not few.knows(one, field) and not few.knows(other, field)]
        extra = {field: _usual(few, field, compared.levels[place]) for field in blank}
        part = found.where(np.arange(number * len(ends), (number + 1) * len(ends)))
        then = _replaced(scored, there, part, middle, {few.fields.index(name): bits for name, bits in extra.items()})
        missing = tuple(field for field in fields if not told.part(field).is_known)
        reached, is_enough = float(then.weight[there[middle]]), are_one(few, then, one, other)
        joins.append(Join(fields, missing, round(reached - told.weight, PLACES), reached, is_enough))
    return joins


def _replaced(
    scored: Scored, there: NDArray[np.int64], part: Scored, middle: int, extra: Mapping[int, float]
) -> Scored:
    """Scored pairs with some of them scored anew, and to one of these bits added, by number of the field."""
    weight = scored.weight.copy()
    weight[there] = part.weight
    weight[there[middle]] = round(weight[there[middle]] + sum(extra.values()), PLACES)
    if scored.fields is None or part.fields is None:
        return Scored(scored.pairs, weight)
    fields = scored.fields.copy()
    fields[there] = part.fields
    for number, bits in extra.items():
        fields[there[middle], number + 1] = bits
    return Scored(scored.pairs, weight, fields)


def _usual(few: Few, field: str, level: NDArray[np.int8]) -> float:
    """Bits of the strongest agreement in a field on a value that is neither rare nor common: both lack one now."""
    cases = [number for number, one in enumerate(few.model.comparisons) if field in (one.field, one.case_of)]
    repeats = next(one.repeats for one in few.prepared if one.comparison.field == field)
    if repeats:
        names = next(number for number, one in enumerate(few.model.comparisons) if one.field == repeats)
        is_unlike = level[names] == len(few.model.comparisons[names]) - 1
        cases = cases[1:] if is_unlike else cases
    return float(few.model.weights()[cases[0]][0])
