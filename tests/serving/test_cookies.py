"""Cookies of clients are read as they are: nothing is unquoted, nothing takes long."""

from __future__ import annotations

import time

import pytest
from starlette.requests import HTTPConnection

from fazri_lib.serving.cookies import Cookies, cookie_in, theme_of
from fazri_lib.settings import Serving

NAME = "fazri-session"
HEAVY = '"' + "\\1" * 32_000 + '"'  # 64 kB; unquoting it takes seconds


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("", ""),
        (f"{NAME}=ab-c_9", "ab-c_9"),
        (f"a=1; {NAME}=x; b=2", "x"),
        (f"a=1;{NAME}=x", "x"),
        (f"other-{NAME}=x; {NAME}2=y", ""),
        (f'{NAME}="abc"', ""),
        (f"{NAME}=\u00e9", ""),
        (f"{NAME}=a b", ""),
        (f"{NAME}={'x' * 100}", "x" * 100),
        (f"{NAME}={'x' * 101}", ""),
        (f"{NAME}", ""),
    ],
)
def test_only_plain_values_are_ours(header, value):
    """Tokens hold letters, digits, hyphen and underscore; whatever else stands there is no token."""
    assert cookie_in(header, NAME) == value


@pytest.mark.parametrize("name", [NAME, "fazri-theme", "other"])
def test_a_large_quoted_cookie_costs_nothing(name):
    """Everybody can send it, and it is read on the loop before anybody is asked who they are."""
    header = f"{name}={HEAVY}; fazri-form=secret"
    connection = HTTPConnection({"type": "http", "headers": [(b"cookie", header.encode())]})
    begun = time.monotonic()
    assert cookie_in(header, NAME) == ""
    assert theme_of(connection) == ""
    assert Cookies(Serving()).form_secret_of(connection) == "secret"
    assert time.monotonic() - begun < 0.2


def test_cookies_in_several_headers_are_found():
    """Proxies that speak HTTP/2 pass them on one by one."""
    headers = [(b"cookie", b"fazri-theme=dark"), (b"cookie", b"fazri-form=secret")]
    connection = HTTPConnection({"type": "http", "headers": headers})
    assert Cookies(Serving()).form_secret_of(connection) == "secret"
