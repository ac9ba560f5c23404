"""One pass over a file's bytes before it is parsed: is it text, does it quote, which lines are absurdly long."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fazri_lib.errors import FileRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

LINE_LIMIT = 1_000_000
"""Bytes of a line; a longer one is put aside as a whole."""
BLOCK = 1 << 24
_BOM = codecs.BOM_UTF8


@dataclass(frozen=True, slots=True)
class LongLine:
    """A line over the limit: its bytes from `start` to `end`, the line break left out, and a digest of them."""

    start: int
    end: int
    digest: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over a text file found.

    Attributes:
        path: the file, in UTF-8.
        newline: the byte that ends its lines.
        quotes: how many quotation marks it holds.
        long_lines: its lines over the limit, in order.
    """

    path: Path
    newline: bytes = b"\n"
    quotes: int = 0
    long_lines: tuple[LongLine, ...] = ()


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def as_utf8(path: Path, encoding: str, scratch: Path) -> Path:
    """Return the file itself if it is UTF-8 by contract, else a copy in UTF-8 in the folder `scratch`.

    Raises:
        FileRefusedError: its bytes are not of that encoding.
    """
    if codecs.lookup(encoding).name in {"utf-8", "utf-8-sig"}:
        return path
    copy = scratch / f"{path.name}.utf8"
    decoder = codecs.getincrementaldecoder(encoding)()
    with copy.open("wb") as out:
        for block, is_last in _blocks(path):
            try:
                out.write(decoder.decode(block, final=is_last).encode())
            except UnicodeDecodeError as error:
                raise _not_encoded(path, encoding) from error
    return copy


def scan(path: Path, name: str, quote: str = '"', limit: int = LINE_LIMIT) -> Scan:
    """Read a UTF-8 file once.

    Args:
        path: the file.
        name: its name in messages.
        quote: quotation mark, empty for none.
        limit: bytes of the longest line that is no fault.

    Raises:
        FileRefusedError: it is empty, binary or not UTF-8.
    """
    lines = _Lines(_newline_of(path), quote.encode(), limit)
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_blank = True
    for block, is_last in _blocks(path):
        if b"\0" in block:
            raise FileRefusedError(
                f"{name}: is binary (it holds zero bytes); expected a text file; give the right format"
            )
        if not block.isascii() or decoder.getstate()[0]:
            _decode(decoder, block, is_last, name)
        is_blank = is_blank and not block.removeprefix(_BOM).strip()
        lines.read(block)
    if is_blank:
        raise FileRefusedError(f"{name}: is empty; expected a header and rows; export it again")
    lines.end()
    long_lines = tuple(_long_line(lines, path, name, found) for found in lines.found)
    return Scan(path, lines.newline, lines.quotes, long_lines)


@dataclass(slots=True)
class _Lines:
    """Finds lines over the limit by looking backwards from the limit, so that short lines cost next to nothing."""

    newline: bytes
    quote: bytes
    limit: int
    quotes: int = 0
    found: list[tuple[int, int, int]] = field(default_factory=list)
    _at: int = 0
    _line_start: int = 0
    _is_long: bool = False

    def read(self, block: bytes) -> None:
        """Take in the next block of the file."""
        at = 0
        while at < len(block):
            at = self._finish(block, at) if self._is_long else self._step(block, at)
        if self.quote and self.quote in block:  # looking is ten times faster than counting
            self.quotes += block.count(self.quote)
        self._at += len(block)

    def end(self) -> None:
        """Close the last line, which may have no line break."""
        if self._is_long:
            self.found[-1] = (self.found[-1][0], self._at, self.found[-1][2])

    def _step(self, block: bytes, at: int) -> int:
        """Move to the last line start within reach; where there is none, a long line begins."""
        start = self._line_start - self._at
        reach = start + self.limit + 1
        last = block.rfind(self.newline, at, min(reach, len(block)))
        if last >= 0:
            self._line_start = self._at + last + 1
            return last + 1
        if reach > len(block):
            return len(block)
        before = self.quotes + (block.count(self.quote, 0, max(start, 0)) if self.quote else 0)
        self.found.append((self._line_start, -1, before))
        self._is_long = True
        return at

    def _finish(self, block: bytes, at: int) -> int:
        end = block.find(self.newline, at)
        if end < 0:
            return len(block)
        self.found[-1] = (self.found[-1][0], self._at + end, self.found[-1][2])
        self._line_start = self._at + end + 1
        self._is_long = False
        return end + 1


def _long_line(lines: _Lines, path: Path, name: str, found: tuple[int, int, int]) -> LongLine:
    start, end, quotes = found
    digest = hashlib.sha256()
    with path.open("rb") as file:
        file.seek(start)
        for at in range(start, end, BLOCK):
            part = file.read(min(BLOCK, end - at))
            digest.update(part)
            quotes += part.count(lines.quote) if lines.quote else 0
    if found[2] % 2 or quotes % 2:
        raise FileRefusedError(
            f"{name}: a line over {lines.limit:,} bytes lies inside quotation marks; expected shorter lines; "
            'close the quotation mark or set quote = "" in the contract'
        )
    return LongLine(start, end, digest.hexdigest())


def _blocks(path: Path) -> Iterator[tuple[bytes, bool]]:
    with path.open("rb") as file:
        block = file.read(BLOCK)
        while block:
            following = file.read(BLOCK)
            yield block, not following
            block = following


def _newline_of(path: Path) -> bytes:
    with path.open("rb") as file:
        head = file.read(1 << 16)
    return b"\r" if b"\r" in head and b"\n" not in head else b"\n"


def _decode(decoder: codecs.IncrementalDecoder, block: bytes, is_last: bool, name: str) -> None:
    try:
        decoder.decode(block, final=is_last)
    except UnicodeDecodeError as error:
        raise _not_encoded(Path(name), "utf-8") from error


def _not_encoded(path: Path, encoding: str) -> FileRefusedError:
    return FileRefusedError(f"{path.name}: is not {encoding} text; set `encoding` in its contract, or give a text file")
