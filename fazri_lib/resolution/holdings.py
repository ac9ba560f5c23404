"""Who holds which identifier from when to when, as the versions of directory records tell it.

A value is held by the person of a record from its stated start, else from the moment at which the first version with it
became known, without bound when that was always known. It is held until the first of:

- its stated end;
- the version of the record that no longer lists it, or the stated start of what that version lists instead, if that is
  earlier: a device whose address rotates, a card that was replaced;
- in a list of one holder at a time, the next start of somebody else: a card that is handed on without a word. Two that
  start at the same moment both hold it, and a stated end is kept even where it overlaps.

An end is known when it has come and was said: until then the interval is open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from fazri_lib.resolution.folding.history import overlapping
from fazri_lib.schema import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Collection

_NEVER: Any = pd.NaT  # pandas' stubs do not let NaT be assigned to a column
_VALUE = ["id_type", "id_value", "id_key"]
_HELD = ["node", *_VALUE]
_LISTED = ["directory", *_VALUE]
_SLOT = ["node", "version_no", "id_type"]
_SAID = ["directory", "run", "valid_from", "known_at", "ends_at", "end_known_at", "is_end_stated", "replaced_at"]


def holdings(
    rows: pd.DataFrame, identifiers: pd.DataFrame, linked: pd.DataFrame, one_holder: Collection[tuple[str, str]] = ()
) -> pd.DataFrame:
    """Return the intervals in which people hold identifiers, all versions.

    Args:
        rows: rows of `exact.current_records`.
        identifiers: lake table `record_identifiers`.
        linked: who a directory's rows belong to: `node, entity_id, probability, known_at, superseded_at`, the rows of
            one moment beginning together.
        one_holder: directories and kinds of identifiers in them that one person holds at a time.

    Returns:
        The columns of the extract's `identifiers`, its `source` called `directory`.
    """
    said = _statements(rows, identifiers)
    never_known = said["replaced_at"] <= said["end_known_at"]
    opened = said[~(said["end_known_at"] <= said["known_at"])]
    opened = opened.assign(superseded_at=opened[["end_known_at", "replaced_at"]].min(axis=1), valid_to=_NEVER)
    closed = said[said["ends_at"].notna() & ~never_known]
    closed = closed.assign(
        valid_to=closed["ends_at"],
        superseded_at=closed["replaced_at"],
        known_at=closed[["known_at", "end_known_at"]].max(axis=1),
    )
    held = overlapping(_joined(pd.concat([opened, closed], ignore_index=True)), linked, "node")
    held = _handed_on(held, linked, one_holder)
    return held.drop(columns=["node", "run", "is_end_stated"]).drop_duplicates()


def _statements(rows: pd.DataFrame, identifiers: pd.DataFrame) -> pd.DataFrame:
    """What each version of a record says of an identifier that it lists.

    Returns:
        `*_HELD, directory, run` (of versions without a gap), `valid_from`, `known_at`, `ends_at`, `end_known_at`,
        `is_end_stated`, `replaced_at` (when the next version of the run says it anew).
    """
    following = rows[["node", "version_no", "known_at"]].rename(columns={"known_at": "next_at"})
    versions = rows[["record_id", "node", "version_no", "known_at", "directory"]].merge(
        following.assign(version_no=following["version_no"] - 1), on=["node", "version_no"], how="left"
    )
    said = versions.merge(identifiers.drop(columns="directory"), on="record_id")
    said = said.sort_values([*_HELD, "version_no"], kind="stable").drop_duplicates([*_HELD, "version_no"], keep="last")
    said = said.assign(run=said["version_no"] - said.groupby(_HELD).cumcount())
    together = said.groupby([*_HELD, "run"])
    since_known = said["known_at"].where(said["known_at"] > ALWAYS)
    first = said["valid_from"].fillna(since_known).where(together.cumcount() == 0)
    is_last = together.cumcount(ascending=False) == 0
    next_at = said["next_at"].where(is_last)
    is_end_stated = said["valid_to"].notna() & ~(next_at < said["valid_to"])
    return said.assign(
        valid_from=first.groupby([said[name] for name in (*_HELD, "run")]).transform("first"),
        ends_at=said["valid_to"].where(is_end_stated, _dropped_at(said, first, next_at)),
        end_known_at=said["valid_to"].where(is_end_stated, next_at),
        is_end_stated=is_end_stated,
        replaced_at=said["next_at"].mask(is_last),
    )[[*_HELD, *_SAID]]


def _dropped_at(said: pd.DataFrame, first: pd.Series, next_at: pd.Series) -> pd.Series:
    """When a value ended that the next version no longer lists: by then, or when what that one lists instead began."""
    starts = said.assign(begins_at=first.where(said["valid_from"].notna()))
    begins = starts.groupby(_SLOT)["begins_at"].min().reset_index()
    begins = begins.assign(version_no=begins["version_no"] - 1)
    instead = said[_SLOT].merge(begins, on=_SLOT, how="left")["begins_at"].set_axis(said.index)
    started = first.groupby([said[name] for name in (*_HELD, "run")]).transform("first")
    return next_at.where(~(instead < next_at) | (instead <= started), instead)


def _joined(held: pd.DataFrame) -> pd.DataFrame:
    """Rows that say the same one after the other are one row."""
    same = [*_HELD, "directory", "run", "valid_from", "valid_to", "is_end_stated"]
    held = held.sort_values([*same, "known_at"], kind="stable")
    continues = held.groupby(same, dropna=False)["superseded_at"].shift() == held["known_at"]
    piece = (~continues).cumsum()
    held["known_at"] = held.groupby(piece)["known_at"].transform("first")
    return held[~piece.duplicated(keep="last")].sort_values([*_HELD, "known_at"], kind="stable")


def _handed_on(held: pd.DataFrame, linked: pd.DataFrame, one_holder: Collection[tuple[str, str]]) -> pd.DataFrame:
    """Rows in which the next start of somebody else ends what has no stated end, as long as it is somebody else."""
    lists = pd.MultiIndex.from_frame(held[["directory", "id_type"]])
    listed = held[lists.isin(list(one_holder))].rename_axis("row").reset_index()
    taken = _taken(listed, linked)
    if taken.empty:
        return held
    is_taken = held.index.isin(taken["row"])
    sliced = _sliced(held[is_taken], taken)
    return pd.concat([held[~is_taken], sliced]).sort_values([*_HELD, "known_at"], kind="stable", ignore_index=True)


def _taken(listed: pd.DataFrame, linked: pd.DataFrame) -> pd.DataFrame:
    """`row, taken_at, since, until`: when somebody else took over what a row holds, and when that was known."""
    runs = listed.groupby([*_LISTED, "node", "run"], as_index=False)
    starts = runs.agg(taken_at=("valid_from", "first"), started_known_at=("known_at", "min")).dropna(subset="taken_at")
    starts = starts.rename(columns={"node": "taker"}).drop(columns="run")
    open_rows = listed[~listed["is_end_stated"] | listed["valid_to"].isna()]
    met = open_rows.merge(starts, on=_LISTED)
    met = met[~(met["taken_at"] <= met["valid_from"]) & ~(met["taken_at"] >= met["valid_to"])]
    who = linked.rename(
        columns={"node": "taker", "entity_id": "taken_by", "known_at": "state_at", "superseded_at": "state_until"}
    )
    met = met.merge(who[["taker", "taken_by", "state_at", "state_until"]], on="taker")
    is_own = (met["entity_id"] == met["taken_by"]).groupby([met["row"], met["taker"], met["state_at"]]).transform("any")
    met = met[~is_own]
    since = met[["started_known_at", "taken_at", "known_at", "state_at"]].max(axis=1)
    until = met[["state_until", "superseded_at"]].min(axis=1)
    met = met.assign(since=since, until=until)[~(until <= since)]
    return met[["row", "taken_at", "since", "until"]].drop_duplicates()


def _sliced(held: pd.DataFrame, taken: pd.DataFrame) -> pd.DataFrame:
    """Rows in pieces: in each the earliest of the takings that were known then is the end."""
    rows = held.rename_axis("row").reset_index()
    edges = [rows[["row", "known_at"]].rename(columns={"known_at": "at"})]
    edges += [taken[["row", name]].rename(columns={name: "at"}) for name in ("since", "until")]
    pieces = pd.concat(edges).dropna().drop_duplicates().sort_values(["row", "at"], kind="stable")
    pieces = pieces.assign(next_at=pieces.groupby("row")["at"].shift(-1)).merge(rows, on="row")
    pieces = pieces[~(pieces["at"] >= pieces["superseded_at"])].reset_index(drop=True)
    met = pieces[["row", "at"]].merge(taken, on="row")
    met = met[(met["since"] <= met["at"]) & ~(met["until"] <= met["at"])]
    earliest = met.groupby(["row", "at"])["taken_at"].min()
    taken_at = earliest.reindex(pd.MultiIndex.from_frame(pieces[["row", "at"]])).set_axis(pieces.index)
    pieces = pieces.assign(
        valid_to=taken_at.fillna(pieces["valid_to"]),
        is_end_stated=pieces["is_end_stated"] & taken_at.isna(),
        superseded_at=pieces["next_at"].fillna(pieces["superseded_at"]),
        known_at=pieces["at"],
    )
    row = pieces.groupby("row")["valid_to"]
    before = row.shift()
    continues = pieces["row"].duplicated() & (
        (before == pieces["valid_to"]) | (before.isna() & pieces["valid_to"].isna())
    )
    piece = (~continues).cumsum()
    pieces["known_at"] = pieces.groupby(piece)["known_at"].transform("first")
    return pieces.loc[~piece.duplicated(keep="last"), held.columns]
