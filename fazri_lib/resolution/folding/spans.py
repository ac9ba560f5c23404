"""From one training to the next: pairs, who is looked at when, and what that adds to the history."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fazri_lib.resolution.agglomeration import LOOSE
from fazri_lib.resolution.exact import numbers
from fazri_lib.resolution.folding.directories import directory_spec
from fazri_lib.resolution.folding.history import NODE, cut_off, joined, stamped
from fazri_lib.resolution.folding.kept import MATCHER, PAIR, Kept
from fazri_lib.resolution.folding.placements import settled
from fazri_lib.resolution.folding.training import Levels, Trainer
from fazri_lib.resolution.kinds import prepare
from fazri_lib.resolution.pairs import Pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from fazri_lib.resolution.folding.kept import Engine
    from fazri_lib.resolution.folding.placements import Placements
    from fazri_lib.resolution.folding.timeline import Contents, Verdicts
    from fazri_lib.resolution.folding.training import Trained


@dataclass(slots=True)
class _Found:
    """What the spans under way have added."""

    states: list[pd.DataFrame] = field(default_factory=list)
    pairs: list[pd.DataFrame] = field(default_factory=list)
    looks: list[pd.DataFrame] = field(default_factory=list)
    matchers: list[pd.DataFrame] = field(default_factory=list)


class Spans:
    """Goes from training to training.

    Args:
        rows: rows of `exact.current_records`.
        contents: what they say when.
        first: position in the rows of the version that first said each content.
        verdicts: of reviewers.
        moments: as of `timeline.moments_of`.
    """

    def __init__(
        self,
        rows: pd.DataFrame,
        contents: Contents,
        first: NDArray[np.int64],
        verdicts: Verdicts,
        moments: pd.DatetimeIndex,
    ) -> None:
        self._contents, self._verdicts, self._moments = contents, verdicts, moments
        self._record = pd.Index(rows["record_id"].to_numpy()[first])
        self._named = rows.drop_duplicates("node").sort_values("node")[NODE].reset_index(drop=True)
        self._numbers = numbers(self._named)
        self._directories = sorted(rows["directory"].astype(str).unique())

    def go_on(self, kept: Kept, done: int, starts: Sequence[int], texts: pd.DataFrame, engine: Engine) -> Kept:
        """Return the history with everything after a moment.

        Args:
            kept: the history up to it.
            done: its number.
            starts: numbers of the moments of training.
            texts: what each content says.
            engine: what compares.
        """
        spec = directory_spec(texts)
        prepared = prepare(texts, spec)
        columns = {name: column for one in prepared for name, column in one.columns.items()}
        before = self._numbered(kept.pairs)
        found = _Found()
        with engine.open_comparer(columns, [one.comparison for one in prepared]) as compare:
            levels = Levels(compare, len(self._contents), len(prepared))
            trainer = Trainer(prepared, levels, self._contents, self._directories)
            for start, end in zip(starts, [*starts[1:], len(self._moments)], strict=True):
                if start > done:
                    trained = trainer.train(start)
                    chosen = spec.model_dump(mode="json", by_alias=True)["fields"]
                    told = {"one_per_person": self._promised(start), "fields": chosen}
                    document = {"model": trained.model.as_json(), "spec": told}
                    found.matchers.append(self._matcher(trained, document, (start, end)))
                    self._add(found, trainer, trained, (start, end), before.iloc[:0])
                elif end > done + 1:
                    trained = trainer.known(start, kept.model(self._moments[start]))
                    near = before[before["superseded_at"].isna() & (before["weight"] >= LOOSE)]
                    self._add(found, trainer, trained, (done + 1, end), near)
        return self._together(kept, before, found, [start for start in starts if start > done])

    def _promised(self, moment: int) -> list[str]:
        """Names of the directories known by then in which nobody has two rows."""
        live = self._contents.live(moment)
        single = self._contents.node[live[self._contents.group[live] >= 0]]
        return sorted(set(self._named["directory"].iloc[single]))

    def _add(
        self, found: _Found, trainer: Trainer, trained: Trained, span: tuple[int, int], known: pd.DataFrame
    ) -> None:
        """Add the states, pairs and looks of a span in which one model holds.

        Args:
            found: what they are added to.
            trainer: tells the pairs worth comparing.
            trained: the model.
            span: its first moment, or the first one that is new, and the one after its last.
            known: pairs near each other before the span, if the model held already.
        """
        contents = self._contents
        pairs, is_whole = trainer.candidates(trained, span), span[0] == trained.moment
        is_old = (contents.begins[pairs.left] < span[0]) & (contents.begins[pairs.right] < span[0])
        fresh = pairs if is_whole else pairs.where(~is_old)
        fresh = trained.near(fresh)
        old = pairs.where(is_old & np.isin(pairs.codes(len(contents)), _codes(known, len(contents))))
        near = fresh if is_whole else _both(fresh, old)
        placed = settled(contents, near, trained.score, self._verdicts, span, is_whole=is_whole)
        found.looks.append(placed.looks)
        found.states.append(self._stated(placed))
        found.pairs.append(self._paired(placed))

    def _stated(self, placed: Placements) -> pd.DataFrame:
        rows = placed.states.merge(placed.looks, on=["content", "moment"], how="left")
        named = self._named.iloc[self._contents.node[rows["content"]]].reset_index(drop=True)
        said = {name: rows[name] for name in ("probability", "is_own", "is_sole")}
        return named.assign(
            entity_id=self._numbers[rows["founder"]],
            **said,
            known_at=stamped(self._moments, rows["moment"].to_numpy()),
            superseded_at=stamped(self._moments, rows["until"].to_numpy()),
        )

    def _paired(self, placed: Placements) -> pd.DataFrame:
        pairs = placed.pairs
        until = placed.looks.set_index(["content", "moment"])["until"]
        ends = [until.reindex(pd.MultiIndex.from_frame(pairs[[side, "moment"]])) for side in ("left", "right")]
        least = np.minimum(*(one.to_numpy(dtype=np.int64) for one in ends))
        return pairs[["left", "right", "weight"]].assign(
            known_at=stamped(self._moments, pairs["moment"].to_numpy()), superseded_at=stamped(self._moments, least)
        )

    def _matcher(self, trained: Trained, document: Mapping[str, Any], span: tuple[int, int]) -> pd.DataFrame:
        since, until = stamped(self._moments, np.array(span))
        text = json.dumps(document, ensure_ascii=False, sort_keys=True)
        return pd.DataFrame([(trained.model.records, text, since, until)], columns=MATCHER)

    def _numbered(self, pairs: pd.DataFrame) -> pd.DataFrame:
        """Return kept pairs by the numbers of contents instead of record ids."""
        ends = {side: self._record.get_indexer(pairs[side]) for side in ("left", "right")}
        return pairs.assign(**ends)

    def _together(self, kept: Kept, before: pd.DataFrame, found: _Found, trained: list[int]) -> Kept:
        """Return the history before and what was added; what was open ends where it was looked at again."""
        contents, moments = self._contents, self._moments
        looks = pd.concat(found.looks) if found.looks else pd.DataFrame({"content": [], "moment": []}, dtype="int64")
        by_node = looks.groupby(contents.node[looks["content"]])["moment"].min()
        named = pd.MultiIndex.from_frame(self._named.iloc[by_node.index])
        states = cut_off(kept.states, NODE, stamped(moments, by_node.to_numpy()).set_axis(named))
        ends = contents.ends.copy()
        by_content = looks.groupby("content")["moment"].min()
        ends[by_content.index] = np.minimum(ends[by_content.index], by_content)
        least = np.minimum(ends[before["left"]], ends[before["right"]])
        over = before["superseded_at"].fillna(stamped(moments, least).set_axis(before.index))
        pairs = _joined_pairs(pd.concat([before.assign(superseded_at=over), *found.pairs]))
        matchers = kept.matchers
        if trained:
            matchers = matchers.assign(superseded_at=matchers["superseded_at"].fillna(moments[trained[0]]))
        return Kept(
            kept.digests,
            joined(pd.concat([states, *found.states], ignore_index=True)),
            pairs.assign(left=self._record[pairs["left"]], right=self._record[pairs["right"]]),
            pd.concat([matchers, *found.matchers], ignore_index=True),
        )


def _both(one: Pairs, other: Pairs) -> Pairs:
    return Pairs(np.concatenate([one.left, other.left]), np.concatenate([one.right, other.right]))


def _codes(pairs: pd.DataFrame, contents: int) -> NDArray[np.int64]:
    return Pairs(pairs["left"].to_numpy(dtype=np.int64), pairs["right"].to_numpy(dtype=np.int64)).codes(contents)


def _joined_pairs(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return pairs of which those that weigh the same one after the other are one."""
    rows = pairs.sort_values(["left", "right", "known_at"], kind="stable").reset_index(drop=True)
    same = rows.groupby(["left", "right", "weight"], sort=False)
    continues = same["superseded_at"].shift() == rows["known_at"]
    continues &= (rows["left"].shift() == rows["left"]) & (rows["right"].shift() == rows["right"])
    piece = (~continues).cumsum()
    rows["known_at"] = rows.groupby(piece)["known_at"].transform("first")
    return rows.loc[~piece.duplicated(keep="last"), PAIR].reset_index(drop=True)
