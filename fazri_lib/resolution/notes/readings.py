"""Whom the words of a note can name: every person on record whose name fits, and how it fits.

A reading is a place in a note, a person, and the form in which the name stands there. `likelihood` is how probable the
writing is if that person is meant and this form was chosen: one over the number of ways to write it.

- `full`: given and family name; a tenth of it with the family name first.
- `initial`: one of the two as its first letter, given or family (2 ways).
- `short`: a short form of the given name by rule, and the family name (as many ways as the name has letters).
- `slip`: one letter of one name is wrong, missing, too many or elsewhere, the other name is right; both have eight
  letters and more (54 ways for each letter: 26 others, 26 more, 1 less, 1 exchange).
- `other`: a word with a capital letter that is none of these, and the family name: maybe a nickname, as improbable as
  two slips, 26 times less when it does not even begin like the given name.
- `titled`: a title and the family name.
- `given`, `family`: one name alone, written with a capital letter; `called` is a given name before another such word,
  which nobody on record has as family name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import ibis

from fazri_lib.resolution.notes.bearers import TITLES
from fazri_lib.resolution.notes.words import NOTE, neighbours, stacked

if TYPE_CHECKING:
    import ibis.expr.types as ir

READING = (*NOTE, "text_from", "text_to", "entity_id", "form", "likelihood", "given_word", "family_word", "is_first")
"""Columns of `readings`."""
TURNED, INITIALS, SLIPS_A_LETTER, LETTERS = 0.1, 2, 54, 26
_SHORTEST_SHORT, _SHORTEST_ALONE, _SHORTEST_STEM, _SHORTEST_PAIR = 2, 3, 3, 8
_MOST_EDITS = 2
_SMALL_WORDS = (
    "a", "am", "an", "and", "are", "as", "at", "be", "but", "by", "can", "das", "dem", "der", "did", "die", "do",
    "ein", "er", "es", "for", "from", "had", "has", "hat", "he", "her", "him", "his", "i", "ich", "if", "im", "in",
    "is", "ist", "it", "its", "may", "me", "met", "mit", "my", "no", "not", "nur", "of", "on", "or", "our", "out",
    "saw", "see", "she", "sie", "so", "than", "that", "the", "their", "then", "they", "this", "to", "told", "und",
    "vom", "von", "war", "was", "we", "who", "will", "wir", "with", "yes", "you", "zu",
)  # fmt: skip
"""Words so frequent that they are never read as a short form or a slip of a name, or as a name alone."""


def readings(found: ir.Table, bearers: ir.Table) -> ir.Table:
    """Return every reading of names in notes, of a place and person the likeliest form.

    Args:
        found: rows of `words`.
        bearers: rows of `bearers`.

    Returns:
        Columns of `READING`; `given_word` and `family_word` as written, empty where there is none.
    """
    pairs = neighbours(found)
    alone = _alone(found, bearers)
    rows = stacked(_paired(pairs, bearers), _titled(pairs, bearers), alone)
    best = ibis.window(
        group_by=["observation_id", "known_at", "text_from", "text_to", "entity_id"],
        order_by=[ibis.desc("likelihood"), "form", "given_word", "family_word"],
    )
    return rows.mutate(place=ibis.row_number().over(best)).filter(ibis._.place == 0).select(*READING)


def _paired(pairs: ir.Table, bearers: ir.Table) -> ir.Table:
    """Two words side by side as given and family name, in either order; one of the two must be right."""
    straight = pairs.select(
        *NOTE,
        "text_from",
        "text_to",
        given_word="left",
        family_word="right",
        is_given_capital="is_left_capital",
        is_family_capital="is_right_capital",
        is_turned=ibis.literal(value=False),
        is_first="is_first",
    )
    turned = pairs.select(
        *NOTE,
        "text_from",
        "text_to",
        given_word="right",
        family_word="left",
        is_given_capital="is_right_capital",
        is_family_capital="is_left_capital",
        is_turned=ibis.literal(value=True),
        is_first="is_first",
    )
    sides = ibis.union(straight, turned)
    named = bearers.filter(bearers.family != "")
    by_family = sides.join(named, sides.family_word == named.family).filter(is_known)
    by_given = sides.join(named, sides.given_word == named.given).filter(is_known)
    return ibis.union(_by_family(by_family), _by_given(by_given))


def _by_family(rows: ir.Table) -> ir.Table:
    """The family name is right: how the other word stands for the given name."""
    may_differ = rows.is_given_capital & rows.is_family_capital & ~rows.given_word.isin(_SMALL_WORDS)
    letters, together = rows.given.length(), rows.given.length() + rows.family.length()
    begins = rows.given.startswith(rows.given_word.substr(0, 1))
    is_other = (rows.given_word.length() >= _SHORTEST_SHORT) & ~rows.given_word.isin(TITLES) & ~rows.is_turned
    ways = SLIPS_A_LETTER * letters * SLIPS_A_LETTER * letters * begins.ifelse(1, LETTERS)
    is_initial = (rows.given_word.length() == 1) & rows.is_given_capital & ~rows.is_turned
    cases = (
        (rows.given_word == rows.given, "full", ibis.literal(1.0)),
        (is_initial & rows.given.startswith(rows.given_word), "initial", ibis.literal(1 / INITIALS)),
        (may_differ & ~rows.is_turned & _is_short(rows.given_word, rows.given), "short", 1 / letters),
        (
            may_differ & (together >= _SHORTEST_PAIR) & _is_slip(rows.given_word, rows.given),
            "slip",
            1 / (SLIPS_A_LETTER * letters),
        ),
        (may_differ & is_other & (letters > 0), "other", 1 / ways),
    )
    return _formed(rows, cases)


def _by_given(rows: ir.Table) -> ir.Table:
    """The given name is right: how the other word stands for the family name."""
    may_differ = rows.is_given_capital & rows.is_family_capital & ~rows.family_word.isin(_SMALL_WORDS)
    is_initial = (rows.family_word.length() == 1) & rows.is_family_capital & ~rows.is_turned
    letters, together = rows.family.length(), rows.given.length() + rows.family.length()
    is_slip = may_differ & (together >= _SHORTEST_PAIR) & _is_slip(rows.family_word, rows.family)
    cases = (
        (is_initial & rows.family.startswith(rows.family_word), "initial", ibis.literal(1 / INITIALS)),
        (is_slip, "slip", 1 / (SLIPS_A_LETTER * letters)),
    )
    return _formed(rows, cases)


def _formed(rows: ir.Table, cases: tuple[tuple[ir.BooleanValue, str, ir.FloatingValue], ...]) -> ir.Table:
    form = ibis.cases(*((condition, name) for condition, name, _ in cases), else_=None)
    likelihood = ibis.cases(*((condition, value) for condition, _, value in cases), else_=0.0)
    order = rows.is_turned.ifelse(TURNED, 1.0)
    formed = rows.mutate(form=form, likelihood=likelihood * order)
    return formed.filter(formed.form.notnull()).select(*READING)


def _titled(pairs: ir.Table, bearers: ir.Table) -> ir.Table:
    titled = pairs.filter(pairs.left.isin(TITLES), pairs.is_left_capital | pairs.is_right_capital)
    named = bearers.filter(bearers.family != "").select("entity_id", "family", "named_at", "named_until")
    rows = titled.join(named, titled.right == named.family).filter(is_known)
    return rows.mutate(
        form=ibis.literal("titled"),
        likelihood=ibis.literal(1.0),
        given_word=ibis.literal(""),
        family_word=rows.right,
    ).select(*READING)


def _alone(found: ir.Table, bearers: ir.Table) -> ir.Table:
    shown = found.filter(found.is_capital, found.word.length() >= _SHORTEST_ALONE, ~found.word.isin(_SMALL_WORDS))
    parts = []
    for role in ("given", "family"):
        named = bearers.select("entity_id", "named_at", "named_until", name=bearers[role])
        rows = shown.join(named, shown.word == named.name).filter(is_known)
        written = {f"{role}_word": rows.word, f"{'family' if role == 'given' else 'given'}_word": ibis.literal("")}
        form = rows.is_before_capital.ifelse("called", "given") if role == "given" else ibis.literal("family")
        rows = rows.mutate(form=form, likelihood=ibis.literal(1.0), **written)
        parts.append(rows.select(*READING))
    return ibis.union(*parts)


def is_known(row: ir.Table) -> ir.BooleanValue:
    """Tell whether somebody was known to be called so when the note was known."""
    return (row.named_at <= row.known_at) & (row.named_until.isnull() | (row.known_at < row.named_until))


def _is_short(word: ir.StringValue, name: ir.StringValue) -> ir.BooleanValue:
    """Whether a word is a short form of a given name: its beginning, also with -i, -y, -ie or -e, or its end."""
    stem = word.re_replace("(ie|ey|i|y|e)$", "")
    single = (stem.substr(stem.length() - 1, 1) == stem.substr(stem.length() - 2, 1)).ifelse(
        stem.substr(0, stem.length() - 1), stem
    )
    is_start = (word.length() >= _SHORTEST_SHORT) & name.startswith(word)
    is_long = [(part.length() >= _SHORTEST_STEM) & name.startswith(part) for part in (stem, single)]
    is_pet = (stem != word) & (is_long[0] | is_long[1])
    is_end = (word.length() >= _SHORTEST_STEM) & name.endswith(word)
    return (word != name) & (is_start | is_pet | is_end)


def _is_slip(word: ir.StringValue, name: ir.StringValue) -> ir.BooleanValue:
    """Whether a name was written with one letter wrong, missing, too many or elsewhere."""
    is_near = (word.length() > 1) & ((word.length() - name.length()).abs() <= 1) & (word != name)
    no = ibis.literal(value=False)  # step by step, because the last one is dear
    is_moved = _without_one(word).intersect(_without_one(name)).length() > 0
    is_alike = is_near.ifelse(word.levenshtein(name) <= _MOST_EDITS, no)
    return cast("ir.BooleanValue", is_alike.ifelse(is_moved, no))


def _without_one(text: ir.StringValue) -> ir.ArrayValue:
    """A text, and the text without each of its letters."""
    fewer = ibis.range(text.length()).map(lambda place: text.substr(0, place) + text.substr(place + 1))
    return fewer.concat(ibis.array([text]))
