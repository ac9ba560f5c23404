"""What breaks says so, comes back by itself, and takes nothing else along."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal

import psutil
import pytest
from browser_door import first_login, opened

DASHBOARD = re.compile(r".*/dash/.*")
BROKEN = {
    "unpublishable": ("a line magic above other code", "%matplotlib inline\nimport fazri_lib as fazri"),
    "failing": ("a cell that fails", "import fazri_lib as fazri\nfazri.open().forecast(42 / 0).servable()"),
}
UPSET = (
    "[bokeh",
    "Bokeh items",
    "WebSocket is already",
    "status of 5",
    "status of 4",
    "WebSocket connection to",
    "Failed to load resource",
    "ERR_",
)


@pytest.fixture
def home(published, tmp_path):
    """A copy of the campus that a test may break."""
    folder = tmp_path / "home"
    shutil.copytree(published, folder, ignore=shutil.ignore_patterns("operations.db*"))
    return folder


def notebook(source: str) -> str:
    """A notebook of one code cell."""
    cell = {"cell_type": "code", "id": "c1", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def entered(door, visit, name: str, *roles: str):
    """A browser in which somebody is logged in, who expects errors on the way."""
    watched = visit(door.url)
    watched.expected = UPSET
    first_login(watched.page, name, door.add(name, *roles))
    return watched.page


def text_of(page) -> str:
    """What the page shows, shadow roots included."""
    return page.locator("body").inner_text()


def test_broken_notebooks_show_a_reference_and_stop_nothing(home, visit):
    """One that cannot be published and one whose cell fails: each a page of its own, the others work."""
    folder = home / "dashboards"
    folder.mkdir(exist_ok=True)
    entries = []
    for order, (name, (title, source)) in enumerate(BROKEN.items(), 50):
        (folder / f"{name}.ipynb").write_text(notebook(source), encoding="utf-8")
        entries.append(
            f'[{name}]\ntitle = "{title}"\nnotebook = "{name}.ipynb"\npath = "/dash/{name}"\nicon = "bug_report"\n'
            f'scope = "zones"\norder = {order}\n'
        )
    (folder / "catalog.toml").write_text("\n".join(entries), encoding="utf-8")
    with opened(home) as door:
        page = entered(door, visit, "ida", "viewer")
        for name in BROKEN:
            page.goto(f"/dash/{name}")
            page.get_by_text(re.compile("reference", re.IGNORECASE)).first.wait_for()
            assert "Traceback" not in page.content()
            assert "ZeroDivision" not in page.content()
        page.goto("/dash/today")
        page.wait_for_selector("canvas")


def test_a_missing_extract_is_told_and_recovers(home, visit):
    """Nothing is published: the page says what to do, and shows the figures once there are some."""
    extract, aside = home / "state" / "extract", home / "state" / "extract.aside"
    extract.rename(aside)
    with opened(home) as door:
        page = entered(door, visit, "jana", "viewer")
        page.goto("/dash/today")
        page.get_by_text(re.compile("fazri run")).first.wait_for()
        aside.rename(extract)
        page.wait_for_selector("canvas", timeout=30_000)


def test_a_newer_run_reaches_open_pages(home, visit):
    """A page whose clock is the latest renews itself when a run was published; nothing is clicked."""
    with opened(home) as door:
        page = entered(door, visit, "kira", "viewer")
        page.goto("/dash/today")
        page.wait_for_selector("canvas")
        before = page.evaluate("performance.timeOrigin")
        door.fazri("run", "--as-of", "2025-04-09T12:00")
        page.get_by_text(re.compile(r"09 Apr 2025")).first.wait_for(timeout=30_000)
        assert page.evaluate("performance.timeOrigin") == before  # in place: the page was not loaded again


def test_panel_killed_is_told_and_recovers(home, visit):
    """In process mode the Panel processes die: a notice, then the page is back; logging in works meanwhile."""
    with opened(home, "--mode", "processes") as door:
        page = entered(door, visit, "lena", "viewer")
        page.goto("/dash/today")
        page.wait_for_selector("canvas")
        hosts = [child for child in psutil.Process(door.process.pid).children(recursive=True) if is_host(child)]
        assert len(hosts) >= 2
        for host in hosts:
            os.kill(host.pid, signal.SIGKILL)
        page.get_by_text(re.compile("connection", re.IGNORECASE)).first.wait_for(timeout=10_000)
        other = visit(door.url)
        other.expected = UPSET
        other.page.goto("/login")
        assert other.page.get_by_role("button", name="Log in").is_visible()
        page.wait_for_selector("canvas", timeout=60_000)
        page.get_by_text(re.compile("connection lost", re.IGNORECASE)).wait_for(state="detached", timeout=60_000)


def is_host(child: psutil.Process) -> bool:
    """Whether a child process listens: multiprocessing's own tracker does not."""
    return any(connection.status == psutil.CONN_LISTEN for connection in child.net_connections(kind="inet"))


def test_the_door_stops_gracefully(home, visit):
    """Told to end while a page is open it is gone in under five seconds, its Panel processes too."""
    with opened(home, "--mode", "processes") as door:
        page = entered(door, visit, "mia", "viewer")
        page.goto("/dash/today")
        page.wait_for_selector("canvas")
        children = psutil.Process(door.process.pid).children(recursive=True)
        assert door.stop() < 5
        assert door.process.returncode == 0
        assert psutil.wait_procs(children, timeout=3)[1] == []
