"""Doors: deny by default, one way to read a path, no two doors in one place."""

from __future__ import annotations

import pytest
from starlette.routing import Mount, Route

from fazri_lib.access.scopes import Scope
from fazri_lib.errors import PublishError
from fazri_lib.serving.doors import (
    PUBLIC,
    Doors,
    Kind,
    access_table,
    dashboard_doors,
    needs,
    public,
    route_doors,
    static_doors,
)


@public
def login():
    """Stand for an endpoint."""


@needs(Scope.OWN)
def end_session():
    """Stand for an endpoint."""


def unmarked():
    """Stand for an endpoint whose author forgot the mark."""


ROUTES = [
    Route("/login", login, methods=["GET"]),
    Route("/login", login, methods=["POST"]),
    Mount("/account", routes=[Route("/sessions/{number}", end_session, methods=["POST"])]),
]


@pytest.fixture
def doors():
    """Doors of all kinds."""
    pages = {"/dash/today": Scope.ZONES, "/dash/person": Scope.PEOPLE}
    return Doors([*route_doors(ROUTES), *dashboard_doors(pages), *static_doors()])


def test_a_page_and_its_socket_need_the_same(doors):
    """The WebSocket of a page has a door of its own, with the page's scope."""
    page, socket = doors.find("/dash/person"), doors.find("/dash/person/ws")
    assert (page.need, page.kind) == (Scope.PEOPLE, Kind.DASHBOARD)
    assert (socket.need, socket.kind) == (Scope.PEOPLE, Kind.SOCKET)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "//dash/today",
        "/dash//today",
        "/dash/../dash/today",
        "/dash/./today",
        "/dash/today/",
        "/dash/Today",
        "/DASH/today",
        "/dash/today/ws/ws",
        "/dash/today/ws/",
        "/dash/today/autoload.js",
        "/dash/today/metadata",
        "/dash/today%2fws",
        "/dash/today\x00",
        "/dash/today\n",
        "/dash",
        "/dash/",
        "/dash/today/static/js/bokeh.js",
        "/static/",
        "/static/js/",
        "/static/js/../../etc/passwd",
        "/static/js/..%2f..%2fetc",
        "/static/js/a/../b.js",
        "/static/js//b.js",
        "/static/js/.hidden",
        "/static/js/b.js\\..\\x",
        "/static/lib/lib.dom.d.ts",
        "/static/extensions/other/x.js",
        "/static/extensions/panel",
        "/static/extensions/panel/../other/x.js",
        "/components/os/path/x/y",
        "/components/panel.config/x/y/z",
        "/account/sessions/1/2",
        "/account/sessions/",
    ],
)
def test_what_has_no_door_is_not_found(doors, path):
    """Spellings that another program may read as a path that has one are not that path."""
    assert doors.find(path) is None


def test_files_of_the_allowed_extensions_are_found(doors):
    """Names of bundled libraries hold @, ^ and dots."""
    base = "/static/extensions/panel/bundled/reactiveesm/es-module-shims@^1.10.0/dist/es-module-shims.min.js"
    for path in ("/static/js/bokeh.min.js", base, "/static/extensions/panel/bundled/vegaplot/vega@6.1.2"):
        assert doors.find(path).need is Scope.OWN


def test_methods_of_one_path_are_told_apart(doors):
    """GET and POST of one path are two doors; a method that neither takes gets the first, which refuses it."""
    assert doors.find("/login", "GET").methods == {"GET", "HEAD"}
    assert doors.find("/login", "POST").methods == {"POST"}
    assert doors.find("/login", "DELETE").methods == {"GET", "HEAD"}
    assert doors.find("/login").need == PUBLIC


def test_parameters_of_a_route_are_one_piece(doors):
    """A template fits one piece of the path."""
    assert doors.find("/account/sessions/12", "POST").need is Scope.OWN


def test_an_endpoint_without_a_mark_keeps_the_front_from_starting():
    """Deny by default begins before the first request."""
    with pytest.raises(PublishError, match=r"route /x: expected @needs"):
        list(route_doors([Route("/x", unmarked)]))


def test_two_doors_in_one_place_are_refused():
    """A page cannot hide a route, nor a route a page."""
    page = list(dashboard_doors({"/dash/today": Scope.ZONES}))
    with pytest.raises(PublishError, match="expected one, got two"):
        Doors([*page, *page])


@pytest.mark.parametrize("path", ["/dash/Today", "dash/today", "/dash/today/", "/dash/a b", "/dash/x/ws", "/dash/{x}"])
def test_paths_of_pages_are_plain(path):
    """Panel makes patterns of other paths."""
    with pytest.raises(PublishError, match="lower-case words"):
        list(dashboard_doors({path: Scope.ZONES}))


def test_the_table_lists_every_door(doors):
    """The documentation shows what is there, not what was meant."""
    table = access_table(doors.all)
    assert len(table) == len(doors.all)
    assert ("/dash/person/ws", "GET, HEAD", "people", "socket") in table
    assert ("/login", "POST", "public", "page") in table
