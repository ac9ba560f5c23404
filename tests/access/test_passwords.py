"""Passwords: stored as Argon2id, compared alike for everybody, refused when anybody would guess them."""

from __future__ import annotations

import re
import time

import pytest

from fazri_lib.access.passwords import CHEAPEST, STANDARD, Passwords, check_policy, one_time_password
from fazri_lib.errors import AccountError

GOOD = "seven brown horses"


@pytest.fixture
def passwords():
    """Passwords at the least cost."""
    return Passwords(CHEAPEST)


def test_hash_and_verify(passwords):
    """Only the password itself is right; two hashes of it differ by their salts."""
    stored = passwords.hash(GOOD)
    assert stored.startswith("$argon2id$")
    assert stored != passwords.hash(GOOD)
    assert passwords.verify(stored, GOOD)
    assert not passwords.verify(stored, GOOD + " ")


def test_nobody_is_never_right(passwords):
    """Without a stored hash, or with a damaged one, no password is right."""
    assert not passwords.verify(None, GOOD)
    assert not passwords.verify("", GOOD)
    assert not passwords.verify("$argon2id$broken", GOOD)


def test_spelling_of_letters(passwords):
    """A letter with its accent apart is the same password as with both in one, and any text can be compared."""
    assert passwords.verify(passwords.hash("caf\u00e9 au lait, un"), "cafe\u0301 au lait, un")
    assert not passwords.verify(passwords.hash(GOOD), "\ud800")
    assert not passwords.verify(passwords.hash("x" * 1024), "x" * 1025)


def test_needs_rehash():
    """A hash made at another cost is to be made anew, one of the present cost is not."""
    stored = Passwords(CHEAPEST).hash(GOOD)
    assert Passwords(STANDARD).needs_rehash(stored)
    assert not Passwords(CHEAPEST).needs_rehash(stored)


@pytest.mark.slow
def test_unknown_names_take_as_long():
    """Comparing with no hash takes as long as with one, within a half, at full cost."""
    passwords = Passwords()
    stored, spent = passwords.hash(GOOD), {"known": [], "unknown": []}
    for _ in range(9):
        for who, kept in (("known", stored), ("unknown", None)):
            began = time.process_time()
            passwords.verify(kept, "wrong")
            spent[who].append(time.process_time() - began)
    known, unknown = (min(spent[who]) for who in ("known", "unknown"))
    assert known > 0.01
    assert unknown == pytest.approx(known, rel=0.5)


def test_one_time_passwords():
    """They are four groups of four easily read characters, pass the policy, and none comes twice."""
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", password)
        check_policy("ann", password)


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "correct horse battery staple",
        "Tr0ub4dor&3xyzq",
        "passwords are a bad idea",
        "welcome to the jungle gym",
        "k8#mQz!p2Lw9",
        "ann likes green tea",
    ],
)
def test_good_passwords(password):
    """Long ones that are not a common word with trimmings pass."""
    check_policy("ann", password)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "12 characters or more, got 0"),
        ("k8#mQz!p2Lw", "12 characters or more, got 11"),
        ("x1" * 513, "1024 characters or fewer, got 1026"),
        ("password1234", "commonest"),
        ("P@ssw0rd2025!", "commonest"),
        ("passwordpassword", "commonest"),
        ("Administrator", "commonest"),
        ("letmein12345", "commonest"),
        ("iloveyou!!!!!", "commonest"),
        ("123456789012", "commonest"),
        ("2580258025802580", "commonest"),
        ("aaaaaaaaaaaa", "commonest"),
        ("abababababab", "commonest"),
        ("qwertyuiop12", "commonest"),
        ("qwertzuiopqwertz", "commonest"),
        ("abcdefghijkl", "commonest"),
        ("1q2w3e4r5t6y", "commonest"),
        ("1qaz2wsx3edc", "commonest"),
        ("asdfghjkl1234", "commonest"),
        ("anna.liese", "12 characters"),
        ("ann.smith.2025", "the account's name"),
        ("ann.smith12345", "the account's name"),
        ("ann.smithann.smith", "the account's name"),
        ("ANN.SMITH!!!!", "the account's name"),
    ],
)
def test_bad_passwords(password, words):
    """Too short, too long, the name with trimmings or a common one is refused, and nothing of it is told."""
    with pytest.raises(AccountError, match=words) as refused:
        check_policy("ann.smith", password)
    assert not password or password not in str(refused.value)
