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
    from fazri_lib.sources.simulate.draws import FloatArray, IntArray, TextArray

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
    found |= _keys(shape, person, found, rng)
    first_s, issued = likeness.days.start_s(0), rng.integers(_LAST_ISSUE_DAYS, _FIRST_ISSUE_DAYS, crowd.count)
    span = first_s - 86_400 * issued, np.full(crowd.count, likeness.days.start_s(likeness.days.count)) + 86_400 * issued
    found |= _validities(shape, crowd, (person, nth), span, rng)
    return found, person


def _keys(shape: DirectoryShape, person: IntArray, found: Columns, rng: np.random.Generator) -> Columns:
    """One key a person where a directory has one record a person: further rows are versions; else one key a row."""
    column = shape.contract.columns["record_key"]
    own, at = np.unique(person, return_inverse=True)
    keys = fresh.codes(rng, "record", len(person))
    keys = keys[: len(own)][at] if shape.contract.one_per_person else keys
    given = found.get(column, np.full(len(person), "", dtype=object))
    return {column: np.where(given == "", keys, given).astype(object)}  # a record without its key is none


def _plain(shape: DirectoryShape, crowd: Crowd, person: IntArray, rng: np.random.Generator) -> Columns:
    columns = shape.contract.columns
    given = {
        "name": crowd.names, EMAIL: crowd.emails, PHONE: crowd.phones, "role": crowd.roles,
        "department": crowd.departments, "born_on": crowd.births * 86_400,
    }  # fmt: skip
    found: Columns = {}
    for name, values in given.items():
        if name in columns:
            level = crowd.levels[name][person] if name in shape.contract.identifiers else rng.random(len(person))
            has = level < shape.filled[name][crowd.group[person]]
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
            is_listed = crowd.levels[id_type][person] < shape.filled[f"id:{id_type}"][crowd.group[person]]
            found[item.column] = np.where(is_listed, values[person, which], "")
    return found


def _validities(
    shape: DirectoryShape,
    crowd: Crowd,
    rows: tuple[IntArray, IntArray],
    span: tuple[IntArray, IntArray],
    rng: np.random.Generator,
) -> Columns:
    """Each person's first record holds until the switch, the next one from then on; things of a list hold at once.

    As many rows have a start, and an end, as the campus's; ends that mean nothing lie after the copy's days.
    """
    (person, nth), (start_s, end_s) = rows, span
    group = crowd.group[person]
    follows = (nth > 0) & shape.contract.one_per_person
    starts, ends = _dates(shape, "from"), _dates(shape, "to")
    is_followed = np.concatenate([follows[1:], [False]])[: len(person)]
    ended = is_followed & (nth == 0) & bool(starts)
    found: Columns = {}
    for column, share in starts.items():
        is_dated = (rng.random(len(person)) < share[group]) | follows
        found[column] = np.where(is_dated, np.where(follows, crowd.switch_s[person], start_s[person]), NEVER_S)
    for column, share in ends.items():
        rest = (share[group] - ended.mean()) / max(1.0 - ended.mean(), 1e-9)
        later = np.where(rng.random(len(person)) < rest, end_s[person], NEVER_S)
        found[column] = np.where(ended, crowd.switch_s[person], later)
    return found


def _dates(shape: DirectoryShape, end: str) -> dict[str, FloatArray]:
    """Return the columns with starts (`from`) or ends (`to`) of validities, and the share of rows that have one."""
    contract, name = shape.contract, f"valid_{end}"
    usual = contract.columns.get(name)
    found = {usual: shape.filled[name]} if usual else {}
    for id_type, item in contract.identifiers.items():
        column = getattr(item, name) or usual
        if column:
            share = shape.filled[f"{end}:{id_type}"]
            found[column] = np.maximum(found.get(column, share), share)
    return found


def identities(keys: dict[str, tuple[TextArray, IntArray]]) -> pa.Table:
    """Return truth table `identities` from each directory's keys and people."""
    record_id = np.concatenate([np.char.add(f"{name}:", key.astype(str)) for name, (key, _) in keys.items()])
    person = np.concatenate([person for _, person in keys.values()])
    _, first = np.unique(record_id, return_index=True)
    kept = np.sort(first)
    return pa.table({"record_id": pa.array(record_id[kept]), "entity_id": pa.array(person[kept] + 1, pa.int64())})


def people_rows(crowd: Crowd) -> pa.Table:
    """Return truth table `people`: role and department of everybody; a copy has no archetypes."""
    return pa.table(
        {
            "entity_id": pa.array(np.arange(crowd.count) + 1, pa.int64()),
            "archetype": pa.nulls(crowd.count, pa.string()),
            "role": pa.array(crowd.roles.astype(object), pa.string(), mask=crowd.roles == ""),
            "department": pa.array(crowd.departments.astype(object), pa.string(), mask=crowd.departments == ""),
        }
    )


def holders(crowd: Crowd) -> dict[str, np.ndarray]:
    """Return truth table `holders`: times are seconds on the campus's clocks, `NEVER_S` for always."""
    parts: list[tuple[np.ndarray, ...]] = []
    for id_type, values in crowd.values.items():
        person, which = np.nonzero(values != "")
        is_dated = id_type in crowd.dated
        switch = crowd.switch_s[person]
        starts = np.where((which > 0) & is_dated, switch, NEVER_S)
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
