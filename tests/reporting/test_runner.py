"""Reports that run, and reports that fail."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from fazri_lib.errors import DependencyError, NotPublishedError, ReportError
from fazri_lib.reporting import run_report, runner

if TYPE_CHECKING:
    from pathlib import Path

_BROWSER_ITSELF = "not an origin"  # so the log calls what no page asked for, as the browser's own updates
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


class Fetched(HTMLParser):
    """Collects what a page would load: addresses in attributes, and style sheets."""

    def __init__(self):
        super().__init__()
        self.addresses, self.styles, self._in_style = [], [], False

    def handle_starttag(self, tag, attrs):
        """Take addresses."""
        self._in_style = tag == "style"
        self.addresses += [
            value for key, value in attrs if key in ("src", "href", "srcset", "data", "action") and value
        ]
        self.styles += [value for key, value in attrs if key == "style" and value]

    def handle_endtag(self, tag):  # noqa: ARG002 - the hook's signature
        """Leave the style sheet."""
        self._in_style = False

    def handle_data(self, data):
        """Take style sheets."""
        if self._in_style:
            self.styles.append(data)


@pytest.fixture(scope="session")
def daily_summary(tiny_home, tiny_settings, tmp_path_factory) -> Path:
    """The shipped report on the tiny campus."""
    path = run_report(tiny_home, tiny_settings, "daily_summary", {"zone_id": "LIB", "min_score": "0.1"})
    return shutil.copy(path, tmp_path_factory.mktemp("report") / path.name)


@pytest.mark.notebooks
def test_the_report_lies_under_its_name_and_day(tiny_home, daily_summary):
    """state/reports/<name>/<campus date>-<digest of its parameters>.html, for its owner's eyes; nothing beside it."""
    folder = tiny_home / "state" / "reports" / "daily_summary"
    (path,) = folder.iterdir()
    assert re.fullmatch(r"2025-09-13-[0-9a-f]{8}\.html", path.name)
    assert path.stat().st_mode & 0o077 == 0
    assert "<title>Daily summary, Tiny, 13 Sep 2025</title>" in daily_summary.read_text()


@pytest.mark.notebooks
def test_parameters_reach_the_notebook(daily_summary):
    """The forecast of LIB, and with .1 all four findings."""
    text = daily_summary.read_text()
    assert "Forecast of LIB" in text
    assert "4 findings: 1 critical, 2 high, 1 medium" in text


@pytest.mark.notebooks
def test_nothing_is_fetched_from_outside(daily_summary):
    """No element and no style sheet names an address; the policy of the page forbids all others."""
    page = Fetched()
    page.feed(daily_summary.read_text())
    assert [address for address in page.addresses if not address.startswith(("data:", "#"))] == []
    assert not re.search(r"@import|url\(\s*['\"]?(https?:)?//", " ".join(page.styles))
    assert "default-src 'none'" in daily_summary.read_text()


@pytest.mark.notebooks
def test_no_code_is_shown(daily_summary):
    """A reader sees the page, not the notebook."""
    assert "import fazri_lib" not in daily_summary.read_text()


@pytest.mark.notebooks
def test_no_personal_value_is_in_the_file(daily_summary):
    """Neither names nor cards stand in the whole file."""
    text = daily_summary.read_text()
    assert not [value for value in ("Asha", "Chitra", "tiny.example") if value in text]


@pytest.mark.browser
@pytest.mark.notebooks
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_a_browser_draws_it_without_any_request_or_error(daily_summary, tmp_path):
    """Real Chromium: the blue of the charts is on the screen, the console is clean, the page asks nobody."""
    console, asked, picture = _visit(daily_summary, tmp_path / "report")
    assert not [line for line in console if re.search(r"error|refused|violat|fail", line, re.IGNORECASE)]
    assert asked == set()
    assert _pixels(picture, (0, 114, 178)) > 5000


@pytest.mark.browser
@pytest.mark.notebooks
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_the_watch_on_the_browser_sees_requests(tmp_path):
    """A page with a foreign picture is caught: the test above would notice one."""
    page = tmp_path / "page.html"
    page.write_text('<p>text<img src="http://192.0.2.1/picture.png">')
    assert _visit(page, tmp_path / "control")[1] == {"http://192.0.2.1/picture.png"}


def _visit(page: Path, folder: Path) -> tuple[list[str], set[str], Path]:
    """Console lines, addresses that the page itself asked for, and a picture of it."""
    picture, log = folder / "page.png", folder / "net.json"
    folder.mkdir()
    off = ("gpu", "background-networking", "sync", "component-update")
    flags = [
        "--headless",
        "--no-sandbox",
        "--no-first-run",
        "--hide-scrollbars",
        *(f"--disable-{part}" for part in off),
    ]
    flags += ["--virtual-time-budget=20000", "--window-size=1000,2600", "--enable-logging=stderr", "--v=0"]
    flags += [f"--user-data-dir={folder / 'user'}", f"--screenshot={picture}", f"--log-net-log={log}"]
    done = subprocess.run([CHROMIUM, *flags, page.as_uri()], capture_output=True, text=True, timeout=120, check=True)
    text = log.read_text()
    events = json.loads(text if text.rstrip().endswith("}") else text.rstrip().rstrip(",") + "]}")["events"]
    requests = [event["params"] for event in events if "initiator" in event.get("params", {})]
    asked = {request["url"] for request in requests if request["initiator"] != _BROWSER_ITSELF}
    return [line for line in done.stderr.splitlines() if "CONSOLE" in line], asked, picture


def _pixels(picture: Path, colour: tuple[int, int, int]) -> int:
    from PIL import Image

    with Image.open(picture) as image:
        return sum(count for count, found in image.convert("RGB").getcolors(1 << 24) if found == colour)


@pytest.mark.notebooks
def test_a_failing_report_says_where_and_keeps_its_notebook(tiny_home, tiny_settings, own_report):
    """Code cell and kind of the error, but no value that could be personal; the notebook stays beside."""
    name = own_report("broken", "x = 1", "raise ValueError('Asha Rao')")
    told = r"^report broken failed in code cell 3: ValueError; see .*failed\.ipynb$"
    with pytest.raises(ReportError, match=told) as raised:
        run_report(tiny_home, tiny_settings, name, {})
    assert "Asha" not in str(raised.value)
    kept = tiny_home / "state" / "reports" / "broken" / "2025-09-13.failed.ipynb"
    assert "Asha Rao" in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.notebooks
def test_our_own_errors_are_told_in_full_and_success_clears_up(tiny_home, tiny_settings, own_report):
    """A FazriError holds no personal value. Mended, the report is written and the failed notebook goes."""
    start = "import fazri_lib as fazri\ncampus = fazri.open(as_of=as_of)\n"
    ask = start + "fazri.page('x', campus.occupancy('{}')).servable()"
    name = own_report("mended", ask.format("LAB_306"))
    with pytest.raises(ReportError, match=r"UnknownNameError: no zone LAB_306 \(did you mean LAB_305\?\)"):
        run_report(tiny_home, tiny_settings, name, {})
    own_report("mended", ask.format("LIB"))
    path = run_report(tiny_home, tiny_settings, name, {"as_of": "2025-09-13T12:00"})
    assert [found.name for found in path.parent.iterdir()] == ["2025-09-13.html"]
    assert "Own &lt;report&gt;" in path.read_text()


@pytest.mark.notebooks
def test_a_report_runs_in_this_environment(tiny_home, tiny_settings, own_report, monkeypatch, tmp_path):
    """The kernel is this interpreter, in the campus folder, whatever kernels a user has installed."""
    spec = tmp_path / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text('{"argv": ["/bin/false"], "display_name": "Other", "language": "python"}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    parts = "sys.executable, os.getcwd(), os.environ['FAZRI_HOME']"
    look = f"import os, sys, fazri_lib as fazri\nfazri.page({parts}).servable()"
    text = run_report(tiny_home, tiny_settings, own_report("where", look), {}).read_text()
    assert sys.executable in text
    assert text.count(str(tiny_home)) >= 2


@pytest.mark.notebooks
def test_a_dead_kernel_is_an_error(tiny_home, tiny_settings, own_report):
    """A kernel that dies takes the report with it, not the caller."""
    with pytest.raises(ReportError, match="report dies failed: DeadKernelError"):
        run_report(tiny_home, tiny_settings, own_report("dies", "import os\nos._exit(9)"), {})


@pytest.mark.notebooks
def test_a_report_that_serves_nothing_is_refused(tiny_home, tiny_settings, own_report):
    """Without `.servable()` there is nothing to write."""
    with pytest.raises(ReportError, match="report empty: the notebook serves nothing"):
        run_report(tiny_home, tiny_settings, own_report("empty", "1 + 1"), {})


def test_a_moment_to_come_is_refused_before_the_run(tiny_home, tiny_settings):
    """No kernel is started for what is not published."""
    with pytest.raises(NotPublishedError, match="as_of is later"):
        run_report(tiny_home, tiny_settings, "daily_summary", {"as_of": "2026-01-01"})


def test_catalogue_and_notebook_must_agree(tiny_home, tiny_settings, own_report):
    """A parameter that only one of them knows is named."""
    name = own_report("apart", "x = 1")
    path = tiny_home / "reports" / "apart.ipynb"
    path.write_text(path.read_text().replace("as_of = ", "moment = "))
    with pytest.raises(ReportError, match="disagree on as_of, moment"):
        run_report(tiny_home, tiny_settings, name, {})


def test_missing_parts_are_named(tiny_home, tiny_settings, monkeypatch):
    """Without papermill the remedy is told."""
    monkeypatch.setattr(runner.importlib.util, "find_spec", lambda part: None if part == "papermill" else part)
    with pytest.raises(DependencyError, match=r"expected papermill, not installed; run pip install .fazri\[reports\]"):
        run_report(tiny_home, tiny_settings, "daily_summary", {})


def test_a_file_is_replaced_as_a_whole(tmp_path):
    """A text that cannot be written leaves the old file and no rest."""
    target = tmp_path / "report.html"
    target.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        runner._replace(target, "\ud800")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert target.read_text() == "old"
