"""When the memory of closed pages is freed."""

from __future__ import annotations

import platform
import subprocess
import sys
import weakref

import pytest

from fazri_lib.serving.sweeping import LONGEST_S, MANY, Sweeper

FRAGMENTED = """
import gc
from fazri_lib.serving.sweeping import return_large_blocks
{call}
def resident_mb():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1]) / 1024
warm = bytearray(30 << 20)
del warm  # glibc now takes blocks of up to this size from its heap
before, kept, gone = resident_mb(), [], []
for _ in range(300):
    gone.append(bytearray(100_000))
    kept.append(bytearray(1_000))
gone.clear()
print(round(resident_mb() - before))
"""


class Circle:
    """Something that only the garbage collector frees."""

    def __init__(self) -> None:
        self.itself = self


def test_several_closed_pages_are_freed_together():
    """As soon as their timers have run out, and not one earlier."""
    sweeper, page = Sweeper(), Circle()
    forgotten = weakref.ref(page)
    sessions = [str(number) for number in range(MANY + 1)]
    assert not sweeper.look(sessions, 0)
    assert not sweeper.look(sessions[:1], 2)
    del page
    assert not sweeper.look(sessions[:1], 7)
    assert sweeper.look(sessions[:1], 8)
    assert forgotten() is None
    assert not sweeper.look(sessions[:1], 10), "once is enough"


def test_a_single_closed_page_does_not_wait_for_others():
    """On a quiet day nobody opens five pages."""
    sweeper = Sweeper()
    sweeper.look(["a", "b"], 0)
    assert [sweeper.look(["a"], at) for at in (1, LONGEST_S, 1 + LONGEST_S, 2 + LONGEST_S)] == [
        False,
        False,
        True,
        False,
    ]


def test_pages_that_are_only_opened_free_nothing():
    """Opening is not closing."""
    sweeper = Sweeper()
    assert not any(sweeper.look([str(number) for number in range(at)], at) for at in range(100))


@pytest.mark.slow
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc's heap is like this")
def test_small_blocks_pin_no_large_ones():
    """In a process of its own: 30 MB of blocks that are gone lie between small ones that stay."""
    as_it_is, returned = (_grown_mb(call) for call in ("", "assert return_large_blocks()"))
    assert as_it_is > 20
    assert returned < 5


def _grown_mb(call: str) -> int:
    code = FRAGMENTED.format(call=call)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stdout)
