"""What a fold found and leaves for the next one."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from fazri_lib.resolution.comparison import Comparison
from fazri_lib.resolution.folding.history import as_known
from fazri_lib.resolution.model import Model
from fazri_lib.resolution.pairs import Pairs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Compare = Callable[[Pairs], "NDArray[np.int8]"]
OpenComparer = Callable[[Mapping[str, pd.Series], Sequence[Comparison]], AbstractContextManager[Compare]]
PAIR = ["left", "right", "weight", "known_at", "superseded_at"]
MATCHER = ["records", "document", "known_at", "superseded_at"]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a fold found, all versions, and by which a later one goes on from the longest prefix that is the same.

    Attributes:
        digests: of all that was known by each moment, and of what made the fold.
        states: which rows of directories belong to whom: columns of `history.STATE`.
        pairs: columns of `PAIR`; `left, right` are record ids of the versions that first said what is compared.
        matchers: columns of `MATCHER`: how many rows a model was trained on, and the model as JSON.
    """

    digests: tuple[str, ...]
    states: pd.DataFrame
    pairs: pd.DataFrame
    matchers: pd.DataFrame

    def at(self, number: int, moment: pd.Timestamp) -> Kept:
        """Return it as it was after a moment."""
        frames = (as_known(frame, moment) for frame in (self.states, self.pairs, self.matchers))
        return Kept(self.digests[: number + 1], *frames)

    def model(self, moment: pd.Timestamp) -> Model:
        """Return the model that was trained at a moment."""
        document = self.matchers.loc[self.matchers["known_at"] == moment, "document"].iloc[0]
        return Model.from_json(json.loads(document)["model"])


@dataclass(frozen=True, slots=True)
class Engine:
    """What compares records, and what an earlier fold left.

    Attributes:
        open_comparer: gives prepared columns to an engine and compares pairs on it.
        version: of all code that has a say.
        kept: what an earlier fold found, if anything.
        promised: directories in which nobody has two records. In others it is learnt how often somebody has.
    """

    open_comparer: OpenComparer
    version: str = ""
    kept: Kept | None = None
    promised: Collection[str] = ()
