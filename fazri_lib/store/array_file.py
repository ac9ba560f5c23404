"""Named arrays in one Arrow file, mapped into memory: opened in a millisecond, read where they lie.

Each array is a list in a column of its own, in one row. A file is written under a temporary name, synced and renamed;
readers who have it open keep it when its name is removed.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SUFFIX = ".arrow"


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write one-dimensional arrays of numbers; afterwards the file is on the disk and complete.

    Args:
        path: of the file; what was there before is replaced at once.
        arrays: by name.
    """
    columns = [_as_row(array) for array in arrays.values()]
    batch = pa.RecordBatch.from_arrays(columns, names=list(arrays))
    temporary = path.with_name(f"{path.name}.building")
    with pa.OSFile(str(temporary), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)
    with temporary.open("rb") as written:
        os.fsync(written.fileno())
    temporary.replace(path)


def open_arrays(path: Path) -> dict[str, np.ndarray]:
    """Return the arrays of a file, read-only.

    Raises:
        FileNotFoundError: it is not there.
        OSError: it is none of `write_arrays`, or is cut off.
    """
    try:
        with pa.memory_map(str(path)) as source:
            batch = pa.ipc.open_file(source).get_batch(0)
    except pa.ArrowInvalid as error:
        raise OSError(f"{path.name}: expected a file of arrays, got {type(error).__name__}") from error
    return {
        name: column.values.to_numpy(zero_copy_only=True)
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    }


def _as_row(array: np.ndarray) -> pa.LargeListArray:
    values = pa.array(np.ascontiguousarray(array))
    return pa.LargeListArray.from_arrays(pa.array([0, len(values)], pa.int64()), values)
