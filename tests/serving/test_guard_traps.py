"""Each step of the guard stops an attack that succeeds without it; over real sockets, against the real Panel."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from bokeh.util.token import generate_jwt_token, get_token_payload
from bokeh_socket import open_page, open_socket, refused, session_id
from guarded_house import COOKIE, TestHouse, open_house

from fazri_lib.serving.guard import STEPS
from fazri_lib.serving.steps import Step

pytestmark = pytest.mark.slow

FOREIGN = "https://evil.example"


@pytest.fixture(scope="module")
def house():
    """The house as it is delivered."""
    with open_house() as opened:
        yield opened


@pytest.fixture(scope="module")
def open_panel():
    """A house whose Panel leaves its own locks open, so that only the guard is left."""
    with open_house(plan={"options": {"websocket_origin": ["*"], "sign_sessions": False}}) as opened:
        yield opened


def test_all_steps_are_taken_in_their_order():
    """Nobody has left a step out or moved it."""
    assert [step.value for step in STEPS] == [
        "origin", "session", "scope", "strip", "identity", "token", "register", "status",
    ]  # fmt: skip


def test_a_foreign_page_opens_no_socket(house, open_panel):
    """A socket that a foreign page opens with the reader's cookie is refused, by the guard alone."""
    cookie = house.accounts.sign_in("ada", "viewer")
    token = open_page(house, "who", cookie)
    for origin in (FOREIGN, None, f"{house.origin}.evil.example", "null"):
        assert refused(house, "who", cookie, token, origin=origin) == 403
    assert refused(house, "who", cookie, token) == 101
    with house.without(Step.ORIGIN):
        assert refused(house, "who", cookie, token, origin=FOREIGN) == 101

    cookie = open_panel.accounts.sign_in("ada", "viewer")
    token = open_page(open_panel, "who", cookie)
    with open_panel.without(Step.TOKEN):  # this Panel's tokens are not signed
        assert refused(open_panel, "who", cookie, token, origin=FOREIGN) == 403
        with open_panel.without(Step.ORIGIN):
            assert refused(open_panel, "who", cookie, token, origin=FOREIGN) == 101


@pytest.mark.parametrize("origin", ["http://[::1]:8800", "https://fazri.example.org", "https://fazri.example.org:8443"])
def test_panel_takes_sockets_from_every_origin_of_ours(house, monkeypatch, origin):
    """Bokeh knows no IPv6 address and no port that it was not told; it is asked by the front alone."""
    monkeypatch.setattr(house.guard, "house", replace(house.guard.house, origins=frozenset({origin})))
    cookie = house.accounts.sign_in("ada", "viewer")
    token = open_page(house, "who", cookie)
    with open_socket(house, "who", cookie, token, origin=origin) as socket:
        assert "user=ada" in socket.document()
    assert refused(house, "who", cookie, token) == 403  # the house's own address is no longer one


def test_nobody_gets_in_without_a_login(house):
    """Without a cookie, with a wrong one, or with an ended one, nothing opens but what is public."""
    ended = house.accounts.sign_in("ada", "viewer", minutes=-1)
    for cookie in ("", "ada-99999", ended):
        assert house.get("/account", cookie).status_code == 401
        assert house.get("/dash/who", cookie).status_code == 401
        assert house.get("/static/js/bokeh.min.js", cookie).status_code == 401
        assert house.get("/hello", cookie).json() == {"signed_in": False}
    with house.without(Step.SESSION, Step.SCOPE):
        assert house.get("/account").json() == {"name": None, "form": 0}


def test_a_socket_needs_a_login(house):
    """The token of a page is not enough: without the cookie its socket stays shut."""
    cookie = house.accounts.sign_in("ada", "viewer")
    token = open_page(house, "who", cookie)
    assert refused(house, "who", "", token) == 401
    house.accounts.end(cookie)
    house.on_loop(house.guard.recheck())
    assert refused(house, "who", cookie, token) == 401


def test_a_page_needs_its_scope(house):
    """A viewer does not get to a page about people, and does when the step is left out."""
    viewer, analyst = house.accounts.sign_in("ada", "viewer"), house.accounts.sign_in("bob", "analyst")
    assert house.get("/dash/secret", viewer).status_code == 403
    assert house.get("/dash/secret", analyst).status_code == 200
    with house.without(Step.SCOPE):
        assert house.get("/dash/secret", viewer).status_code == 200


def test_the_socket_of_a_page_needs_the_same_scope(house):
    """A token of an allowed page does not open the socket of a forbidden one."""
    viewer = house.accounts.sign_in("ada", "viewer")
    token = open_page(house, "who", viewer)
    assert refused(house, "secret", viewer, token) == 403
    with house.without(Step.SCOPE):
        assert refused(house, "secret", viewer, token) == 101


def test_a_page_never_sees_the_session_cookie_or_what_the_client_says_of_itself(house):
    """Cookies and headers of the client stay outside; without the step a page could show them to anybody."""
    cookie = house.accounts.sign_in("ada", "viewer")
    said = {
        "X-Forwarded-User": "superuser",
        "Remote-User": "superuser",
        "Authorization": "Basic x",
        "X-Forwarded-For": "6.6.6.6",
    }
    text = _shown(house, cookie, said)
    assert "user=ada" in text
    assert not any(word in text for word in (cookie, "superuser", "Basic", "6.6.6.6", COOKIE))
    with house.without(Step.STRIP):
        assert cookie in _shown(house, cookie, said)  # the other headers are held by the proxy's own list


def test_the_session_cookie_is_not_in_the_token_of_a_page(house):
    """The token holds the two signed cookies and the query, no header and no cookie of the browser."""
    cookie = house.accounts.sign_in("ada", "viewer")
    payload = get_token_payload(open_page(house, "who?zone_id=LIB", cookie))
    assert set(payload["cookies"]) == {"user", "reader"}
    assert payload["headers"] == {}
    assert payload["arguments"] == {"zone_id": [b"LIB"]}
    options = {"include_cookies": None, "include_headers": None}
    with open_house(plan={"options": options}) as leaky:
        cookie = leaky.accounts.sign_in("ada", "viewer")
        with leaky.without(Step.STRIP):
            assert cookie in str(get_token_payload(open_page(leaky, "who", cookie)))


@pytest.mark.parametrize("name", ["bokeh-session-id", "BOKEH-session-id", "bokeh%2Dsession-id", "bokeh-token"])
def test_nobody_is_led_into_a_session_that_another_chose(house, name):
    """A link that names a session is refused: the one who made the link could join the reader's page."""
    mallory, ada = house.accounts.sign_in("mallory", "viewer"), house.accounts.sign_in("ada", "viewer")
    trap = session_id(open_page(house, "who", mallory))
    assert house.get(f"/dash/who?x=1&{name}={trap}", ada).status_code == 400


def test_the_link_that_names_a_session_works_without_the_step(house):
    """Without it the reader's page is built in the session of whoever made the link, who then reads it."""
    mallory, ada = house.accounts.sign_in("mallory", "viewer"), house.accounts.sign_in("ada", "viewer")
    token = open_page(house, "who", mallory)
    with house.without(Step.STRIP):
        caught = open_page(house, f"who?bokeh-session-id={session_id(token)}", ada)
    assert session_id(caught) == session_id(token)


def test_panel_knows_who_asks_only_from_the_front(house):
    """The page is built for the login; without the step Panel lets nobody in, whatever the client says."""
    cookie = house.accounts.sign_in("ada", "viewer")
    assert "user=ada" in _shown(house, cookie)
    with house.without(Step.IDENTITY, Step.STRIP):
        assert (
            house.get("/dash/who", cookie, headers={"cookie": f"{COOKIE}={cookie}; user=superuser"}).status_code == 403
        )


def test_the_token_of_another_user_opens_nothing(house):
    """With a page token of somebody else one would get that one's session, signed as it is."""
    ada, mallory = house.accounts.sign_in("ada", "viewer"), house.accounts.sign_in("mallory", "viewer")
    stolen = open_page(house, "who", ada)
    assert refused(house, "who", mallory, stolen) == 403
    with house.without(Step.TOKEN), open_socket(house, "who", mallory, stolen) as socket:
        assert "user=ada" in socket.document()


def test_the_token_of_another_login_of_the_same_user_opens_nothing(house):
    """A token of a login that was ended is of no use to the user's next one."""
    first, second = house.accounts.sign_in("ada", "viewer"), house.accounts.sign_in("ada", "viewer")
    old = open_page(house, "who", first)
    assert refused(house, "who", second, old) == 403
    with house.without(Step.TOKEN):
        assert refused(house, "who", second, old) == 101


def test_a_forged_token_opens_nothing(house, open_panel):
    """A token without our signature is refused by the guard, and by Panel when the guard's step is left out."""
    for place, is_caught in ((house, True), (open_panel, False)):
        ada, mallory = place.accounts.sign_in("ada", "viewer"), place.accounts.sign_in("mallory", "viewer")
        victim, own = open_page(place, "who", ada), open_page(place, "who", mallory)
        payload = get_token_payload(own)
        payload.pop("session_expiry")
        forged = generate_jwt_token(session_id(victim), signed=False, extra_payload=payload)
        for token in (forged, f"{forged}.AAAA", "x", "e30", "e30.AAAA", "bokeh"):
            assert refused(place, "who", mallory, token) == 403
        with place.without(Step.TOKEN):
            assert _reads(place, mallory, forged) is not is_caught


def test_a_socket_needs_exactly_bokehs_protocol_and_a_token(house):
    """Other subprotocols are refused before anything is unpacked."""
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    cookie = house.accounts.sign_in("ada", "viewer")
    token = open_page(house, "who", cookie)
    for protocols in (None, ["bokeh"], ["other", token], ["bokeh", token, token]):
        with pytest.raises(InvalidStatus) as refusal:
            connect(
                f"ws://127.0.0.1:{house.port}/dash/who/ws",
                subprotocols=protocols,
                additional_headers={"Cookie": f"{COOKIE}={cookie}"},
                origin=house.origin,
                proxy=None,
            )
        assert refusal.value.response.status_code == 403


def test_a_logout_closes_the_socket(house):
    """The socket of a login that ended is closed with 4401 within a second; without the step it stays open."""
    cookie = house.accounts.sign_in("ada", "viewer")
    with open_socket(house, "who", cookie, open_page(house, "who", cookie)) as socket:
        house.accounts.end(cookie)
        assert socket.close_code(1.0) == 4401
    cookie = house.accounts.sign_in("ada", "viewer")
    with house.without(Step.REGISTER), open_socket(house, "who", cookie, open_page(house, "who", cookie)) as socket:
        house.accounts.end(cookie)
        assert socket.close_code(1.5) is None


def test_a_refused_socket_is_told_why(house):
    """Who is not signed in gets 401, who may not gets 403; without the step both get what the server makes of it."""
    cookie = house.accounts.sign_in("ada", "viewer")
    token = open_page(house, "who", cookie)
    assert (refused(house, "who", "", token), refused(house, "secret", cookie, token)) == (401, 403)
    with house.without(Step.STATUS):
        assert (refused(house, "who", "", token), refused(house, "secret", cookie, token)) == (403, 403)


def test_no_address_imports_a_module(house):
    """Panel imports the module that stands in /components/<module>/; the allow-list keeps it from doing so."""
    cookie = house.accounts.sign_in("ada", "viewer")
    sys.modules.pop("import_probe", None)
    assert house.get("/components/import_probe/Any/_css/x.css", cookie).status_code == 404
    assert "import_probe" not in sys.modules
    with open_house(components=["import_probe"]) as trusting:
        cookie = trusting.accounts.sign_in("ada", "viewer")
        trusting.get("/components/import_probe/Any/_css/x.css", cookie)
    assert sys.modules.pop("import_probe", None) is not None


def _shown(house: TestHouse, cookie: str, headers: dict[str, str] | None = None) -> str:
    token = open_page(house, "who", cookie, headers=headers or {})
    with open_socket(house, "who", cookie, token) as socket:
        return socket.document()


def _reads(house: TestHouse, cookie: str, token: str) -> bool:
    from websockets.exceptions import ConnectionClosed, InvalidStatus

    try:
        with open_socket(house, "who", cookie, token) as socket:
            return "user=ada" in socket.document()
    except (ConnectionClosed, InvalidStatus):
        return False
