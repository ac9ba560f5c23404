"""Numbers for all that the notes of a day may name, so that a day whose names changed is read again, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pandas as pd
import pyarrow as pa

from fazri_lib.resolution import notes
from fazri_lib.resolution.facts import steady
from fazri_lib.resolution.notes.letters import first_word

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from fazri_lib.resolution import Resolved

MARKED = ("local_date", "mark", "since", "until", "until_mark")
NAMES = pa.schema(
    [
        ("word", pa.string()),
        ("mark", pa.int64()),
        ("since", pa.timestamp("us")),
        ("until", pa.timestamp("us")),
        ("until_mark", pa.int64()),
    ]
)
"""Columns of `name_marks`."""
_EVERY_NOTE = ""
_PART = 2**38  # as of the marks of holders


def noted_words(observations: ir.Table) -> ir.Table:
    """Return the words of each day's notes, and of each day with notes the empty word: `local_date, word`.

    Args:
        observations: lake table.
    """
    noted = observations.filter(observations.text.notnull())
    read = notes.words(noted).select("local_date", "word")
    every = noted.select("local_date", word=ibis.literal(_EVERY_NOTE))
    return ibis.union(read, every, distinct=True)


def name_marks(resolved: Resolved) -> pa.Table:
    """Return numbers for what is known of all who bear a name or hold an identifier that begins with a word.

    The sizes of the crowds, which every note reads, stand under the empty word.

    Returns:
        `word, mark, since, until, until_mark`, as of the marks of holders.
    """
    named = notes.bearers(resolved.person)
    words = pd.concat([named[["entity_id", role]].rename(columns={role: "word"}) for role in ("given", "family")])
    people = words.drop_duplicates().merge(steady(resolved.entities), on="entity_id")
    crowds = notes.crowds(resolved.entities).assign(word=_EVERY_NOTE)
    held = resolved.identifiers
    spelt = {value: first_word(value) for value in held["id_value"].dropna().unique()}
    parts = (
        *(_ending(named.assign(word=named[role]), "named_at", "named_until") for role in ("given", "family")),
        _ending(crowds, "since", "until"),
        _replaced(people),
        _replaced(held.assign(word=held["id_value"].map(spelt))),
    )
    marks = pd.concat(parts, ignore_index=True)
    return pa.Table.from_pandas(marks[marks["word"].notna()], schema=NAMES, preserve_index=False)


def _ending(rows: pd.DataFrame, since: str, until: str) -> pd.DataFrame:
    """Marks of what holds from some moment on, until another for good."""
    return pd.DataFrame(
        {
            "word": rows["word"],
            "mark": _number(rows.drop(columns=until)),
            "since": rows[since],
            "until": rows[until].astype("datetime64[us]"),
            "until_mark": _number(rows[[*rows.columns.difference([since]), until]]),
        }
    )


def _replaced(rows: pd.DataFrame) -> pd.DataFrame:
    """Marks of rows with versions."""
    return pd.DataFrame(
        {
            "word": rows["word"],
            "mark": _number(rows.drop(columns="superseded_at")),
            "since": rows["known_at"],
            "until": rows["superseded_at"],
            "until_mark": _number(rows[["entity_id", "superseded_at"]]),
        }
    )


def _number(rows: pd.DataFrame) -> pd.Series[int]:
    return (pd.util.hash_pandas_object(rows, index=False) % _PART).astype("int64")
