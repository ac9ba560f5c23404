"""Panel in processes of its own: readers stick to one, a dead one is started again, none outlives the front."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bokeh_socket import open_page, open_socket
from guarded_house import open_house
from guarded_pages import SECRET_VALUE

from fazri_lib.errors import FazriError, PublishError
from fazri_lib.serving.identity import Keys
from fazri_lib.serving.panel_server import PageSource, Plan
from fazri_lib.serving.panel_workers import ProcessWorker, ThreadWorker

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house():
    """A house with two Panel processes."""
    with open_house(processes=2) as opened:
        yield opened


def test_a_login_sticks_to_its_process_and_others_go_to_others(house):
    """The pages of one login are made by one process; the next login's by the other."""
    first, second = house.accounts.sign_in("ada", "viewer"), house.accounts.sign_in("bob", "viewer")
    makers = [{_maker(house, cookie) for _ in range(3)} for cookie in (first, second)]
    assert [len(maker) for maker in makers] == [1, 1]
    assert makers[0] != makers[1]
    assert makers[0] | makers[1] == {str(worker.pid) for worker in house.host.workers}


def test_a_process_that_dies_is_started_again_and_readers_do_not_wait_for_it(house):
    """Its socket is closed, its readers go to the other one, and it is back soon."""
    cookie = house.accounts.sign_in("ada", "viewer")
    login = house.accounts.logins[cookie]
    dead = house.host.workers[login.session_id % 2]
    with open_socket(house, "who", cookie, open_page(house, "who", cookie)) as socket:
        socket.document()
        os.kill(dead.pid, signal.SIGKILL)
        assert socket.close_code(2.0) == 1011
    assert house.get("/dash/who", cookie).status_code == 200
    assert house.accounts.session(cookie) is not None
    _wait(lambda: all(worker.is_alive and worker.address for worker in house.host.workers), 30)
    assert dead not in house.host.workers
    assert _maker(house, cookie) == str(house.host.workers[login.session_id % 2].pid)


def test_a_page_that_kills_its_process_takes_nothing_else_along(house):
    """The front answers 503 for it, and the other process goes on."""
    victim, other = house.accounts.sign_in("ada", "viewer"), house.accounts.sign_in("bob", "viewer")
    maker = _maker(house, other)
    assert house.get("/dash/dying", victim).status_code == 503
    assert _maker(house, other) == maker
    _wait(lambda: all(worker.is_alive and worker.address for worker in house.host.workers), 30)


def test_keys_stand_on_no_command_line(house):
    """Other users of the machine can read those."""
    for worker in house.host.workers:
        line = Path(f"/proc/{worker.pid}/cmdline").read_bytes()
        environment = Path(f"/proc/{worker.pid}/environ").read_bytes()
        assert b"k" * 32 not in line + environment
        assert b"t" * 32 not in line + environment


def test_a_busy_process_is_killed_when_the_house_closes():
    """It does not hear the sign to end; after two seconds it is ended by force."""
    with open_house(processes=1) as closing:
        cookie = closing.accounts.sign_in("ada", "viewer")
        pid = int(_maker(closing, cookie))
        with contextlib.suppress(Exception):
            closing.get("/dash/blocking", cookie, timeout=0.2)
        begun = time.monotonic()
        closing.begin_to_close()
        closing.wait_until_closed()
    assert time.monotonic() - begun < 5
    assert not Path(f"/proc/{pid}").exists()


def test_no_process_outlives_a_killed_front(tmp_path):
    """The pipe to the front is closed with it: that is the sign to end."""
    program = (
        "import time\nfrom fazri_lib.serving.identity import Keys\n"
        "from fazri_lib.serving.panel_server import PageSource, Plan\n"
        "from fazri_lib.serving.panel_workers import ProcessWorker\n"
        "if __name__ == '__main__':\n"
        "    w = ProcessWorker(Plan(PageSource('guarded_pages:make_pages'), Keys('k', b't')))\n"
        "    w.start(60)\n    print(w.pid, flush=True)\n    time.sleep(60)\n"
    )
    script = tmp_path / "front.py"
    script.write_text(program)
    paths = os.pathsep.join([str(Path(__file__).parents[1]), str(Path(__file__).parents[2])])
    front = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": paths}
    )
    pid = int(front.stdout.readline())
    front.kill()
    front.wait()
    front.stdout.close()
    _wait(lambda: not Path(f"/proc/{pid}/exe").exists() or "Z" in _state(pid), 5)


@pytest.mark.parametrize("kind", [ThreadWorker, ProcessWorker])
def test_pages_that_cannot_be_made_are_said_at_the_start(kind):
    """With the reason, and nothing is left running."""
    worker = kind(Plan(PageSource("guarded_pages:nothing"), Keys("k", b"t")))
    with pytest.raises((FazriError, PublishError), match="expected a function guarded_pages:nothing"):
        worker.start(60)
    _wait(lambda: not worker.is_alive, 5)


def test_values_of_a_failed_start_stay_inside(capfd):
    """What a library logs and what a page raises is told by its place and a reference, in lines as the front's."""
    worker = ProcessWorker(Plan(PageSource("guarded_pages:make_leaking_pages"), Keys("k", b"t")))
    with pytest.raises(FazriError, match=r"got ValueError; see the log, reference [0-9a-f]{8}$") as failed:
        worker.start(60)
    told = capfd.readouterr().err
    lines = [json.loads(line) for line in told.splitlines()]
    assert SECRET_VALUE not in told + str(failed.value)
    assert [line["text"] for line in lines if line["event"] == "library"] == ["value %s"]
    (fault,) = [line for line in lines if line["event"] == "page failed"]
    assert str(failed.value).endswith(fault["reference"])
    assert any(place.startswith("guarded_pages.py:") for place in fault["at"])


def test_a_process_that_ends_before_it_listens_is_told_as_such():
    """Not as one that takes too long."""
    worker = ProcessWorker(Plan(PageSource("guarded_pages:make_ending_pages"), Keys("k", b"t")))
    with pytest.raises(FazriError, match="ended before it listened"):
        worker.start(60)


def test_a_server_that_takes_too_long_is_given_up():
    """And its process is ended."""
    worker = ProcessWorker(Plan(PageSource("guarded_pages:make_pages", {"delay_s": 30.0}), Keys("k", b"t")))
    with pytest.raises(FazriError, match="expected to listen within 2 s"):
        worker.start(2)
    assert not worker.is_alive


def test_a_reader_who_leaves_too_early_burns_no_processor():
    """A change of a DynamicMap before the page is ready, and nobody there: Panel tries again without end."""
    with open_house(processes=1, plan={"abandoned_s": 2.0}) as house:
        cookie = house.accounts.sign_in("ada", "viewer")
        pid = house.host.workers[0].pid
        with open_socket(house, "dynamic", cookie, open_page(house, "dynamic", cookie)) as socket:
            socket.change("new value")
            time.sleep(0.3)
        burnt_s = _processor_s(pid, 1.0)
        time.sleep(3.0)
        assert burnt_s > 0.05
        assert _processor_s(pid, 1.0) < burnt_s / 3


def test_a_dead_thread_is_started_again():
    """Panel in a thread can end, too; its pages are back within seconds."""
    with open_house() as house:
        cookie = house.accounts.sign_in("ada", "viewer")
        worker = house.host.workers[0]
        worker._stop()
        _wait(lambda: not worker.is_alive, 5)
        _wait(lambda: house.host.workers[0] is not worker and house.host.workers[0].address, 10)
        assert house.get("/dash/who", cookie).status_code == 200


def _maker(house, cookie):
    with open_socket(house, "who", cookie, open_page(house, "who", cookie)) as socket:
        return re.search(r"pid=(\d+)", socket.document())[1]


def _processor_s(pid, for_s):
    """Return the seconds of processor time that a process takes in a time."""
    times = []
    for _ in range(2):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        times.append((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))
        time.sleep(for_s)
    return times[1] - times[0]


def _state(pid):
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


def _wait(until, within_s):
    end = time.monotonic() + within_s
    while not until():
        assert time.monotonic() < end
        time.sleep(0.05)
