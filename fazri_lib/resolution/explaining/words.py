"""Explanations in words: fields, degrees of agreement, bits and probabilities; never a value of a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.resolution.explaining.apart import Rule
from fazri_lib.resolution.explaining.hanging import NEEDED
from fazri_lib.resolution.model import probability

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fazri_lib.resolution.explaining.apart import Apart, Join
    from fazri_lib.resolution.explaining.pair import Part, Why
    from fazri_lib.resolution.explaining.path import Path, Step

    Naming = Callable[[int], str]
    """What a record is called, by its position."""

BIT = "A bit doubles the odds."
_SURE, _HARDLY = 0.999, 0.001
_MOST = 4


def bits(value: float) -> str:
    """Return a weight as +9.1."""
    return f"{value:+.1f}" if np.isfinite(value) else "not possible"


def chance(value: float) -> str:
    """Return a probability as 98.2 %, without false precision at the ends."""
    if value > _SURE:
        return "more than 99.9 %"
    return "less than 0.1 %" if value < _HARDLY else f"{100 * value:.1f} %"


def chance_of(weight: float) -> str:
    """Return the probability that a weight stands for, in words."""
    return chance(float(probability(np.array([weight]))[0]))


def field_name(name: str) -> str:
    """Return a field of the spec as a reader says it."""
    return name.replace("_", " ")


def told_why(why: Why, one: str, other: str) -> str:
    """Return why two records weigh what they weigh.

    Args:
        why: of the pair.
        one: what the first record is called.
        other: what the second one is called.
    """
    known = [part for part in why.parts if part.is_known]
    speak = sorted((part for part in known if part.bits > 0), key=lambda part: -part.bits)
    against = sorted((part for part in known if part.bits < 0), key=lambda part: part.bits)
    unknown = [field_name(part.field) for part in why.parts if not part.is_known]
    told = [
        f"{one} and {other} are one person with a probability of {chance(why.probability)} ({bits(why.weight)} bits)."
    ]
    told.append(f"Before they are compared, two such records weigh {bits(why.prior)} bits. {BIT}")
    told += [f"For it: {_listed(speak)}."] if speak else ["Nothing speaks for it."]
    told += [f"Against it: {_listed(against)}."] if against else ["Nothing that both records have speaks against it."]
    told += [f"Not known of both: {_and(unknown)}."] if unknown else []
    return " ".join(told)


def told_path(path: Path, name: Naming) -> str:
    """Return how an entity came about, and what holds it least."""
    if not path.steps:
        return "This entity has one record; nothing was joined."
    records = len(path.steps) + 1
    told = [f"{records} records became one entity in {len(path.steps)} step{'s' if len(path.steps) > 1 else ''}."]
    decided = sum(step.is_decided for step in path.steps)
    told += [f"Of these, {decided} rest{'s' if decided == 1 else ''} on the decision of a reviewer."] if decided else []
    if path.weakest is not None:
        told.append(f"The weakest link joins {told_step(path.steps[path.weakest], name)}")
    return " ".join(told)


def told_step(step: Step, name: Naming) -> str:
    """Return what a step joins and by which pair."""
    one, other = (name(record) for record in step.bridge)
    sides = f"{_side(step.left, name)} with {_side(step.right, name)}"
    if step.is_decided:
        return f"{sides}, as a reviewer decided."
    strongest = f"{one} and {other}, {bits(step.weight)} bits ({chance_of(step.weight)})"
    pairs = len(step.left) * len(step.right)
    mean = f"; all {pairs} pairs between them weigh {bits(step.average)} bits in the mean" if pairs > 1 else ""
    below = " By what the records say now these would not be joined." if step.is_below else ""
    return f"{sides}, by {strongest}{mean}.{below}"


def told_apart(apart: Apart, name: Naming, one: str = "", other: str = "") -> str:
    """Return why two sides are apart and what would join them.

    Args:
        apart: of the two sides.
        name: what each record is called.
        one: what the first side is called; by default its record of the closest pair.
        other: what the second side is called.
    """
    sides = f"{one or name(apart.one)} and {other or name(apart.other)}"
    if apart.rule is Rule.TOGETHER:
        return f"{sides} are one person."
    told = [f"{sides} are two people: {apart.rule}."]
    told += [f"It is {name(apart.fits_both)}."] if apart.fits_both is not None else []
    return " ".join([*told, *_closest(apart, name), *_rule(apart, name), *_joins(apart)])


def told_join(join: Join) -> str:
    """Return what equal fields would do."""
    fields = _and([field_name(field) for field in join.fields])
    is_one = len(join.fields) == 1
    lacks = " (missing now)" if is_one and join.missing else ""
    verdict = "enough" if join.is_enough else f"not enough: {bits(join.weight)} bits for the two records"
    return f"an equal {fields}{lacks} would add {bits(join.gain)} bits, {verdict}"


def _closest(apart: Apart, name: Naming) -> list[str]:
    if apart.rule is Rule.ONE_PER_PERSON and not np.isfinite(apart.why.weight):
        return []
    against = sorted((part for part in apart.why.parts if part.is_known and part.bits < 0), key=lambda part: part.bits)
    told = f"Their closest records, {name(apart.one)} and {name(apart.other)}, weigh {bits(apart.why.weight)} bits"
    told += f" ({chance(apart.why.probability)})"
    return [
        f"{told}; against them: {_listed(against)}."
        if against
        else f"{told}; nothing that both have speaks against them."
    ]


def _rule(apart: Apart, name: Naming) -> list[str]:
    if apart.rule is Rule.AVERAGE:
        low = f"{name(apart.worst[0])} and {name(apart.worst[1])} weigh {bits(apart.worst[2])} bits"
        return [
            f"All pairs between them weigh {bits(apart.average)} bits in the mean, {bits(NEEDED)} are needed; {low}."
        ]
    if not np.isfinite(apart.average) and apart.rule is not Rule.DECIDED:
        both = f"{name(apart.worst[0])} and {name(apart.worst[1])}"
        return [f"{both} are of one directory; no evidence can join them."]
    if apart.rule is Rule.DECIDED:
        return ["Only withdrawing the decision can join them."]
    return []


def _joins(apart: Apart) -> list[str]:
    if apart.rule not in {Rule.WEIGHT, Rule.AVERAGE, Rule.AMBIGUOUS} or not np.isfinite(apart.average):
        return []
    if not apart.joins:
        return ["All fields agree as much as they can; only a further field could join them."]
    enough = [join for join in apart.joins if join.is_enough]
    if not enough:
        return [f"No field would join them, not even {told_join(apart.joins[0])}."]
    return [f"What would join them: {'; '.join(told_join(join) for join in enough[:_MOST])}."]


def _listed(parts: Sequence[Part]) -> str:
    return "; ".join(f"{field_name(part.field)} {part.told} {bits(part.bits)}" for part in parts)


def _side(records: Sequence[int], name: Naming) -> str:
    return name(records[0]) if len(records) == 1 else f"the {len(records)} of {name(records[0])}"


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
