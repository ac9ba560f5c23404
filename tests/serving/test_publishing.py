"""Dashboards in a real Panel server on loopback: each page for its reader, each failing by itself."""

from __future__ import annotations

import gc
import re
import time

import pytest
import structlog
import tiny_campus
from published_campus import OPENED, SECRET, cookies, look, make, opened, served, text_of, write_notebook

from fazri_lib.access import pseudonym

pytestmark = pytest.mark.slow

ZONES = 'fazri.page("All zones", campus.zones(), note=campus.note).servable()'
PEOPLE = 'fazri.page("Everybody", campus.people()).servable()'
LIST = 'fazri.page("Everybody", str(campus.people().frame.to_dict("list"))).servable()'
FAILS = "secret = 'Asha Rao'\nraise ValueError(secret)"  # pragma: allowlist secret
BOARD = 'board = fazri.board("Cards", campus)\nboard.add(campus.zones)\nboard.servable()'
HALF = 'fazri.page("Half a page", campus.zones()).servable()\nraise ValueError("too late")'


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A campus with sound and broken dashboards."""
    return make(
        tmp_path_factory.mktemp("published"),
        sound=("zones", OPENED, ZONES),
        people=("people", OPENED, LIST),
        reports=("people", OPENED, "campus.person(1)", PEOPLE),
        failing=("zones", OPENED, FAILS, ZONES),
        half=("zones", OPENED, HALF),
        nothing=("zones", OPENED, "if not campus:\n    campus.servable()"),
        leaves=("zones", OPENED, "raise SystemExit", ZONES),
        magic=("zones", "%matplotlib inline\n" + OPENED, ZONES),
        denied=("zones", OPENED, PEOPLE),
        cards=("zones", OPENED, BOARD),
    )


@pytest.fixture(scope="module")
def seen():
    """What the audit log was told."""
    return []


@pytest.fixture(scope="module")
def address(home, seen):
    """Where they are served."""
    from fazri_lib.serving.publishing import pages_of

    def witness_of(campus: str):
        assert campus == str(home)
        return lambda who, subject, what: seen.append((who.name, who.session_id, subject, what))

    with served(pages_of(str(home), witness_of=witness_of)) as at:
        assert seen == [], "warming shows nobody to nobody"
        yield at


def failed(at: str, path: str, role: str = "viewer") -> tuple[str, dict]:
    """The text of a page that fails, and its line in the log."""
    with structlog.testing.capture_logs() as lines:
        text = look(at, path, role)
    (line,) = [line for line in lines if line["event"].startswith("page ")]
    return text, line


def test_a_page_shows_what_its_notebook_serves(address):
    """Title, sentence and the moment of the view; no other output of a cell."""
    with opened(address, "/dash/sound", cookies("viewer")) as document:
        assert document.title == "Sound - Tiny"
        assert "3 zones; 10 people in them" in text_of(document)
        assert "as known at Sat 13 Sep 2025 18:00" in text_of(document)


def test_two_readers_see_the_same_page_under_different_masks(address):
    """At the same time, in one process: an analyst pseudonyms, security names."""
    with (
        opened(address, "/dash/people", cookies("analyst")) as masked,
        opened(address, "/dash/people", cookies("security")) as revealed,
    ):
        assert pseudonym(1) in text_of(masked)
        assert "Asha Rao" not in text_of(masked)
        assert "Asha Rao" in text_of(revealed)
    assert "Asha Rao" not in look(address, "/dash/people", "analyst")


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"user": "some viewer", "reader": '{"session": 7, "user": 3, "scopes": ["zones"]}'},
        {**cookies("viewer"), "reader": "x"},
        {"user": cookies("viewer")["user"]},
        cookies("viewer", "another secret"),
    ],
    ids=["none", "unsigned", "damaged", "half", "foreign"],
)
def test_without_a_verified_reader_a_page_shows_a_refusal_only(address, sent):
    """Whatever the request says of itself."""
    with opened(address, "/dash/sound", sent) as document:
        assert "This page is not yours to see" in text_of(document)
        assert "zones" not in text_of(document)


def test_a_role_without_the_scope_is_refused_here_as_well(address):
    """The front's guard does so before; this is the second lock."""
    assert "This page is not yours to see" in look(address, "/dash/people", "viewer")


def test_a_refused_dashboard_is_in_the_menu_of_publishers_alone(address):
    """Who can do nothing about it is not led to a page that says so."""
    assert [name in look(address, "/dash/cards", "viewer") for name in ("/dash/sound", "/dash/magic")] == [True, False]
    assert "/dash/magic" in look(address, "/dash/cards", "administrator")


def test_a_question_beyond_the_role_is_told(address):
    """A page for zones that lists people says so to a viewer."""
    text, line = failed(address, "/dash/denied")
    assert "expected a role with the scope people, got none" in text
    assert (line["error"], line["cell"]) == ("AccessDeniedError", 4)
    assert "3 people" in look(address, "/dash/denied", "analyst")


def test_who_was_seen_is_told_with_the_reader(address, seen):
    """Once a page, also when the answer was remembered; names only for who sees them."""
    seen.clear()
    for role in ("analyst", "security"):
        look(address, "/dash/reports", role)
    assert seen == [
        ("some analyst", 7, pseudonym(1), "person viewed"),
        ("some security", 7, pseudonym(1), "person viewed"),
        ("some security", 7, "", "names revealed"),
    ]


def test_a_failing_cell_shows_a_reference_only(address):
    """The log has notebook, cell, line and type of the error under it; neither has the values."""
    text, line = failed(address, "/dash/failing")
    assert "This page failed" in text
    assert line["reference"] in text
    told = {name: line[name] for name in ("notebook", "cell", "line", "error", "page")}
    assert told == {
        "notebook": "failing.ipynb", "cell": 4, "line": 2, "error": "ValueError", "page": "/dash/failing",
    }  # fmt: skip
    assert "Asha" not in text + str(line)


def test_no_half_page_is_left(address):
    """What was served before the failure is taken away."""
    text, line = failed(address, "/dash/half")
    assert "This page failed" in text
    assert "Half a page" not in text
    assert (line["cell"], line["line"]) == (4, 2)


@pytest.mark.parametrize("path", ["/dash/nothing", "/dash/leaves"])
def test_no_page_stays_empty(address, path):
    """A notebook that serves nothing after all, or tries to end the server, is told like any other failure."""
    text, _ = failed(address, path)
    assert re.search("This page (failed|cannot be shown)", text)


def test_a_refused_notebook_tells_an_administrator_where(address):
    """Cell and line for who publishes, a reference for others."""
    assert "cell 3, line 1: a line magic works in JupyterLab only" in look(address, "/dash/magic", "administrator")
    text = look(address, "/dash/magic", "viewer")
    assert re.search(r"reference [0-9a-f]{8}\.", text)
    assert "magic works" not in text


def test_the_others_go_on(address):
    """Broken pages before and after change nothing for a sound one."""
    for path in ("/dash/failing", "/dash/magic", "/dash/leaves", "/dash/half"):
        look(address, path, "viewer")
        assert "3 zones" in look(address, "/dash/sound", "viewer")


def test_the_address_reaches_the_parameters(address):
    """`?as_of=` looks from that moment; names that are no parameter are not ours."""
    text = look(address, "/dash/sound?as_of=2025-09-13T12:00&theme=dark", "viewer")
    assert "as known at Sat 13 Sep 2025 12:00" in text


def test_a_wrong_address_is_told(address):
    """What is expected, and a way to the page without it; the given value is not repeated."""
    text = look(address, "/dash/sound?as_of=a&as_of=b", "viewer")
    assert "as_of in the address: expected a text, once" in text
    assert 'href="/dash/sound"' in text
    assert "a moment cannot be read; expected 2025-09-13" in look(address, "/dash/sound?as_of=soon", "viewer")
    assert "load newer data and run" in look(address, "/dash/sound?as_of=2025-09-14", "viewer")


def test_a_page_asks_the_engine_nothing_that_was_asked_before(address, monkeypatch):
    """Opened by the next reader, all its answers are remembered."""
    from fazri_lib.campus.view import View

    look(address, "/dash/sound", "viewer")
    monkeypatch.setattr(View, "read", None)
    assert "3 zones; 10 people" in look(address, "/dash/sound", "manager")


def test_the_end_of_a_session_gives_the_extract_back(home):
    """After the last session of an old extract its files are closed."""
    from fazri_lib.campus import pool
    from fazri_lib.serving.publishing import pages_of

    closed: list[str] = []
    original = pool.Extract.close
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool.Extract, "close", lambda self: closed.append(self.manifest.run_id) or original(self))
        options = {"check_unused_sessions_milliseconds": 200, "unused_session_lifetime_milliseconds": 200}
        with served(pages_of(str(home), warm=False), **options) as at:
            with opened(at, "/dash/sound", cookies("viewer")):
                tiny_campus.publish_again(home, "r2")
                with opened(at, "/dash/sound", cookies("viewer")):
                    assert closed == []
            deadline = time.monotonic() + 10
            while not closed and time.monotonic() < deadline:
                time.sleep(0.1)
    assert closed == ["r1"]


def test_a_closed_page_is_forgotten(tmp_path, monkeypatch):
    """Nothing of it stays in memory: neither Panel's busy flag nor a timer keeps it."""
    import panel_material_ui as pmui

    from fazri_lib.campus import board
    from fazri_lib.serving.publishing import pages_of

    monkeypatch.setattr(board, "_LOOK_EVERY_S", 0.1)
    campus = make(tmp_path, cards=("zones", OPENED, BOARD))
    options = {"check_unused_sessions_milliseconds": 100, "unused_session_lifetime_milliseconds": 100}
    with served(pages_of(str(campus), warm=False), **options) as at:
        before = _alive(pmui.Page)
        for _ in range(2):
            with opened(at, "/dash/cards", cookies("viewer")):
                assert _alive(pmui.Page) > before
        deadline = time.monotonic() + 10
        while _alive(pmui.Page) > before and time.monotonic() < deadline:
            time.sleep(0.2)
        assert _alive(pmui.Page) == before


def _alive(kind: type) -> int:
    gc.collect()
    return sum(isinstance(thing, kind) for thing in gc.get_objects())


def test_pages_can_be_made_in_another_process(home):
    """What the process host sends is the name of a function and plain values."""
    import pickle

    from fazri_lib.serving.publishing import pages_of

    function, arguments = pickle.loads(pickle.dumps((pages_of, {"home": str(home), "warm": False})))  # noqa: S301 - ours
    assert "/dash/sound" in function(**arguments)


def test_a_page_that_is_not_parsed_stops_nothing(tmp_path):
    """A campus whose only notebook is not even JSON is served all the same."""
    from fazri_lib.serving.publishing import pages_of

    campus = make(tmp_path, sound=("zones", OPENED, ZONES))
    (campus / "dashboards" / "sound.ipynb").write_text("{")
    with served(pages_of(str(campus))) as at:
        assert "sound.ipynb is no notebook" in look(at, "/dash/sound", "administrator")
    write_notebook(campus / "dashboards" / "sound.ipynb", OPENED, ZONES)


def test_a_failure_of_ours_shows_a_reference_as_well(home):
    """What goes wrong outside of the notebook: Panel alone would show its traceback to the reader."""
    from fazri_lib.serving.publishing import pages_of

    def fails(_cookies):
        raise ValueError("Asha Rao")

    with served(pages_of(str(home), identify=fails, warm=False)) as at:
        text, line = failed(at, "/dash/sound")
    assert line["reference"] in text
    assert (line["error"], "Asha" in text, "Traceback" in text) == ("ValueError", False, False)


def test_without_a_secret_nobody_is_verified(monkeypatch):
    """A server that has none would otherwise take what anybody signs with nothing."""
    import panel as pn  # noqa: TID251 - where the server keeps it

    from fazri_lib.serving.publishing import _by_cookies

    monkeypatch.setattr(type(pn.config), "cookie_secret", "")
    assert _by_cookies(cookies("analyst", "")) is None
    monkeypatch.setattr(type(pn.config), "cookie_secret", SECRET)
    assert _by_cookies(cookies("analyst")).name == "some analyst"
