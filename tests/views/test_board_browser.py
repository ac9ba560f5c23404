"""The four dashboards in Chromium, under the content security policy of the front door."""

from __future__ import annotations

import re
import secrets
import shutil
import socket
import threading
import time
from pathlib import Path

import pytest
import tiny_records

ROOT = Path(__file__).parents[2]
NAMES = ("today", "zones", "person", "findings")
POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}' blob:; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' blob:; img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
IDLE = "() => window.Bokeh && Bokeh.index && Bokeh.index.roots[0] && Bokeh.index.roots[0].is_idle"
CHROMIUM = shutil.which("chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # of servers and browsers in threads of their own
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]


def page_of(name, home):
    """What the publisher does, in short: cells of a notebook, values of its parameters from the address."""
    import nbformat
    import panel as pn  # noqa: TID251 - the server of this test

    from fazri_lib.access import ROLES, Grant
    from fazri_lib.campus.pool import Pool
    from fazri_lib.campus.reading import Link, Reader, read_by
    from fazri_lib.settings import load

    cells = [c for c in nbformat.read(ROOT / "dashboards" / f"{name}.ipynb", 4).cells if c.cell_type == "code"]
    settings = load(home)
    pool = Pool(home, settings)
    pages = tuple(Link(page.title(), f"/{page}", "map") for page in NAMES)

    def build():
        given = {key: values[0].decode() for key, values in pn.state.session_args.items()}
        space: dict = {}
        with read_by(Reader("ada", Grant(ROLES["analyst"]), home, settings, pool, pages=pages)):
            for cell in cells:
                exec(compile(cell.source, name, "exec"), space)  # noqa: S102 - our own notebook
                if "parameters" in cell.metadata.get("tags", []):
                    space.update({key: type(space[key])(value) for key, value in given.items() if key in space})

    return build


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The dashboards on a tiny campus, served with the policy."""
    import panel_material_ui  # noqa: F401, I001 - first
    import panel as pn  # noqa: TID251 - the server of this test
    import tornado.web

    home = tiny_records.make(tmp_path_factory.mktemp("boards"))
    write = tornado.web.RequestHandler.write

    def guarded(handler, chunk):
        nonce = secrets.token_urlsafe(12)
        if isinstance(chunk, str) and "<script" in chunk:
            chunk = chunk.replace("<script", f'<script nonce="{nonce}"')
            handler.set_header("Content-Security-Policy", POLICY.format(nonce=nonce))
        return write(handler, chunk)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    patch = pytest.MonkeyPatch()
    patch.setenv("BOKEH_RESOURCES", "server")
    patch.setattr(tornado.web.RequestHandler, "write", guarded)
    apps = {f"/{name}": page_of(name, home) for name in NAMES}
    options = {"port": port, "address": "127.0.0.1", "show": False, "start": False}
    started, servers = threading.Event(), []

    def serve():
        import asyncio

        asyncio.set_event_loop(asyncio.new_event_loop())
        servers.append(pn.io.server.get_server(apps, websocket_origin=[f"127.0.0.1:{port}"], **options))
        servers[0].start()
        started.set()
        servers[0].io_loop.start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert started.wait(60)
    yield f"http://127.0.0.1:{port}"
    servers[0].io_loop.add_callback(servers[0].io_loop.stop)
    thread.join(10)
    patch.undo()


@pytest.fixture(scope="module")
def browser(chromium):
    """Chromium."""
    return chromium


class Visit:
    """One open page with what went wrong on it."""

    def __init__(self, browser, address, path, width=1280):
        self.page = browser.new_page(viewport={"width": width, "height": 900})
        self.faults, self.foreign = [], []
        self.page.on("console", lambda m: self.faults.append(m.text) if m.type in {"error", "warning"} else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on(
            "request", lambda r: None if re.match(f"{address}|data:|blob:", r.url) else self.foreign.append(r.url)
        )
        self.page.goto(address + path)
        self.settle()

    def settle(self):
        """Wait until all is drawn."""
        ends = time.monotonic() + 60
        while not self.page.evaluate(IDLE):  # Playwright's own waiting evaluates texts, which the policy forbids
            assert time.monotonic() < ends
            self.page.wait_for_timeout(50)
        self.page.wait_for_timeout(800)

    @property
    def query(self):
        """State in the address."""
        return self.page.evaluate("location.search")


@pytest.mark.parametrize("path", ["/today", "/zones?theme=dark", "/person?entity=1", "/findings?finding=2&theme=dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_are_clean(browser, address, path, width):
    """No console error, no request off the host, no horizontal scroll, nothing serious for axe."""
    from axe_playwright_python.sync_playwright import Axe

    visit = Visit(browser, address, path, width)
    assert (visit.faults, visit.foreign) == ([], [])
    scroller = visit.page.locator(".main-content").first
    assert scroller.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert visit.page.evaluate("document.scrollingElement.scrollWidth") <= width
    violations = Axe().run(visit.page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in violations if v["impact"] in {"serious", "critical"}] == []
    visit.page.close()


def test_a_choice_is_one_step_of_the_history(browser, address):
    """Nothing at loading; one for a choice, one for the dark side; the chart's card follows."""
    visit = Visit(browser, address, "/zones?zone_id=LIB")
    steps = visit.page.evaluate("history.length")
    visit.page.get_by_label("Zone", exact=True).select_option("Cafeteria")
    visit.page.get_by_text("Forecast of Cafeteria").wait_for()
    visit.page.wait_for_url("**/zones?zone_id=CAF")
    assert visit.page.evaluate("history.length") - steps == 1
    visit.page.get_by_label("Toggle theme").click()
    visit.page.wait_for_url("**theme=dark**")
    assert visit.page.evaluate("history.length") - steps == 2
    assert visit.faults == []
    visit.page.close()


def test_the_search_is_worked_by_keyboard(browser, address):
    """Type, tab to the first result, enter: the page of the zone."""
    visit = Visit(browser, address, "/today")
    visit.page.get_by_placeholder("Find a zone or person").fill("libr")
    visit.page.get_by_role("link", name="Library").last.wait_for()
    visit.page.wait_for_timeout(300)
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/zones?zone_id=LIB")
    visit.page.close()


def test_rows_open_below_a_chart_and_can_be_kept(browser, address):
    """A table appears, and a file with the same rows."""
    visit = Visit(browser, address, "/today")
    visit.page.get_by_role("button", name="Rows (3)").first.click()
    visit.page.locator(".tabulator-row").first.wait_for()
    with visit.page.expect_download() as kept:
        visit.page.get_by_text("Download as CSV").first.click()
    assert Path(kept.value.path()).read_text().startswith('"Name",')
    assert visit.faults == []
    visit.page.close()


def test_another_moment_by_the_clock(browser, address):
    """The form writes it into the address and keeps the rest of the state; the link goes back."""
    visit = Visit(browser, address, "/zones?zone_id=CAF")
    visit.page.get_by_label("Change the moment").click()
    visit.page.get_by_label("Look from another moment").fill("2025-09-13T12:00")
    visit.page.get_by_role("button", name="Look", exact=True).click()
    visit.page.wait_for_url("**as_of=2025-09-13T12%3A00**")
    visit.settle()
    assert "zone_id=CAF" in visit.query
    visit.page.get_by_label("looking back").click()
    visit.page.get_by_text("Back to the latest").click()
    visit.page.wait_for_url("**/zones?zone_id=CAF")
    visit.page.close()


def test_two_records_are_chosen_and_explained(browser, address):
    """The weakest link first; another pair by the field or by a step of the path; the address holds labels only."""
    visit = Visit(browser, address, "/person?entity=1")
    visit.page.get_by_text("3 records became one entity in 2 steps").wait_for()
    visit.page.get_by_text("are one person with a probability of 94.1 % (+4.0 bits)").wait_for()
    field = visit.page.get_by_label("Two records of this person")
    field.select_option(index=1)
    visit.page.get_by_text("are one person with a probability of 20.0 % (-2.0 bits)").wait_for()
    assert re.search(r"pair=R-\w{7}\+R-\w{7}", visit.query)
    assert not re.search(r"Asha|S1|tiny\.example", visit.query)
    visit.page.get_by_label("Compare with").select_option(index=1)
    visit.page.wait_for_url("**other=P-**")
    visit.page.get_by_role("link", name=re.compile(r"\+6\.0 bits")).first.click()
    visit.settle()
    visit.page.get_by_text("98.5 % (+6.0 bits)").first.wait_for()
    assert visit.faults == []
    visit.page.close()
