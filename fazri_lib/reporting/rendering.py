"""An executed notebook as one HTML file that asks nobody for anything."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbconvert import HTMLExporter

from fazri_lib.errors import ReportError

if TYPE_CHECKING:
    from nbformat import NotebookNode

SERVED = ".servable()"
_LOADS = "application/vnd.holoviews_load.v0+json"
_EXPORTER: Any = HTMLExporter  # carries no types
_TEMPLATES = Path(__file__).parent / "templates"


def render(notebook: NotebookNode, title: str) -> str:
    """Return what the notebook serves as HTML, with every script inside and a policy that forbids to fetch more.

    Code, sentences between cells and outputs of other cells stay away: a report shows what a dashboard would.

    Args:
        notebook: executed.
        title: of the page.

    Raises:
        ReportError: no cell ends with `.servable()`.
    """
    served = copy.deepcopy(notebook)
    served.cells = [cell for cell in served.cells if cell.cell_type == "code"]
    if not any(_serves(cell) for cell in served.cells):
        raise ReportError(f"the notebook serves nothing; expected a last cell that ends with {SERVED}; add it")
    for cell in served.cells:
        cell.outputs = [_safe(output) for output in cell.outputs if _is_wanted(cell, output)]
    exporter: Any = _EXPORTER(
        template_name="fazri",
        extra_template_basedirs=[str(_TEMPLATES)],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    html, _ = exporter.from_notebook_node(served, resources={"fazri_title": title})
    return str(html)


def _serves(cell: NotebookNode) -> bool:
    return bool(cell.source.rstrip().endswith(SERVED))


def _is_wanted(cell: NotebookNode, output: NotebookNode) -> bool:
    """The drawing scripts, from whichever cell, and the last value of the cells that serve."""
    if _LOADS in output.get("data", {}):
        return True
    return _serves(cell) and output.output_type == "execute_result"


def _safe(output: NotebookNode) -> Any:
    """A script that contains the end of a script would end too early."""
    script = output.data.get("application/javascript")
    if script is not None:
        output.data["application/javascript"] = script.replace("</script", "<\\/script")
    return output
