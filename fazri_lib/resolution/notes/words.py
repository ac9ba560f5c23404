"""Notes taken apart: their words in order, each with the place where it stands, and runs of words."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from fazri_lib.resolution.notes.letters import SEPARATOR, plain

NOTE = ("observation_id", "ts", "local_date", "known_at")
"""What tells one note from another, and its moment."""
MOST_WORDS = 6
"""Words of the longest run that is looked up: an address of six pairs of digits, a long name of a room."""
APART = 2
"""Characters at most between two words of one name, as the point and the blank after an initial."""
_SENTENCE_ENDS = r"[.!?:;]"


def words(notes: ir.Table) -> ir.Table:
    """Return the words of texts: one row a word, two where letters can be written out (Müller: muller, mueller).

    Args:
        notes: rows with the columns of `NOTE` and `text`.

    Returns:
        The columns of `NOTE`, `word_no` (1, 2, ...), `word` (plain letters), `is_plain` (marks dropped), `text_from`
        and `text_to` (characters before it and up to its end), `is_capital`, `is_first` (of a sentence),
        `is_before_capital` (a blank and a word with a capital letter follow).
    """
    split = notes.select(*NOTE, "text", piece=notes.text.re_split(SEPARATOR)).unnest("piece", offset="piece_no")
    so_far = ibis.cumulative_window(group_by=[split.observation_id, split.known_at], order_by=split.piece_no)
    width = (split.piece.length() + 1).cast("float64")  # a sum of integers is wider than 64 bits on DuckDB
    placed = split.mutate(text_to=width.sum().over(so_far).cast("int64") - 1)
    placed = placed.filter(placed.piece.length() > 0)
    placed = placed.mutate(text_from=placed.text_to - placed.piece.length())
    in_order = ibis.window(group_by=[placed.observation_id, placed.known_at], order_by=placed.text_from)
    numbered = placed.mutate(word_no=ibis.row_number().over(in_order) + 1)
    first, before = numbered.piece.substr(0, 1), _before(numbered)
    numbered = numbered.mutate(is_capital=first != first.lower())
    follows = ibis.window(group_by=[numbered.observation_id, numbered.known_at], order_by=numbered.word_no)
    is_close = numbered.text_from.lead().over(follows) == numbered.text_to + 1
    is_before = is_close & numbered.is_capital.lead().over(follows)
    written = numbered.select(
        *NOTE,
        "word_no",
        "text_from",
        "text_to",
        "is_capital",
        is_before_capital=is_before.fill_null(False),  # noqa: FBT003 - Ibis takes the value by position
        is_first=(numbered.word_no == 1) | before.re_search(_SENTENCE_ENDS),
        bare=plain(numbered.piece),
        long=plain(numbered.piece, is_written_out=True),
    )
    bare = written.mutate(word=written.bare, is_plain=ibis.literal(value=True))
    long = written.filter(written.bare != written.long).mutate(word=ibis._.long, is_plain=ibis.literal(value=False))
    return ibis.union(bare.drop("bare", "long"), long.drop("bare", "long"))


def runs(found: ir.Table) -> ir.Table:
    """Return runs of one to six words: the columns of `NOTE`, `phrase`, `text_from`, `text_to`.

    Args:
        found: rows of `words`.
    """
    bare = found.filter(found.is_plain)
    in_order = ibis.window(group_by=[bare.observation_id, bare.known_at], order_by=bare.word_no)
    steps = range(1, MOST_WORDS)
    ahead = {f"word_{n}": bare.word.lead(n).over(in_order) for n in steps}
    ends = {f"end_{n}": bare.text_to.lead(n).over(in_order) for n in steps}
    wide = bare.mutate(**ahead, **ends)
    phrase = wide.word
    parts = [wide.select(*NOTE, "text_from", "text_to", phrase=phrase)]
    for n in steps:
        phrase = phrase + " " + wide[f"word_{n}"]
        rows = wide.select(*NOTE, "text_from", text_to=wide[f"end_{n}"], phrase=phrase)
        is_near = (rows.text_to - rows.text_from) <= rows.phrase.length() + n * (APART - 1)
        parts.append(rows.filter(rows.phrase.notnull(), is_near))
    return ibis.union(*parts)


def neighbours(found: ir.Table) -> ir.Table:
    """Return words that stand side by side, `left` and `right`, with `text_from` and `text_to` of both together.

    Args:
        found: rows of `words`.

    Returns:
        The columns of `NOTE`, of each side its word under the side's name and whether it begins with a capital letter,
        and of the left one `is_first`.
    """
    left = found.select(
        *NOTE, "text_from", "word_no", left="word", left_to="text_to", is_left_capital="is_capital", is_first="is_first"
    )
    right = found.select(
        "observation_id",
        "known_at",
        "text_to",
        right="word",
        right_from="text_from",
        is_right_capital="is_capital",
        word_no=found.word_no - 1,
    )
    pairs = left.join(right, ["observation_id", "known_at", "word_no"])
    pairs = pairs.filter(pairs.right_from - pairs.left_to <= APART)
    sides = ("left", "right", "is_left_capital", "is_right_capital", "is_first")
    return pairs.select(*NOTE, "text_from", "text_to", *sides)


def _before(rows: ir.Table) -> ir.StringValue:
    """The two characters before a word, fewer at the start."""
    start = ibis.greatest(rows.text_from - APART, 0)
    return rows.text.substr(start, rows.text_from - start)


def stacked(*tables: ir.Table, distinct: bool = False) -> ir.Table:
    """Return the rows of tables that have the same columns, types taken from the first: held tables have finer ones."""
    schema = tables[0].schema()
    alike = (table.select(*schema.names).cast(schema) for table in tables)
    return ibis.union(*alike, distinct=distinct)
