"""Passwords: kept as Argon2id (RFC 9106), compared in the same time for everybody, and not too easy to guess."""

from __future__ import annotations

import base64
import re
import secrets
import string
import threading
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY

from fazri_lib.errors import AccountError

__all__ = ["CHEAPEST", "LEAST", "STANDARD", "Passwords", "check_policy", "one_time_password"]

STANDARD = RFC_9106_LOW_MEMORY
"""Parameters in use: 64 MiB, 3 passes, 4 lanes. `CHEAPEST` is for tests."""
LEAST = 12
"""Fewest characters of a password."""
_MOST = 1024  # more is no password, and would be work for an attacker to make us do
_READABLE = "".join(sorted({*string.digits, *string.ascii_uppercase} - {*"ILOU"}))  # Crockford's: none read as another
_LIKE_LETTERS = str.maketrans("@4831!0$57", "aaebiiosst")
_ROWS = (
    *("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop"),
    *("1qaz", "2wsx", "3edc", "4rfv"),
)
_FEWEST_DIFFERENT = 5


class Passwords:
    """Hashes passwords and compares them; shared by all threads."""

    def __init__(self, parameters: Parameters = STANDARD, at_once: int = 2) -> None:
        """Prepare.

        Args:
            parameters: cost of a hash.
            at_once: hashes made at the same time; each takes the memory that the parameters say.
        """
        self._hasher = PasswordHasher.from_parameters(parameters)
        self._turn = threading.BoundedSemaphore(at_once)
        self._nobody = _hash_of_nothing(parameters)

    def hash(self, password: str) -> str:
        """Return what is stored of a password: Argon2id with its parameters and a salt of its own."""
        with self._turn:
            return self._hasher.hash(_bytes(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """Tell whether a password is the stored one; without one it takes as long, and it is not."""
        given = _bytes(password[:_MOST])
        with self._turn:
            try:
                is_right = self._hasher.verify(stored or self._nobody, given)
            except (VerificationError, InvalidHashError):
                return False
        return is_right and stored is not None and len(password) <= _MOST

    def needs_rehash(self, stored: str) -> bool:
        """Tell whether a hash was made with other parameters than the present ones."""
        return self._hasher.check_needs_rehash(stored)


def one_time_password() -> str:
    """Return a new random password for a first login, as K7Q2-9MXP-T4ZD-80WV: 80 bits."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4))


def check_policy(name: str, password: str) -> None:
    """See that a password is long enough and not among the first that anybody would guess.

    Args:
        name: login name of the account.
        password: what its owner chose.

    Raises:
        AccountError: it is too short or long, the name, or too common; the message holds nothing of it.
    """
    count = len(unicodedata.normalize("NFKC", password))
    if count < LEAST:
        raise _weak(f"{LEAST} characters or more", f"{count}", "a few words in a row are easy to keep")
    if count > _MOST:
        raise _weak(f"{_MOST} characters or fewer", f"{count}", "shorten it")
    if _is_name(name, password):
        raise _weak("something else than the account's name", "the name", "choose another")
    if _is_common(password):
        raise _weak("one that is not among the commonest", "one of them", "a few words in a row are easy to keep")


def _weak(expected: str, got: str, remedy: str) -> AccountError:
    return AccountError(f"new password: expected {expected}, got {got}; {remedy}", field="new")


def _is_name(name: str, password: str) -> bool:
    """Whether nothing else is left than the name, once or several times, with digits and signs."""
    left = password.casefold().replace(name.casefold(), "")
    return left != password.casefold() and not re.search(r"[^\W\d_]{3}", left) and len(left) < LEAST


def _is_common(password: str) -> bool:
    text = password.casefold()
    if len(set(text)) < _FEWEST_DIFFERENT or text.isdigit() or _is_run(text):
        return True
    stems = {*_stems(text), *_stems(text.translate(_LIKE_LETTERS)), _ends_cut(text).translate(_LIKE_LETTERS)}
    return any(_once(stem) in _common_stems() or _is_run(stem) for stem in stems if stem)


@cache
def _common_stems() -> frozenset[str]:
    """Stems of the commonest passwords of published leaks; with digits and signs around them they are as common."""
    listed = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(listed.split())


def _stems(text: str) -> set[str]:
    """What is left of a text without digits and signs: at its ends, and anywhere."""
    return {_ends_cut(text), re.sub(r"[\W\d_]+", "", text)}


def _ends_cut(text: str) -> str:
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)


def _once(stem: str) -> str:
    """What a stem repeats: passwordpassword is password."""
    for size in range(1, len(stem) // 2 + 1):
        if len(stem) % size == 0 and stem[:size] * (len(stem) // size) == stem:
            return stem[:size]
    return stem


def _is_run(text: str) -> bool:
    """Whether the text is made of neighbours of the alphabet or of a keyboard's row, four or more together."""
    left = text
    for row in _ROWS:
        for line in (row, row[::-1]):
            for size in range(len(line), 3, -1):
                for start in range(len(line) - size + 1):
                    left = left.replace(line[start : start + size], "")
    return len(left) < len(text) / 3


def _hash_of_nothing(parameters: Parameters) -> str:
    """A hash with these parameters that no password has: comparing with it takes as long as with any other."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (parameters.salt_len, parameters.hash_len)
    )
    cost = f"m={parameters.memory_cost},t={parameters.time_cost},p={parameters.parallelism}"
    return f"$argon2id$v={parameters.version}${cost}${salt}${digest}"


def _bytes(password: str) -> bytes:
    """The same bytes for a password, however a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
