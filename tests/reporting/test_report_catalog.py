"""Which reports there are."""

from __future__ import annotations

import pytest

from fazri_lib.errors import ReportError, UnknownNameError
from fazri_lib.reporting import catalog, find
from fazri_lib.reporting.parameters import declared


def test_the_daily_summary_ships():
    """It is there without any campus, for these roles."""
    report = catalog()["daily_summary"]
    assert report.path.is_file()
    assert report.audience == ("security", "manager", "analyst")


@pytest.mark.notebooks
@pytest.mark.parametrize("name", catalog())
def test_catalogue_and_notebook_have_the_same_parameters(name):
    """Name, default and type of every parameter of every shipped report."""
    import nbformat

    report = catalog()[name]
    in_notebook = declared(nbformat.read(report.path, as_version=4).cells)
    assert in_notebook == {key: parameter.default for key, parameter in report.parameters.items()}
    kinds = {"text": str, "integer": int, "number": float, "flag": bool}
    for key, parameter in report.parameters.items():
        assert type(in_notebook[key]) is kinds[parameter.type]


def test_a_campus_adds_its_own_and_wins(tmp_path):
    """A report of the same name replaces the shipped one."""
    (tmp_path / "reports").mkdir()
    entry = '[{}]\ntitle = "Mine"\nnotebook = "mine.ipynb"\nschedule = "never"\naudience = []\n'
    (tmp_path / "reports" / "catalog.toml").write_text(entry.format("daily_summary") + entry.format("weekly"))
    reports = catalog(tmp_path)
    titles = {name: report.title for name, report in reports.items()}
    assert titles == {"daily_summary": "Mine", "resolution_quality": "Resolution quality", "weekly": "Mine"}
    with pytest.raises(ReportError, match=r"expected notebook mine\.ipynb"):
        find(tmp_path, "weekly")


def test_an_unknown_report_is_refused(tmp_path):
    """The nearest name is given."""
    with pytest.raises(UnknownNameError, match="did you mean daily_summary"):
        find(tmp_path, "daily_sumary")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a", "not a catalogue"),
        ("a = 5", "not a catalogue"),
        ('[a]\ntitle = "A"\nnotebook = "a.ipynb"\nschedule = ""\naudience = []\ncolour = "red"', "a.*colour"),
        ('[a]\ntitle = "A"\nnotebook = "../a.ipynb"\nschedule = ""\naudience = []', "notebook"),
        ('[a]\ntitle = "A"\nnotebook = "a.ipynb"\nschedule = ""\naudience = []\n[a.parameters.x]\ntype = "date"', "x"),
    ],
)
def test_a_wrong_catalogue_is_refused(tmp_path, text, message):
    """Broken TOML, an unknown key, a notebook outside the folder, an unknown type."""
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "catalog.toml").write_text(text)
    with pytest.raises(ReportError, match=message):
        catalog(tmp_path)
