"""One open extract per process and manifest, shared by its readers, and the answers that it already gave."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from fazri_lib.campus.remembered import Remembered
from fazri_lib.campus.view import View
from fazri_lib.store import Extract
from fazri_lib.store.manifest import CURRENT, FOLDER

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Hashable
    from pathlib import Path

    from fazri_lib.access import Grant
    from fazri_lib.settings import Settings

    Stamp = tuple[int, int, int]

MOST_ANSWERS = 2000
MOST_BYTES = 256 << 20
_MOST_VIEWS = 32
_MOST_PREPARED = 2
"""What questions of a moment rest on: of these so many moments, each hundreds of MB on a campus of a million people."""


class Pool:
    """Open extracts of one campus.

    Args:
        home: campus folder.
        settings: its settings.
        keeps_open: whether the newest extract stays open while nobody reads it.
        most_answers: answers kept per extract; the one unused for longest goes first.
        most_bytes: bytes of rows in these answers.
    """

    def __init__(
        self,
        home: Path,
        settings: Settings,
        *,
        keeps_open: bool = True,
        most_answers: int = MOST_ANSWERS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.home = home
        self.settings = settings
        self._keeps_open = keeps_open
        self._bounds = (most_answers, most_bytes)
        self._lock = threading.Lock()
        self._current: _Shared | None = None

    def lease(self) -> Lease:
        """Return the newest extract for one reader, opened once a manifest. Close it.

        Raises:
            NotPublishedError: nothing is published, or its files cannot be opened.
        """
        with self._lock:
            stamp = self.stamp()
            if self._current is None or self._current.stamp != stamp:
                self._renew(stamp)
            assert self._current is not None
            self._current.readers += 1
            return Lease(self, self._current)

    def stamp(self) -> Stamp | None:
        """Return what changes whenever a run publishes; None while nothing is published. Costs one look at a file."""
        try:
            found = (self.home / "state" / FOLDER / CURRENT).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size

    def close(self) -> None:
        """Let go of the extract kept open; readers who have it keep it until they close it."""
        with self._lock:
            shared, self._current = self._current, None
            if shared is not None and not shared.readers:
                shared.close()

    def leave(self, shared: _Shared) -> None:
        """Take note that a reader closed an extract; the last one of an old extract closes its files."""
        with self._lock:
            shared.readers -= 1
            is_kept = self._keeps_open and shared is self._current
            if shared.readers or is_kept:
                return
            if shared is self._current:
                self._current = None
            shared.close()

    def _renew(self, stamp: Stamp | None) -> None:
        """Open the newest extract; the one before stays open until its last reader closes it."""
        storage, old = self.settings.storage, self._current
        extract = Extract.open(self.home / "state", storage.memory_limit, storage.threads)
        self._current = _Shared(extract, stamp, self._bounds)
        if old is not None and not old.readers:
            old.close()


class _Shared:
    """An open extract, who reads it, and what it was asked."""

    def __init__(self, extract: Extract, stamp: Stamp | None, bounds: tuple[int, int]) -> None:
        self.extract = extract
        self.stamp = stamp
        self.readers = 0
        self.lock = threading.RLock()
        self.answers = Remembered(*bounds)
        self.views: Remembered = Remembered(_MOST_VIEWS, 0)
        self.preparing = threading.RLock()
        self.made: Remembered = Remembered(_MOST_PREPARED, 0)

    def close(self) -> None:
        with self.preparing, self.lock:
            self.answers.clear()
            self.views.clear()
            self.made.clear()
            self.extract.close()


class Lease:
    """An extract as one reader holds it. Get it by `Pool.lease()` and close it.

    Attributes:
        pool: where it comes from.
        extract: the open extract.
        is_open: whether it was not closed yet.
    """

    def __init__(self, pool: Pool, shared: _Shared) -> None:
        self.pool = pool
        self.extract = shared.extract
        self._shared: _Shared = shared
        self._closing = threading.Lock()
        self.is_open = True

    def view(self, as_of: dt.datetime, grant: Grant) -> View:
        """Return the view of a moment, the same one for all readers with the same grant.

        Args:
            as_of: moment, UTC without a zone.
            grant: what the view may show.
        """
        key = (as_of, grant.scopes, grant.key)
        with self._shared.lock:
            known: View | None = self._shared.views.get(key)
            if known is None:
                known = View(self.extract, self.pool.settings, as_of, grant)
                self._shared.views.put(key, known, 0)
            return known

    def ask(self, key: Hashable, question: Callable[[], Any]) -> Any:
        """Return the answer to a question: the remembered one, else ask. One question is asked at a time.

        Args:
            key: all that the answer depends on, besides the extract.
            question: asks.
        """
        return self._shared.answers.answered(key, question, self._shared.lock)

    def prepared(self, key: Hashable, read: Callable[[], Any], make: Callable[[Any], Any]) -> Any:
        """Return what answers rest on: what is remembered, else it is read and made. Nobody gets a copy.

        Args:
            key: all that it depends on, besides the extract.
            read: asks the extract, as `ask` does, one question at a time.
            make: takes what was read. Only who needs the same waits for it: other questions are answered meanwhile.
        """
        shared = self._shared
        with shared.preparing:
            known = shared.made.get(key)
            if known is None:
                with shared.lock:
                    rows = read()
                known = make(rows)
                shared.made.put(key, known, 0)
            return known

    def is_stale(self) -> bool:
        """Tell whether something else was published since. Costs one look at a file."""
        stamp = self.pool.stamp()
        return stamp is not None and stamp != self._shared.stamp

    def close(self) -> None:
        """Give it back; a second time does nothing."""
        with self._closing:
            was_open, self.is_open = self.is_open, False
        if was_open:
            self.pool.leave(self._shared)
