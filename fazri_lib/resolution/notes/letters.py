"""Letters without marks, lower case: the same on every engine and in Python, so that names and notes meet.

Names are compared in two ways of writing: marks dropped (Müller as muller), and as German and the Nordic languages
write them out (mueller).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import ibis.expr.types as ir

SEPARATOR = r"[^\p{L}\p{M}\p{N}]"
"""What stands between words, one character of it."""

_NOT_ASCII = r"[^\x00-\x7F]"
_LATIN = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
_MARKS = "".join(map(chr, range(0x300, 0x370)))
_STROKES = {
    "Ø": "o",
    "ø": "o",
    "Đ": "d",
    "đ": "d",
    "Ð": "d",
    "ð": "d",
    "Ł": "l",
    "ł": "l",
    "\u0131": "i",
    "ħ": "h",
    "ŧ": "t",
}
_LONG = {"ß": "ss", "ẞ": "ss", "Æ": "ae", "æ": "ae", "Œ": "oe", "œ": "oe", "Þ": "th", "þ": "th"}
_WRITTEN_OUT = {
    "Ä": "ae", "ä": "ae", "Ö": "oe", "ö": "oe", "Ü": "ue", "ü": "ue", "Å": "aa", "å": "aa", "Ø": "oe", "ø": "oe"
}  # fmt: skip
_WORDS = re.compile(rf"[^\W_{_MARKS}](?:[^\W_]|[{_MARKS}])*")


def _single() -> dict[str, str]:
    """Letters whose mark is dropped, each with its plain lower-case letter."""
    bare = {chr(code): unicodedata.normalize("NFKD", chr(code))[0] for code in _LATIN}
    found = {letter: plain.lower() for letter, plain in bare.items() if plain.isascii() and plain != letter}
    return {letter: plain for letter, plain in (found | _STROKES).items() if letter not in _LONG}


_SINGLE = _single()
_FROM, _TO = "".join(_SINGLE) + _MARKS, "".join(_SINGLE.values())
_PLAIN = str.maketrans(_SINGLE | dict.fromkeys(_MARKS, ""))


def spellings(text: str) -> tuple[str, ...]:
    """Return a text in plain lower-case letters, and with letters written out where that differs."""
    found = []
    for long in (_LONG, _LONG | _WRITTEN_OUT):
        written = text
        for letter, plain in long.items():
            written = written.replace(letter, plain)
        found.append(written.translate(_PLAIN).lower())
    return tuple(dict.fromkeys(found))


def first_word(text: str) -> str:
    """Return the first word of a text in plain letters, empty without any: as `words` would take it from a note."""
    found = _WORDS.search(text)
    return spellings(found[0])[0] if found else ""


def plain(text: ir.StringValue, *, is_written_out: bool = False) -> ir.StringValue:
    """Return a text in plain lower-case letters, or with letters written out, as an expression."""
    marked = text
    for letter, letters in (_LONG | _WRITTEN_OUT if is_written_out else _LONG).items():
        marked = cast("ir.StringValue", marked.replace(letter, letters))
    bare = marked.translate(_FROM, _TO).lower()  # a table of 700 letters: only for texts that have one of them
    return cast("ir.StringValue", text.re_search(_NOT_ASCII).ifelse(bare, text.lower()))
