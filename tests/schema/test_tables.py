"""The schema: every column once, every table typed, frames brought into form."""

import pandas as pd
import pyarrow as pa
import pytest

from fazri_lib.errors import UnknownNameError
from fazri_lib.schema import COLUMNS, EXTRACT_TABLES, LAKE_TABLES, extract_table

TABLES = {**{f"lake.{name}": table for name, table in LAKE_TABLES.items()}, **EXTRACT_TABLES}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_made_of_known_columns(name):
    """Its columns are defined, its required and sorting columns are among them, no column comes twice."""
    table = TABLES[name]
    names = table.column_names
    assert len(set(names)) == len(names)
    assert set(names) <= set(COLUMNS)
    assert set(table.required) | set(table.order) | set(table.not_personal) <= set(names)
    assert table.empty().schema.names == list(names)


def test_every_column_is_used_and_described():
    """No definition is left over, each says what it means."""
    used = {name for table in TABLES.values() for name in table.column_names}
    assert used == set(COLUMNS)
    assert all(column.meaning for column in COLUMNS.values())


def test_timestamps_have_no_zone_and_say_which_they_are_in():
    """Instants are UTC, wall-clock times campus time; both stored without a zone."""
    stamps = [column for column in COLUMNS.values() if column.type == "timestamp"]
    assert {column.unit for column in stamps} == {"UTC", "campus time"}
    assert all((column.unit == "campus time") == column.name.startswith("local_") for column in stamps)


def test_personal_columns_by_table():
    """A person's name is personal, a zone's is not."""
    assert "name" in EXTRACT_TABLES["person"].personal
    assert EXTRACT_TABLES["zones"].personal == ()


def test_frames_get_types_order_and_missing_columns():
    """Columns in any order, some missing, some without values, come out as the contract says."""
    frame = pd.DataFrame({"sensor_id": [None, None], "zone_id": ["A", "B"]})
    table = EXTRACT_TABLES["access_points"].arrow(frame)
    assert table.schema == pa.schema([("sensor_id", pa.string()), ("zone_id", pa.string())])
    assert table.column("sensor_id").null_count == 2
    assert EXTRACT_TABLES["zones"].arrow(frame).column("capacity").type == pa.int64()


def test_an_unknown_table_names_the_nearest():
    """A misspelt table is refused with the right name."""
    with pytest.raises(UnknownNameError, match="did you mean stays"):
        extract_table("stay")
