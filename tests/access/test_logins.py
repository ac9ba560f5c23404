"""How accounts may be called."""

from __future__ import annotations

import pytest

from fazri_lib.access.logins import LogIn, account_name, is_account_name
from fazri_lib.errors import AccountError


def test_spelling():
    """Outer blanks and capitals do not count."""
    assert account_name("  Ann.Smith-2_x ") == "ann.smith-2_x"


@pytest.mark.parametrize("text", ["", "a", ".ann", "-x", "ann smith", "ann\n", "änn", "a" * 65, "ann/../x", "ann\x00"])
def test_refused(text):
    """Short, long and strange names are refused without repeating them."""
    assert not is_account_name(text)
    if text.strip() == text:
        with pytest.raises(AccountError, match="account name: expected 2 to 64") as refused:
            account_name(text)
        assert "smith" not in str(refused.value)


def test_a_token_does_not_show():
    """Whoever prints what became of a login prints no token."""
    assert "secret" not in repr(LogIn("secret"))
