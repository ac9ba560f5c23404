"""Blocking: which pairs are worth comparing, out of all.

Values that few records share (a rare family name, an e-mail address) make blocks on their own. A block that is too
large is narrowed by a second field, and by a third; what is still too large is compared with its neighbours in the
order of contents only. So the pairs stay within a budget whatever the data, and common values cost nothing.

Where records become known one after another, those that were known when the model was trained decide which values are
common: so a record that comes later meets all who share a rare value, and nobody's pairs depend on who comes after.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from fazri_lib.resolution.pairs import Allowed, Pairs, coded, decoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from fazri_lib.resolution.comparison import Prepared

DEPTH = 3
LARGEST = 128
SMALLEST = 16
WINDOW = 6
MANY = 250_000
"""So many records are narrowed by two fields only: there are enough rare values, and three take memory."""
_SIGN = 63
MOST_IN_BLOCK = 1024
"""What nobody had at the training and so many have soon after it is compared with so many who came just before."""
RANGES = 8
"""Pairs are counted range by range of their first record, to spare memory."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs to compare, and how they were found.

    Attributes:
        pairs: the pairs.
        found_by: how many different rules found each.
        block_size: largest block that was compared as a whole.
        rules: how many pairs each rule found: `rule, pairs`.
    """

    pairs: Pairs
    found_by: NDArray[np.signedinteger[Any]]
    block_size: int
    rules: pd.DataFrame


class _Rule(NamedTuple):
    """A key or a combination of keys: the code of each record in each of its slots, -1 where it takes no part."""

    name: str
    fields: tuple[int, ...]
    key: int
    slots: tuple[NDArray[np.signedinteger[Any]], ...]


class _Blocks(NamedTuple):
    """Records of blocks, block by block, and how many of them count for how common a block's value is."""

    record: NDArray[np.int32]
    start: NDArray[np.int64]
    size: NDArray[np.int64]
    counted: NDArray[np.int64]


def candidates(
    prepared: Sequence[Prepared],
    records: int,
    allowed: Allowed,
    budget: int,
    most: int | None = None,
    counts: NDArray[np.bool_] | None = None,
) -> Candidates:
    """Return the pairs worth comparing.

    Narrowing by a third field and comparing neighbours find few pairs for what they cost: they are left out where they
    would not fit the budget.

    Args:
        prepared: the fields.
        records: number of records.
        allowed: which pairs may be one person.
        budget: about how many pairs, counted once for each rule that finds them.
        most: how many different pairs; where there are more, those that too few rules found are left out.
        counts: which records decide how common values are; default: all. Where they are not all, neighbours in the
            order of contents are left out, because they change with every record.
    """
    keys = _key_rules(prepared, records)
    size = LARGEST
    while True:
        first = [_split(rule, size, counts) for rule in keys]
        wide = [rest for _, rest in first]
        found = [(rest.name, blocks) for blocks, rest in first]
        found += [(rest.name, blocks) for blocks, rest in _narrowed(wide, wide, size, counts)]
        total = _counted(found, size)
        if total <= budget or size <= SMALLEST:
            break
        size //= 2
    weighty = records if counts is None else int(counts.sum())
    for step in _more(wide, min(DEPTH, len(prepared)), size, counts) if total <= budget and weighty < MANY else ():
        total += _counted(step, size)
        if total > budget:
            break
        found += step
    del first, wide, keys  # what is collected needs the room
    return _collected(found, records, allowed, size, most)


def _key_rules(prepared: Sequence[Prepared], records: int) -> list[_Rule]:
    rules: list[_Rule] = []
    for field, one in enumerate(prepared):
        for key in one.keys:
            columns = [one.columns[name] for name in key.columns]
            codes, _ = pd.factorize(pd.concat(columns, ignore_index=True), use_na_sentinel=True)
            slots = tuple(codes.astype(np.int32).reshape(len(columns), records))
            rules.append(_Rule(key.name, (field,), len(rules), slots))
    return rules


def _narrowed(
    level: Iterable[_Rule], wide: list[_Rule], size: int, counts: NDArray[np.bool_] | None
) -> Iterator[tuple[_Blocks, _Rule]]:
    """Narrow rules by a field more: give the blocks that become small enough, and what is still too large."""
    for rule in level:
        for other in wide[rule.key + 1 :]:
            if other.fields[0] not in rule.fields:
                yield _split(_combined(rule, other), size, counts)


def _more(
    wide: list[_Rule], depth: int, size: int, counts: NDArray[np.bool_] | None
) -> Iterator[list[tuple[str, _Blocks]]]:
    """Give what a third field finds in blocks that are still too large, then the neighbours in those left over."""
    level = wide
    for fields in range(2, depth + 1):
        step = list(_narrowed(level, wide, size, counts))
        level = [rest for _, rest in step if any((slot >= 0).any() for slot in rest.slots)]
        if fields > 2:  # noqa: PLR2004 - two fields are the least that anything is narrowed by
            yield [(rest.name, blocks) for blocks, rest in step]
    if counts is None:
        yield [(f"{rule.name} (neighbours)", _blocks(rule, None)[0]) for rule in level]


def _combined(rule: _Rule, other: _Rule) -> _Rule:
    """Return the rule that asks for both: its fields, and a code for every pair of slots."""
    width = max((int(slot.max(initial=-1)) for slot in other.slots), default=-1) + 1
    slots = tuple(
        np.where((one >= 0) & (two >= 0), one.astype(np.int64) * width + two, -1)
        for one in rule.slots
        for two in other.slots
    )
    return _Rule(f"{rule.name} + {other.name}", (*rule.fields, *other.fields), other.key, slots)


def _blocks(rule: _Rule, counts: NDArray[np.bool_] | None) -> tuple[_Blocks, NDArray[np.int64]]:
    """Return a rule's blocks, and the slot of each entry of theirs; none where there is only one.

    Where not all records count, those of a block are in their order whatever their slot: who comes later stands behind.
    """
    records, many = len(rule.slots[0]), len(rule.slots)
    apart, beside = (records, 1) if counts is None else (1, many)
    there = [np.flatnonzero(slot >= 0) for slot in rule.slots]
    entry = np.concatenate([rows * beside + number * apart for number, rows in enumerate(there)])
    code = np.concatenate([slot[rows] for slot, rows in zip(rule.slots, there, strict=True)]).astype(np.int64)
    bits = int(many * records).bit_length()
    if int(code.max(initial=0)).bit_length() + bits > _SIGN:
        code = pd.factorize(code)[0].astype(np.int64)
    together = np.sort((code << bits) | entry)
    code, entry = together >> bits, together & ((1 << bits) - 1)
    begins = np.flatnonzero(np.diff(code, prepend=-1))
    size = np.diff(begins, append=len(code))
    slot, record = np.zeros(0, dtype=np.int64), entry
    if many > 1:
        slot, record = np.divmod(entry, records) if counts is None else np.divmod(entry, many)[::-1]
    record = record.astype(np.int32)
    counted = size
    if counts is not None and len(begins):
        counted = np.add.reduceat(counts[record].astype(np.int64), begins)
    return _Blocks(record, begins, size, counted), slot


def _split(rule: _Rule, largest: int, counts: NDArray[np.bool_] | None) -> tuple[_Blocks, _Rule]:
    """Return the blocks of a rule with at most so many records, and the rule for the others, its codes made dense."""
    blocks, slot = _blocks(rule, counts)
    fits = (blocks.size > 1) & (blocks.counted <= largest)
    small = blocks.size[fits]
    start = np.cumsum(small) - small
    too_large = blocks.counted > largest
    rows = np.repeat(too_large, blocks.size)
    block = np.repeat(np.arange(int(too_large.sum())), blocks.size[too_large])
    slots = []
    for number in range(len(rule.slots)):
        dense = np.full(len(rule.slots[0]), -1, dtype=np.int32)
        mine = slot[rows] == number if len(slot) else np.ones(len(block), dtype=bool)
        dense[blocks.record[rows][mine]] = block[mine]
        slots.append(dense)
    chosen = blocks.record[np.repeat(fits, blocks.size)]
    return _Blocks(chosen, start, small, blocks.counted[fits]), rule._replace(slots=tuple(slots))


def _counted(found: list[tuple[str, _Blocks]], largest: int) -> int:
    """Return how many pairs blocks make: all within small ones, neighbours within large ones."""
    total = 0
    for _, blocks in found:
        size = blocks.counted
        whole = size <= largest
        total += int((size[whole] * (size[whole] - 1) // 2).sum() + (size[~whole] * WINDOW).sum())
    return total


def _collected(
    found: list[tuple[str, _Blocks]], records: int, allowed: Allowed, largest: int, most: int | None
) -> Candidates:
    bounds = np.arange(1, RANGES) * (records * records // RANGES)
    parts: list[list[NDArray[np.int64]]] = [[np.zeros(0, dtype=np.int64)] for _ in range(RANGES)]
    counts = []
    while found:
        name, blocks = found.pop(0)
        codes = _different(_block_pairs(blocks, records, largest))[0]
        if len(codes):
            counts.append((name, len(codes)))
            for part, some in zip(parts, np.split(codes, np.searchsorted(codes, bounds)), strict=True):
                part.append(some)
    ranges = [_different(np.concatenate(parts.pop(0))) for _ in range(RANGES)]
    least = _least_rules([times for _, times in ranges], most)
    kept = [(codes[times >= least], times[times >= least]) for codes, times in ranges]
    del ranges
    codes, found_by = (np.concatenate(some) for some in zip(*kept, strict=True))
    pairs = decoded(codes, records)
    may_be = allowed(pairs)
    rules = pd.DataFrame(counts, columns=["rule", "pairs"])
    return Candidates(pairs.where(may_be), found_by[may_be], largest, rules)


def _least_rules(found_by: list[NDArray[np.int32]], most: int | None) -> int:
    """Return by how many rules a pair must be found so that no more than so many are left; some always are."""
    if most is None:
        return 1
    counts = np.bincount(np.concatenate([np.zeros(1, dtype=np.int32), *found_by]))
    left = np.cumsum(counts[::-1])[::-1]  # pairs found by so many rules or more
    fits = np.flatnonzero(left[1:] <= most)
    last = max(len(counts) - 1, 1)
    return min(int(fits[0]) + 1, last) if len(fits) else last


def _different(codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return different codes, sorted, and how often each is there."""
    codes.sort()
    begins = np.flatnonzero(np.diff(codes, prepend=-1))
    return codes[begins], np.diff(begins, append=len(codes)).astype(np.int32)


def _block_pairs(blocks: _Blocks, records: int, largest: int) -> NDArray[np.int64]:
    """Return the codes of all pairs within small blocks, of neighbours within large ones."""
    end = np.repeat(blocks.start + blocks.size, blocks.size)
    whole = np.minimum(blocks.size, MOST_IN_BLOCK)
    reach = np.repeat(np.where(blocks.counted <= largest, whole, WINDOW + 1), blocks.size)
    position = np.arange(len(blocks.record))
    parts = [np.zeros(0, dtype=np.int64)]
    for offset in range(1, int(whole.max(initial=1))):
        first = position[(position + offset < end) & (offset < reach)]
        if not len(first):
            break
        one, other = (blocks.record[place].astype(np.int64) for place in (first, first + offset))
        parts.append(coded(one, other, records))
    return np.concatenate(parts)
