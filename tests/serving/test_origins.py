"""Which addresses are our own."""

from __future__ import annotations

import pytest

from fazri_lib.serving.origins import PANEL_HOST, PANEL_ORIGIN, is_https, origins_of, session_cookie_name
from fazri_lib.settings import Serving


@pytest.mark.parametrize(
    ("serving", "origins"),
    [
        (Serving(), {"http://127.0.0.1:8800", "http://localhost:8800", "http://[::1]:8800"}),
        (Serving(host="10.0.0.5", port=80), {"http://10.0.0.5"}),
        (Serving(host="2001:DB8::5"), {"http://[2001:db8::5]:8800"}),
        (Serving(public_url="https://Fazri.example.org"), {"https://fazri.example.org"}),
        (Serving(public_url="https://x.example:444"), {"https://x.example:444"}),
        (Serving(public_url="https://x.example:443"), {"https://x.example"}),
        (Serving(public_url="http://x.example:80"), {"http://x.example"}),
        (Serving(public_url="http://[2001:db8::5]:443"), {"http://[2001:db8::5]:443"}),
    ],
)
def test_origins(serving, origins):
    """The public address alone when there is one, else where we listen; as browsers send it, without usual ports."""
    assert origins_of(serving) == origins


def test_bokeh_lets_in_the_front():
    """Both name the same place, each in its own way."""
    from bokeh.server.util import check_allowlist, create_hosts_allowlist

    allowed = create_hosts_allowlist([PANEL_HOST], 1234)
    assert check_allowlist(PANEL_ORIGIN.split("//")[1], allowed)
    assert not check_allowlist("evil.example", allowed)


def test_by_https_no_other_host_can_set_the_session_cookie():
    """The prefix makes browsers see to it."""
    secure = Serving(public_url="https://x.example")
    assert (is_https(secure), session_cookie_name(secure)) == (True, "__Host-fazri-session")
    assert (is_https(Serving()), session_cookie_name(Serving())) == (False, "fazri-session")
