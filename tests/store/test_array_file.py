"""Named arrays in one file, read where they lie."""

from __future__ import annotations

import numpy as np
import pytest

from fazri_lib.store.array_file import open_arrays, write_arrays

ARRAYS = {
    "numbers": np.array([3, 1, 2], dtype=np.int64),
    "empty": np.zeros(0, dtype=np.float32),
    "letters": np.frombuffer(b"meh", dtype=np.uint8),
    "every other": np.arange(6, dtype=np.int32)[::2],
}


def test_arrays_come_back_as_they_were(tmp_path):
    """Names, types, values; also of a view with gaps. Nobody can change what others read."""
    write_arrays(tmp_path / "a.arrow", ARRAYS)
    found = open_arrays(tmp_path / "a.arrow")
    assert list(found) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert found[name].dtype == array.dtype
        assert found[name].tolist() == array.tolist()
    with pytest.raises(ValueError, match="read-only"):
        found["numbers"][0] = 9


def test_an_open_file_stays_as_it_was_when_it_is_replaced_or_removed(tmp_path):
    """Readers hold the file, not its name; a new one is there at once or not at all."""
    path = tmp_path / "a.arrow"
    write_arrays(path, ARRAYS)
    before = open_arrays(path)
    write_arrays(path, {"numbers": np.zeros(3, dtype=np.int64)})
    after = open_arrays(path)
    path.unlink()
    assert (before["numbers"].tolist(), after["numbers"].tolist()) == ([3, 1, 2], [0, 0, 0])
    assert not list(tmp_path.iterdir())


def test_what_is_no_such_file_is_said(tmp_path):
    """Missing, empty, cut off."""
    with pytest.raises(FileNotFoundError):
        open_arrays(tmp_path / "a.arrow")
    write_arrays(tmp_path / "a.arrow", ARRAYS)
    whole = (tmp_path / "a.arrow").read_bytes()
    for cut in (0, 7, len(whole) // 2, len(whole) - 3):
        (tmp_path / "a.arrow").write_bytes(whole[:cut])
        with pytest.raises(OSError, match=r"a\.arrow|empty"):
            open_arrays(tmp_path / "a.arrow")
