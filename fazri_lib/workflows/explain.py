"""Explanations of a resolution: of a pair of records, from what the run knows already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.errors import UnknownNameError
from fazri_lib.resolution.agglomeration import Decided
from fazri_lib.resolution.explaining import Few, merge_path, why, why_apart
from fazri_lib.resolution.explaining.few import sources_of
from fazri_lib.resolution.explaining.words import told_apart, told_path, told_why
from fazri_lib.resolution.kinds import prepare
from fazri_lib.store.levels import open_few
from fazri_lib.workflows.record_files import RECORD_ID, SOURCE
from fazri_lib.workflows.resolve import single_groups

if TYPE_CHECKING:
    import pandas as pd

    from fazri_lib.resolution.explaining import Apart, Path, Why
    from fazri_lib.resolution.model import Model
    from fazri_lib.resolution.spec import Spec
    from fazri_lib.workflows.resolve import Resolution


@dataclass(frozen=True, slots=True)
class Explained:
    """Why two records are one person, or two.

    Attributes:
        names: what each record of the question is called, by its position in it.
        pair: the two, by position.
        why: of the two.
        path: how their entity came about; None where they are two people.
        apart: why they are two people; None where they are one.
    """

    names: tuple[str, ...]
    pair: tuple[int, int]
    why: Why
    path: Path | None
    apart: Apart | None

    @property
    def summary(self) -> str:
        """The explanation in words, without values of the records."""
        one, other = (self.names[record] for record in self.pair)
        told = told_why(self.why, one, other) if np.isfinite(self.why.weight) else ""
        if self.path is not None:
            return f"{one} and {other} are one person. {told_path(self.path, self.name)} {told}"
        return told_apart(self.apart, self.name, one, other) if self.apart else told

    def name(self, record: int) -> str:
        """Return what a record is called."""
        return self.names[record]


def few_of(records: pd.DataFrame, spec: Spec, model: Model, decided: Decided | None = None) -> Few:
    """Return records as what explains them.

    Args:
        records: `source` and the spec's columns as texts, None where unknown; days in one form in each source.
        spec: what they are; fields of it that the model does not know are left out.
        model: trained on such records.
        decided: what reviewers decided, by positions.
    """
    rows = records.reset_index(drop=True)
    known = list(dict.fromkeys(one.case_of or one.field for one in model.comparisons))
    prepared = [one for one in prepare(rows, spec) if one.comparison.field in known]
    prepared.sort(key=lambda one: known.index(one.comparison.field))  # a document of JSON may have another order
    prepared = [one if one.repeats in known else replace(one, repeats="") for one in prepared]
    one = spec.one_per_person
    single = sorted(set(rows[SOURCE])) if one is True else list(one or ())  # a few records need not be of all sources
    places = {name: place for place, name in enumerate(single)}
    group = np.array([places.get(name, -1) for name in rows[SOURCE]], dtype=np.int64)
    source = sources_of(rows[SOURCE].tolist(), model)
    return Few(prepared, model, open_few, group, decided or Decided(), source)


def explain(found: Resolution, spec: Spec, one: str, other: str, decided: Decided | None = None) -> Explained:
    """Return why two records of a resolution are one person, or two.

    Args:
        found: the resolution.
        spec: what the columns are.
        one: id of a record; of several files also as source:id.
        other: id of another one.
        decided: what reviewers decided of pairs, by positions in the resolution's records.

    Raises:
        UnknownNameError: there is no such record, several have the id, or both are the same.
    """
    places = _place(found.records, one), _place(found.records, other)
    if places[0] == places[1]:
        raise UnknownNameError("both ids mean the same record; expected two different ones; name another record")
    cluster = found.people.cluster
    sides = [np.flatnonzero(cluster == cluster[place]).tolist() for place in places]
    chosen = sides[0] if sides[0] == sides[1] else [*sides[0], *sides[1]]
    group = single_groups(found.records[SOURCE], spec)
    source = sources_of(found.records[SOURCE].tolist(), found.model)
    every = Few(prepare(found.records, spec), found.model, open_few, group, decided or Decided(), source)
    few = every.chosen(chosen)
    pair = (chosen.index(places[0]), chosen.index(places[1]))
    names = tuple(_names(found.records)[place] for place in chosen)
    told = why(few, *pair)
    if sides[0] == sides[1]:
        return Explained(names, pair, told, merge_path(few), None)
    split = range(len(sides[0])), range(len(sides[0]), len(chosen))
    fits = [pair[end] for end in (0, 1) if found.people.places["other"].iloc[places[end]] == cluster[places[1 - end]]]
    apart = why_apart(few, *split, pair, fits_both=fits[0] if fits else None)
    return Explained(names, pair, told, None, apart)


def _names(records: pd.DataFrame) -> list[str]:
    """What records are called: their id, of several sources with the source before it."""
    ids = records[RECORD_ID].astype(str)
    if len(set(records[SOURCE])) > 1:
        ids = records[SOURCE].astype(str) + ":" + ids
    return ids.tolist()


def _place(records: pd.DataFrame, wanted: str) -> int:
    ids = records[RECORD_ID].astype(str)
    whole = records[SOURCE].astype(str) + ":" + ids
    there = np.flatnonzero(((ids == wanted) | (whole == wanted)).to_numpy())
    if len(there) == 1:
        return int(there[0])
    sources = ", ".join(sorted(set(records[SOURCE])))
    if len(there):
        raise UnknownNameError(
            f"{len(there)} records have one of these ids; expected one; write source:id, with a source of {sources}"
        )
    raise UnknownNameError(
        f"no record has one of these ids; expected a record_id of the files, or source:id with a source of {sources}; "
        "look it up in the file written"
    )
