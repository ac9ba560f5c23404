"""Notebooks as pages: compiled once, run in a namespace of their own."""

from __future__ import annotations

import json

import pytest
import structlog
from published_campus import PARAMETERS, code, write_catalog, write_notebook

from fazri_lib.errors import SettingsError
from fazri_lib.serving.building import Page, Refused, publish
from fazri_lib.serving.catalog import catalog

TYPED = 'zone_id = ""  # zone\nweeks = 8  # weeks\nscore = 0.5  # probability\nis_all = False  # whether'


@pytest.fixture
def built(tmp_path):
    """`built(*sources)`: what becomes of a notebook with these cells, numbered from 3."""

    def build(*sources: str, parameters: str = PARAMETERS) -> Page | Refused:
        write_notebook(tmp_path / "dashboards" / "own.ipynb", *sources, parameters=parameters)
        write_catalog(tmp_path, {"own": "zones"})
        return publish({"own": catalog(tmp_path)["own"]}).pages["/dash/own"]

    return build


def test_cells_run_in_order_in_one_namespace(built):
    """As in a notebook: what a cell names the next one knows."""
    page = built("zones = []", "zones.append(1)\nraise KeyError(zones)", "x.servable()")
    with pytest.raises(KeyError, match=r"\[1\]"):
        page.run({})


def test_sessions_do_not_share_names(built):
    """What one reader's page named is unknown to the next."""
    page = built("is_second = 'kept' in globals()\nkept = 1\nassert not is_second", "x = 1 if False else None", "x")
    page = built("assert 'kept' not in globals()\nkept = 1\nif False:\n    kept.servable()")
    page.run({})
    page.run({})


def test_an_address_replaces_parameters(built):
    """After the parameters cell, before all others; in the type of the literal."""
    page = built("raise LookupError(zone_id, weeks, score, is_all)", "x.servable()", parameters=TYPED)
    query = {"zone_id": [b"L\xc3\xbc"], "weeks": [b"4"], "score": [b"0.75"], "is_all": [b"true"], "other": [b"1"]}
    values = page.values(query)
    assert values == {"zone_id": "Lü", "weeks": 4, "score": 0.75, "is_all": True}
    with pytest.raises(LookupError) as raised:
        page.run(values)
    assert raised.value.args == ("Lü", 4, 0.75, True)
    with pytest.raises(LookupError) as raised:
        page.run({})
    assert raised.value.args == ("", 8, 0.5, False)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"weeks": [b"many"]}, "weeks in the address: expected a whole number as 7"),
        ({"weeks": [b"1.5"]}, "weeks in the address: expected a whole number as 7"),
        ({"weeks": [b""]}, "weeks in the address: expected a whole number as 7"),
        ({"score": [b"nan"]}, "score in the address: expected a number as 0.5"),
        ({"is_all": [b"perhaps"]}, "is_all in the address: expected true or false"),
        ({"zone_id": [b"LIB", b"CAF"]}, "zone_id in the address: expected a text, once"),
        ({"zone_id": [b"x" * 501]}, "zone_id in the address: expected a text, once and in at most 500 letters"),
        ({"zone_id": [b"\xff"]}, "zone_id in the address: expected a text"),
    ],
)
def test_a_value_of_another_type_is_told_without_it(built, query, expected):
    """What was expected, never what was given."""
    page = built("x.servable()", parameters=TYPED)
    with pytest.raises(SettingsError) as told:
        page.values(query)
    assert str(told.value).startswith(expected)
    assert "many" not in str(told.value)


def test_a_failing_cell_is_known_by_number_and_line(built):
    """Also when the error arises further below, in a library."""
    page = built("x = 1\ny = x / 0", "import json\n\njson.loads('{')", "x.servable()")
    with pytest.raises(ZeroDivisionError) as raised:
        page.run({})
    assert page.place_of(raised.value.__traceback__) == (3, 2)
    page = built("import json\n\njson.loads('{')", "x.servable()")
    with pytest.raises(ValueError, match="Expecting") as raised:
        page.run({})
    assert page.place_of(raised.value.__traceback__) == (3, 3)


def test_an_error_outside_all_cells_has_no_place(built):
    """As an address with a wrong type."""
    assert built("x.servable()").place_of(None) == (0, 0)


def test_what_a_cell_prints_stays_away(built, capsys):
    """Values that a cell prints reach neither the page nor the server's output."""
    page = built("print('Asha Rao')\n'the last value'", "if False:\n    x.servable()")
    page.run({})
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("place", [0, 2])
def test_the_cell_that_tests_compare_is_left_out(tmp_path, place):
    """It may fail on a campus without people. The cells after it keep their numbers; parameters are set as ever."""
    path = tmp_path / "dashboards" / "own.ipynb"
    write_catalog(tmp_path, {"own": "zones"})
    write_notebook(path, "as_of.servable()")
    notebook = json.loads(path.read_text())
    notebook["cells"].insert(place, code("raise LookupError('nobody yet')", "keep_output"))
    path.write_text(json.dumps(notebook))
    page = publish({"own": catalog(tmp_path)["own"]}).pages["/dash/own"]
    with pytest.raises(AttributeError, match="'int' object") as raised:
        page.run({"as_of": 5})
    assert page.place_of(raised.value.__traceback__) == (4, 1)


def test_code_is_compiled_as_it_stands(built):
    """No future of ours changes a notebook: its annotations are evaluated."""
    page = built("x: int = 1\nassert __annotations__ == {'x': int}", "if False:\n    x.servable()")
    page.run({})


def test_a_refused_notebook_keeps_no_other_from_being_published(tmp_path):
    """Each in its own try; the log tells which, where and why, under the reference that readers see."""
    for name, source in (("good", "x.servable()"), ("magic", "%time x.servable()"), ("broken", "x = = 1")):
        write_notebook(tmp_path / "dashboards" / f"{name}.ipynb", source)
    write_catalog(tmp_path, dict.fromkeys(("good", "magic", "broken", "missing"), "zones"))
    with structlog.testing.capture_logs() as lines:
        pages = publish({name: entry for name, entry in catalog(tmp_path).items() if entry.folder.parent == tmp_path})
    kinds = {path: type(page).__name__ for path, page in pages.pages.items()}
    assert kinds == {
        "/dash/good": "Page", "/dash/magic": "Refused", "/dash/broken": "Refused", "/dash/missing": "Refused",
    }  # fmt: skip
    assert [page.reference for page in pages.refused] == [line["reference"] for line in lines]
    assert lines[1]["faults"] == ["cell 3, line 1: invalid syntax (invalid syntax); mend it"]
