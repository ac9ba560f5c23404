"""Is the process up, and can it answer: for load balancers, service managers and monitors."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from fazri_lib import log

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

KEPT_S = 2.0
_log = log.get("serving.health")


class State(StrEnum):
    """How one part is."""

    OK = "ok"
    DEGRADED = "degraded"
    """Pages answer and say what is missing."""
    FAILED = "failed"
    """Pages cannot answer."""


@dataclass(frozen=True, slots=True)
class Part:
    """How one part is.

    Attributes:
        state: in a word.
        detail: more, for readers who are logged in.
    """

    state: State
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Health:
    """All parts at one moment.

    Attributes:
        parts: each by its name.
    """

    parts: dict[str, Part]

    @property
    def is_ready(self) -> bool:
        """Whether requests can be answered."""
        return self.state is not State.FAILED

    @property
    def state(self) -> State:
        """The worst state of a part."""
        order = list(State)
        return max((part.state for part in self.parts.values()), key=order.index, default=State.OK)


class Checks:
    """Asks each part how it is, and keeps the answers for a moment: anybody may ask, so asking must be cheap.

    Attributes:
        parts: what to ask, by name; what raises has failed.
        kept_s: seconds for which an answer is good.
    """

    def __init__(self, parts: Mapping[str, Callable[[], Awaitable[Part]]], kept_s: float = KEPT_S) -> None:
        self.parts = dict(parts)
        self.kept_s = kept_s
        self._lock = asyncio.Lock()
        self._answer = Health({})
        self._asked_at = float("-inf")

    async def ask(self) -> Health:
        """Return how all parts are, at most `kept_s` old."""
        async with self._lock:
            if time.monotonic() - self._asked_at >= self.kept_s:
                found = await asyncio.gather(*(_asked(name, ask) for name, ask in self.parts.items()))
                self._answer = Health(dict(zip(self.parts, found, strict=True)))
                self._asked_at = time.monotonic()
            return self._answer


async def _asked(name: str, ask: Callable[[], Awaitable[Part]]) -> Part:
    try:
        return await ask()
    except Exception as error:  # noqa: BLE001 - whatever a part raises, the others are still asked
        _log.warning("part failed", name=name, error=type(error).__name__)
        return Part(State.FAILED)
