"""How full the fields of files are, and which files share too little."""

import pandas as pd

from fazri_lib.resolution.spec import read_spec
from fazri_lib.workflows.record_coverage import coverage, hardly_meeting

SPEC = read_spec(
    {
        "fields": {
            "name": {"kind": "name", "given": "first", "family": "last"},
            "born": {"kind": "date", "column": "born"},
            "mail": {"kind": "email", "column": "mail"},
        }
    },
    "a.toml",
)


def records(*rows):
    """Rows of source, first, last, born, mail."""
    return pd.DataFrame(rows, columns=["source", "first", "last", "born", "mail"])


def test_a_field_is_filled_where_one_of_its_columns_is():
    """Of two records one has a family name only, which is a name."""
    covered = coverage(
        records(("a", None, "x", "d", None), ("a", None, None, "d", None), ("b", "y", "z", None, "m")), SPEC
    )
    assert covered.to_dict() == {
        "a": {"name": 0.5, "born": 1.0, "mail": 0.0},
        "b": {"name": 1.0, "born": 0.0, "mail": 1.0},
    }


def test_files_that_share_one_field_or_none_are_told_once():
    """The poorer one is named, with what it lacks; files that share two fields are not told of."""
    rows = [
        ("a", "x", "x", "d", "m"),
        ("b", "x", "x", "d", None),
        ("c", "x", "x", None, None),
        ("d", None, None, None, "m"),
    ]
    assert hardly_meeting(coverage(records(*rows), SPEC)) == [
        "c has nothing for born, mail and shares only name with a, b: who is found in both rests on that",
        "d has nothing for name, born and shares only mail with a: who is found in both rests on that",
        "d has nothing for name, born and shares no field with b: nobody is found in both",
        "c has nothing for born, mail and shares no field with d: nobody is found in both",
    ]


def test_a_spec_of_one_field_is_not_told_of():
    """All files share all there is."""
    spec = read_spec({"fields": {"mail": {"kind": "email", "column": "mail"}}}, "a.toml")
    rows = records(("a", None, None, None, "m"), ("b", None, None, None, "m"))
    assert hardly_meeting(coverage(rows, spec)) == []
