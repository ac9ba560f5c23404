"""One writer a campus."""

import multiprocessing
import os
import signal

import pytest

from fazri_lib.errors import WriterBusyError
from fazri_lib.store import writer_lock


def hold(home, ready):
    """Hold the lock until killed."""
    with writer_lock(home, "fazri ingest"):
        ready.set()
        signal.pause()


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock."""
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=hold, args=(tmp_path, ready))
    process.start()
    assert ready.wait(30)
    yield process
    process.kill()
    process.join()


@pytest.mark.slow
def test_the_second_writer_is_told_who_holds(tmp_path, holder):
    """It fails at once, naming the holder's command and process; when the holder is killed the lock is free."""
    with pytest.raises(WriterBusyError, match=rf"fazri ingest.*process {holder.pid}"), writer_lock(tmp_path):
        pass
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    with writer_lock(tmp_path):
        pass


def test_a_lock_without_a_note_is_still_a_lock(tmp_path):
    """When the holder has not said who it is, the message says another process."""
    with writer_lock(tmp_path):
        (tmp_path / "state/writer.json").unlink()
        with pytest.raises(WriterBusyError, match="another process"), writer_lock(tmp_path):
            pass


def test_released_after_an_error(tmp_path):
    """A writer that fails leaves the lock free."""
    with pytest.raises(ValueError, match="broken"), writer_lock(tmp_path):
        raise ValueError("broken")
    with writer_lock(tmp_path):
        pass
