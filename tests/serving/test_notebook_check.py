"""The traps that a notebook can be for a server, each refused with its cell and line."""

from __future__ import annotations

import json

import pytest
from published_campus import PARAMETERS, code, write_notebook

from fazri_lib.errors import PublishError
from fazri_lib.serving.notebook_check import Cell, faults, parameters_of, read_cells

SERVES = "page.servable()"


def told(*sources: str, parameters: str | None = PARAMETERS, tail: str = SERVES) -> list[str]:
    """The faults of a notebook of a parameters cell, these cells and one that serves: cells 1, 2, ..."""
    cells = [] if parameters is None else [Cell(1, parameters, ("parameters",))]
    cells += [Cell(number, source) for number, source in enumerate((*sources, tail), start=2) if source]
    return [str(fault) for fault in faults(cells)]


def test_a_sound_notebook_has_no_fault():
    """Also with what looks like a magic within texts, and with an operator at the start of a line."""
    assert told('text = """\n%matplotlib inline\n!ls\n"""', "share = (7\n% 4)", "is_it = 'what?'  # really?") == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("%matplotlib inline\nx = 1", "cell 2, line 1: a line magic"),
        ("x = 1\nif x:\n    %time x", "cell 2, line 3: a line magic"),
        ("%%html\n<b>bold</b>", "cell 2, line 1: a cell magic"),
        ("x = 1\n!pip install x", "cell 2, line 2: a shell command"),
        ("files = !ls", "cell 2, line 1: a shell command"),
        ("times = %timeit -o 1", "cell 2, line 1: a line magic"),
        ("campus.zones?", "cell 2, line 1: a question to IPython"),
        ("?campus", "cell 2, line 1: a question to IPython"),
        ("x = 1\nfrom __future__ import annotations", "cell 2, line 2: from __future__ holds for one cell only"),
        ("from __future__ import annotations", "cell 2, line 1: from __future__ holds for one cell only"),
        ("x = 1\ny = await x", "cell 2, line 2: await outside a function"),
        ("async for x in y:\n    x", "cell 2, line 1: await outside a function"),
        ("x = 1\ny = (2", "cell 2, line 2: invalid syntax ('(' was never closed)"),
        ("x = 1\nreturn x", "cell 2, line 2: invalid syntax ('return' outside function)"),
        ("x = 'a\0b'", "cell 2, line 1: invalid syntax"),
        ("x = 1\ndisplay(x)", "cell 2, line 2: display() sends an output to the page by itself"),
        ("page.show()", "cell 2, line 1: .show() starts a server of its own"),
        ("name = input()", "cell 2, line 1: input() waits for a keyboard"),
        ("breakpoint()", "cell 2, line 1: breakpoint() stops the server"),
    ],
)
def test_a_trap_is_refused_with_cell_and_line(source, expected):
    """One fault, at its place."""
    (fault,) = told(source)
    assert fault.startswith(expected)


def test_a_magic_above_other_code_hides_nothing_behind_it():
    """All magics of a cell are found, and the first place that is no Python either way."""
    assert [fault.partition(";")[0] for fault in told("%time 1\nx = 1\n!ls\ny = = 2")] == [
        "cell 2, line 1: a line magic works in JupyterLab only",
        "cell 2, line 3: a shell command works in JupyterLab only",
        "cell 2, line 4: invalid syntax (invalid syntax)",
    ]


def test_every_cell_is_checked():
    """A cell with invalid syntax is not skipped, and the cells after it are looked at."""
    assert [fault[:14] for fault in told("x = = 1", "!ls")] == ["cell 2, line 1", "cell 3, line 1"]


def test_nothing_served_is_refused():
    """Without `.servable()` Panel would send the output of every cell; ours would send nothing."""
    assert told(tail="page") == ["the notebook serves nothing; end its last cell with .servable()"]


def test_a_second_page_is_refused():
    """With the place of the second one."""
    assert told("other = 1\nother.servable()") == ["cell 3, line 1: a second .servable(); put both into one page"]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        (None, "the notebook has 0 cells tagged parameters"),
        ("x = open('f')", "cell 1: the cell tagged parameters holds more than names and literals"),
        ("zone_id: str", "cell 1: the cell tagged parameters holds more than names and literals"),
        ("zone_id = None", "cell 1: parameter zone_id has no type; expected a text, a number or true or false"),
        ("zones = ['LIB']", "cell 1: parameter zones has no type"),
        ("zone_id = = 1", "cell 1, line 1: invalid syntax"),
    ],
)
def test_the_parameters_must_have_types(parameters, expected):
    """They are what an address may change."""
    (fault,) = told(parameters=parameters)
    assert fault.startswith(expected)


def test_there_is_one_parameters_cell():
    """With two of them nobody knows which one an address changes."""
    cells = [Cell(1, "x = 1", ("parameters",)), Cell(2, "y = 1", ("parameters",)), Cell(3, SERVES)]
    assert [str(fault)[:33] for fault in faults(cells)] == ["cell 2: the notebook has 2 cells "]


def test_texts_are_never_code(tmp_path):
    """A trailing backslash, quotes or code in a Markdown cell are harmless to our builder: it does not read them."""
    path = tmp_path / "x.ipynb"
    write_notebook(path, SERVES)
    notebook = json.loads(path.read_text())
    texts = ["ends with a backslash \\", 'three """ quotes', "!rm -rf", "%magic"]
    notebook["cells"][1:1] = [{"cell_type": "markdown", "source": text, "metadata": {}} for text in texts]
    path.write_text(json.dumps(notebook))
    cells = read_cells(path)
    assert [cell.number for cell in cells] == [1, 6, 7]
    assert faults(cells) == []


def test_sources_are_read_as_text_or_lines(tmp_path):
    """Jupyter writes either."""
    path = tmp_path / "x.ipynb"
    cells = [code("x = 1\n"), {"cell_type": "code", "source": ["x = 1\n", "y = 2"], "metadata": {}}]
    path.write_text(json.dumps({"nbformat": 4, "cells": cells}))
    assert [cell.source for cell in read_cells(path)] == ["x = 1\n", "x = 1\ny = 2"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"nbformat": 4, "cells": [1]}', "\udcff", '{"nbformat": 3}'])
def test_what_is_no_notebook_is_told(tmp_path, text):
    """Another file, an old format, or a damaged one."""
    path = tmp_path / "x.ipynb"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(PublishError, match=r"x.ipynb.*expected.*format 4"):
        read_cells(path)


def test_a_missing_notebook_is_told(tmp_path):
    """With what to do."""
    with pytest.raises(PublishError, match=r"x.ipynb: expected it beside the catalogue, .*; put it there"):
        read_cells(tmp_path / "x.ipynb")


def test_parameters_are_read_with_their_literals():
    """Names and values by the cell's own literals."""
    cells = [Cell(1, 'zone_id = ""  # zone\nweeks = 8  # weeks\nscore = 0.5\nis_all = True', ("parameters",))]
    assert parameters_of(cells) == {"zone_id": "", "weeks": 8, "score": 0.5, "is_all": True}
