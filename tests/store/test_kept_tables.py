"""What a run keeps for the next: read back whole or not at all."""

import pyarrow as pa
import pytest

from fazri_lib.store import keep_tables, kept_tables

ONE = {"a": pa.table({"x": [1, 2, 3]}), "b": pa.table({"y": ["p", None]})}


def test_what_was_kept_comes_back(tmp_path):
    """Tables and note, and nothing of what was kept before."""
    keep_tables(tmp_path / "kept", ONE, {"digests": ["1"]})
    keep_tables(tmp_path / "kept", {**ONE, "a": pa.table({"x": [9]})}, {"digests": ["2"]})
    tables, note = kept_tables(tmp_path / "kept", ["a", "b"])
    assert (tables["a"].to_pydict(), tables["b"].to_pydict()) == ({"x": [9]}, {"y": ["p", None]})
    assert note == {"digests": ["2"]}
    assert len(list((tmp_path / "kept").iterdir())) == 3


@pytest.mark.parametrize(
    "harm", ["no folder", "no note", "torn note", "no file", "torn file", "another file", "no table"]
)
def test_what_is_not_whole_is_not_read(tmp_path, harm):
    """Whatever is missing or changed: nothing is read, and nothing raised."""
    folder = tmp_path / "kept"
    if harm != "no folder":
        keep_tables(folder, ONE, {})
        note, file = folder / "kept.json", next(folder.glob("a-*.arrow"))
        if harm == "no note":
            note.unlink()
        if harm == "torn note":
            note.write_text(note.read_text()[:20])
        if harm == "no file":
            file.unlink()
        if harm == "torn file":
            file.write_bytes(file.read_bytes()[:-30])
        if harm == "another file":
            file.write_bytes(next(folder.glob("b-*.arrow")).read_bytes())
    assert kept_tables(folder, ["a", "b", "c"] if harm == "no table" else ["a", "b"]) is None
