"""`fazri docs`: the parts of docs/ that are made from the code. Hidden: `make docs` calls it, a test compares."""

from pathlib import Path
from typing import Annotated

import typer

from fazri_lib.cli.screen import say


def docs(folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write to.")]) -> None:
    """Write the generated pages of the documentation."""
    from fazri_lib.cli.reference_pages import PAGES, page  # noqa: PLC0415 - heavy parts load with their command

    for name in PAGES:
        (folder / name).write_text(page(name), encoding="utf-8")
        say(f"{folder / name}")
