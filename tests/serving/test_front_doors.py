"""Deny by default: the walk over all routes, dashboards, sockets and files of the real front."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow
PUBLIC = {"/login", "/health/live", "/health/ready", "/assets/{name}", "/favicon.ico"}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A front for all tests of this file."""
    from front_house import house_in

    with house_in(tmp_path_factory.mktemp("house")) as made:
        yield made


def example(path):
    """An address behind a door."""
    return path.replace("{name}", "fazri.css") + ("x.js" if path.endswith("/") and path != "/" else "")


def test_every_route_has_a_door(house):
    """Each route of the pages' application has a door with the scope of its endpoint; no other page has one."""
    from fazri_lib.serving.doors import Kind

    app = house.front.guard.front
    routes = {(route.path, method) for route in app.routes for method in route.methods}
    doors = {(door.path, method) for door in house.front.doors.all if door.kind is Kind.PAGE for method in door.methods}
    assert routes == doors
    assert len(app.routes) >= 12


def test_only_these_are_public(house):
    """What needs no login is exactly the login, the health pages and the files of these."""
    assert {door.path for door in house.front.doors.all if door.need == "public"} == PUBLIC


def test_nobody_gets_in(house):
    """Without a login every other door, and every address without a door, answers 401 or leads to the login."""
    browser = house.client()
    for door in house.front.doors.all:
        if door.path in PUBLIC:
            continue
        for method in door.methods:
            assert browser.request(method, example(door.path)).status_code == 401, (method, door.path)
        if "GET" in door.methods:
            answer = browser.get(example(door.path), headers={"accept": "text/html"})
            assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/login"), door.path
    for path in ("/nothing", "/dash/", "/docs", "/openapi.json", "/static/", "/components/os/x", "/autoload.js"):
        assert browser.get(path).status_code == 401, path


def test_scopes_are_held_to(house):
    """Who holds a door's scope gets through it, who does not is refused with 403."""
    from fazri_lib.access import Scope

    viewer = house.signed_in("ann", "viewer")
    held = {Scope.OWN, Scope.ZONES}
    for door in house.front.doors.all:
        if door.need == "public" or door.path.endswith("/ws") or "GET" not in door.methods:
            continue
        status = viewer.get(example(door.path)).status_code
        assert (status == 403) is (door.need not in held), (door.path, status)


def refused_with(browser, path, origin="http://127.0.0.1:8800"):
    """The status with which a WebSocket is refused."""
    from starlette.testclient import WebSocketDenialResponse

    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        browser.websocket_connect(
            f"ws://127.0.0.1:8800{path}", subprotocols=["bokeh", "token"], headers={"origin": origin}
        ),
    ):
        pass
    return refused.value.status_code


def test_sockets_have_doors(house):
    """A dashboard's WebSocket is refused to strangers, to other sites, without its scope, and without its page."""
    viewer = house.signed_in("eve", "viewer")
    sockets = [door.path for door in house.front.doors.all if door.path.endswith("/ws")]
    assert sockets == ["/dash/zones/ws", "/dash/person/ws"]
    for path in [*sockets, "/nothing/ws", "/login"]:
        assert refused_with(house.client(), path) in {401, 404}, path
        assert refused_with(viewer, path, "https://evil.example.org") == 403, path
    assert refused_with(viewer, "/dash/person/ws") == 403
    assert refused_with(viewer, "/dash/zones/ws") == 403  # the token is of no page that this login opened


def test_unknown_addresses_are_no_pages(house):
    """Who is logged in gets 404 for what has no door, also where a library would have an answer."""
    viewer = house.signed_in("bob", "viewer")
    for path in ("/nothing", "/docs", "/openapi.json", "/autoload.js", "/components/os/x", "/assets/../front.py"):
        assert viewer.get(path).status_code == 404, path


def test_a_route_without_a_scope_stops_the_start(tmp_path, monkeypatch):
    """A route that somebody forgot to mark makes the start fail, and the message names it."""
    from fastapi import APIRouter  # noqa: TID251 - as serving does
    from front_house import house_in

    from fazri_lib.errors import PublishError
    from fazri_lib.serving import front

    router = APIRouter()
    router.add_api_route("/forgotten", lambda: "secret")
    monkeypatch.setattr(front, "ROUTERS", (*front.ROUTERS, router))
    with pytest.raises(PublishError, match="/forgotten"), house_in(tmp_path):
        pass
