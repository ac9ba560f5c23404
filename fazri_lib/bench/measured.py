"""Run one contender in a process of its own, so that its time and its peak memory are its own.

This file run as a script, with MODULE FUNCTION ARGUMENT..., calls the function with the arguments as text and prints
what it used as one line of JSON; `measure` starts that and reads it. (A script imports only what the contender needs.)
"""

from __future__ import annotations

import importlib
import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from fazri_lib.errors import FazriError

STATUS = Path("/proc/self/status")
MINUTES = 20


@dataclass(frozen=True, slots=True)
class Usage:
    """What a contender used.

    Attributes:
        seconds: wall time of its work, without starting Python and importing.
        cpu_s: CPU time of the same, all threads.
        peak_mb: largest resident memory of its process, MB.
        start_mb: how much of that was there before its work, for Python and imports.
        rows: what it says that it did, usually rows or origins.
    """

    seconds: float
    cpu_s: float
    peak_mb: float
    start_mb: float
    rows: int


def measure(module: str, function: str, *arguments: object, python: Path | None = None) -> Usage:
    """Call `function` of `module` in a new process and return what it used.

    Args:
        module: a module of this package, or a script's path when `python` is given.
        function: its function; it takes texts and returns a number.
        arguments: given to it as texts.
        python: another interpreter, which runs the script `module` itself; the script prints the line of JSON.

    Raises:
        FazriError: it failed; the message has its last line.
    """
    start = [str(python), module] if python else [sys.executable, "-P", __file__, module]
    command = [*start, function, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60 * MINUTES, check=False)  # noqa: S603 - our own interpreter and functions
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise FazriError(
            f"contender {function} failed: expected exit code 0, got {done.returncode} ({last}); run it alone"
        )
    return Usage(**json.loads(done.stdout.strip().splitlines()[-1]))


def peak_mb() -> float:
    """Return the largest resident memory of this process so far, MB.

    Linux hands the peak of the starting process on to `getrusage` of a new one, so the kernel's own mark is read where
    there is one.
    """
    if STATUS.exists():
        line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    per_mb = 1024 if sys.platform != "darwin" else 1024**2
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / per_mb


def main(module: str, function: str, *arguments: str) -> None:
    """Call the function and print what it used."""
    contender = getattr(importlib.import_module(module), function)
    start_mb, wall, cpu = peak_mb(), time.perf_counter(), time.process_time()
    rows = contender(*arguments)
    usage = {
        "seconds": time.perf_counter() - wall,
        "cpu_s": time.process_time() - cpu,
        "peak_mb": peak_mb(),
        "start_mb": start_mb,
    }
    sys.stdout.write(json.dumps({**usage, "rows": rows}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
