"""The rules of docs/guides/notebooks.md, held for every notebook and report."""

from __future__ import annotations

import ast
import copy
import io
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted([*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("reports/*.ipynb"), *ROOT.glob("dashboards/*.ipynb")])
EXTRA_KEYS = ("metadata.papermill", "metadata.language_info", "cell.metadata.papermill")

CELLS, LINES = 12, 10
KEPT, CHECKED = "keep_output", "# NBVAL_CHECK_OUTPUT"
FORBIDDEN = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.AsyncFor, ast.Try,
    ast.TryStar, ast.With, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Await, ast.ImportFrom,
)  # fmt: skip
SQL = re.compile(
    r"\b(select\b.+\bfrom|insert\s+into|update\b.+\bset|delete\s+from|create\s+table)\b", re.IGNORECASE | re.DOTALL
)
PARAMETER = re.compile(r"^[a-z_]+ = .+  # .+$")

pytestmark = [pytest.mark.notebooks, pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)]


def read(path: Path):
    """The notebook."""
    import nbformat

    return nbformat.read(path, as_version=4)


def code(path: Path):
    """Its code cells."""
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def tags(cell) -> list[str]:
    """The tags of a cell."""
    return cell.metadata.get("tags", [])


def test_it_is_a_valid_notebook_with_cell_ids(path):
    """Format 4.5: every cell has an id, so that differences can be read."""
    import nbformat

    notebook = read(path)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) >= (4, 5)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_the_question_and_its_reader_come_first(path):
    """The first cell has a title, a question and a reader."""
    first = read(path).cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    assert "**Question.**" in first.source
    assert "**Reader.**" in first.source


def test_imports_parameters_and_opening_in_this_order(path):
    """The import alone, the parameters, then the campus is opened."""
    imports, parameters, opening, *_ = code(path)
    assert imports.source == "import fazri_lib as fazri"
    assert tags(parameters) == ["parameters"]
    assert "fazri.open(" in opening.source


def test_it_is_short(path):
    """At most 12 code cells of at most 10 lines."""
    sizes = [len(cell.source.splitlines()) for cell in code(path)]
    assert len(sizes) <= CELLS
    assert max(sizes) <= LINES


def test_it_holds_no_program(path):
    """No function, class, loop, try, with or comprehension, no magic: questions and answers only."""
    for cell in code(path):
        found = [type(node).__name__ for node in ast.walk(ast.parse(cell.source)) if isinstance(node, FORBIDDEN)]
        assert found == []
        assert not re.search(r"^\s*[%!?]", cell.source, re.MULTILINE)


def test_it_holds_no_sql(path):
    """No text in any code cell is a statement of SQL."""
    for cell in code(path):
        nodes = ast.walk(ast.parse(cell.source))
        texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        assert not [text for text in texts if SQL.search(text)]


def test_it_imports_only_fazri(path):
    """One import in all."""
    nodes = [node for cell in code(path) for node in ast.walk(ast.parse(cell.source))]
    assert [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names] == ["fazri_lib"]


def test_parameters_are_typed_literals_with_meaning_and_unit(path):
    """One a line: a name, a literal of text, number or flag, and a comment."""
    (cell,) = [cell for cell in code(path) if "parameters" in tags(cell)]
    for line in cell.source.splitlines():
        assert PARAMETER.match(line)
        assert isinstance(ast.literal_eval(line.split(" = ", 1)[1].split("  # ")[0]), str | int | float | bool)


def test_every_parameter_is_used(path):
    """A parameter that changes nothing misleads."""
    cells = code(path)
    (declared,) = [cell for cell in cells if "parameters" in tags(cell)]
    rest = "\n".join(cell.source for cell in cells if cell is not declared)
    names = {
        token.string for token in tokenize.generate_tokens(io.StringIO(rest).readline) if token.type == tokenize.NAME
    }
    assert {line.split(" = ")[0] for line in declared.source.splitlines()} <= names


def test_every_view_has_a_sentence(path):
    """The cell that shows a chart follows a text cell, or the answer that the text is about."""
    cells = read(path).cells
    for place, cell in enumerate(cells):
        if cell.cell_type == "code" and ".plot()" in cell.source:
            assert "markdown" in [before.cell_type for before in cells[place - 2 : place]]


def test_it_ends_with_what_it_serves(path):
    """The last cell is a page that is served, and no other cell serves anything."""
    served = [".servable()" in cell.source for cell in code(path)]
    assert served == [False] * (len(served) - 1) + [True]
    assert read(path).cells[-1].source.endswith(".servable()")


def test_one_cell_keeps_its_output(path):
    """A seeded figure of the bundled sample, printed and compared by nbval."""
    kept = [cell for cell in code(path) if KEPT in tags(cell)]
    assert len(kept) == 1
    assert kept[0].source.startswith(CHECKED)
    assert [output.output_type for output in kept[0].outputs] == ["stream"]
    assert [cell for cell in code(path) if CHECKED in cell.source] == kept


def test_it_is_stripped(path):
    """What nbstripout would take away is not there."""
    import nbstripout

    notebook = read(path)
    stripped = nbstripout.strip_output(
        copy.deepcopy(notebook), keep_output=False, keep_count=False, keep_id=False, extra_keys=list(EXTRA_KEYS)
    )
    assert stripped == notebook
