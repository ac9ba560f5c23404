"""Where `next` may lead: nowhere outside."""

from __future__ import annotations

import pytest

from fazri_lib.serving.pages.local_paths import local_path


@pytest.mark.parametrize(
    "wanted",
    ["/", "/dash/today", "/dash/person?entity=E1&as_of=2025-09-13T14:00", "/account", "/dash/zones?zone_id=LIB%20A"],
)
def test_own_paths_stay(wanted):
    """A path of this server is kept as it was wanted, with its query."""
    assert local_path(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "dash/today",
        "//evil.example.org",
        "///evil.example.org",
        "/\\evil.example.org",
        "\\\\evil.example.org",
        "/%5Cevil.example.org",
        "/%2Fevil.example.org",
        "/%252Fevil.example.org",
        "/%255cevil.example.org",
        "%2F%2Fevil.example.org",
        "https://evil.example.org/",
        "https:evil.example.org",
        "javascript:alert(1)",
        "/dash//evil.example.org",
        "/dash/../login",
        "/dash/%2e%2e/login",
        "/\tevil.example.org",
        "/\n/evil.example.org",
        "/dash/today\r\nset-cookie: a=b",
        "/dash/%0d%0aset-cookie: a=b",
        " //evil.example.org",
        "/ /evil.example.org",
        "/dash/é",
        "/" + "a" * 2000,
    ],
)
def test_ways_out_lead_home(wanted):
    """Another host, a scheme, backslashes and control characters, encoded or not, lead to the home page."""
    assert local_path(wanted) == "/"


@pytest.mark.parametrize("wanted", ["/login", "/login?next=/login", "/logout", "/log%69n", "/login/"])
def test_no_circles(wanted):
    """The login does not lead to itself, nor to the logout."""
    assert local_path(wanted) == "/"
