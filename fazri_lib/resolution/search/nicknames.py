"""Other forms of given names, as Bill and William: by the list that comparing records goes by, too."""

from __future__ import annotations

import functools

from nicknames import NickNamer


@functools.cache
def _known() -> NickNamer:
    return NickNamer()


@functools.lru_cache(maxsize=10_000)
def other_forms(word: str) -> frozenset[str]:
    """Return the names that a word is short for, and the short forms of it. Two short forms of one name are not meant.

    Args:
        word: folded.
    """
    names = _known()
    return frozenset({*names.canonicals_of(word), *names.nicknames_of(word)} - {word})
