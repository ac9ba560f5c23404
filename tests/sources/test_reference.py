import datetime as dt

import pyarrow as pa
import pytest

from fazri_lib import settings
from fazri_lib.errors import FileRefusedError, SettingsError
from fazri_lib.schema import EXTRACT_TABLES
from fazri_lib.settings import shipped
from fazri_lib.sources import read_reference
from fazri_lib.sources.reference_import import replace_reference
from fazri_lib.sources.rows import Rows

ZONES = "zone_id,name,capacity,opens,closes,closed_weekdays,access,allowed_roles,latitude\n"
LAB = 'LAB,The lab,30,08:00,24:00,"sat, sun",public,"student , staff",-1.5\n'


@pytest.fixture
def home(tmp_path):
    """A campus folder with two zones."""
    (tmp_path / "fazri.toml").write_text('time_zone = "UTC"\n')
    (tmp_path / "zones.csv").write_text(ZONES + LAB + "GYM,,,,,,,,\n")
    return tmp_path


def read(home):
    """Its reference."""
    return read_reference(home, settings.load(home))


def test_zones_in_the_schemas_columns(home):
    """What is not said is empty, or the default of the policy; lists lose their spaces."""
    zones = read(home).zones
    table = EXTRACT_TABLES["zones"].arrow(zones).to_pylist()
    assert list(zones.columns) == list(EXTRACT_TABLES["zones"].column_names)
    assert table[0]["closed_weekdays"] == "sat,sun"
    assert table[0]["allowed_roles"] == "student,staff"
    assert (table[0]["capacity"], table[0]["closes"], table[0]["latitude"]) == (30, "24:00", -1.5)
    assert table[1]["name"] == "GYM"
    assert (table[1]["access"], table[1]["security"], table[1]["off_hours_severity"]) == ("public", "medium", "high")
    assert (table[1]["opens"], table[1]["capacity"], table[1]["building"]) == (None, None, None)


def test_other_files_may_be_absent(home):
    """Their tables are empty then, in the right types."""
    found = read(home)
    for name in ("zone_walks", "access_points", "calendar"):
        assert EXTRACT_TABLES[name].arrow(getattr(found, name)).num_rows == 0


def test_walks_go_both_ways(home):
    """The way back is as long unless it is listed."""
    (home / "zone_walks.csv").write_text("zone_id,other_zone_id,distance_m\nLAB,GYM,100\n")
    assert read(home).zone_walks.to_numpy().tolist() == [["GYM", "LAB", 100.0], ["LAB", "GYM", 100.0]]
    (home / "zone_walks.csv").write_text("zone_id,other_zone_id,distance_m\nLAB,GYM,100\nGYM,LAB,120\n")
    assert read(home).zone_walks["distance_m"].tolist() == [120.0, 100.0]


def test_days_and_their_flags(home):
    """Yes, true and 1 are true, all else that is allowed is false."""
    (home / "calendar.csv").write_text("local_date,is_holiday,is_term\n2025-09-01,yes,0\n2025-09-02,,TRUE\n")
    assert read(home).calendar.to_numpy().tolist() == [
        [dt.date(2025, 9, 1), True, False, False],
        [dt.date(2025, 9, 2), False, True, False],
    ]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("zones.csv", ZONES.replace("opens", "open") + LAB, "unknown or repeated column open (did you mean opens?)"),
        ("zones.csv", ZONES.replace("opens", "closes") + LAB, "unknown or repeated column closes"),
        ("zones.csv", "name\nLab\n", "has no column zone_id"),
        ("zones.csv", ZONES + LAB + LAB, "row 2: column zone_id; expected each only once, got 'LAB'"),
        ("zones.csv", ZONES + LAB.replace("LAB", ""), "row 1: column zone_id; expected a value, got none"),
        ("zones.csv", ZONES + LAB.replace("08:00", "8"), "row 1: column opens; expected hh:mm, got '8'"),
        ("zones.csv", ZONES + LAB.replace("08:00", ""), "row 1: column opens; expected a time, as the other"),
        ("zones.csv", ZONES + LAB.replace("sat, sun", "sat, son"), "column closed_weekdays; expected some of mon,tue"),
        ("zones.csv", ZONES + LAB.replace("30", "-30"), "column capacity; expected a number, not negative, got '-30'"),
        ("zones.csv", ZONES + LAB.replace("30", "3.5"), "column capacity; expected a number"),
        ("zones.csv", ZONES + LAB.replace("-1.5", "north"), "column latitude; expected a number"),
        ("zones.csv", ZONES + LAB.replace("public", "open"), "column access; expected one of public, booking"),
        ("zones.csv", ZONES + "LAB,x\n", "row 1: expected 9 fields, got 2"),
        ("zones.csv", "", "is no CSV file with a header"),
        (
            "access_points.csv",
            "sensor_id,zone_id\nA,LIB\n",
            "column zone_id; expected a zone of the zones file, got 'LIB'",
        ),
        ("zone_walks.csv", "zone_id,other_zone_id,distance_m\nLAB,GYM,far\n", "column distance_m; expected metres"),
        ("calendar.csv", "local_date\n1.9.2025\n", "column local_date; expected a day as 2025-09-01"),
        ("calendar.csv", "local_date,is_term\n2025-09-01,maybe\n", "column is_term; expected true or false"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(home, name, text, says):
    """It names the file, the row, the column, what was expected and what stands there."""
    (home / name).write_text(text)
    with pytest.raises(SettingsError) as error:
        read(home)
    assert says in str(error.value)
    assert str(error.value).startswith(name)
    assert "\n" not in str(error.value)


def test_zones_must_be_there(home):
    """Nothing can be placed without them."""
    (home / "zones.csv").unlink()
    with pytest.raises(SettingsError, match=r"zones\.csv cannot be read: No such file"):
        read(home)


def test_the_challenge_campus():
    """Twelve zones, 38 access points, four walks in both directions, no days."""
    folder = shipped("data", "contracts", "challenge")
    found = read(folder)
    assert [len(frame) for frame in (found.zones, found.access_points, found.zone_walks, found.calendar)] == [
        12,
        38,
        8,
        0,
    ]
    zones = found.zones.set_index("zone_id")
    assert zones.loc["LAB_305", ["allowed_departments", "off_hours_severity"]].tolist() == [
        "ECE,EEE,Physics",
        "critical",
    ]
    assert zones.loc["HOSTEL_GATE", ["opens", "closes", "off_hours_severity"]].tolist() == ["05:00", "23:00", "medium"]


@pytest.fixture
def replace(home, contract):
    """Replace a reference file by rows of a source."""

    def replacing(table, columns, rows, **changes):
        names = list(columns.values())
        changed = {
            "kind": "reference",
            "source": "places",
            "table": table,
            "columns": columns,
            "constants": {},
        } | changes
        found = contract(**changed)
        texts = {f"c{at}": [row[names.index(name)] for row in rows] for at, name in enumerate(found.file_columns)}
        batches = iter([pa.record_batch(texts)] if rows else [])
        (home / "scratch").mkdir(exist_ok=True)
        return replace_reference(home, settings.load(home), found, Rows(found.file_columns, batches), home / "scratch")

    return replacing


def test_a_source_replaces_a_reference_file(home, replace):
    """Columns renamed, values translated, days without their time."""
    columns = {"zone_id": "code", "security": "risk"}
    assert replace("zones", columns, [(" LAB", "hi"), ("HALL", "low")], values={"security": {"hi": "high"}}) == 2
    assert read(home).zones["security"].tolist() == ["high", "low"]
    assert replace("calendar", {"local_date": "day"}, [("2025-09-01 00:00:00",)]) == 1
    assert read(home).calendar["local_date"].tolist() == [dt.date(2025, 9, 1)]


def test_files_that_would_not_fit_together_stay_as_they_are(home, replace):
    """An access point would lose its zone."""
    (home / "access_points.csv").write_text("sensor_id,zone_id\nA,GYM\n")
    with pytest.raises(FileRefusedError, match=r"would replace zones.csv: access_points.csv row 1: column zone_id"):
        replace("zones", {"zone_id": "code"}, [("LAB",)])
    assert len(read(home).zones) == 2


def test_an_empty_source_empties_a_table(home, replace):
    """Of walks, for instance."""
    (home / "zone_walks.csv").write_text("zone_id,other_zone_id,distance_m\nLAB,GYM,100\n")
    columns = {"zone_id": "a", "other_zone_id": "b", "distance_m": "m"}
    assert replace("zone_walks", columns, []) == 0
    assert len(read(home).zone_walks) == 0
