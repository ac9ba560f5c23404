"""E-mail addresses and phone numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fazri_lib.resolution.comparison import Comparison, Key, Level, Prepared, any_missing, close, equal
from fazri_lib.resolution.normal import mapped

if TYPE_CHECKING:
    import pandas as pd

    from fazri_lib.resolution.spec import ColumnField

_ALIKE = 0.75
_WORTH_COUNTING, _WORTH_COUNTING_ALL = 0.8, 0.85
"""Counting slips is slow. Jaro's similarity of n signs with n/4 of them wrong is .83, with n/6 .89."""
_LOCAL_DIGITS = 9
_SHORTEST_PHONE = 5


def prepare_email(field: str, spec: ColumnField, records: pd.DataFrame) -> Prepared:
    """Return an e-mail address made ready.

    Args:
        field: its name in the spec.
        spec: its column.
        records: the columns as texts.
    """
    email = mapped(records[spec.column], read_email)
    columns = {
        f"{field}__email": email,
        f"{field}__local": mapped(email, lambda text: text.partition("@")[0]),
        f"{field}__domain": mapped(email, lambda text: text.partition("@")[2]),
        f"{field}__start": mapped(email, lambda text: text.partition("@")[0][:5]),
    }
    whole, local, domain = (f"{field}__{part}" for part in ("email", "local", "domain"))
    slips = f"damerau_levenshtein({whole}_l, {whole}_r)"
    shortest = f"least(length({local}_l), length({local}_r))"
    near, near_all = (
        f"jaro_similarity({part}_l, {part}_r) >= {least}"
        for part, least in ((local, _WORTH_COUNTING), (whole, _WORTH_COUNTING_ALL))
    )
    local_slips = f"{near} and damerau_levenshtein({local}_l, {local}_r) <= {shortest} // 4"
    levels = (
        Level("equal", equal(whole), whole),
        Level("equal before the @, close after it", f"{equal(local)} and {close(domain)}", local),
        Level("equal before the @", f"{equal(local)} and {shortest} >= 5", local),
        Level("equal after the @, slips before it", f"{equal(domain)} and {local_slips}"),
        Level("few slips", f"{shortest} >= 4 and {near_all} and {slips} <= ({shortest} + length({domain}_l)) // 6"),
        Level("equal after the @", equal(domain), domain),
        Level("little alike", "ELSE"),
        Level("differs", "ELSE"),
    )
    agrees = f"{equal(domain)} or {equal(local)} or jaro_similarity({whole}_l, {whole}_r) >= {_ALIKE}"
    names = {"address": "email", "before the @": "local", "after the @": "domain", "first letters": "start"}
    keys = tuple(Key(f"{field}: {name}", (f"{field}__{column}",)) for name, column in names.items())
    return Prepared(columns, Comparison(field, any_missing(whole), levels, agrees), keys)


def read_email(text: str) -> str | None:
    """Return an address in lower case without blanks and "mailto:"; what has no @ is none."""
    address = "".join(text.lower().split()).removeprefix("mailto:")
    return address if "@" in address.strip("@") else None


def prepare_phone(field: str, spec: ColumnField, records: pd.DataFrame) -> Prepared:
    """Return a phone number made ready.

    Args:
        field: its name in the spec.
        spec: its column.
        records: the columns as texts.
    """
    phone = mapped(records[spec.column], read_phone)
    columns = {
        f"{field}__phone": phone,
        f"{field}__first": mapped(phone, lambda text: text[:-4]),
        f"{field}__last": mapped(phone, lambda text: text[-5:]),
        f"{field}__end": mapped(phone, lambda text: text[-3:]),
    }
    whole, last = f"{field}__phone", f"{field}__last"
    slips = f"damerau_levenshtein({whole}_l, {whole}_r)"
    levels = (
        Level("equal", equal(whole), whole),
        Level("one digit slipped", f"{slips} <= 1"),
        Level("two digits slipped, or the same end", f"{slips} <= 2 or {equal(last)}"),
        Level("a part equal", "ELSE"),
        Level("differs", "ELSE"),
    )
    agrees = f"{equal(last)} or {equal(f'{field}__first')} or {equal(f'{field}__end')}"
    names = {"number": "phone", "but the last digits": "first", "last digits": "last"}
    keys = tuple(Key(f"{field}: {name}", (f"{field}__{column}",)) for name, column in names.items())
    return Prepared(columns, Comparison(field, any_missing(whole), levels, agrees, is_ordered=True), keys)


def read_phone(text: str) -> str | None:
    """Return the last nine digits of a number, so that country and trunk codes do not count; too few are none."""
    digits = re.sub(r"\D", "", text)
    return digits[-_LOCAL_DIGITS:] if len(digits) >= _SHORTEST_PHONE else None
