import datetime as dt

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from fazri_lib.errors import FileRefusedError

AT = dt.datetime(2025, 9, 13, 10, 0, 30, 250_000)
COLUMNS = {"ts": "at", "zone_id": "place", "id_value": "card"}


@pytest.fixture
def load_parquet(load, tmp_path):
    """Load a Parquet file of these columns."""

    def loading(table, **changes):
        pq.write_table(pa.table(table), tmp_path / "made.parquet")
        return load((tmp_path / "made.parquet").read_bytes(), name="day.parquet", **changes)

    return loading


@pytest.fixture
def load_sheet(load, tmp_path):
    """Load a workbook with these rows on its first sheet."""

    def loading(*rows, **changes):
        with xlsxwriter.Workbook(tmp_path / "made.xlsx", {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
            sheet = book.add_worksheet("Log")
            book.add_worksheet("Other")
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
        return load((tmp_path / "made.xlsx").read_bytes(), name="day.xlsx", **changes)

    return loading


@pytest.mark.parametrize(
    ("kind", "instant"),
    [
        (pa.timestamp("us"), "2025-09-13 04:30:30.250000"),
        (pa.timestamp("ns", "UTC"), "2025-09-13 10:00:30.250000"),
        (pa.timestamp("ms", "Europe/Berlin"), "2025-09-13 10:00:30.250000"),
    ],
)
def test_typed_times(load_parquet, kind, instant):
    """With a zone they are instants, without one campus time; a time that is missing is a missing key."""
    times = pa.array([AT, AT, None], pa.timestamp("us")).cast(pa.timestamp("us", "UTC") if kind.tz else kind).cast(kind)
    found = load_parquet({"at": times, "place": ["LAB"] * 3, "card": ["C1", "C2", "C3"]}, zone="Asia/Kolkata")
    assert found.ts == [instant, instant]
    assert found.observations["ts_resolution_s"].tolist() == [1.0, 1.0]
    assert found.rules == [(3, "missing_key", "at")]


def test_typed_values_become_text(load_parquet):
    """Whole numbers, numbers that became floats, dictionaries, and days."""
    columns = {
        "at": pa.array([dt.date(2025, 9, 13)] * 2),
        "place": pa.array(["LAB", "LAB"]).dictionary_encode(),
        "card": pa.array([17.0, None]),
        "n": pa.array([3, None], pa.int32()),
    }
    found = load_parquet(columns, columns=COLUMNS | {"ref_id": "n"})
    assert set(found.observations["id_value"].fillna("-")) == {"17", "-"}
    assert set(found.observations["ref_id"].fillna("-")) == {"3", "-"}
    assert found.ts == ["2025-09-13 00:00:00"] * 2


def test_times_as_text_or_numbers_in_parquet(load_parquet):
    """They are proven as those of any text file."""
    assert load_parquet({"at": [1757757630], "place": ["LAB"], "card": ["C1"]}).ts == ["2025-09-13 10:00:30"]
    assert load_parquet({"at": ["13/9/2025 10:00"], "place": ["LAB"], "card": ["C1"]}).ts == ["2025-09-13 10:00:00"]


def test_parquet_and_csv_give_the_same_identities(load, load_parquet):
    """The same texts are the same row."""
    one = load_parquet({"at": ["2025-09-13 10:00"], "place": ["LAB"], "card": ["C1"]}).observations
    two = load("card,at,place\nC1,2025-09-13 10:00,LAB\n").observations
    assert one["observation_id"].tolist() == two["observation_id"].tolist()


def test_vectors_in_parquet(load_parquet):
    """Lists of any number type."""
    columns = {"face": ["F1", "F2"], "v": pa.array([[1.0, 2.0], None], pa.list_(pa.float64()))}
    face = {"source": "faces", "kind": "embedding", "columns": {"id_value": "face", "vector": "v"}}
    found = load_parquet(columns, constants={"id_type": "face_id"}, **face)
    assert [list(vector) for vector in found.frames["embeddings"]["vector"]] == [[1.0, 2.0]]
    assert found.rules == [(2, "bad_value", "v")]


def test_wrong_parquet_files(load, load_parquet):
    """Not Parquet at all, a column missing, a column nested."""
    with pytest.raises(FileRefusedError, match=r"day.parquet: is no readable Parquet file"):
        load("card,at,place\n", name="day.parquet")
    with pytest.raises(FileRefusedError, match="has no column card"):
        load_parquet({"at": ["x"], "place": ["LAB"]})
    with pytest.raises(FileRefusedError, match="column card is nested"):
        load_parquet({"at": ["x"], "place": ["LAB"], "card": [{"no": 1}]})


def test_a_workbook(load_sheet):
    """Dates stay times, whole numbers lose their point, empty cells are empty."""
    whole = AT.replace(microsecond=0)
    found = load_sheet(["card", "at", "place"], [17, whole, "LAB"], ["", whole, "GYM"], ["C3", "", "GYM"])
    assert found.observations["ts"].unique().tolist() == [pd.Timestamp(whole)]
    assert set(found.observations["id_value"].fillna("-")) == {"17", "-"}
    assert found.rules == [(3, "missing_key", "at")]


def test_a_workbook_with_times_as_text(load_sheet):
    """And truths, days and fractions in other columns."""
    found = load_sheet(
        ["card", "at", "place", "n"], [True, "13.9.2025 10:00", "LAB", 0.5], [dt.date(2025, 9, 1), AT, "LAB", 2],
        columns=COLUMNS | {"ref_id": "n"},
    )  # fmt: skip
    assert set(found.observations["id_value"]) == {"true", "2025-09-01"}
    assert set(found.observations["ref_id"]) == {"0.5", "2"}


def test_sheets(load_sheet):
    """A named sheet must be there and hold something; a header alone has no rows."""
    with pytest.raises(FileRefusedError, match=r"has no sheet Logg \(did you mean Log\?\)"):
        load_sheet(["card", "at", "place"], sheet="Logg")
    with pytest.raises(FileRefusedError, match="sheet Other is empty"):
        load_sheet(["card", "at", "place"], sheet="Other")
    assert load_sheet(["card", "at", "place"], sheet="Log").rows_read == 0


def test_what_is_no_workbook(load):
    """Is refused."""
    with pytest.raises(FileRefusedError, match="is no readable workbook"):
        load("card,at,place\n", name="day.xlsx")
