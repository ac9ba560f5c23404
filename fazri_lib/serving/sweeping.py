"""Closed pages leave memory soon, and what they used goes back to the system.

A page is tens of thousands of objects that point at each other. Python frees such circles when enough new objects were
made, which after a page may be minutes; until then what the page watched still wakes it: measured with 50 readers,
the work of a reader's step tripled within ten minutes, and memory grew by 60 MB a minute and process.
"""

from __future__ import annotations

import ctypes
import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

MANY = 5
"""So many closed pages are worth a pause of half a second."""
LONGEST_S = 30.0
"""No closed page waits longer."""
_M_MMAP_THRESHOLD = -3  # the number of malloc.h
_LARGE_BYTES = 64 << 10
_TIMERS_S = 6.0  # the timer of a closed page holds it once more for its period


class Sweeper:
    """Frees the memory of closed sessions, several at a time."""

    def __init__(self) -> None:
        self._open: frozenset[str] = frozenset()
        self._closed_at: list[float] = []

    def look(self, sessions: Collection[str], now: float) -> bool:
        """Take note of which sessions are open, and collect garbage when it is worth it.

        Args:
            sessions: ids of those open.
            now: seconds of a clock that only goes on.

        Returns:
            Whether garbage was collected.
        """
        self._closed_at += [now] * len(self._open.difference(sessions))
        self._open = frozenset(sessions)
        ripe = [at for at in self._closed_at if now - at >= _TIMERS_S]
        if len(ripe) < MANY and not any(now - at >= LONGEST_S for at in ripe):
            return False
        gc.collect()
        self._closed_at = self._closed_at[len(ripe) :]
        return True


def return_large_blocks() -> bool:
    """Have large blocks of memory given back to the system as soon as they are free.

    By itself glibc takes ever larger blocks from one heap, where small answers that are remembered then pin the room
    of large ones that are gone: measured, 500 answers cost 170 MB so and 75 MB with this.

    Returns:
        Whether the C library knows how; elsewhere it need not.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    return set_option is not None and bool(set_option(_M_MMAP_THRESHOLD, _LARGE_BYTES))
