"""Where browsers find us: the addresses that count as our own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fazri_lib.settings import Serving

PANEL_ORIGIN = "http://127.0.0.1"
"""Origin of every WebSocket that Panel sees: the guard has compared the browser's own with ours, IPv6 included."""
PANEL_HOST = "127.0.0.1:80"
"""The same as Bokeh reads it."""
_LOCAL = ("127.0.0.1", "localhost", "::1")
_ANY = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
_COOKIE = "fazri-session"


def origins_of(serving: Serving) -> frozenset[str]:
    """Return the origins of our own pages, in lower case, as browsers send them."""
    if serving.public_url:
        return frozenset({serving.public_url})
    names = _LOCAL if serving.host in (*_LOCAL, *_ANY) else (serving.host,)
    ending = "" if serving.port == 80 else f":{serving.port}"  # noqa: PLR2004 - browsers leave out the port of http
    return frozenset(f"http://{f'[{name}]' if ':' in name else name}{ending}".lower() for name in names)


def is_https(serving: Serving) -> bool:
    """Tell whether browsers come by https."""
    return serving.public_url.startswith("https://")


def session_cookie_name(serving: Serving) -> str:
    """Return the name of the session cookie. By https no other host of the domain can set it."""
    return f"__Host-{_COOKIE}" if is_https(serving) else _COOKIE
