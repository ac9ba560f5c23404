"""Exports: what was known at a moment, in a file that other programs read."""

import csv
import datetime as dt

import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from fazri_lib.errors import FazriError, NotPublishedError, UnknownNameError
from fazri_lib.schema import EXTRACT_TABLES
from fazri_lib.settings import Settings
from fazri_lib.store import Manifest, Publisher, open_duckdb
from fazri_lib.workflows import export as exporting
from fazri_lib.workflows.export import export

NOON = dt.datetime(2026, 3, 28, 12)
HOUR = dt.timedelta(hours=1)
BIG = 2**60 + 1
FINDING = {
    "finding_id": BIG,
    "detector": "off_hours",
    "zone_id": "LAB",
    "started_at": NOON - HOUR,
    "severity": "high",
    "score": 0.5,
    "reason": '=1+1, said "so"',
    "evidence": [1, BIG],
    "action": "Look.",
    "known_at": NOON - HOUR,
}


@pytest.fixture
def home(tmp_path):
    """A campus with one finding known at 11:00 and another at 12:00, published as of 12:00."""
    later = FINDING | {"finding_id": 7, "started_at": NOON, "known_at": NOON, "zone_id": "GYM"}
    contract = EXTRACT_TABLES["findings"]
    rows = ibis.memtable(contract.arrow(pd.DataFrame([FINDING, later])), schema=contract.ibis_schema)
    publisher, backend = Publisher(tmp_path / "state", 1), open_duckdb()
    month = publisher.write("2026-03", "a" * 16, {"findings": rows}, backend)
    rest = publisher.write("rest", "b" * 16, {}, backend)
    publisher.publish(
        Manifest(
            run_id="r",
            made_at=NOON,
            as_of=NOON,
            time_zone="UTC",
            code_version="1",
            months={"2026-03": month},
            rest=rest,
        )
    )
    backend.disconnect()
    return tmp_path


@pytest.fixture
def exported(home, tmp_path):
    """Export the findings to a file of the given ending."""

    def exported(ending, **options):
        out = tmp_path / f"out.{ending}"
        export(home, Settings(), "findings", out, **options)
        return out

    return exported


def test_csv(exported):
    """Instants end in Z, lists are joined, 64-bit ids keep all digits, quotes survive, internal columns stay out."""
    with exported("csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["finding_id"] for row in rows] == [str(BIG), "7"]
    assert rows[0]["started_at"] == "2026-03-28T11:00:00Z"
    assert rows[0]["evidence"] == f"1;{BIG}"
    assert rows[0]["reason"] == FINDING["reason"]
    assert "superseded_at" not in rows[0]


def test_parquet_is_typed(exported):
    """Instants carry their zone, lists stay lists."""
    table = pq.read_table(exported("parquet"))
    assert table.schema.field("started_at").type == pa.timestamp("us", "UTC")
    assert table.column("evidence").to_pylist()[0] == [1, BIG]


def test_xlsx_shows_text_not_formulas(exported):
    """A reason that looks like a formula is text; ids beyond a float's digits are text too."""
    rows = CalamineWorkbook.from_path(exported("xlsx")).get_sheet_by_index(0).to_python()
    row = dict(zip(rows[0], rows[1], strict=True))
    assert (row["reason"], row["finding_id"], row["score"]) == (FINDING["reason"], str(BIG), 0.5)


def test_only_what_was_known_then(exported):
    """As of 11:30 the later finding is not there."""
    assert len(pq.read_table(exported("parquet", as_of=NOON - HOUR / 2))) == 1


def test_where_chooses_rows(exported):
    """A column and a value choose rows, numbers as they are written."""
    assert pq.read_table(exported("parquet", where={"zone_id": "GYM"})).column("finding_id").to_pylist() == [7]
    assert len(pq.read_table(exported("parquet", where={"finding_id": str(BIG)}))) == 1


@pytest.mark.parametrize(
    ("table", "name", "options", "error", "words"),
    [
        ("findings", "out.txt", {}, FazriError, r"\.csv"),
        ("findings", "no/such/out.csv", {}, FazriError, "folder"),
        ("finding", "out.csv", {}, UnknownNameError, "did you mean findings"),
        ("findings", "out.csv", {"where": {"zone": "LAB"}}, UnknownNameError, "did you mean zone_id"),
        ("findings", "out.csv", {"as_of": NOON + HOUR}, NotPublishedError, "later than the extract"),
    ],
)
def test_what_cannot_be_exported_is_said(home, tmp_path, table, name, options, error, words):
    """Each mistake gives one line that says what to do, and no file."""
    with pytest.raises(error, match=words):
        export(home, Settings(), table, tmp_path / name, **options)
    assert not (tmp_path / name).exists()


def test_too_many_rows_for_a_worksheet(exported, monkeypatch):
    """More rows than a worksheet holds are refused, naming the other ways."""
    monkeypatch.setattr(exporting, "_XLSX_ROWS", 1)
    with pytest.raises(FazriError, match="--where"):
        exported("xlsx")


def test_fractions_of_seconds_are_kept(tmp_path):
    """A column with fractions writes them, one without does not."""
    table = pa.table({"ts": pa.array([NOON + dt.timedelta(milliseconds=250)], pa.timestamp("us", "UTC"))})
    exporting._write_csv(table, tmp_path / "x.csv")
    assert "2026-03-28T12:00:00.250000Z" in (tmp_path / "x.csv").read_text()
