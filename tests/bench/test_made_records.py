"""Made person records and the files of a campus's directories."""

import pandas as pd
import pytest

from fazri_lib.bench.campus_files import directory_files
from fazri_lib.bench.made_records import made_records

pytestmark = pytest.mark.slow


def test_made_records_are_the_same_for_the_same_seed():
    """Unique ids, about four records a person, gaps in all but names, and another seed is another table."""
    rows, who = made_records(2_000, 3)
    again, _ = made_records(2_000, 3)
    pd.testing.assert_frame_equal(rows, again)
    assert not rows.equals(made_records(2_000, 4)[0])
    assert rows["record_id"].is_unique
    assert 3.5 < len(rows) / who.nunique() < 4.5
    assert rows[["first_name", "surname"]].notna().all().all()
    assert rows["phone"].isna().mean() == pytest.approx(0.35, abs=0.04)


def test_records_of_a_person_differ_and_are_alike():
    """Half of a person's pairs agree on a known day of birth and a family name; some do on neither."""
    rows, who = made_records(2_000, 3)
    first = rows.groupby(who.to_numpy())[["surname", "born_on"]].transform("first")
    same = (first == rows[["surname", "born_on"]]).all(axis=1)
    assert 0.6 < same.mean() < 0.98


def test_directories_become_files(quick_campus, tmp_path):
    """A file a directory with one row a key, and the numbers that more than one of them knows."""
    paths = directory_files(quick_campus.home, tmp_path)
    tables = {path.stem: pd.read_csv(path, dtype=str) for path in paths}
    assert set(tables) == {"students", "staff", "patrons", "cards", "network"}
    assert all(table["record_id"].is_unique for table in tables.values())
    assert {"name", "born_on", "student_no", "staff_no"} <= set(tables["cards"])
    assert "face_id" in tables["students"]
