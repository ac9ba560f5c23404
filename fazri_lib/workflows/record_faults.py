"""What is wrong with a file of records, in words: its encoding, separator, and the lines at fault; never a value."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.errors import FileRefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

_TOLD = 3
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_HEADER_BYTES = 65_536
_LINE_OF_PARSER = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")


def refused_table(path: Path, separator: str, error: Exception) -> FileRefusedError:
    """Return what to tell of a file that could not be read as separated lines.

    Args:
        path: of the file.
        separator: that was expected.
        error: of the parser; of its message only counts and the number of a line are told.
    """
    if not path.read_bytes()[:_HEADER_BYTES].strip():
        return FileRefusedError(f"{path.name} is empty; expected a header and a line a record; export it anew")
    known = encoding_fault(path) or separator_fault(path, separator)
    if known:
        return known
    counts = _LINE_OF_PARSER.search(str(error))
    got = f"; got {counts[3]} fields in line {counts[2]} under {counts[1]} names" if counts else ""
    return FileRefusedError(
        f"{path.name} is no table ({type(error).__name__}); expected lines with one header and no more fields than it "
        f"names{got}; quote values that hold the separator, or correct the line"
    )


def encoding_fault(path: Path) -> FileRefusedError | None:
    """Return what to tell of a file that is not UTF-8: what it looks like, and the line where it breaks; else None."""
    content = path.read_bytes()
    if content.startswith(_WIDE) or b"\0" in content[:_HEADER_BYTES]:
        return FileRefusedError(f"{path.name} is no UTF-8 from line 1 on, it looks like UTF-16; save it as UTF-8")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return FileRefusedError(
            f"{path.name} is no UTF-8: it breaks in line {line:,} and looks like Latin-1 (Windows-1252); "
            "save it as UTF-8"
        )
    return None


def separator_fault(path: Path, separator: str) -> FileRefusedError | None:
    """Return what to tell of a file whose header is parted by something else than expected, None if it is not."""
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES).decode("utf-8-sig", errors="replace").lstrip().partition("\n")[0]
    other = max(_SEPARATORS, key=header.count)
    if separator in header or not header.count(other):
        return None
    shown = {"\t": "a tab", ",": "a comma"}.get(other, other)
    way = {"\t": "name it .tsv", ",": "name it .csv"}.get(other, "save it with commas, or with tabs as .tsv")
    return FileRefusedError(
        f"{path.name}: expected {_SEPARATORS[separator]} between columns, but the separator looks like {shown}; {way}"
    )


def repeated(path: Path, ids: pd.Series, name: str) -> FileRefusedError:
    """Return what to tell of a file in which an id stands several times: the lines, and where each stood first."""
    again = np.flatnonzero(ids.duplicated())
    places = again[:_TOLD].tolist()
    firsts = [int(np.flatnonzero(ids == ids.iloc[place])[0]) for place in places]
    unit, numbers = _lines(path, [*places, *firsts])
    pairs = zip(numbers[: len(places)], numbers[len(places) :], strict=True)
    told = ", ".join(f"{unit} {later:,} that of {unit} {earlier:,}" for later, earlier in pairs)
    return FileRefusedError(
        f"{path.name}: {len(again):,} rows repeat a {name} ({told}{', ...' if len(again) > _TOLD else ''}); expected "
        "each once; give each record an id of its own"
    )


def without_id(path: Path, is_blank: pd.Series, name: str) -> FileRefusedError:
    """Return what to tell of a file in which records have no id: the lines."""
    blank = np.flatnonzero(is_blank)
    unit, numbers = _lines(path, blank[:_TOLD].tolist())
    told = ", ".join(f"{number:,}" for number in numbers)
    return FileRefusedError(
        f"{path.name}: {len(blank):,} rows have no {name} ({unit} {told}{', ...' if len(blank) > _TOLD else ''}); "
        "give every record one"
    )


def _lines(path: Path, places: Sequence[int]) -> tuple[str, list[int]]:
    """The line at which each of some rows begins; of a file without lines the number of the row, from 1."""
    if path.suffix.lower() == ".parquet":
        return "row", [place + 1 for place in places]
    separator = "\t" if path.suffix.lower() == ".tsv" else ","
    reader = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=separator, skipinitialspace=True)
    starts, end = [], 0
    for row in reader:  # only where a file is refused
        if any(cell.strip() for cell in row) or len(row) > 1:
            starts.append(end + 1)
        end = reader.line_num
    return "line", [starts[place + 1] for place in places]
