"""Answers that were given, kept within a number and a size; whoever gets one gets a copy."""

from __future__ import annotations

from collections import OrderedDict
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from fazri_lib.campus.answer import Answer, Chart

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Hashable


class Remembered:
    """Values by key; the one unused for longest goes first.

    Args:
        most: values kept.
        most_bytes: bytes of all values together; 0 for no limit.
    """

    def __init__(self, most: int, most_bytes: int) -> None:
        self.most = most
        self.most_bytes = most_bytes
        self.bytes = 0
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def get(self, key: Hashable) -> Any:
        """Return a value, or None."""
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key][0]

    def put(self, key: Hashable, value: Any, size: int) -> None:
        """Keep a value of so many bytes. One larger than the limit is not kept."""
        if self.most_bytes and size > self.most_bytes:
            return
        self._forget(key)
        self._values[key] = (value, size)
        self.bytes += size
        while len(self._values) > self.most or (self.most_bytes and self.bytes > self.most_bytes):
            self._forget(next(iter(self._values)))

    def answered(self, key: Hashable, question: Callable[[], Any], lock: threading.RLock) -> Any:
        """Return a copy of the remembered answer, else ask while holding the lock, and remember."""
        with lock:
            known = self.get(key)
            if known is None:
                known = question()
                self.put(key, known, size_of(known))
            return copied(known)

    def clear(self) -> None:
        """Forget everything."""
        self._values.clear()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._values)

    def _forget(self, key: Hashable) -> None:
        _, size = self._values.pop(key, (None, 0))
        self.bytes -= size


def copied(answer: Any) -> Any:
    """Return an answer whose rows and lists can be changed without changing the original.

    Rows that several places of an answer share are shared by its copy, too. The rows themselves are copied: for each
    copy that shares them pandas keeps a word of it with the original, hundreds of them after the copy is gone.
    """
    if isinstance(answer, pd.DataFrame):
        return answer.copy()
    if isinstance(answer, dict | list):
        return deepcopy(answer)
    if not isinstance(answer, Answer):
        return answer
    frames = {key: frame.copy() for key, frame in _frames(answer).items()}
    chart = Chart(answer.chart.name, *(frames[id(rows)] for rows in answer.chart.rows), **answer.chart.options)
    tables = {name: frames[id(rows)] for name, rows in answer.tables.items()}
    return replace(answer, frame=frames[id(answer.frame)], chart=chart, tables=tables)


def size_of(answer: Any) -> int:
    """Return the bytes of an answer's rows; what is no answer counts little."""
    frames = _frames(answer).values() if isinstance(answer, Answer) else []
    return 1000 + sum(int(frame.memory_usage(deep=True).sum()) for frame in frames)


def _frames(answer: Answer) -> dict[int, pd.DataFrame]:
    return {id(frame): frame for frame in (answer.frame, *answer.chart.rows, *answer.tables.values())}
