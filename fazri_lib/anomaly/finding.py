"""From what a detector caught to rows of the findings table: one a episode, with a stable id and its evidence."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import operator
from typing import TYPE_CHECKING

import ibis

from fazri_lib.schema import ALWAYS, EXTRACT_TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

SURE = 0.5
LEVELS = 3
_HEX_DIGITS = "0123456789abcdef"
_KEY_DIGITS = 15


def salt(stem: str) -> int:
    """Return a constant of 62 bits for a name: BLAKE2b, the same on every machine and engine."""
    return int.from_bytes(hashlib.blake2b(stem.encode(), digest_size=8).digest()) >> 2


def text_key(text: ir.StringValue) -> ir.IntegerValue:
    """Return a key of 60 bits for a text: the first 15 digits of its MD5 (for small tables: it is slow)."""
    digest = text.hexdigest("md5")
    found = [ibis.literal(_HEX_DIGITS).find(digest.substr(at, 1)) for at in range(_KEY_DIGITS)]
    digits = [place.cast("float64").cast("int64") for place in found]  # Spark's place is of 32 bits, whatever Ibis says
    return functools.reduce(operator.add, (digit * 16**at for at, digit in enumerate(digits)))


def elapsed_s(later: ir.TimestampValue, earlier: ir.TimestampValue | dt.datetime) -> ir.FloatingValue:
    """Return the seconds between two instants, with their fractions (whole units differ between engines)."""
    start = ibis.literal(earlier, type="timestamp") if isinstance(earlier, dt.datetime) else earlier
    return later.delta(start, unit="microsecond") / 1e6


def epoch_s(ts: ir.TimestampValue) -> ir.IntegerValue:
    """Return whole seconds since 1970."""
    return elapsed_s(ts, ALWAYS).floor().cast("int64")


def episode_starts(
    rows: ir.Table, keys: Sequence[str], quiet: dt.timedelta, *, first_by: str = "started_at"
) -> ir.Table:
    """Keep the rows that begin an episode: no row at least as sure was known before them within a quiet time.

    So an episode is told once, and again only when something surer becomes known: a weak finding never hides a sure
    one. "Before" is the order in which rows became known, of those known at once the surest first; what is known later
    never changes what was told.

    Args:
        rows: with `known_at`, `started_at`, `tie` (an integer that orders the rest), `level` (below `LEVELS`, surer is
            higher) and the keys.
        keys: what an episode is of, as entity and zone.
        quiet: longest gap between two rows of one episode.
        first_by: column that orders the rows that are known at once and equally sure.
    """
    known_order = ["known_at", ibis.desc("level"), first_by, "tie"]
    ranked = rows.mutate(
        known_rank=ibis.row_number().over(ibis.window(group_by=keys, order_by=known_order)),
        started_us=rows.started_at.delta(ibis.literal(ALWAYS, "timestamp"), unit="microsecond").cast("int64"),
    )
    quiet_us = quiet // dt.timedelta(microseconds=1)
    nearby = ibis.window(group_by=keys, order_by="started_us", range=(-quiet_us, quiet_us))
    first = [ranked.known_rank.min(where=ranked.level >= level).over(nearby) for level in range(LEVELS)]
    marked = ranked.mutate(first_rank=ibis.cases(*((ranked.level == level, at) for level, at in enumerate(first))))
    return marked.filter(marked.first_rank >= marked.known_rank).drop("known_rank", "started_us", "first_rank")


def level_of(score: ir.NumericValue) -> ir.IntegerValue:
    """Return the level of a claim's certainty: 1 when it is at least as likely true as not, else 0."""
    return ibis.ifelse(score >= SURE, 1, 0).cast("int64")


def as_findings(
    rows: ir.Table, detector: str, *, evidence: Sequence[str] = (), id_parts: Sequence[str] = ()
) -> ir.Table:
    """Return rows in the columns of the findings table.

    Args:
        rows: the table's columns except `finding_id`, `detector`, `evidence` and `superseded_at`; and `level`.
        detector: stem of the detector's file.
        evidence: columns of `rows` with the observation ids behind it; none for rules on occupancy, whose evidence is
            an empty list: the figures stand in the reason.
        id_parts: integer columns that tell two findings apart where there is no observation.
    """
    parts = [rows[name].fill_null(0) for name in ("entity_id", "level", *evidence, *id_parts)]
    finding_id = functools.reduce(operator.xor, parts, ibis.literal(salt(detector), type="int64"))
    ids = ibis.array([rows[name] for name in evidence]) if evidence else ibis.array([rows.level])[1:]
    whole = rows.mutate(
        finding_id=finding_id,
        detector=ibis.literal(detector),
        score=rows.score.round(6),
        evidence=ids.cast("array<int64>"),
        superseded_at=ibis.null("timestamp"),
    )
    return EXTRACT_TABLES["findings"].of(whole)
