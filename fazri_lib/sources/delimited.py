"""CSV, TSV and plain lines as Arrow batches, with the exact numbers of the rows that have no place in a table."""

from __future__ import annotations

import codecs
import csv
import functools
import io
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from fazri_lib.errors import FileRefusedError
from fazri_lib.sources.rows import CODED, Digests, Reject, Rows, coded, named, positions, setting_aside
from fazri_lib.sources.scan import LINE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed import WriteableBuffer

    from fazri_lib.sources.contract import Contract
    from fazri_lib.sources.scan import LongLine, Scan

_BLOCK = 1 << 22  # about what the cache holds; no unquoted line is longer
_QUOTED_BLOCK = 1 << 24  # a quoted value may run over many lines
_MARK = "\x1a"  # begins the short line that stands for a line too long to be read
_LINES = "\x01"  # no delimiter: a control character that neither JSON nor text may hold


def delimited(scan: Scan, contract: Contract, name: str, *, is_tsv: bool = False) -> Rows:
    """Return the rows of a CSV or TSV file.

    Raises:
        FileRefusedError: a column is missing or there twice, or quotation marks do not match.
    """
    delimiter = contract.delimiter or ("\t" if is_tsv else ",")
    quote = contract.quote if scan.quotes else ""
    if scan.quotes % 2:
        _check_quotes(scan, delimiter, contract.quote, name)
    header, start = _header(scan, delimiter, quote, name)
    places = positions(header, contract, name)
    dictionaries = coded(contract)
    names = [f"h{place}" for place in range(len(header))]
    types = {
        names[place]: CODED if column in dictionaries else pa.string()
        for place, column in zip(places, contract.file_columns, strict=True)
    }
    rows = Rows(contract.file_columns, iter(()))
    parse = pa_csv.ParseOptions(
        delimiter=delimiter,
        quote_char=quote or False,
        newlines_in_values=bool(quote),
        invalid_row_handler=_collector(rows.rejects, len(header)),
    )
    source = _Spliced(scan, start, delimiter * (len(header) + 2))
    rows.batches = _parsed(source, parse, names, types, name)
    return _in_single_lines(rows, contract) if quote else rows


def lines(scan: Scan, name: str) -> Rows:
    """Return the lines of a text file as rows of one column."""
    rows = Rows(("line",), iter(()))
    parse = pa_csv.ParseOptions(
        delimiter=_LINES, quote_char=False, newlines_in_values=False, invalid_row_handler=_collector(rows.rejects, 1)
    )
    source = _Spliced(scan, _text_start(scan), _LINES * 2)
    rows.batches = _parsed(source, parse, ["h0"], {"h0": pa.string()}, name)
    return rows


def _collector(rejects: list[Reject], columns: int) -> Callable[[pa_csv.InvalidRow], str]:
    digests = Digests()

    def collect(row: pa_csv.InvalidRow) -> str:
        if row.text.startswith(_MARK):
            reason = f"the line is over {LINE_LIMIT:,} bytes long"
            reject = Reject(row.number, "line_too_long", reason, digests.of(row.text))
        else:
            reason = f"expected {columns} fields, got {row.actual_columns}"
            reject = Reject(row.number, "ragged_row", reason, digests.of(row.text))
        rejects.append(reject)
        return "skip"

    return collect


def _parsed(
    source: _Spliced, parse: pa_csv.ParseOptions, names: list[str], types: dict[str, pa.DataType], name: str
) -> Iterator[pa.RecordBatch]:
    block = _QUOTED_BLOCK if parse.newlines_in_values else _BLOCK
    read = pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=block)  # row numbers need one thread
    convert = pa_csv.ConvertOptions(
        column_types=types, include_columns=list(types), strings_can_be_null=False, null_values=[], check_utf8=False
    )
    with source, io.BufferedReader(source, 1 << 20) as file:
        if not file.peek(1):
            return
        try:
            for batch in pa_csv.open_csv(file, read, parse, convert):
                yield batch.rename_columns([named(at) for at in range(len(types))])
        except pa.ArrowInvalid as error:
            raise FileRefusedError(
                f"{name}: cannot be split into rows; expected quotation marks that close; "
                "mend the file, or set delimiter and quote in its contract"
            ) from error


def _in_single_lines(rows: Rows, contract: Contract) -> Rows:
    """Put aside rows with a line break in a value other than free text: an unclosed quotation mark swallowed lines."""
    free = {contract.columns[name] for name in ("text", "name") if name in contract.columns}
    checked = [named(at) for at, column in enumerate(rows.columns) if column not in free]

    def broken(batch: pa.RecordBatch) -> pa.Array | None:
        texts = [batch.column(column).cast(pa.string()) for column in checked]
        found = functools.reduce(pc.or_, [pc.match_substring(text, "\n") for text in texts], pa.scalar(value=False))
        if not pc.any(found).as_py():
            return None
        return pc.if_else(found, pc.binary_join_element_wise(*texts, "\x1f"), None)

    return setting_aside(rows, broken, "a quoted value runs over several lines")


def _header(scan: Scan, delimiter: str, quote: str, name: str) -> tuple[list[str], int]:
    """Return the column names and the byte at which the data rows start."""
    start = _text_start(scan)
    if scan.long_lines and scan.long_lines[0].start <= start:
        raise FileRefusedError(
            f"{name}: its header is over {LINE_LIMIT:,} bytes long; expected column names; export it again"
        )
    with scan.path.open("rb") as file:
        file.seek(start)
        head = file.read(2 * LINE_LIMIT).decode(errors="ignore")
    text = io.StringIO(head, newline="")
    try:
        header = next(
            csv.reader(
                text,
                delimiter=delimiter,
                quotechar=quote or None,
                quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
            )
        )
    except csv.Error as error:
        raise FileRefusedError(f"{name}: its header cannot be read; expected column names; export it again") from error
    ends = len(head[: text.tell()].encode())
    return header, start + ends


def _text_start(scan: Scan) -> int:
    """Return the byte of the first character that is no space, line break or byte order mark."""
    with scan.path.open("rb") as file:
        head = file.read(LINE_LIMIT)
    return len(head) - len(head.removeprefix(codecs.BOM_UTF8).lstrip(b" \r\n"))


def _check_quotes(scan: Scan, delimiter: str, quote: str, name: str) -> None:
    """Refuse a file whose quotation marks do not match; a lone mark inside an unquoted value is none."""
    with scan.path.open(newline="", encoding="utf-8") as file:
        records = csv.reader(file, delimiter=delimiter, quotechar=quote, strict=True)
        line = 1
        try:
            for _ in records:
                line = records.line_num + 1
        except csv.Error as error:
            raise FileRefusedError(
                f"{name}: a quotation mark that opens in line {line} does not close; expected marks in pairs; "
                'mend that line, or set quote = "" in its contract'
            ) from error


class _Spliced(io.RawIOBase):
    """A file from one byte on in which a short line, a mark and its digest, stands for each line that is too long."""

    def __init__(self, scan: Scan, start: int, padding: str) -> None:
        super().__init__()
        self._file: io.BufferedReader = scan.path.open("rb")
        self._file.seek(start)
        self._at = start
        self._cuts = [cut for cut in scan.long_lines if cut.start >= start]
        self._padding = padding
        self._pending = b""

    def readable(self) -> bool:
        """It can only be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill the buffer with what comes next."""
        target = memoryview(buffer).cast("B")
        if not self._pending and self._cuts and self._cuts[0].start == self._at:
            self._skip(self._cuts.pop(0))
        if self._pending:
            part, self._pending = self._pending[: len(target)], self._pending[len(target) :]
            target[: len(part)] = part
            return len(part)
        room = min(len(target), self._cuts[0].start - self._at) if self._cuts else len(target)
        size = self._file.readinto(target[:room])
        self._at += size
        return size

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()

    def _skip(self, cut: LongLine) -> None:
        self._pending = f"{_MARK}{cut.digest}{_MARK}{self._padding}".encode()
        self._at = cut.end
        self._file.seek(cut.end)
