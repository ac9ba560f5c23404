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
        linked: rows of `exact.link`.
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
    held = _joined(pd.concat([opened, closed], ignore_index=True)).merge(linked, on="node")
    held = _handed_on(held, one_holder)
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


def _handed_on(held: pd.DataFrame, one_holder: Collection[tuple[str, str]]) -> pd.DataFrame:
    """Rows in which the next start of somebody else ends what has no stated end, from when on that was known."""
    lists = pd.MultiIndex.from_frame(held[["directory", "id_type"]])
    listed = held[lists.isin(list(one_holder))].rename_axis("row").reset_index()
    taken = _taken(listed)
    if taken.empty:
        return held
    ended = listed.drop(columns=["valid_to", "is_end_stated"]).merge(taken, on="row")
    pieces = ended.assign(
        known_at=ended["taken_known_at"],
        superseded_at=ended.groupby("row")["taken_known_at"].shift(-1).fillna(ended["superseded_at"]),
        valid_to=ended["taken_at"],
        is_end_stated=False,
    )[held.columns]
    first = taken.groupby("row")["taken_known_at"].first()
    before = held.assign(superseded_at=first.reindex(held.index).fillna(held["superseded_at"]))
    before = before[~(before["superseded_at"] <= before["known_at"])]
    return pd.concat([before, pieces]).sort_values([*_HELD, "known_at"], kind="stable", ignore_index=True)


def _taken(listed: pd.DataFrame) -> pd.DataFrame:
    """`row, taken_at, taken_known_at`: when somebody else took over what a row holds, earlier takings known later."""
    runs = listed.groupby([*_LISTED, "node", "run", "entity_id"], as_index=False)
    starts = runs.agg(taken_at=("valid_from", "first"), taken_known_at=("known_at", "min")).dropna(subset="taken_at")
    starts = starts.rename(columns={"node": "taker", "entity_id": "taken_by"}).drop(columns="run")
    open_rows = listed[~listed["is_end_stated"] | listed["valid_to"].isna()]
    met = open_rows.merge(starts, on=_LISTED)
    own = met.loc[met["entity_id"] == met["taken_by"], ["row", "taker"]].drop_duplicates()
    met = met.merge(own.assign(is_own=True), on=["row", "taker"], how="left")
    is_later = ~(met["taken_at"] <= met["valid_from"]) & ~(met["taken_at"] >= met["valid_to"])
    moment = met[["taken_known_at", "taken_at", "known_at"]].max(axis=1)
    met = met.assign(taken_known_at=moment)[met["is_own"].isna() & is_later & ~(moment >= met["superseded_at"])]
    takings = met.groupby(["row", "taken_known_at"], as_index=False).agg(taken_at=("taken_at", "min"))
    earliest = takings.groupby("row")["taken_at"].cummin()
    return takings.assign(taken_at=earliest)[~(earliest >= earliest.groupby(takings["row"]).shift())]
