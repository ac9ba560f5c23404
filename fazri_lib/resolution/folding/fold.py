"""The fold: from moment to moment, who the rows of directories are, going on from where an earlier fold ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.resolution.exact import link
from fazri_lib.resolution.folding.decided import with_verdicts
from fazri_lib.resolution.folding.digests import digests_of, longest
from fazri_lib.resolution.folding.directories import said
from fazri_lib.resolution.folding.history import NEVER, NODE, STATE
from fazri_lib.resolution.folding.kept import MATCHER, PAIR, Engine, Kept
from fazri_lib.resolution.folding.spans import Spans
from fazri_lib.resolution.folding.timeline import contents_of, moments_of, numbered, verdicts_of
from fazri_lib.resolution.folding.training import trainings

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def folded(
    rows: pd.DataFrame, identifiers: pd.DataFrame, several: Collection[str], decisions: pd.DataFrame, engine: Engine
) -> Kept:
    """Return who the rows of directories are at every moment.

    Args:
        rows: rows of `exact.current_records`.
        identifiers: lake table `record_identifiers`.
        several: directories in which exact identifiers may join two records.
        decisions: of reviewers, columns of `timeline.DECISION`.
        engine: what compares.
    """
    if rows.empty:
        return exact_states(rows, identifiers, several)
    moments = moments_of(rows, decisions)
    texts = said(rows, identifiers)
    told = pd.concat([rows[["record_id", *NODE, "known_at"]], texts], axis=1)
    listed = identifiers.loc[identifiers["record_id"].isin(rows["record_id"]), ["record_id", "id_key", "identifies"]]
    made_by = (engine.version, *sorted(several), "promised", *sorted(engine.promised))
    digests = digests_of(told, listed, decisions, moments, made_by)
    starts = _starts(rows, moments, several)
    done = longest(digests, engine.kept.digests) if engine.kept else -1
    verdicts = verdicts_of(decisions, rows, moments)
    if engine.kept and starts and done >= starts[0]:
        kept = engine.kept.at(done, moments[done])
    else:
        end = starts[0] if starts else len(moments)
        kept = exact_states(rows, identifiers, several, moments[end] if starts else None)
        kept = replace(kept, states=with_verdicts(kept.states, rows, verdicts, moments, end))
        done = end - 1
    if done < len(moments) - 1:
        contents, content = contents_of(rows, texts, moments, engine.promised)
        first = _first_versions(rows, content)
        spans = Spans(rows, contents, first, verdicts, moments)
        kept = spans.go_on(kept, done, starts, texts.iloc[first].reset_index(drop=True), engine)
    return Kept(digests, kept.states, kept.pairs, kept.matchers)


def _starts(rows: pd.DataFrame, moments: pd.DatetimeIndex, several: Collection[str]) -> list[int]:
    """Return the moments of training; a row counts once, however often it changes."""
    first = rows[rows["version_no"] == 0]
    directory, names = pd.factorize(first["directory"].astype(str), sort=True)
    known = numbered(moments, first["known_at"])
    return trainings(directory.astype(np.int64), known, ~names.isin(list(several)))


def exact_states(
    rows: pd.DataFrame, identifiers: pd.DataFrame, several: Collection[str], until: pd.Timestamp | None = None
) -> Kept:
    """Return what exact identifiers say of what is known before a moment, of all without one.

    Args:
        rows: rows of `exact.current_records`.
        identifiers: lake table `record_identifiers`.
        several: directories in which a person may have several records.
        until: the moment.
    """
    early = rows if until is None else rows[rows["known_at"] < until]
    linked = link(early, identifiers, several).sort_values(["node", "entity_id"], kind="stable")
    first = early.loc[early["version_no"] == 0, ["node", *NODE, "known_at"]]
    states = linked.merge(first, on="node").assign(superseded_at=NEVER)
    states["superseded_at"] = states["superseded_at"].astype("datetime64[us]")
    states["is_own"] = ~states["node"].duplicated()
    states["is_sole"] = states.groupby("node")["node"].transform("size") == 1
    return Kept((), states[STATE], _empty(PAIR), _empty(MATCHER))


def _empty(columns: Sequence[str]) -> pd.DataFrame:
    kinds = {"left": "int64", "right": "int64", "weight": "float64", "records": "int64", "document": "object"}
    return pd.DataFrame({name: pd.Series(dtype=kinds.get(name, "datetime64[us]")) for name in columns})


def _first_versions(rows: pd.DataFrame, content: np.ndarray) -> np.ndarray:
    """Return the position in the rows of the version that first said each content."""
    order = np.lexsort((rows["version_no"], content))
    first: np.ndarray = order[np.diff(content[order], prepend=-1) != 0]
    return first
