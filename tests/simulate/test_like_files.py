"""Rows written by a contract are what the contract reads."""

from __future__ import annotations

import datetime as dt
import tomllib

import numpy as np
import pytest

from fazri_lib.errors import ContractError
from fazri_lib.settings import load
from fazri_lib.sources.contract import Contract
from fazri_lib.sources.likeness import copy_texts, fresh
from fazri_lib.sources.likeness.clock import NEVER_S, format_for, texts
from fazri_lib.sources.likeness.files import open_file
from fazri_lib.sources.likeness.layout import directory_rows, file_name, file_rows
from fazri_lib.store import Lake, open_duckdb
from fazri_lib.workflows.ingest import ingest

MOMENT_S = int((dt.datetime(2025, 3, 14, 15, 9, 26) - dt.datetime(1970, 1, 1)).total_seconds())
COLUMNS = {"ts": "when", "zone_id": "where, at", "id_value": "card", "text": "said"}


def contract(**more):
    """A contract of sightings."""
    given = {"source": "doors", "kind": "observation", "files": "doors.csv", "columns": COLUMNS}
    return Contract(**(given | {"constants": {"id_type": "card_id"}, "origin": "contracts/doors.toml"} | more))


@pytest.mark.parametrize(
    ("form", "zone", "text"),
    [
        ("%Y-%m-%d %H:%M:%S", "campus", "2025-03-14 15:09:26"),
        ("%-m/%-d/%Y %H:%M", "campus", "3/14/2025 15:09"),
        ("%d.%m.%y %I:%M %p", "campus", "14.03.25 03:09 PM"),
        ("%Y-%m-%dT%H:%M:%S.%f", "UTC", "2025-03-14T09:39:26.000000"),
        ("%Y-%m-%dT%H:%M:%S%z", "campus", "2025-03-14T09:39:26+0000"),
        ("epoch_ms", "campus", "1741945166000"),
    ],
)
def test_times_are_written_as_read(form, zone, text):
    """14 March 2025, 15:09:26 in Kolkata (UTC+5:30), in each way of writing times."""
    item = contract(time={"formats": form, "zone": zone})
    assert texts(np.array([MOMENT_S]), format_for(item, 1.0), item, "Asia/Kolkata").to_pylist() == [text]


def test_format_without_a_rival():
    """Of formats as fine as the campus's the first one whose day and month cannot be confused is written."""
    item = contract(time={"formats": ["%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"]})
    assert format_for(item, 1.0) == "%Y-%m-%d %H:%M:%S"


def test_words_of_one_meaning_take_turns():
    """Three students under two words, staff under one, a role without a word as it is; births by the day alone."""
    item = contract(
        kind="directory", columns={"record_key": "no", "role": "group", "born_on": "born"}, constants={},
        values={"role": {"UG": "student", "PG": "student", "STAFF": "staff"}},
        time={"formats": ["%Y-%m-%d %H:%M:%S", "%d.%m.%Y"]},
    )  # fmt: skip
    roles = np.array(["student", "student", "student", "staff", "guest"], dtype=object)
    births = np.array([-86_400, NEVER_S, 0, 0, 0])
    rows = directory_rows(item, {"no": np.array(list("abcde"), object), "group": roles, "born": births}, "Asia/Kolkata")
    assert rows["group"].to_pylist() == ["UG", "PG", "UG", "STAFF", "guest"]
    assert rows["born"].to_pylist()[:3] == ["31.12.1969", None, "01.01.1970"]


def test_unwritable_is_refused(tmp_path):
    """A format or a path that cannot be turned round is refused in one line that names the contract."""
    with pytest.raises(ContractError, match=r"doors.toml: \[time\] formats; expected"):
        format_for(contract(time={"formats": "%Y week %U"}), 1.0)
    item = contract(files="doors.jsonl", columns={"ts": "when", "zone_id": "$.a[0]"}, constants={})
    with pytest.raises(ContractError, match=r"doors.toml: path \$\.a\[0\]"):
        open_file(item, tmp_path / "doors.jsonl")
    with pytest.raises(ContractError, match="2 contracts match it"):
        file_name(
            contract(files="*.csv"), [contract(files="*.csv"), contract(files="*1.csv", origin="contracts/b.toml")]
        )


def test_contract_text_is_the_contract():
    """A contract written anew says the same, but for translations of identifiers."""
    item = contract(values={"zone_id": {"Main door": "A"}, "id_value": {"old": "new"}})
    again = Contract(**tomllib.loads(copy_texts.contract_toml(item)), origin=item.origin)
    assert again.meanings == {"zone_id": {"Main door": "A"}}
    assert again.columns == item.columns


def test_fresh_identifiers():
    """Identifiers are each once; no date of birth is of anybody alive."""
    made = fresh.codes(np.random.default_rng(1), "card", 1000)
    assert len(set(made)) == 1000
    assert (fresh.births(np.random.default_rng(1), 100).astype("datetime64[D]") < np.datetime64("1921-01-01")).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("doors.csv", {}),
        ("doors.csv", {"delimiter": ";", "quote": "'", "encoding": "latin-1"}),
        ("doors.csv", {"encoding": "utf-16"}),
        ("doors.tsv", {"quote": ""}),
        ("doors.jsonl", {"columns": COLUMNS | {"zone_id": "$.at.zone", "id_value": "$.at.card", "text": "$.said"}}),
        ("doors.parquet", {}),
        ("doors.xlsx", {"sheet": "Log"}),
    ],
)
def test_round_trip(tmp_path, name, more):
    """What is written in each format is in the lake as it was, delimiters and quotation marks included."""
    item = contract(files=name, values={"zone_id": {"Main door": "A"}}, **more)
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "doors.toml").write_text(copy_texts.contract_toml(item), encoding="utf-8")
    (tmp_path / "fazri.toml").write_text('time_zone = "Asia/Kolkata"\n')
    (tmp_path / "zones.csv").write_text("zone_id\nA\nB\n")
    said = "plain" if name.endswith("tsv") else "a, \"b\"; 'c' ü"
    values = {"ts": np.array([MOMENT_S, MOMENT_S + 1]), "zone_id": np.array(["A", "B"], dtype=object)}
    values |= {"id_value": np.array(["card-x", ""], dtype=object), "text": np.array([said, ""], dtype=object)}
    file = open_file(item, tmp_path / file_name(item, [item]))
    file.write(file_rows(item, values, "Asia/Kolkata", 1.0))
    file.close()
    result = ingest(tmp_path, load(tmp_path), tmp_path)
    assert (result.refused, result.rows_quarantined, result.rows_loaded) == ((), 0, 2)
    backend = open_duckdb()
    rows = backend.to_pyarrow(
        Lake(tmp_path / "state" / "lake").read(backend, "observations").order_by("ts")
    ).to_pylist()
    backend.disconnect()
    assert [row["zone_id"] for row in rows] == ["A", "B"]
    assert [row["id_value"] for row in rows] == ["card-x", None]
    assert [row["text"] for row in rows] == [said, None]
    assert rows[0]["local_ts"] == dt.datetime(2025, 3, 14, 15, 9, 26)
