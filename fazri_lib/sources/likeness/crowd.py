"""The people of a copy: drawn from the shapes of their groups, with identifiers that nobody ever had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.likeness import fresh
from fazri_lib.sources.likeness.clock import NEVER_S
from fazri_lib.sources.likeness.parts import Part, draws

if TYPE_CHECKING:
    from fazri_lib.sources.likeness.shapes import Likeness, Sharing
    from fazri_lib.sources.simulate.draws import BoolArray, FloatArray, IntArray, TextArray

EMAIL, PHONE = "email", "phone"
_OFFICE_OPENS_S = 10 * 3600
_TURN_S, _STRIDE = 3600, 7919
"""Several identifiers of one person take turns by the hour, in a scattered order."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everybody by number; their truth entity id is that number plus one.

    Attributes:
        group: group of each.
        starts: first number of each group, and the end of the last.
        is_known: whether a directory knows them.
        roles: roles; departments likewise.
        names: names, emails, phones, births likewise.
        inside: people by directory, whether they are in it.
        records: people by directory, how many records.
        values: identifier type: values by person and record; empty text for none.
        switch_s: when each person's next record of a directory with validities begins, on the campus's clocks.
        weight: how often somebody comes, compared with others of the group.
        dated: identifier types that are handed on in time.
        several: identifier types of which a person uses several at once, as those of a list of devices.
        levels: by identifier type a uniform number a person; a directory lists those below its filled share.
    """

    group: IntArray
    starts: IntArray
    is_known: BoolArray
    roles: TextArray
    departments: TextArray
    names: TextArray
    emails: TextArray
    phones: TextArray
    births: IntArray
    inside: BoolArray
    records: IntArray
    values: dict[str, TextArray]
    switch_s: IntArray
    weight: FloatArray
    dated: frozenset[str]
    several: frozenset[str]
    levels: dict[str, FloatArray]

    @property
    def count(self) -> int:
        """Number of people."""
        return len(self.group)

    def id_at(self, person: IntArray, id_type: str, local_s: IntArray) -> TextArray:
        """Return what each person shows at each moment, empty where they have none."""
        if id_type not in self.values:
            return np.full(len(person), "")
        values = self.values[id_type]
        if id_type in self.several:
            count = np.maximum((values != "").sum(axis=1), 1)[person]
            turn = (local_s // _TURN_S * _STRIDE + person) % count
            in_turn: TextArray = values[person, turn]
            return in_turn
        is_second = (local_s >= self.switch_s[person]) if id_type in self.dated else np.zeros(len(person), dtype=bool)
        second = np.where(values[person, 1] == "", 0, 1) * is_second
        found: TextArray = values[person, second]
        return found


def build_crowd(likeness: Likeness, seed: int) -> Crowd:
    """Return the people of a copy: the same arguments give the same people."""
    rng = draws(seed, Part.CROWD)
    sizes = _sizes(likeness)
    group = np.repeat(np.arange(len(sizes)), sizes)
    count = len(group)
    inside = _inside(likeness, group, rng)
    records = _records(likeness, inside, rng)
    names = fresh.names(rng, count)
    emails, phones = fresh.emails(names), fresh.phones(rng, count)
    own = {EMAIL: emails, PHONE: phones}
    levels = {id_type: rng.random(count) for id_type in _types(likeness)}
    members = group, inside, records
    values = {name: _values(likeness, name, members, (own, level), rng) for name, level in levels.items()}
    first_s = likeness.days.start_s(0)
    days = rng.integers(0, max(likeness.days.count, 1), count)
    return Crowd(
        group=group,
        starts=np.concatenate([[0], np.cumsum(sizes)]),
        is_known=np.array([shape.is_known for shape in likeness.groups], dtype=bool)[group],
        roles=np.array([shape.role for shape in likeness.groups], dtype=str)[group],
        departments=_departments(likeness, group, rng),
        names=names,
        emails=emails,
        phones=phones,
        births=fresh.births(rng, count),
        inside=inside,
        records=records,
        values=values,
        switch_s=np.where(_is_replaced(likeness, records), first_s + days * 86_400 + _OFFICE_OPENS_S, NEVER_S),
        weight=_weights(likeness, group, rng),
        dated=frozenset(_dated(likeness)),
        several=frozenset(_several(likeness)),
        levels=levels,
    )


def _sizes(likeness: Likeness) -> IntArray:
    """Return people by group; those of the directories add up to what was asked for."""
    sizes = np.array([max(round(group.people * likeness.scale), 0) for group in likeness.groups], dtype=np.int64)
    is_known = np.array([group.is_known for group in likeness.groups])
    if likeness.people is not None and is_known.any():
        sizes[np.argmax(np.where(is_known, sizes, -1))] += likeness.people - sizes[is_known].sum()
    return np.maximum(sizes, 0)


def _departments(likeness: Likeness, group: IntArray, rng: np.random.Generator) -> TextArray:
    """Return departments, in each group those together that may enter the same zones."""
    drawn = _by_group(likeness, group, "departments", rng)
    patterns = [permitted(likeness, name) for name in drawn]
    _, kind = np.unique(np.array(patterns).reshape(len(drawn), -1), axis=0, return_inverse=True)
    return drawn[np.lexsort((kind.ravel(), group))]


def permitted(likeness: Likeness, department: str) -> tuple[bool, ...]:
    """Return which zones admit a department."""
    return tuple(not names or department in names for names in likeness.allowed)


def _types(likeness: Likeness) -> list[str]:
    listed = {name for shape in likeness.directories for name in shape.contract.identifiers}
    return sorted(listed | {name for source in likeness.sources for name in source.id_types.values})


def _dated(likeness: Likeness) -> set[str]:
    return {
        name
        for shape in likeness.directories
        for name, item in shape.contract.identifiers.items()
        if shape.contract.one_per_person and (item.valid_from or shape.contract.columns.get("valid_from"))
    }


def _several(likeness: Likeness) -> set[str]:
    listed = [shape.contract for shape in likeness.directories if not shape.contract.one_per_person]
    found = {name for contract in listed for name, item in contract.identifiers.items() if not item.identifies}
    return found - _dated(likeness)


def _is_replaced(likeness: Likeness, records: IntArray) -> BoolArray:
    """Whether somebody has a second record in a directory that dates its identifiers."""
    found = np.zeros(len(records), dtype=bool)
    for at, shape in enumerate(likeness.directories):
        if shape.contract.one_per_person and _dated(likeness) & set(shape.contract.identifiers):
            found |= records[:, at] > 1
    return found


def _by_group(likeness: Likeness, group: IntArray, name: str, rng: np.random.Generator) -> TextArray:
    parts = [getattr(shape, name).draw(rng, int((group == at).sum())) for at, shape in enumerate(likeness.groups)]
    return np.concatenate(parts).astype(str) if parts else np.zeros(0, dtype=str)


def _inside(likeness: Likeness, group: IntArray, rng: np.random.Generator) -> BoolArray:
    sets = _by_group(likeness, group, "directories", rng)
    found = np.zeros((len(group), len(likeness.directories)), dtype=bool)
    for text in np.unique(sets):
        chosen = set(text.split(","))
        found[sets == text] = [shape.contract.source in chosen for shape in likeness.directories]
    return found


def _records(likeness: Likeness, inside: BoolArray, rng: np.random.Generator) -> IntArray:
    found = np.zeros(inside.shape, dtype=np.int64)
    for at, shape in enumerate(likeness.directories):
        found[:, at] = 1 + rng.choice(len(shape.records), len(inside), p=shape.records)
    return np.where(inside, found, 0)


def _values(
    likeness: Likeness,
    id_type: str,
    crowd: tuple[IntArray, BoolArray, IntArray],
    drawn: tuple[dict[str, TextArray], FloatArray],
    rng: np.random.Generator,
) -> TextArray:
    """Return the values of one type by person and record number."""
    (group, inside, records), (own, level) = crowd, drawn
    numbers = np.zeros(len(group), dtype=np.int64)
    identifies = False
    for at, shape in enumerate(likeness.directories):
        if id_type in shape.contract.identifiers:
            share = shape.filled[f"id:{id_type}"][group]
            numbers = np.maximum(numbers, np.where(inside[:, at] & (level < share), records[:, at], 0))
            identifies |= shape.contract.identifiers[id_type].identifies
    is_known = np.array([shape.is_known for shape in likeness.groups], dtype=bool)[group]
    is_heard = any(source.orphan_share and id_type in source.id_types.values for source in likeness.sources)
    numbers = np.where(is_known, numbers, 1 if is_heard else 0)
    if identifies:
        numbers = np.minimum(numbers, 1)
    most = max(int(numbers.max(initial=0)), 2)
    if id_type in own:
        made = np.repeat(own[id_type][:, None], most, axis=1)
    else:
        made = fresh.codes(rng, id_type.split("_", maxsplit=1)[0], len(group) * most).reshape(len(group), most)
    values = np.where(np.arange(most) < numbers[:, None], made, "")
    if not identifies and id_type in likeness.sharing:
        owners = np.flatnonzero(is_known & (numbers > 0))
        if len(owners):
            _share(values, group, likeness.sharing[id_type], owners, rng)
    return values


def _share(values: TextArray, group: IntArray, sharing: Sharing, owners: IntArray, rng: np.random.Generator) -> None:
    """Give the first value of one to the others of a set, in place; sets are as large as the campus's."""
    sets = [owners[group[owners] == at] for at in np.unique(group[owners])] if sharing.is_within_role else [owners]
    for members in sets:
        order = rng.permutation(members)
        shares = sharing.holders[group[order[0]]]
        size = 1 + rng.choice(len(shares), len(order), p=shares / shares.sum())
        for holders in range(2, len(shares) + 1):
            together = order[size == holders]
            together = together[: len(together) // holders * holders].reshape(-1, holders)
            values[together, 0] = values[together[:, :1], 0]


def _weights(likeness: Likeness, group: IntArray, rng: np.random.Generator) -> FloatArray:
    """Return how many of the days each person is seen, drawn by tenths."""
    found = np.ones(len(group))
    for at, shape in enumerate(likeness.groups):
        who = np.flatnonzero(group == at)
        if shape.days_seen.sum() > 0:
            tenth = rng.choice(len(shape.days_seen), len(who), p=shape.days_seen / shape.days_seen.sum())
            found[who] = np.maximum((tenth + rng.random(len(who))) / len(shape.days_seen), 0.002)
    return found
