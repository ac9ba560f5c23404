"""Parameters are checked before anything runs."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from fazri_lib.errors import ReportError
from fazri_lib.reporting import Parameter, Report, checked
from fazri_lib.reporting.parameters import declared

REPORT = Report(
    title="T",
    notebook="t.ipynb",
    schedule="",
    audience=(),
    folder=Path(),
    parameters={
        "zone_id": Parameter(type="text", default="", meaning="zone"),
        "weeks": Parameter(type="integer", default=8, meaning="history, weeks"),
        "min_score": Parameter(type="number", default=0.5, meaning="probability"),
        "with_map": Parameter(type="flag", default=True, meaning="draw the map"),
    },
)
DEFAULTS = {"zone_id": "", "weeks": 8, "min_score": 0.5, "with_map": True}


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ({}, {}),
        ({"zone_id": "LIB"}, {"zone_id": "LIB"}),
        ({"weeks": "4", "min_score": "0.9", "with_map": "No"}, {"weeks": 4, "min_score": 0.9, "with_map": False}),
        ({"weeks": 4, "min_score": 1, "with_map": True}, {"weeks": 4, "min_score": 1.0, "with_map": True}),
    ],
)
def test_given_values_in_their_types_and_defaults(given, values):
    """Texts of the command line become numbers and flags."""
    assert checked("t", REPORT, given) == {**DEFAULTS, **values}


def test_a_misspelt_parameter_is_refused():
    """Papermill would only warn."""
    with pytest.raises(
        ReportError, match=r"unknown parameter zon_id \(did you mean zone_id\?\); expected zone_id, weeks"
    ):
        checked("t", REPORT, {"zon_id": "LIB"})


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("weeks", "four", "a whole number"),
        ("weeks", 4.5, "a whole number"),
        ("weeks", True, "a whole number"),
        ("min_score", "high", "a number"),
        ("with_map", "perhaps", "true or false"),
        ("zone_id", 5, "a text"),
    ],
)
def test_a_value_of_another_type_is_refused(key, value, expected):
    """The message says what is expected and does not repeat the value."""
    with pytest.raises(ReportError, match=f"parameter {key} .*expected {expected}") as raised:
        checked("t", REPORT, {key: value})
    assert "four" not in str(raised.value)


def cell(source: str, *tags: str):
    """A code cell, as far as parameters are concerned."""
    return SimpleNamespace(source=source, metadata={"tags": list(tags)})


def test_declared_parameters_are_literals():
    """Name and literal of each line."""
    assert declared([cell("x = 1"), cell('a = ""  # text\nb = -0.5', "parameters")]) == {"a": "", "b": -0.5}


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([cell("x = 1")], "0 cells tagged"),
        ([cell("x = 1", "parameters"), cell("y = 1", "parameters")], "2 cells tagged"),
        ([cell("import os", "parameters")], "more than names and literals"),
        ([cell("x = open()", "parameters")], "more than names and literals"),
        ([cell("x = ", "parameters")], "more than names and literals"),
    ],
)
def test_other_parameter_cells_are_refused(cells, message):
    """Exactly one cell, and nothing but literals in it."""
    with pytest.raises(ReportError, match=message):
        declared(cells)
