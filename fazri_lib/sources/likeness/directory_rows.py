"""The directories of a copy as canonical columns, and the truth behind them: whose each record and identifier is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from fazri_lib.sources.likeness import fresh
from fazri_lib.sources.likeness.clock import NEVER_S
from fazri_lib.sources.likeness.crowd import EMAIL, PHONE
from fazri_lib.sources.likeness.parts import Part, draws

if TYPE_CHECKING:
    from fazri_lib.sources.likeness.crowd import Crowd
    from fazri_lib.sources.likeness.shapes import DirectoryShape, Likeness
    from fazri_lib.sources.simulate.draws import IntArray, TextArray

_FIRST_ISSUE_DAYS, _LAST_ISSUE_DAYS = 400, 10
Columns = dict[str, np.ndarray]


def directory_columns(likeness: Likeness, crowd: Crowd, at: int, seed: int) -> tuple[Columns, IntArray]:
    """Return a directory by file column, texts or times on the campus's clocks, and the person of each record.

    Args:
        likeness: what is learnt.
        crowd: people of the copy.
        at: position of the directory in `likeness.directories`.
        seed: of the copy.
    """
    shape, rng = likeness.directories[at], draws(seed, Part.DIRECTORIES, at)
    person = np.repeat(np.arange(crowd.count), crowd.records[:, at])
    nth = np.arange(len(person)) - np.searchsorted(person, person)
    order = np.lexsort((nth, rng.permutation(crowd.count)[person]))
    person, nth = person[order], nth[order]
    found = _plain(shape, crowd, person, rng)
    found |= _identifiers(shape, crowd, person, nth, found)
    key = shape.contract.columns["record_key"]
    if key not in found:
        found[key] = fresh.codes(rng, "record", len(person))
    blank = np.flatnonzero(found[key] == "")  # a record without its key is none
    found[key] = found[key].astype(object)
    found[key][blank] = fresh.codes(rng, "record", len(blank))
    starts = likeness.days.start_s(0) - 86_400 * rng.integers(_LAST_ISSUE_DAYS, _FIRST_ISSUE_DAYS, crowd.count)
    found |= _validities(shape, crowd, person, nth, starts)
    return found, person


def _plain(shape: DirectoryShape, crowd: Crowd, person: IntArray, rng: np.random.Generator) -> Columns:
    columns = shape.contract.columns
    given = {
        "name": crowd.names, EMAIL: crowd.emails, PHONE: crowd.phones, "role": crowd.roles,
        "department": crowd.departments, "born_on": crowd.births * 86_400,
    }  # fmt: skip
    found: Columns = {}
    for name, values in given.items():
        if name in columns:
            has = rng.random(len(person)) < shape.filled[name][crowd.group[person]]
            none = NEVER_S if name == "born_on" else ""
            found[columns[name]] = np.where(has, values[person], none)
    return found


def _identifiers(shape: DirectoryShape, crowd: Crowd, person: IntArray, nth: IntArray, plain: Columns) -> Columns:
    found: Columns = {}
    for id_type, item in shape.contract.identifiers.items():
        values = crowd.values[id_type]
        last = values.shape[1] - 1
        which = np.zeros_like(nth) if item.identifies else np.minimum(nth, last)
        if item.column not in plain or item.column == shape.contract.columns["record_key"]:
            found[item.column] = values[person, which]
    return found


def _validities(shape: DirectoryShape, crowd: Crowd, person: IntArray, nth: IntArray, starts: IntArray) -> Columns:
    """The first record holds from long before to the switch, the second one from then on."""
    contract = shape.contract
    pairs = [(contract.columns.get("valid_from"), contract.columns.get("valid_to"))]
    pairs += [(item.valid_from, item.valid_to) for item in contract.identifiers.values()]
    switch = crowd.switch_s[person]
    is_dated = bool({start for start, _ in pairs if start})
    begins = np.where((nth == 0) | (switch == NEVER_S), starts[person], switch)
    ends = np.where((nth == 0) & is_dated, switch, NEVER_S)
    found: Columns = {}
    for start, end in pairs:
        found |= {start: begins} if start else {}
        found |= {end: ends} if end else {}
    return found


def identities(keys: dict[str, tuple[TextArray, IntArray]]) -> pa.Table:
    """Return truth table `identities` from each directory's keys and people."""
    record_id = np.concatenate([np.char.add(f"{name}:", key.astype(str)) for name, (key, _) in keys.items()])
    person = np.concatenate([person for _, person in keys.values()])
    _, first = np.unique(record_id, return_index=True)
    kept = np.sort(first)
    return pa.table({"record_id": pa.array(record_id[kept]), "entity_id": pa.array(person[kept] + 1, pa.int64())})


def holders(crowd: Crowd) -> dict[str, np.ndarray]:
    """Return truth table `holders`: times are seconds on the campus's clocks, `NEVER_S` for always."""
    parts: list[tuple[np.ndarray, ...]] = []
    for id_type, values in crowd.values.items():
        person, which = np.nonzero(values != "")
        is_dated = id_type in crowd.dated
        switch = crowd.switch_s[person]
        starts = np.where((which == 1) & is_dated, switch, NEVER_S)
        has_next = (values[person, 1] != "") & (which == 0) & is_dated
        ends = np.where(has_next, switch, NEVER_S)
        parts.append(
            (
                np.full(len(person), id_type, dtype=object),
                values[person, which].astype(object),
                person + 1,
                starts,
                ends,
            )
        )
    names = ("id_type", "id_value", "entity_id", "valid_from", "valid_to")
    if not parts:
        return {name: np.zeros(0, dtype=object) for name in names}
    return {name: np.concatenate([part[at] for part in parts]) for at, name in enumerate(names)}
