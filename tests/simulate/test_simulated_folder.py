"""The folder that `simulate` writes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from fazri_lib.errors import FazriError
from fazri_lib.schema import EXTRACT_TABLES
from fazri_lib.settings import load
from fazri_lib.sources.contract import contract_for, contracts_of, traits
from fazri_lib.workflows.simulate import simulate

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
SAMPLE_ARGUMENTS = {"people": 52, "days": 39, "seed": 7}


def digests(folder):
    """Digest of every file of a campus folder that a run did not make."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and "state" not in path.parts)
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.slow
def test_same_arguments_same_bytes(tmp_path):
    """The same arguments give the same bytes; another seed gives others."""
    first, second, other = (
        digests(simulate(40, 8, seed, tmp_path / name)) for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert first == second
    changed = {name for name in first if first[name] != other[name]}
    assert {
        "raw/wifi-01.csv",
        "raw/swipes.csv",
        "raw/students.csv",
        "truth/stays.parquet",
        "truth/occupancy.parquet",
    } <= changed


@pytest.mark.slow
def test_the_bundled_sample_is_reproducible(tmp_path):
    """`data/sample` is what the simulator writes today, byte for byte, and stays small."""
    made = digests(simulate(**SAMPLE_ARGUMENTS, out=tmp_path / "sample"))
    assert made == digests(SAMPLE)
    sizes = [path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()]
    assert sum(sizes) < 2_000_000
    assert max(sizes) < 1_000_000


def test_folders_in_use_are_refused(tmp_path):
    """A folder with a file in it is left alone; an empty one is taken; a file is no folder."""
    used, empty, file = tmp_path / "used", tmp_path / "empty", tmp_path / "file"
    used.mkdir()
    empty.mkdir()
    (used / "mine.txt").touch()
    file.touch()
    for taken in (used, file):
        with pytest.raises(FazriError, match="expected an empty or absent folder"):
            simulate(20, 1, 0, taken)
    assert simulate(20, 1, 0, empty) == empty
    assert (used / "mine.txt").exists()


@pytest.mark.parametrize("arguments", [{"people": 19}, {"days": 0}, {"seed": -1}])
def test_impossible_sizes_are_refused(tmp_path, arguments):
    """Too few people or days, or a negative seed, end with one line and leave nothing behind."""
    with pytest.raises(FazriError, match=f"{next(iter(arguments))} is too small; expected at least"):
        simulate(**({"people": 20, "days": 1, "seed": 0} | arguments), out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_progress_counts_days(tmp_path):
    """Progress is told day by day up to the last one."""
    told = []
    simulate(20, 3, 0, tmp_path / "out", progress=lambda *step: told.append(step))
    assert told[-1] == ("days simulated", 3, 3)


def test_one_day_is_a_campus(tmp_path):
    """A span of a single day has all files."""
    out = simulate(20, 1, 4, tmp_path / "day")
    assert len(pd.read_parquet(out / "truth" / "stays.parquet")) > 10


def test_settings_load(folder):
    """The settings are valid and name the campus's time zone."""
    assert load(folder.path).time_zone == "Europe/Berlin"


def test_reference_files_follow_the_schema(folder):
    """Zones, walks, access points and calendar have the schema's columns and no empty required one."""
    for name in ("zones", "zone_walks", "access_points", "calendar"):
        table = folder.reference(name)
        assert tuple(table.columns) == EXTRACT_TABLES[name].column_names
        assert (table[list(EXTRACT_TABLES[name].required)] != "").all(axis=None)


def test_walks_are_symmetric_and_possible(folder):
    """Walking there and back is the same distance; walking is never a straight line through zero."""
    walks = folder.reference("zone_walks")
    there = walks.set_index(["zone_id", "other_zone_id"])["distance_m"]
    assert all(there[b, a] == metres for (a, b), metres in there.items())
    assert there.min() > 0


def test_contracts_load_and_match_every_raw_file(folder):
    """Each raw file has exactly one contract, each contract a file with its columns."""
    contracts = contracts_of(folder.path / "contracts")
    files = sorted((folder.path / "raw").iterdir())
    matched = {file.name: contract_for(file.relative_to(folder.path), contracts) for file in files}
    assert None not in matched.values()
    assert {contract.source for contract in matched.values()} == {contract.source for contract in contracts}
    for name, contract in matched.items():
        if name.endswith(".csv"):
            assert set(contract.file_columns) <= set(folder.raw(name).columns)
    assert set(traits(contracts)["source"]) == {"bookings", "cameras", "library", "notes", "swipes", "wifi"}


def test_truth_and_reference_have_no_contract(folder):
    """No contract takes the truth or the campus's own tables for a source."""
    contracts = contracts_of(folder.path / "contracts")
    own = [*folder.path.glob("*.csv"), *(folder.path / "truth").iterdir()]
    assert [contract_for(path.relative_to(folder.path), contracts) for path in own] == [None] * len(own)
