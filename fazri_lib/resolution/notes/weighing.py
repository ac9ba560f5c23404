"""How probable each reading of a name is.

A note means somebody of a circle: of ten people named nine are on record, and of these as many are drawn from everybody
as from those seen in the zone that the note names on that day, and as from the writer's department; within a circle all
are equal. The tenth is on no list; names are as common there as on record. Bayes' rule then weighs who fits:

    probability = circles x likelihood of the form / (the same of all who fit + somebody on no list of that name)

Nothing of it is fitted to data. A name alone may be an ordinary word: one that is a word of the language counts a
tenth, the first of a sentence half; a given name before another word with a capital letter counts a tenth, because
that is then the family name of a stranger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from fazri_lib.resolution.notes.context import department_of
from fazri_lib.resolution.notes.readings import is_known

if TYPE_CHECKING:
    import ibis.expr.types as ir

ON_NO_LIST = 0.1
"""Share of the people named in notes who are on no list."""
LETTERS = 26
LEAST = 0.01
"""Mentions less probable are left out: a name that a hundred people bear says nothing about one of them."""
_AS_WORD, _AS_FIRST = 0.1, 0.5
_KEY = ("observation_id", "known_at")
_SPAN = (*_KEY, "text_from", "text_to")
_FORMS = {
    "full": "given and family name",
    "initial": "a name and an initial",
    "short": "a short form and the family name",
    "slip": "name with one letter off",
    "titled": "title and family name",
    "other": "a word with a capital letter and the family name",
    "called": "given name before an unknown one",
    "given": "given name alone",
    "family": "family name alone",
}
_ORDINARY = (
    "april", "art", "august", "bauer", "bell", "berg", "berger", "bill", "bishop", "black", "braun", "brown",
    "busch", "church", "cook", "dean", "drew", "engel", "faith", "fischer", "frank", "fuchs", "grace", "graf",
    "grant", "gray", "green", "grey", "guy", "hahn", "hall", "heather", "hill", "hirsch", "holly", "hope", "horn",
    "hunter", "iris", "ivy", "jack", "jaeger", "jager", "joy", "june", "jung", "kaiser", "keller", "king", "klein",
    "koch", "koenig", "konig", "kraus", "lang", "lange", "law", "lily", "long", "major", "mark", "may", "miles",
    "mill", "miller", "moore", "mueller", "muller", "nick", "olive", "page", "park", "pat", "penny", "pfeiffer",
    "price", "ray", "reader", "rich", "richter", "rob", "rose", "roth", "ruby", "sauer", "schaefer", "schafer",
    "schmidt", "schneider", "schreiber", "schwarz", "smith", "sommer", "stein", "stern", "stone", "sue", "summer",
    "vogel", "vogt", "walker", "ward", "weber", "weiss", "west", "white", "will", "winter", "wolf", "wood", "young",
    "ziegler", "zimmermann",
)  # fmt: skip
"""Names that are words of the language, too."""


def weighed(readings: ir.Table, bearers: ir.Table, context: dict[str, ir.Table]) -> ir.Table:
    """Return readings with their `probability` and `reason`, those too improbable left out.

    Args:
        readings: rows of `readings`.
        bearers: rows of `bearers`.
        context: `near` (rows of `nearness`), `departments`, `entities`, `sizes` and `everybody`.
    """
    drawn = _drawn(readings, context)
    strange = _strangers(readings, bearers, context["everybody"])
    rows = drawn.left_join(strange, list(_SPAN)).drop(*(f"{name}_right" for name in _SPAN))
    together = ibis.window(group_by=list(_SPAN))
    weight = rows.drawn * rows.likelihood
    rows = rows.mutate(
        share=weight / (weight.sum().over(together) + ON_NO_LIST * rows.strangers),
        fit=rows.entity_id.count().over(together),
    )
    alone = rows.form.isin(["given", "family", "called", "other"])
    is_word = alone & (rows.given_word.isin(_ORDINARY) | rows.family_word.isin(_ORDINARY))
    is_first = alone & rows.is_first
    meant = (is_word | (rows.form == "called")).ifelse(_AS_WORD, 1.0) * is_first.ifelse(_AS_FIRST, 1.0)
    rows = rows.mutate(probability=(rows.share * meant).round(6), reason=_reason(rows))
    return rows.filter(rows.probability >= LEAST)


def _drawn(readings: ir.Table, context: dict[str, ir.Table]) -> ir.Table:
    """Add `drawn`: how probable it is that a note means just this person, before its words are read."""
    rows = readings.join(context["everybody"], "known_at")
    near = context["near"]
    rows = rows.left_join(near, [*_KEY, "entity_id"]).drop(*(f"{name}_right" for name in (*_KEY, "entity_id")))
    all_near = near.group_by(*_KEY).agg(all_near=near.near.sum())
    rows = rows.left_join(all_near, list(_KEY)).drop(*(f"{name}_right" for name in _KEY))
    rows = _with_department(rows, context)
    circles = 1 + rows.all_near.fill_null(0.0) + rows.has_department.fill_null(0)
    inside = 1 / rows.size + rows.near.fill_null(0.0) + rows.same.fill_null(0.0)
    return rows.mutate(drawn=(1 - ON_NO_LIST) / circles * inside)


def _with_department(rows: ir.Table, context: dict[str, ir.Table]) -> ir.Table:
    """Add `same`: the writer's share of the person's department over its people; and whether the writer has one."""
    crowds = context["sizes"].select("known_at", "department", people="size")
    named = context["departments"].join(crowds, ["known_at", "department"])
    same = named.select(*_KEY, "department", same=named.share / named.people)
    rows = department_of(rows, context["entities"])
    rows = rows.left_join(same, [*_KEY, "department"]).drop(*(f"{name}_right" for name in (*_KEY, "department")))
    has = same.select(*_KEY).distinct().mutate(has_department=ibis.literal(1))
    return rows.left_join(has, list(_KEY)).drop(*(f"{name}_right" for name in _KEY))


def _strangers(readings: ir.Table, bearers: ir.Table, everybody: ir.Table) -> ir.Table:
    """How probable it is that somebody on no list is called as a place says: the product of its names' shares."""
    rows = readings.select(*_SPAN, "given_word", "family_word", "likelihood", "form").distinct()
    rows = rows.join(everybody, "known_at")
    for role in ("given", "family"):
        word, count = f"{role}_word", f"{role}_count"
        named = bearers.select("entity_id", "named_at", "named_until", **{word: bearers[role]})
        asked = readings.select(*_KEY, word).distinct()
        met = asked.join(named, word).filter(is_known)
        counts = met.group_by(*_KEY, word).agg(**{count: met.entity_id.nunique()})
        rows = rows.left_join(counts, [*_KEY, word]).drop(*(f"{name}_right" for name in (*_KEY, word)))
        share = ibis.cases(
            (rows[word] == "", 1.0), (rows[word].length() == 1, 1 / LETTERS), else_=rows[count].fill_null(0) / rows.size
        )
        rows = rows.mutate(**{f"{role}_share": share})
    called = rows.given_share * rows.family_share * (rows.form == "initial").ifelse(rows.likelihood, 1.0)
    nicknamed = (rows.form == "other").ifelse(rows.family_share * rows.likelihood, 0.0)
    return rows.group_by(*_SPAN).agg(strangers=ibis.greatest(called, nicknamed).max())


def _reason(rows: ir.Table) -> ir.StringValue:
    """Why it is read so, in words without personal values."""
    form = ibis.cases(*((rows.form == form, words) for form, words in _FORMS.items()), else_="")
    fit = (rows.fit == 1).ifelse("; nobody else on record fits", "; " + rows.fit.cast("string") + " people fit")
    near = rows.near.notnull().ifelse("; was in the zone that day", "")
    same = rows.same.notnull().ifelse("; of the writer's department", "")
    return form + fit + near + same
