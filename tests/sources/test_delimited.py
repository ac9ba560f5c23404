import numpy as np
import pytest

from fazri_lib.errors import FileRefusedError
from fazri_lib.sources.delimited import _Spliced, delimited, lines
from fazri_lib.sources.scan import scan


@pytest.fixture
def read(tmp_path, contract):
    """Read a CSV file; returns its rows, and their values."""

    def reading(content, **changes):
        path = tmp_path / "day.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        rows = delimited(scan(path, "day.csv"), contract(**changes), "day.csv")
        values = [tuple(row.values()) for batch in rows.batches for row in batch.to_pylist()]
        return rows, values

    return reading


def test_columns_are_read_in_the_contracts_order(read):
    """Identity needs one order: card, at, place; other columns are left out."""
    rows, values = read("x,at,place,card\n1,T1,LAB,C1\n2,T2,GYM,\n")
    assert rows.columns == ("card", "at", "place")
    assert values == [("C1", "T1", "LAB"), ("", "T2", "GYM")]
    assert rows.rejects == []


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfcard,at,place\r\nC1,T1,LAB\r\n",
        b"\n\n card ,at,place\nC1,T1,LAB",
        b"card,at,place\rC1,T1,LAB\r",
        b'"card","at","place"\n"C1","T1","LAB"\n',
        b"card,at,place\n\nC1,T1,LAB\n\n",
    ],
)
def test_byte_order_marks_line_breaks_and_quotes_do_not_matter(read, content):
    """All of these are the same row."""
    assert read(content)[1] == [("C1", "T1", "LAB")]


def test_names_with_spaces_and_parentheses(read):
    """They are names as any other, also over two lines."""
    columns = {"ts": "at (local)", "zone_id": "place, or\nroom", "id_value": "card"}
    _, values = read('card,at (local),"place, or\nroom"\nC1,T1,LAB\n', columns=columns)
    assert values == [("C1", "T1", "LAB")]


def test_ragged_rows_keep_their_numbers(read):
    """Rows with too few or too many fields are named by their number; the others keep theirs."""
    rows, values = read("card,at,place\nC1,T1,LAB\nC2\nC3,T3,LAB\nC4,T4,LAB,x\nC2\nC6,T6,LAB\n")
    assert [(reject.row_number, reject.rule, reject.reason) for reject in rows.rejects] == [
        (2, "ragged_row", "expected 3 fields, got 1"),
        (4, "ragged_row", "expected 3 fields, got 4"),
        (5, "ragged_row", "expected 3 fields, got 1"),
    ]
    assert len({reject.digest for reject in rows.rejects}) == 3
    assert [card for card, *_ in values] == ["C1", "C3", "C6"]
    assert rows.numbers(np.array([1, 2, 3])).tolist() == [1, 3, 6]


def test_a_long_line_is_one_reject(read):
    """It is skipped, whatever it holds, and the rows after it keep their numbers."""
    content = "card,at,place\nC1,T1,LAB\nC2," + "x," * 3_000_000 + "\nC3,T3,LAB\n" + "y" * 2_000_000
    rows, values = read(content)
    assert [(reject.row_number, reject.rule) for reject in rows.rejects] == [(2, "line_too_long"), (4, "line_too_long")]
    assert [card for card, *_ in values] == ["C1", "C3"]
    assert rows.numbers(np.array([2])).tolist() == [3]


def test_a_header_alone(read):
    """It is a file without rows."""
    assert read("card,at,place\n")[1] == []
    assert read("card,at,place")[1] == []


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("at,place", "day.csv: has no column card;"),
        ("Card,at,place", "day.csv: has no column card (did you mean Card?); expected it by contracts/swipes.toml"),
        ("card,card,at,place", "day.csv: the header has column card 2 times"),
        ("x" * 2_000_000, "day.csv: its header is over 1,000,000 bytes long"),
        ("card;at;place", "day.csv: has no column card"),
        ("x" * 200_000, "day.csv: its header cannot be read"),
    ],
)
def test_a_wrong_header_refuses_the_file(read, header, says):
    """It names the column, never all that stands there: that may be a row of data."""
    with pytest.raises(FileRefusedError) as error:
        read(f"{header}\nC1,T1,LAB\n")
    assert str(error.value).startswith(says)


def test_a_column_may_stand_twice_when_nobody_reads_it(read):
    """Only mapped columns must be told apart."""
    assert read("x,card,x,at,place\n1,C1,2,T1,LAB\n")[1] == [("C1", "T1", "LAB")]


def test_other_delimiters_and_no_quotes(read):
    """By contract; a mark inside a value is text then."""
    _, values = read('card;at;place\n"C1;T1;LA"B\n', delimiter=";", quote="")
    assert values == [('"C1', "T1", 'LA"B')]


def test_free_text_may_run_over_lines_and_other_values_not(read):
    """A line break elsewhere means that an unclosed mark swallowed lines: that row is put aside."""
    columns = {"ts": "at", "text": "said"}
    rows, values = read(
        'at,said\nT1,"two\nlines"\nx\n"T2\nT3",oh\nT4,yes\n', kind="note", columns=columns, constants={}
    )
    assert values == [("two\nlines", "T1"), ("yes", "T4")]
    assert [(reject.row_number, reject.rule) for reject in rows.rejects] == [(2, "ragged_row"), (3, "ragged_row")]
    assert rows.numbers(np.array([1, 2])).tolist() == [1, 4]


@pytest.mark.parametrize(
    "content", ['card,at,place\nC1,T1,LAB\nC2,T2,"LAB\nC3,T3,LAB\n', 'card,at,place\n"C1"x,T1,"L\n']
)
def test_an_unclosed_quotation_mark_refuses_the_file(read, content):
    """It would swallow the rest; its line is named."""
    with pytest.raises(FileRefusedError, match=r"a quotation mark that opens in line [23] does not close"):
        read(content)


def test_a_lone_mark_inside_a_value_is_text(read):
    """Five inches are no quotation."""
    assert read('card,at,place\nC1,T1,5"LAB\n')[1] == [("C1", "T1", '5"LAB')]


def test_marks_that_match_and_still_swallow_everything(read):
    """A quoted value longer than any block cannot be split."""
    content = 'card,at,place\nC1,T1,"' + "LAB\n" * 9_000_000 + '"\n'
    with pytest.raises(FileRefusedError, match="cannot be split into rows"):
        read(content)


def test_plain_lines(tmp_path):
    """A file can be read as lines of one column; control characters reject a line."""
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"one, two\n\x01\nthree\n" + b"x" * 2_000_000)
    rows = lines(scan(path, "x", quote=""), "x")
    texts = [text for batch in rows.batches for text in batch.column("c0").to_pylist()]
    assert texts == ["one, two", "three"]
    assert [(reject.row_number, reject.rule) for reject in rows.rejects] == [(2, "ragged_row"), (4, "line_too_long")]


def test_the_stream_of_a_file_with_a_long_line(tmp_path):
    """A mark with the line's digest and as many delimiters as no row has stands in its place."""
    path = tmp_path / "day.csv"
    path.write_bytes(b"h\nab\n" + b"x" * 30 + b"\ncd\n")
    found = scan(path, "day.csv", limit=10)
    stream = _Spliced(found, 2, ",,,")
    assert stream.readable()
    with stream:
        text = b"".join(iter(lambda: stream.read(7), b""))
    assert text == f"ab\n\x1a{found.long_lines[0].digest}\x1a,,,\ncd\n".encode()
    assert stream.closed
