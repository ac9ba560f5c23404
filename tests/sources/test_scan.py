import pytest
from hypothesis import given
from hypothesis import strategies as st

from fazri_lib.errors import FileRefusedError
from fazri_lib.sources import scan as scanning
from fazri_lib.sources.scan import as_utf8, digest_of, scan


@pytest.fixture
def file(tmp_path):
    """Write bytes to a file."""

    def write(content):
        path = tmp_path / "x.csv"
        path.write_bytes(content)
        return path

    return write


@given(
    lines=st.lists(st.integers(0, 40).map(lambda size: b"x" * size), min_size=1, max_size=12).filter(any),
    block=st.integers(7, 64),
    is_ended=st.booleans(),
)
def test_long_lines_are_found_wherever_blocks_end(tmp_path_factory, lines, block, is_ended):
    """The found ranges are the lines over the limit, whatever the size of the blocks."""
    content = b"\n".join(lines) + (b"\n" if is_ended else b"")
    path = tmp_path_factory.mktemp("scan") / "x.csv"
    path.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanning, "BLOCK", block)
        found = scan(path, "x", limit=10).long_lines
    assert [content[line.start : line.end] for line in found] == [line for line in lines if len(line) > 10]


@pytest.mark.parametrize("content", [b"", b"\n \r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_nothing_but_space_is_empty(file, content):
    """A byte order mark and line breaks are nothing."""
    with pytest.raises(FileRefusedError, match="day: is empty"):
        scan(file(content), "day")


def test_zero_bytes_are_binary(file):
    """No text holds them."""
    with pytest.raises(FileRefusedError, match="day: is binary"):
        scan(file(b"a,b\n1,\0\n"), "day")


@pytest.mark.parametrize("content", [b"a\nM\xfcller\n", b"a\nM\xc3", "aé".encode()[:-1] + b"a"])
def test_other_encodings_are_refused(file, content):
    """Bytes that are not UTF-8 name the setting that decides."""
    with pytest.raises(FileRefusedError, match="is not utf-8 text; set `encoding`"):
        scan(file(content), "day")


def test_letters_cut_by_a_block_are_whole(file, monkeypatch):
    """A character of several bytes may lie across two blocks."""
    monkeypatch.setattr(scanning, "BLOCK", 3)
    assert scan(file("aaéééa\n".encode()), "day").newline == b"\n"


def test_another_encoding_is_turned_into_utf8(file, tmp_path):
    """By contract; a wrong one is refused."""
    path = file("né\n".encode("utf-16"))
    copy = as_utf8(path, "utf-16", tmp_path)
    assert copy.read_text(encoding="utf-8") == "né\n"
    assert as_utf8(path, "UTF8", tmp_path) == path
    with pytest.raises(FileRefusedError, match="is not ascii text"):
        as_utf8(file(b"\xff"), "ascii", tmp_path)


def test_old_line_breaks(file):
    """Carriage returns alone end lines as well."""
    assert scan(file(b"a\rbb\r"), "day", limit=1).newline == b"\r"
    assert len(scan(file(b"a\rbb\r"), "day", limit=1).long_lines) == 1


@pytest.mark.parametrize("content", [b'a\n"x\n' + b"y" * 20 + b'\n"\n', b'a\n"' + b"y" * 20 + b'\n"\n'])
def test_a_long_line_inside_quotation_marks(file, content):
    """It cannot be told where its row ends."""
    with pytest.raises(FileRefusedError, match="lies inside quotation marks"):
        scan(file(content), "day", limit=10)
    assert len(scan(file(content), "day", quote="", limit=10).long_lines) == 1


def test_quotation_marks_are_counted(file):
    """Before and beside long lines, which may hold pairs of them."""
    found = scan(file(b'a\n"b"\n"' + b"y" * 20 + b'"\n'), "day", limit=10)
    assert (found.quotes, len(found.long_lines)) == (4, 1)


def test_digest(file):
    """SHA-256 of the bytes."""
    assert digest_of(file(b"abc")).startswith("ba7816bf8f01cfea")  # pragma: allowlist secret
