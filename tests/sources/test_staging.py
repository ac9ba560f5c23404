import numpy as np
import pyarrow as pa
import pytest

from fazri_lib.errors import FileRefusedError
from fazri_lib.sources.identity import seed_of
from fazri_lib.sources.rows import CODED, INSTANT, TIMESTAMP, Rows
from fazri_lib.sources.staging import _Stream, staging


def batch(**columns):
    """A batch of these columns."""
    return pa.record_batch(columns)


def stream(*batches, coded):
    """The stream of these batches."""
    return _Stream(Rows(tuple(batches[0].schema.names), iter(batches[1:])), seed_of("swipes"), coded)


def test_a_stream_adds_numbers_identities_and_codes():
    """Codes are the same in every batch; equal rows have equal identities, coded or not."""
    first = batch(c0=pa.array(["a", "b", "a"]).dictionary_encode(), c1=pa.array(["x", "x", "x"]))
    second = batch(c0=pa.array(["b"]).dictionary_encode(), c1=pa.array(["x"]))
    coded = stream(first, second, coded={"c0": True, "c1": False})
    schema = coded.schema(first)
    assert schema.names == ["row", "identity", "c0", "c1"]
    table = pa.Table.from_batches(coded.batches(first, schema))
    assert table["row"].to_pylist() == [1, 2, 3, 4]
    identities = table["identity"].to_pylist()
    assert identities[0] == identities[2]
    assert identities[1] == identities[3]
    assert table["c0"].to_pylist()[1] == table["c0"].to_pylist()[3]
    assert [set(words["word"].to_pylist()) for words in coded.words["c0"]] == [{"a", "b"}, {"b"}]
    plain = stream(first, second, coded={"c0": False, "c1": False})
    table = pa.Table.from_batches(plain.batches(first, plain.schema(first)))
    assert table["c0"].to_pylist() == ["a", "b", "a", "b"]
    assert table["identity"].to_pylist() == identities
    assert np.concatenate(plain.identities).tolist() == identities


def test_a_stream_drops_zones_of_instants():
    """They are UTC; staged tables have no zones."""
    first = batch(c0=pa.array([1], pa.int64()).cast(INSTANT))
    plain = stream(first, coded={"c0": False})
    assert plain.schema(first).field("c0").type == TIMESTAMP
    assert len(list(plain.batches(first, plain.schema(first)))) == 1


def test_a_fault_in_the_middle_of_a_stream_is_kept(backend, contract):
    """DuckDB would hide what it says."""

    def batches():
        yield batch(c0=["C1"], c1=["2025-09-01 10:00"], c2=["LAB"])
        raise FileRefusedError("day.csv: the rest is missing")

    read = lambda: Rows(("card", "at", "place"), batches())  # noqa: E731 - reads from the start each time
    with pytest.raises(FileRefusedError, match="the rest is missing"), staging(backend, read, contract(), "day.csv"):
        pass
    left = backend.con.execute("from duckdb_tables() where temporary").fetchall()
    assert left == []


def test_dictionaries_are_text_to_everybody_else(backend, contract):
    """Staged tables hold codes; their words are beside them."""
    rows = batch(
        c0=pa.array(["C1", "C1"]).cast(CODED), c1=["2025-09-01 10:00"] * 2, c2=pa.array(["LAB", "GYM"]).cast(CODED)
    )
    with staging(backend, lambda: Rows(("card", "at", "place"), iter([rows])), contract(), "day.csv") as staged:
        assert (staged.count, sorted(staged.words)) == (2, ["card", "place"])
        assert str(staged.facts["c1"].first) == "2025-09-01 10:00:00"
        assert staged.later is None
        assert staged.number(2) == 2
