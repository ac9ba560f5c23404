"""Which addresses are our own."""

from __future__ import annotations

import pytest

from fazri_lib.serving.origins import hosts_of, is_https, origins_of, session_cookie_name
from fazri_lib.settings import Serving


@pytest.mark.parametrize(
    ("serving", "origins", "hosts"),
    [
        (
            Serving(),
            {"http://127.0.0.1:8800", "http://localhost:8800", "http://[::1]:8800"},
            ("127.0.0.1:8800", "localhost:8800"),
        ),
        (Serving(host="10.0.0.5", port=80), {"http://10.0.0.5"}, ("10.0.0.5:80",)),
        (Serving(public_url="https://Fazri.example.org"), {"https://fazri.example.org"}, ("fazri.example.org:80",)),
        (Serving(public_url="https://x.example:444"), {"https://x.example:444"}, ("x.example:444",)),
    ],
)
def test_origins_and_the_hosts_that_bokeh_is_told(serving, origins, hosts):
    """The public address alone when there is one, else where we listen; on loopback under each of its names."""
    assert origins_of(serving) == origins
    assert hosts_of(origins_of(serving)) == hosts


@pytest.mark.parametrize("serving", [Serving(), Serving(port=80), Serving(public_url="https://x.example")])
def test_bokeh_lets_in_what_the_guard_lets_in(serving):
    """Both compare the same header, each in its own way."""
    from bokeh.server.util import check_allowlist, create_hosts_allowlist

    allowed = create_hosts_allowlist(list(hosts_of(origins_of(serving))), 1234)
    for origin in origins_of(serving):
        assert check_allowlist(origin.split("//")[1], allowed) or "[" in origin


def test_by_https_no_other_host_can_set_the_session_cookie():
    """The prefix makes browsers see to it."""
    secure = Serving(public_url="https://x.example")
    assert (is_https(secure), session_cookie_name(secure)) == (True, "__Host-fazri-session")
    assert (is_https(Serving()), session_cookie_name(Serving())) == (False, "fazri-session")
