"""One secret of the house, and the keys that follow from it, one for each use."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fazri_lib.settings import Settings

_BYTES = 32


class Secret:
    """Keys by their use; none of them tells another, nor the secret.

    Args:
        value: the secret; None draws one, so that forms and page tokens of before a start are no longer good. Logins
            are: they are rows of the operations database.
    """

    def __init__(self, value: bytes | None = None) -> None:
        self._value = value or secrets.token_bytes(_BYTES)

    def key(self, use: str) -> bytes:
        """Return the key for one use, 32 bytes."""
        return hmac.digest(self._value, f"fazri {use}".encode(), sha256)

    def number(self, text: str) -> str:
        """Return 12 hexadecimal digits that stand for a text in the log and cannot be turned back."""
        return hmac.new(self.key("log"), text.encode(), sha256).hexdigest()[:12]


def secret_of(settings: Settings) -> Secret:
    """Return the secret that is set, else a drawn one."""
    given = settings.secret_key.get_secret_value() if settings.secret_key else ""
    return Secret(given.encode() or None)
