"""Stable, readable labels in place of people and identifiers."""

from __future__ import annotations

import base64
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_READABLE = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_LENGTH = 7


def pseudonym(entity_id: int, key: str = "") -> str:
    """Return the label of one entity, as P-7K3Q9MX.

    Seven characters of Crockford's base 32 (35 bits): among 50,000 people two share a label with a probability of 4 %.

    Args:
        entity_id: the entity.
        key: secret; with another key the same people get other labels, and without the key nobody can go back.
    """
    return f"P-{_code(str(int(entity_id)), key)}"


def pseudonyms(entity_ids: Iterable[int], key: str = "") -> dict[int, str]:
    """Return the label of each entity by its id."""
    return {entity_id: pseudonym(entity_id, key) for entity_id in entity_ids}


def identifier_label(value: str, key: str = "") -> str:
    """Return a label of an identifier, as I-0M4ZT2B: the same value always gets the same one."""
    return f"I-{_code(f'identifier {value}', key)}"


def record_label(directory: str, record_key: str, key: str = "") -> str:
    """Return a label of a row of a directory, as R-4T2B0M9: all versions of the row have the same one."""
    return f"R-{_code(f'record {directory} {record_key}', key)}"


def _code(text: str, key: str) -> str:
    secret = blake2b(key.encode(), digest_size=32).digest() if key else b""
    digest = blake2b(text.encode(), digest_size=5, key=secret, person=b"fazri-label").digest()
    return base64.b32encode(digest).translate(_READABLE).decode()[:_LENGTH]
