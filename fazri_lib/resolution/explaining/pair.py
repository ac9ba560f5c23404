"""Why a pair of records weighs what it weighs: the prior, then what each field says, in bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.resolution.model import PLACES, probability
from fazri_lib.resolution.pairs import Pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fazri_lib.resolution.calibration import Compared
    from fazri_lib.resolution.explaining.few import Few
    from fazri_lib.resolution.people import Judge

UNKNOWN = "not known of both"
PRIOR = "two such records, before comparing"


@dataclass(frozen=True, slots=True)
class Part:
    """What one field says.

    Attributes:
        field: of the spec.
        label: degree of agreement, in words; `UNKNOWN` where one record has no value.
        bits: what it adds to the weight; 0 where unknown.
        rarity: bits among these that come from how rare the shared value is.
        given: of a field that repeats another one, as an e-mail the name: that field, and whether it agrees.
        is_known: whether both records have a value.
    """

    field: str
    label: str
    bits: float
    rarity: float = 0.0
    given: str = ""
    is_known: bool = True

    @property
    def told(self) -> str:
        """The degree of agreement with its condition, in words."""
        return f"{self.label} ({self.given})" if self.given else self.label


@dataclass(frozen=True, slots=True)
class Why:
    """Why a pair weighs what it weighs.

    Attributes:
        prior: weight of a pair of which nothing is known, bits.
        parts: what each field adds, in the order of the spec.
        weight: their sum, bits.
    """

    prior: float
    parts: tuple[Part, ...]
    weight: float

    @property
    def probability(self) -> float:
        """Probability that the two are one person."""
        return float(probability(np.array([self.weight]))[0])

    def part(self, field: str) -> Part:
        """Return what a field says."""
        return next(part for part in self.parts if part.field == field)

    def frame(self) -> pd.DataFrame:
        """Return the waterfall: `field, label, bits, rarity, total`, the prior first; `total` adds up to the weight."""
        rows = [("prior", PRIOR, self.prior, 0.0)]
        rows += [(part.field, part.told, part.bits, part.rarity) for part in self.parts]
        frame = pd.DataFrame(rows, columns=["field", "label", "bits", "rarity"])
        return frame.assign(total=frame["bits"].cumsum().round(PLACES))


def why(few: Few, one: int, other: int) -> Why:
    """Return why two records weigh what they weigh together."""
    with few.judge() as judge:
        return explained(judge, one, other)


def explained(judge: Judge, one: int, other: int) -> Why:
    """Return why two records weigh what they weigh together, with what scores them open already."""
    pair = Pairs(np.array([min(one, other)]), np.array([max(one, other)]))
    compared = judge.compared(pair)
    bits = judge.model.parts(*compared)
    weight = float(judge.weight(pair)[0])
    prior = round(weight - float(bits[0].sum()), PLACES)
    return Why(prior, tuple(_parts(judge, compared, bits[0].tolist())), weight)


def _parts(judge: Judge, compared: Compared, bits: Sequence[float]) -> list[Part]:
    """One part a field of the spec; of a field that is compared in two cases the one that holds."""
    parts = []
    for prepared in judge.prepared:
        cases = [
            (number, one)
            for number, one in enumerate(judge.model.comparisons)
            if prepared.comparison.field in (one.field, one.case_of)
        ]
        known = [(number, one) for number, one in cases if compared.levels[0, number] >= 0]
        if not known:
            parts.append(Part(prepared.comparison.field, UNKNOWN, 0.0, is_known=False))
            continue
        number, one = known[0]
        level = compared.levels[:, number]
        rarity = float(judge.model.rarity(number, level, compared.counts[:, number])[0].round(PLACES))
        label, given = one.levels[int(level[0])].label, _given(judge, prepared.repeats, compared)
        parts.append(Part(prepared.comparison.field, label, bits[number], rarity, given))
    return parts


def _given(judge: Judge, repeats: str, compared: Compared) -> str:
    """Whether the field agrees that another one repeats: what the other one says depends on it."""
    if not repeats:
        return ""
    number, one = next((number, one) for number, one in enumerate(judge.model.comparisons) if one.field == repeats)
    level = int(compared.levels[0, number])
    says = "is not known" if level < 0 else "differs" if level == len(one) - 1 else "agrees"
    return f"{repeats} {says}"
