"""Tokens of forms, and where a request came from."""

from __future__ import annotations

import pytest
from itsdangerous import TimestampSigner

from fazri_lib.serving.csrf import Csrf, is_from_us

OURS = frozenset({"https://fazri.example.org"})


def test_a_token_is_good_for_its_cookie_alone():
    """A token holds with the cookie it was made for, and with no other, and never without one."""
    csrf = Csrf("key")
    token = csrf.token("mine")
    assert csrf.holds(token, "mine")
    assert not csrf.holds(token, "theirs")
    assert not csrf.holds(token, "")
    assert not csrf.holds("", "mine")


def test_a_token_of_another_key_is_refused():
    """Who does not know the key cannot make a token, and a changed one is refused."""
    token = Csrf("another").token("mine")
    assert not Csrf("key").holds(token, "mine")
    own = Csrf("key").token("mine")
    signed, _, signature = own.rpartition(".")  # its first digit: the last one has bits that do not count
    other = "A" if signature[0] != "A" else "B"
    assert not Csrf("key").holds(f"{signed}.{other}{signature[1:]}", "mine")


def test_a_token_does_not_tell_the_cookie():
    """The page's token does not hold what it is bound to."""
    assert "mine-and-secret" not in Csrf("key").token("mine-and-secret")


def test_a_token_grows_old(monkeypatch):
    """A form that was open for longer than allowed is refused."""
    csrf = Csrf("key", max_age_s=60)
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: 1_000_000)
    token = csrf.token("mine")
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: 1_000_060)
    assert csrf.holds(token, "mine")
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: 1_000_061)
    assert not csrf.holds(token, "mine")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"sec-fetch-site": "same-origin", "origin": "https://fazri.example.org"}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"origin": "https://Fazri.example.org"}, True),
        ({}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "same-site", "origin": "https://fazri.example.org"}, False),
        ({"origin": "https://evil.example.org"}, False),
        ({"origin": "http://fazri.example.org"}, False),
        ({"origin": "https://fazri.example.org.evil.org"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
    ],
)
def test_requests_of_other_sites(headers, expected):
    """What a browser says comes from another site, scheme or a page without an address is not from us."""
    assert is_from_us(headers, OURS) is expected
