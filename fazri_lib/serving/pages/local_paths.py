"""Where a reader is sent after the login: places of this server only."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

HOME = "/"
_MAX_CHARACTERS = 1000
_PLAIN = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")  # printable ASCII, no blank, no backslash
_ROUNDS = 3
_NOT_AFTER_LOGIN = ("/login", "/logout")


def local_path(wanted: str) -> str:
    r"""Return a path of this server, with its query, as it was wanted, or the home page when it could lead elsewhere.

    `//host`, `/\host`, `https://host`, control characters, and any of them encoded (twice, too) lead home, and so do
    the pages of login and logout, which would go round in circles.

    Args:
        wanted: what the address says after `next=`, decoded once.
    """
    seen = wanted
    for _ in range(_ROUNDS):
        if len(seen) > _MAX_CHARACTERS or not _is_local(seen):
            return HOME
        path, mark, query = seen.partition("?")
        seen = unquote(path) + mark + query
    return HOME if urlsplit(seen).path.rstrip("/") in _NOT_AFTER_LOGIN else wanted


def _is_local(text: str) -> bool:
    path = text.partition("?")[0]
    if not _PLAIN.fullmatch(text) or "//" in path:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc and ".." not in path.split("/")
