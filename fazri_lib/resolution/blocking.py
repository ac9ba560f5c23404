"""Blocking: which pairs are worth comparing, out of all.

Values that few records share (a rare family name, an e-mail address) make blocks on their own. A block that is too
large is narrowed by a second field, and by a third; what is still too large is compared with its neighbours in the
order of contents only. So the pairs stay within a budget whatever the data, and common values cost nothing.

Where records become known one after another, those that were known when the model was trained decide which values are
common: so a record that comes later meets all who share a rare value, and nobody's pairs depend on who comes after.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from fazri_lib.resolution.pairs import Allowed, Pairs, coded, decoded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from fazri_lib.resolution.comparison import Prepared

DEPTH = 3
LARGEST = 128
SMALLEST = 16
WINDOW = 6
MOST_IN_BLOCK = 1024
"""What nobody had at the training and so many have soon after it is compared with so many neighbours only."""


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
    found_by: NDArray[np.int64]
    block_size: int
    rules: pd.DataFrame


class _Rule(NamedTuple):
    """A key or a combination of keys: the code of each record in each of its slots, -1 where it takes no part."""

    name: str
    fields: tuple[int, ...]
    key: int
    slots: tuple[NDArray[np.int64], ...]


class _Blocks(NamedTuple):
    """Records of blocks, block by block, and how many of them count for how common a block's value is."""

    record: NDArray[np.int64]
    start: NDArray[np.int64]
    size: NDArray[np.int64]
    counted: NDArray[np.int64]


def candidates(
    prepared: Sequence[Prepared],
    records: int,
    allowed: Allowed,
    budget: int,
    counts: NDArray[np.bool_] | None = None,
) -> Candidates:
    """Return the pairs worth comparing.

    Args:
        prepared: the fields.
        records: number of records.
        allowed: which pairs may be one person.
        budget: about how many pairs, counted once for each rule that finds them.
        counts: which records decide how common values are; default: all. Where they are not all, neighbours in the
            order of contents are left out, because they change with every record.
    """
    keys = _key_rules(prepared, records)
    size = LARGEST
    while True:
        found = list(_compared_blocks(keys, len(prepared), size, counts))
        total = sum(_pairs_in(blocks.counted, size) for _, blocks in found)
        if total <= budget or size <= SMALLEST:
            break
        size //= 2
    return _collected(found, records, allowed, size)


def _key_rules(prepared: Sequence[Prepared], records: int) -> list[_Rule]:
    rules: list[_Rule] = []
    for field, one in enumerate(prepared):
        for key in one.keys:
            columns = [one.columns[name] for name in key.columns]
            codes, _ = pd.factorize(pd.concat(columns, ignore_index=True), use_na_sentinel=True)
            slots = tuple(codes.astype(np.int64).reshape(len(columns), records))
            rules.append(_Rule(key.name, (field,), len(rules), slots))
    return rules


def _compared_blocks(
    keys: list[_Rule], fields: int, size: int, counts: NDArray[np.bool_] | None
) -> Iterator[tuple[str, _Blocks]]:
    """Give the blocks to compare rule by rule, narrowing those of more than `size` records."""
    wide: list[_Rule] = []
    for rule in keys:
        blocks, rest = _split(rule, size, counts)
        yield rule.name, blocks
        wide.append(rest)
    level = wide
    for _ in range(min(DEPTH, fields) - 1):
        narrowed = []
        for rule in level:
            for other in wide[rule.key + 1 :]:
                if other.fields[0] in rule.fields:
                    continue
                blocks, rest = _split(_combined(rule, other), size, counts)
                yield rest.name, blocks
                if any((slot >= 0).any() for slot in rest.slots):
                    narrowed.append(rest)
        level = narrowed
    if counts is None:
        for rule in level:
            yield f"{rule.name} (neighbours)", _blocks(rule, None)[0]


def _combined(rule: _Rule, other: _Rule) -> _Rule:
    """Return the rule that asks for both: its fields, and a code for every pair of slots."""
    width = max((int(slot.max(initial=-1)) for slot in other.slots), default=-1) + 1
    slots = tuple(np.where((one >= 0) & (two >= 0), one * width + two, -1) for one in rule.slots for two in other.slots)
    return _Rule(f"{rule.name} + {other.name}", (*rule.fields, *other.fields), other.key, slots)


def _blocks(
    rule: _Rule, counts: NDArray[np.bool_] | None
) -> tuple[_Blocks, NDArray[np.int64], list[NDArray[np.int64]]]:
    """Return a rule's blocks, the block of each entry and the records of each slot's entries."""
    there = [np.flatnonzero(slot >= 0) for slot in rule.slots]
    record = np.concatenate(there)
    code = np.concatenate([slot[rows] for slot, rows in zip(rule.slots, there, strict=True)])
    _, block, size = np.unique(code, return_inverse=True, return_counts=True)
    order = np.lexsort((record, block))
    start = np.concatenate([[0], np.cumsum(size)[:-1]]) if len(size) else size
    counted = size if counts is None else np.bincount(block[counts[record]], minlength=len(size)).astype(np.int64)
    return _Blocks(record[order], start, size, counted), block, there


def _split(rule: _Rule, largest: int, counts: NDArray[np.bool_] | None) -> tuple[_Blocks, _Rule]:
    """Return the blocks of a rule with at most so many records, and the rule for the others, its codes made dense."""
    blocks, block, there = _blocks(rule, counts)
    fits = (blocks.size > 1) & (blocks.counted <= largest)
    chosen = np.repeat(fits, blocks.size)
    small = blocks.size[fits]
    start = np.concatenate([[0], np.cumsum(small)[:-1]]) if len(small) else small
    rest, slots, at = np.where(blocks.counted > largest, np.arange(len(blocks.size)), -1), [], 0
    for slot, rows in zip(rule.slots, there, strict=True):
        dense = np.full(len(slot), -1, dtype=np.int64)
        dense[rows] = rest[block[at : at + len(rows)]]
        at += len(rows)
        slots.append(dense)
    return _Blocks(blocks.record[chosen], start, small, blocks.counted[fits]), rule._replace(slots=tuple(slots))


def _pairs_in(size: NDArray[np.int64], largest: int) -> int:
    whole = size <= largest
    return int((size[whole] * (size[whole] - 1) // 2).sum() + (size[~whole] * WINDOW).sum())


def _collected(found: list[tuple[str, _Blocks]], records: int, allowed: Allowed, largest: int) -> Candidates:
    parts, counts = [np.zeros(0, dtype=np.int64)], []
    for name, blocks in found:
        codes = np.unique(_block_pairs(blocks, records, largest))
        if len(codes):
            parts.append(codes)
            counts.append((name, len(codes)))
    codes, found_by = np.unique(np.concatenate(parts), return_counts=True)
    pairs = decoded(codes, records)
    may_be = allowed(pairs)
    rules = pd.DataFrame(counts, columns=["rule", "pairs"])
    return Candidates(pairs.where(may_be), found_by[may_be], largest, rules)


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
        parts.append(coded(blocks.record[first], blocks.record[first + offset], records))
    return np.concatenate(parts)
