"""When the model is trained anew, on what, and what it holds fixed until the next time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.resolution.agglomeration import LOOSE
from fazri_lib.resolution.blocking import candidates
from fazri_lib.resolution.calibration import Sides, calibrated
from fazri_lib.resolution.comparison import told_apart
from fazri_lib.resolution.model import Model
from fazri_lib.resolution.pairs import Allowed, Pairs, all_pairs, coded, decoded, random_pairs
from fazri_lib.resolution.people import (
    AT_ONCE,
    EVERY_PAIR,
    LEAST_PAIRS,
    MOST_COMPARED,
    MOST_PAIRS,
    PAIRS_PER_RECORD,
    SEED,
    Judge,
    value_counts,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from fazri_lib.resolution.agglomeration import Scored
    from fazri_lib.resolution.comparison import Prepared
    from fazri_lib.resolution.folding.timeline import Contents

FEWEST = 100
"""With fewer rows known there is little to learn from: they are resolved by exact identifiers."""
GROWS = 100
"""A directory counts for training from so many rows on."""
SAMPLE = 100_000
"""Random pairs of a training; a campus trains several times, so fewer than `fazri resolve` takes."""


def trainings(directory: NDArray[np.int64], known: NDArray[np.int64], is_single: NDArray[np.bool_]) -> list[int]:
    """Return the moments at which the model is trained.

    First where at least `FEWEST` rows are known, two of which may be of one person. Then wherever a directory of at
    least `GROWS` rows has twice as many as at the last time: numbers that only one directory had say nothing until a
    second one that lists them has come.

    Args:
        directory: number of the directory of each row.
        known: number of the moment at which it first became known.
        is_single: by directory, whether nobody has two records in it.
    """
    moments = int(known.max(initial=-1)) + 1
    counts = np.zeros((moments, len(is_single)), dtype=np.int64)
    np.add.at(counts, (known, directory), 1)
    counts = counts.cumsum(axis=0)
    found: list[int] = []
    last = np.zeros(len(is_single), dtype=np.int64)
    for moment, count in enumerate(counts):
        may_pair = (count > 0).sum() > 1 or bool(count[~is_single].sum() > 1)
        has_grown = bool(((count >= GROWS) & (count >= 2 * last)).any()) if found else count.sum() >= FEWEST
        if may_pair and has_grown:
            found.append(moment)
            last = count
    return found


class Levels:
    """Remembers which level each compared pair of contents reaches: that never changes, whatever the model.

    Args:
        compare: tells the level of each pair and field.
        contents: number of contents.
        fields: number of fields.
    """

    def __init__(self, compare: Callable[[Pairs], NDArray[np.int8]], contents: int, fields: int) -> None:
        self._compare, self._contents = compare, contents
        self._codes = np.zeros(0, dtype=np.int64)
        self._levels = np.zeros((0, fields), dtype=np.int8)

    def __call__(self, pairs: Pairs) -> NDArray[np.int8]:
        """Return the level of each pair and field; pairs in any order, repeated or not."""
        codes = pairs.codes(self._contents)
        missing = np.sort(codes[~_among(codes, self._codes)])
        if len(missing):
            missing = missing[np.diff(missing, prepend=-1) > 0]
            levels = self._compare(decoded(missing, self._contents))
            joined = np.concatenate([self._codes, missing])
            order = np.argsort(joined, kind="stable")
            self._codes, self._levels = joined[order], np.concatenate([self._levels, levels])[order]
        found: NDArray[np.int8] = self._levels[np.searchsorted(self._codes, codes)]
        return found


@dataclass(frozen=True, slots=True)
class Trained:
    """A model and what else holds from its training until the next one.

    Attributes:
        moment: number of the moment of the training.
        judge: weighs any pair of contents by the model, with the frequencies of that moment.
        chosen: the numbers of the fields that said anything by then.
    """

    moment: int
    judge: Judge
    chosen: tuple[int, ...]

    @property
    def model(self) -> Model:
        """The model."""
        return self.judge.model

    def score(self, pairs: Pairs) -> Scored:
        """Return pairs of contents with their match weights and what each field says."""
        return self.judge.scored(pairs)

    def near(self, pairs: Pairs) -> Pairs:
        """Return those of the pairs that weigh at least `LOOSE`; part by part, to spare memory."""
        parts = [pairs.where(slice(start, start + AT_ONCE)) for start in range(0, max(len(pairs), 1), AT_ONCE)]
        is_near = [self.score(part).weight >= LOOSE for part in parts]
        return pairs.where(np.concatenate(is_near))


class Trainer:
    """Trains models on the contents that hold at a moment.

    Args:
        prepared: the fields of all contents.
        levels: of pairs of contents.
        contents: what is known when.
        names: of the directories, in alphabetical order.
    """

    def __init__(self, prepared: Sequence[Prepared], levels: Levels, contents: Contents, names: Sequence[str]) -> None:
        self._prepared, self._levels, self._contents, self._names = prepared, levels, contents, tuple(names)

    def train(self, moment: int) -> Trained:
        """Return the model trained on what holds at a moment."""
        live = self._contents.live(moment)
        chosen, part = self._fields(live)
        records, allowed = len(live), Allowed(self._contents.group[live])
        held, frequencies = value_counts(part)
        here, source = np.unique(self._contents.source[live], return_inverse=True)
        names = tuple(self._names[number] for number in here)
        untrained = replace(Model.untrained(told_apart(part), records, frequencies), sources=names)
        judge = Judge(part, lambda pairs: self._compared(_of_live(pairs, live), chosen), held, untrained, source)
        is_whole = records * (records - 1) // 2 <= EVERY_PAIR
        found = all_pairs(records) if is_whole else self._found(part, records, allowed)
        found = found.where(allowed(found))
        drawn = found if is_whole else random_pairs(records, SAMPLE, allowed, SEED)
        seen = judge.compared(found)
        sample = seen if is_whole else judge.compared(drawn)
        sides = Sides(judge.sides(found), judge.sides(drawn), allowed.between(source), names)
        model, _ = calibrated(untrained, seen, sample, sides)
        return self._judging(moment, Model.from_json(model.as_json()), chosen)  # as a later fold will read it

    def known(self, moment: int, model: Model) -> Trained:
        """Return a model that was trained at a moment before."""
        chosen, _ = self._fields(self._contents.live(moment))
        return self._judging(moment, model, chosen)

    def candidates(self, trained: Trained, span: tuple[int, int]) -> Pairs:
        """Return the pairs of contents worth comparing from a training until the next.

        Which values are common is decided by what held at the training. Contents go in the order in which they became
        known, so that those between two of a large block are known when the later one is: the future parts nobody.

        Args:
            trained: the training.
            span: only pairs of contents that hold together at some of these moments.
        """
        contents = self._contents
        known = np.flatnonzero((contents.begins < span[1]) & (contents.ends > trained.moment))
        known = known[np.lexsort((known, contents.begins[known]))]
        counts = contents.begins[known] <= trained.moment
        part = [_of(self._prepared[number], known) for number in trained.chosen]
        allowed = Allowed(contents.group[known])
        found = candidates(part, len(known), allowed, _budget(int(counts.sum())), counts=counts).pairs
        codes = coded(known[found.left], known[found.right], len(contents))
        pairs = decoded(np.sort(codes), len(contents))
        return pairs.where(contents.overlap(pairs.left, pairs.right, span))

    def _fields(self, live: NDArray[np.int64]) -> tuple[tuple[int, ...], list[Prepared]]:
        """Return the numbers of the fields in which anything is known, and those fields of these contents.

        Where nothing at all is known all fields are there: they say nothing, and everybody stays alone.
        """
        part = [_of(one, live) for one in self._prepared]
        is_known = [any(column.notna().any() for column in one.columns.values()) for one in part]
        chosen = tuple(number for number, known in enumerate(is_known) if known or not any(is_known))
        return chosen, _standing_alone([part[number] for number in chosen])

    def _judging(self, moment: int, model: Model, chosen: tuple[int, ...]) -> Trained:
        part = _standing_alone([self._prepared[number] for number in chosen])
        held: dict[str, NDArray[np.float64]] = {}
        for one in part:
            for name in (name for name in one.columns if name in model.frequencies):
                column = one.columns[name]
                counts = column.map(model.frequencies[name].count).fillna(1.0)  # nobody had it then: it is rare
                held[name] = np.asarray(counts.where(column.notna()), dtype=np.float64)
        source = model.numbers(pd.Series(self._names, dtype=object))[self._contents.source]
        return Trained(moment, Judge(part, lambda pairs: self._compared(pairs, chosen), held, model, source), chosen)

    @staticmethod
    def _found(part: list[Prepared], records: int, allowed: Allowed) -> Pairs:
        return candidates(part, records, allowed, _budget(records), MOST_COMPARED).pairs

    def _compared(self, pairs: Pairs, chosen: tuple[int, ...]) -> NDArray[np.int8]:
        return self._levels(pairs)[:, list(chosen)]


def _among(codes: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which codes are among known ones, which are sorted."""
    if not len(known):
        return np.zeros(len(codes), dtype=bool)
    place = np.minimum(np.searchsorted(known, codes), len(known) - 1)
    found: NDArray[np.bool_] = known[place] == codes
    return found


def _of_live(pairs: Pairs, live: NDArray[np.int64]) -> Pairs:
    return Pairs(live[pairs.left], live[pairs.right])


def _budget(records: int) -> int:
    return min(MOST_PAIRS, max(LEAST_PAIRS, PAIRS_PER_RECORD * records))


def _of(one: Prepared, records: NDArray[np.int64]) -> Prepared:
    """Return a field of some records, numbered anew."""
    columns = {name: column.iloc[records].reset_index(drop=True) for name, column in one.columns.items()}
    return replace(one, columns=columns)


def _standing_alone(part: list[Prepared]) -> list[Prepared]:
    """Return fields of which none repeats one that is not among them."""
    names = {one.comparison.field for one in part}
    return [one if one.repeats in names else replace(one, repeats="") for one in part]
