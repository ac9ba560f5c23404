"""The login and logout pages of the real front."""

from __future__ import annotations

import datetime as dt

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def house(tmp_path):
    """A front of its own."""
    from front_house import house_in

    with house_in(tmp_path) as made:
        yield made


def test_the_first_login_leads_to_the_password_and_nowhere_else(house):
    """With a one-time password one gets to choose one's own; every other page leads there, until it is done."""
    from front_house import OWN, log_in, token_in

    one_time = house.accounts.add("ann", ["analyst"])
    browser = house.client(headers={"accept": "text/html"})
    answer = log_in(browser, "ann", one_time, "/dash/zones?zone_id=LIB")
    assert answer.headers["location"] == "/account/password?next=/dash/zones%3Fzone_id%3DLIB"
    for path in ("/", "/account", "/dash/zones", "/dash/person"):
        assert browser.get(path).headers["location"] == "/account/password", path
    assert browser.post("/account/end", data={"session": "others"}).headers["location"] == "/account/password"
    page = browser.get(answer.headers["location"]).text
    fields = {
        "old": one_time,
        "new": OWN,
        "again": OWN,
        "next": "/dash/zones?zone_id=LIB",
        "csrf_token": token_in(page),
    }
    assert browser.post("/account/password", data=fields).headers["location"] == "/dash/zones?zone_id=LIB"
    assert browser.get("/dash/zones").text == "dashboard /dash/zones"
    assert browser.get("/").headers["location"] == "/dash/zones"


def test_unknown_names_and_wrong_passwords_look_alike(house):
    """A name that there is and one that there is not get the same page, status and headers, time and again."""
    from front_house import log_in

    house.add("ann")

    def told(name):
        browser = house.client()
        answers = []
        for _ in range(3):
            answer = log_in(browser, name, "not the password")
            page = answer.text.replace(name, "NAME").split("</form>")[0]
            headers = {key: value for key, value in answer.headers.items() if key in {"retry-after", "cache-control"}}
            answers.append((answer.status_code, headers, page.split('name="next"')[1], page.split("<form")[0]))
            house.now += dt.timedelta(seconds=60)
        return answers

    assert told("ann") == told("bob")


def test_an_expired_one_time_password_is_told_as_such(house):
    """Who has the right one learns what to do; with a wrong one nobody learns that it has expired."""
    from front_house import log_in, problem_in

    one_time = house.accounts.add("ann", ["viewer"])
    house.now += dt.timedelta(days=8)
    answer = log_in(house.client(), "ann", one_time)
    told = "This one-time password has expired; ask an administrator for a new one."
    assert (answer.status_code, problem_in(answer.text)) == (401, told)
    assert "expired" not in log_in(house.client(), "ann", "another").text


def test_waits_and_locks_are_told(house):
    """After a wrong password the page tells the seconds to wait, after the fifth the minutes that it is locked."""
    from front_house import log_in, problem_in

    house.add("ann")
    browser = house.client()
    assert "The next try is taken in 1 second." in problem_in(log_in(browser, "ann", "wrong").text)
    quick = log_in(browser, "ann", "wrong")
    assert (quick.status_code, quick.headers["retry-after"]) == (429, "1")
    assert "Wait 1 second, then try again." in problem_in(quick.text)
    for _ in range(4):
        house.now += dt.timedelta(seconds=60)
        answer = log_in(browser, "ann", "wrong")
    assert answer.status_code == 429
    assert "locked for 15 minutes" in problem_in(answer.text)
    house.now += dt.timedelta(minutes=16)
    assert log_in(browser, "ann", "tall quiet rivers 7").status_code == 303


def test_each_login_has_a_new_token_and_ends_the_one_before(house):
    """A token that somebody planted is not taken over, and logging in again in a browser ends its former login."""
    from front_house import OWN, token_in

    browser = house.signed_in("ann")
    name = house.front.desk.cookies.session
    first = browser.cookies[name]
    other = house.client(cookies={name: first})
    token = token_in(house_login_form(house, other))
    answer = other.post("/login", data={"username": "ann", "password": OWN, "csrf_token": token})
    assert answer.status_code == 303
    assert other.cookies.get(name, domain="127.0.0.1") != first
    assert house.accounts.session(first) is None


def house_login_form(house, browser):
    """The login form, for a browser that is logged in already: its cookie of the form comes from another page."""
    fresh = house.client()
    page = fresh.get("/login").text
    form = house.front.desk.cookies.form
    browser.cookies.set(form, fresh.cookies[form])
    return page


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [("/dash/zones?zone_id=LIB", "/dash/zones?zone_id=LIB"), ("//evil.example.org", "/"), ("/\\evil", "/")],
)
def test_where_a_login_leads(house, wanted, expected):
    """A login leads to the wanted page of ours, never elsewhere."""
    from front_house import log_in

    password = house.add("ann")
    assert log_in(house.client(), "ann", password, wanted).headers["location"] == expected
    assert house.signed_in("bob").get("/login", params={"next": wanted}).headers["location"] == expected


@pytest.mark.parametrize(
    ("headers", "is_token_sent", "is_cookie_sent"),
    [
        ({"sec-fetch-site": "cross-site"}, True, True),
        ({"origin": "https://evil.example.org"}, True, True),
        ({}, False, True),
        ({}, True, False),
    ],
)
def test_forms_of_others_log_nobody_in(house, headers, is_token_sent, is_cookie_sent):
    """A form of another site, without our token or without the cookie it is bound to, is refused with the form anew."""
    from front_house import OWN, token_in

    house.add("ann")
    browser = house.client()
    token = token_in(browser.get("/login").text)
    if not is_cookie_sent:
        browser.cookies.clear()
    fields = {"username": "ann", "password": OWN} | ({"csrf_token": token} if is_token_sent else {})
    answer = browser.post("/login", data=fields, headers=headers)
    assert answer.status_code == 403
    assert house.front.desk.cookies.session not in answer.cookies
    assert token_in(answer.text)


@pytest.mark.parametrize(
    ("headers", "is_told"),
    [
        ({"origin": "http://10.1.2.3:8800"}, True),
        ({"origin": "http://10.1.2.3:8800", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "https://evil.example.org", "sec-fetch-site": "cross-site"}, False),
        ({}, False),
    ],
)
def test_an_address_that_the_server_does_not_know(house, headers, is_told):
    """Who opened our form under another address is told what is missing, not that it was open for too long."""
    from front_house import OWN, problem_in, token_in

    browser = house.client()
    token = token_in(browser.get("/login").text) if headers else "none"
    answer = browser.post("/login", data={"username": "ann", "password": OWN, "csrf_token": token}, headers=headers)
    assert answer.status_code == 403
    assert ("sets serving.public_url" in problem_in(answer.text)) is is_told
    assert ("open for too long" in problem_in(answer.text)) is not is_told


def test_logging_out_takes_a_form(house):
    """A link only asks; the form ends the login and its cookie; a form without the token ends nothing."""
    from front_house import token_in

    browser = house.signed_in("ann")
    name = house.front.desk.cookies.session
    token = browser.cookies[name]
    page = browser.get("/logout")
    assert (page.status_code, house.accounts.session(token) is None) == (200, False)
    assert browser.post("/logout", data={"csrf_token": "none"}).status_code == 403
    assert house.accounts.session(token) is not None
    answer = browser.post("/logout", data={"csrf_token": token_in(page.text)})
    assert answer.headers["location"] == "/login?after=out"
    assert name not in browser.cookies
    assert house.accounts.session(token) is None
    assert "You are logged out." in browser.get("/login?after=out").text


def test_the_token_of_one_login_is_no_good_in_another(house):
    """Who reads the form token of their own page cannot use it to log somebody else out."""
    from front_house import token_in

    ann, bob = house.signed_in("ann"), house.signed_in("bob")
    assert bob.post("/logout", data={"csrf_token": token_in(ann.get("/logout").text)}).status_code == 403


def test_dashboards_carry_a_token_that_logs_out(house):
    """What the script of a dashboard sends as logout is accepted."""
    browser = house.signed_in("ann")
    login = house.accounts.session(browser.cookies[house.front.desk.cookies.session])
    token = house.dashboards.metas(login, {})["csrf-token"]
    assert browser.post("/logout", data={"csrf_token": token}).status_code == 303


def test_large_bodies_are_not_read(house):
    """More than a form holds is refused, announced or not; and so is what is no form, or holds a field twice."""
    browser = house.client()
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.post("/login", content=b"a" * 9000, headers=form).status_code == 413
    assert browser.post("/login", content=iter([b"a" * 5000, b"a" * 5000]), headers=form).status_code == 413
    assert browser.post("/login", json={}).status_code == 415
    assert browser.post("/login", content=b"next=/&next=/", headers=form).status_code == 400
    assert browser.post("/login", content=b"next=%ff", headers=form).status_code == 400


def test_pages_are_kept_by_nobody(house):
    """No page, form or redirect may be kept by a cache; each has the strict policy."""
    browser = house.signed_in("ann")
    for path in ("/login", "/logout", "/account", "/account/password", "/", "/nothing", "/health/ready"):
        answer = browser.get(path)
        assert answer.headers["cache-control"] == "no-store", path
        assert "script-src 'self' 'nonce-" in answer.headers["content-security-policy"], path


def test_cookies(house, tmp_path):
    """No script reads the cookies, no other site sends them; over https they are bound to the host."""
    from front_house import house_in, log_in

    password = house.add("ann")
    plain = log_in(house.client(), "ann", password).headers["set-cookie"]
    assert plain.startswith("fazri-session=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(plain.split("; "))
    with house_in(tmp_path / "https", public_url="https://fazri.example.org") as safe:
        password = safe.add("ann")
        browser = safe.client()
        browser.base_url = "https://fazri.example.org"
        told = log_in(browser, "ann", password).headers["set-cookie"]
        assert told.startswith("__Host-fazri-session=")
        assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(told.split("; "))
        assert "Domain" not in told
        assert browser.get("/login").headers["strict-transport-security"]


def test_what_is_written_down(house, monkeypatch):
    """Login, refusal, logout, a changed password and refused access are in the audit log; passwords are nowhere."""
    import io
    import json

    import structlog
    from front_house import OWN, log_in, token_in

    from fazri_lib import log
    from fazri_lib.workflows.audit import Audit

    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    log.configure("debug", as_json=True)
    try:
        browser = house.signed_in("ann", "viewer")
        log_in(house.client(), "ann", "a wrong guess of mine")
        browser.get("/dash/person?entity=E1234")
        browser.get("/dash/asha-rao")
        browser.post("/logout", data={"csrf_token": token_in(browser.get("/logout").text)})
    finally:
        structlog.reset_defaults()
    house.front.guard.house.lookups.forget()
    audit = Audit(house.operations, lambda: house.now)
    entries = wait_for(lambda: audit.entries(20), lambda rows: any(row.event == "access refused" for row in rows))
    assert {"login", "login refused", "logout", "password changed", "access refused"} <= {row.event for row in entries}
    (refused,) = [row for row in entries if row.event == "access refused"]
    assert (refused.actor, refused.subject) == ("ann", "/dash/person")
    text = written.getvalue() + str(entries)
    assert [secret for secret in (OWN, "a wrong guess of mine", "E1234", "asha") if secret in text] == []
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert any(
        line["event"] == "request" and line["path"] == "/dash/person" and line["status"] == 403 for line in lines
    )
    assert "ann" not in written.getvalue().replace("cannot", "")
    assert audit.verify() is None


def wait_for(ask, is_there):
    """What is asked, once it is there; the audit log is written beside the requests."""
    import time

    until = time.monotonic() + 5
    while not is_there(found := ask()) and time.monotonic() < until:
        time.sleep(0.02)
    return found


def test_too_many_at_once_are_sent_away(house, monkeypatch):
    """When many passwords wait to be checked, one more is told to come again."""
    from front_house import log_in

    from fazri_lib.serving.pages import desk

    monkeypatch.setattr(desk, "WAITING", 0)
    answer = log_in(house.client(), "ann", "guess")
    assert answer.status_code == 429
    assert "Too many requests" in answer.text


def test_one_client_holds_up_nobody_else(house):
    """While three passwords of one address are checked or wait, a fourth of it is sent away, one of another is not."""
    import threading
    from concurrent.futures import ThreadPoolExecutor
    from types import SimpleNamespace

    import anyio
    from starlette.exceptions import HTTPException

    go_on = threading.Event()
    desk = house.front.desk

    def of(host):
        return SimpleNamespace(client=SimpleNamespace(host=host))

    async def attempts():
        async with anyio.create_task_group() as group:
            for last in range(3):
                group.start_soon(desk.hashing, of(f"2001:db8::{last}"), go_on.wait)
            await anyio.sleep(0.05)
            with pytest.raises(HTTPException) as refused:
                await desk.hashing(of("2001:db8::ffff"), lambda: "never")
            group.start_soon(desk.hashing, of("10.0.0.5"), go_on.wait)
            await anyio.sleep(0.05)
            assert (refused.value.status_code, desk.trying["10.0.0.5"]) == (429, 1)
            go_on.set()
        return await desk.hashing(of("2001:db8::ffff"), lambda: "checked")

    with ThreadPoolExecutor(1) as pool:
        try:
            assert pool.submit(anyio.run, attempts).result(20) == "checked"
        finally:
            go_on.set()
    assert not desk.trying
