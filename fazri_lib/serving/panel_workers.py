"""The two ways in which a Panel server is run: a thread, or a process of its own."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import threading
from typing import TYPE_CHECKING, Protocol

from fazri_lib import log
from fazri_lib.errors import FazriError
from fazri_lib.serving.foreign_logs import take_over
from fazri_lib.serving.panel_server import LOOPBACK, Plan, Stop, serve

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_log = log.get("serving.panel")
_KILL_S = 1.0


class Worker(Protocol):
    """One Panel server, to be started once."""

    def start(self, timeout_s: float) -> None:
        """Start it and wait until it listens.

        Raises:
            FazriError: it ended before, or took longer.
        """
        ...

    def stop(self, timeout_s: float) -> None:
        """End it."""
        ...

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        ...

    @property
    def address(self) -> str | None:
        """Host and port, once it listens."""
        ...


class ThreadWorker:
    """A Panel server in a daemon thread with a loop of its own, so that it cannot hold up the front's."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._ready = threading.Event()
        self._stop: Stop | None = None
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="fazri-panel", daemon=True)
        self.address: str | None = None

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._thread.is_alive()

    def start(self, timeout_s: float) -> None:
        """Start it and wait until it listens."""
        self._thread.start()
        in_time = self._ready.wait(timeout_s)
        if self._fault is not None:
            raise self._fault
        if not in_time:
            raise FazriError(f"Panel: expected to listen within {timeout_s:.0f} s, does not; see the log")

    def stop(self, timeout_s: float) -> None:
        """End it; a thread that a page blocks is left behind, it dies with the process."""
        if self._stop is not None and self.is_alive:
            with contextlib.suppress(RuntimeError):  # its loop was closed in the same moment
                self._stop()
            self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            serve(self._plan, self._listens)
        except BaseException as error:  # noqa: BLE001 - told to who started the thread
            self._fault = error
            _log.error("Panel ended", error=type(error).__name__)
        finally:
            self._ready.set()

    def _listens(self, port: int, stop: Stop) -> None:
        self.address, self._stop = f"{LOOPBACK}:{port}", stop
        self._ready.set()


class ProcessWorker:
    """A Panel server in a process of its own. It ends by itself when the front is gone: then its pipe is closed."""

    def __init__(self, plan: Plan) -> None:
        self._pipe, theirs = multiprocessing.get_context("spawn").Pipe()
        self._theirs: Connection | None = theirs
        self._process = multiprocessing.get_context("spawn").Process(
            target=serve_in_process, args=(plan, theirs), name="fazri-panel", daemon=True
        )
        self.address: str | None = None

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.is_alive()

    @property
    def pid(self) -> int | None:
        """Id of the process."""
        return self._process.pid

    def start(self, timeout_s: float) -> None:
        """Start it and wait until it listens."""
        self._process.start()
        if self._theirs is not None:
            self._theirs.close()
            self._theirs = None
        told: int | str = f"Panel: expected to listen within {timeout_s:.0f} s, does not; see the log"
        try:
            if self._pipe.poll(timeout_s):
                told = self._pipe.recv()
        except EOFError:
            told = "Panel: expected its process to listen, got one that ended before it listened; see the log"
        if not isinstance(told, int):
            self.stop(0.0)
            raise FazriError(told)
        self.address = f"{LOOPBACK}:{told}"

    def stop(self, timeout_s: float) -> None:
        """End it, in the end by force."""
        with contextlib.suppress(OSError):
            self._pipe.close()  # its sign to end
        if self._process.pid is None:
            return
        self._process.join(timeout_s)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(_KILL_S)


def serve_in_process(plan: Plan, pipe: Connection) -> None:
    """Serve until the pipe is closed: the main function of a process."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes of a terminal; the front ends us
    log.configure(plan.log_level, as_json=plan.as_json)
    take_over(plan.log_level)

    def listens(port: int, stop: Stop) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Panel has set its own
        pipe.send(port)
        threading.Thread(target=_wait_for_end, args=(pipe, stop), daemon=True).start()

    try:
        serve(plan, listens)
    except FazriError as error:
        with contextlib.suppress(OSError):
            pipe.send(str(error))
    except Exception as error:  # noqa: BLE001 - whatever a page raises: Python would print it with its values
        from fazri_lib.serving import redaction  # noqa: PLC0415 - heavy; only where it is needed

        with contextlib.suppress(OSError):
            pipe.send(
                f"Panel: expected its pages to be made, got {type(error).__name__}; "
                f"see the log, reference {redaction.report(error)}"
            )


def _wait_for_end(pipe: Connection, stop: Stop) -> None:
    with contextlib.suppress(EOFError, OSError):
        pipe.recv()
    stop()
