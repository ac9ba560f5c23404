"""The account and password pages of the real front."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow
NEW = "seven slow grey herons"


@pytest.fixture
def house(tmp_path):
    """A front of its own."""
    from front_house import house_in

    with house_in(tmp_path) as made:
        yield made


@pytest.fixture
def ann(house):
    """A browser of an analyst."""
    return house.signed_in("ann", "analyst")


def changed(browser, **fields):
    """What the password form answers."""
    from front_house import OWN, token_in

    token = token_in(browser.get("/account/password").text)
    return browser.post("/account/password", data={"old": OWN, "new": NEW, "again": NEW, "csrf_token": token, **fields})


def test_what_the_account_page_tells(house, ann):
    """It tells the name, roles and scopes in words, what is withheld, and this login in campus time."""
    page = ann.get("/account").text
    assert ">ann<" in page
    assert "<strong>Analyst</strong>: works with places, findings and people under pseudonyms" in page
    allowed, withheld = page.split("Not open to you")
    assert "identifiers, days and findings, under a pseudonym" in allowed
    assert "Read the audit log" in withheld
    assert '<time datetime="2025-09-13T08:30:00Z">Sat 13 Sep 14:00</time>' in page
    assert page.count("This one") == 1
    assert "Northfield &amp; Sons University" in page


def test_other_logins_can_be_ended(house, ann):
    """One other login, or all others, end by a button; this one goes on."""
    from front_house import OWN, log_in, token_in

    others = [house.client() for _ in range(3)]
    for other in others:
        assert log_in(other, "ann", OWN).status_code == 303
    name = house.front.desk.cookies.session
    first = house.accounts.session(others[0].cookies[name])
    token = token_in(ann.get("/account").text)
    ended = ann.post("/account/end", data={"session": str(first.session_id), "csrf_token": token})
    assert ended.headers["location"] == "/account?after=ended"
    assert [other.get("/account").status_code for other in others] == [401, 200, 200]
    ann.post("/account/end", data={"session": "others", "csrf_token": token})
    assert [other.get("/account").status_code for other in others] == [401, 401, 401]
    assert ann.get("/account").status_code == 200


def test_logins_of_others_cannot_be_ended(house, ann):
    """The number of somebody else's login in the form ends nothing; nor does anything without the token."""
    from front_house import token_in

    bob = house.signed_in("bob")
    theirs = house.accounts.session(bob.cookies[house.front.desk.cookies.session]).session_id
    token = token_in(ann.get("/account").text)
    ann.post("/account/end", data={"session": str(theirs), "csrf_token": token})
    assert ann.post("/account/end", data={"session": "others", "csrf_token": "x"}).status_code == 403
    assert ann.post("/account/end", data={"session": "-1", "csrf_token": token}).status_code == 400
    assert ann.post("/account/end", data={"session": "9" * 19, "csrf_token": token}).status_code == 400
    assert ann.post("/account/end", data={"session": "9" * 18, "csrf_token": token}).status_code == 303
    assert bob.get("/account").status_code == 200


def test_changing_the_password(house, ann):
    """The new password counts from now on, the old one no longer; other logins end, this one does not."""
    from front_house import OWN, log_in

    other = house.client()
    log_in(other, "ann", OWN)
    assert changed(ann).headers["location"] == "/account?after=changed"
    assert (ann.get("/account").status_code, other.get("/account").status_code) == (200, 401)
    assert log_in(house.client(), "ann", NEW).status_code == 303
    assert log_in(house.client(), "ann", OWN).status_code == 401


@pytest.mark.parametrize(
    ("fields", "fault", "words"),
    [
        ({"again": "another"}, "again", "not typed twice alike"),
        ({"new": "short", "again": "short"}, "new", "12 characters"),
        ({"new": "password1234", "again": "password1234"}, "new", "commonest"),
        ({"old": "wrong"}, "old", "Password until now"),
    ],
)
def test_passwords_that_are_refused(house, ann, fields, fault, words):
    """The page says what is wrong, marks the field, and repeats nothing that was typed."""
    from front_house import problem_in

    answer = changed(ann, **fields)
    assert answer.status_code == 422
    assert words in problem_in(answer.text)
    field = answer.text.split(f'id="{fault}"')[1].split(">")[0]
    assert 'aria-invalid="true"' in field
    assert "problem" in field
    assert [value for value in fields.values() if value in answer.text.replace("password", "")] == []


def test_a_fault_of_no_field_marks_none(house, ann, monkeypatch):
    """An account that was changed meanwhile is the fault of neither password."""
    from front_house import problem_in

    from fazri_lib.errors import AccountError
    from fazri_lib.workflows.accounts import Accounts

    def changed_meanwhile(*_arguments):
        raise AccountError("new password: expected an account that stays, got one changed meanwhile; log in again")

    monkeypatch.setattr(Accounts, "change_password", changed_meanwhile)
    answer = changed(ann)
    assert "changed meanwhile" in problem_in(answer.text)
    assert "aria-invalid" not in answer.text


def test_password_forms_of_others(house, ann):
    """Without the token of this login nothing changes."""
    from front_house import OWN, log_in

    forged = {"csrf_token": "none"}
    assert changed(ann, **forged).status_code == 403
    assert log_in(house.client(), "ann", OWN).status_code == 303


def test_home_without_a_dashboard(house):
    """Whose roles open no dashboard is told so; others are sent to the first one that theirs open."""
    assert house.signed_in("ann").get("/").headers["location"] == "/dash/zones"
    house.dashboards.entries = house.dashboards.entries[1:]
    assert "your roles open none of them" in house.signed_in("bob").get("/").text
    house.dashboards.entries = ()
    assert "Nothing is published" in house.signed_in("eve").get("/").text
