"""`fazri init`: a new campus folder."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fazri_lib.cli.options import AsJson
from fazri_lib.cli.screen import say, say_json

EXAMPLES = ("fazri init my-campus", "fazri init --campus challenge ethos")


class Template(StrEnum):
    """Campus folders to start from."""

    BLANK = "blank"
    CHALLENGE = "challenge"


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.")],
    campus: Annotated[Template, typer.Option(help="What to start from.", metavar="blank|challenge")] = Template.BLANK,
    as_json: AsJson = False,
) -> None:
    """Make a campus folder: fazri.toml, zones, contracts, .env.example."""
    from fazri_lib.workflows.init import create_campus  # noqa: PLC0415 - heavy parts load with their command

    files = create_campus(folder, campus.value)
    if as_json:
        say_json({"folder": folder, "files": files})
        return
    say(f"{folder}: a {campus.value} campus of {len(files)} files")
    say("Next:")
    for step in _next_steps(folder, campus):
        say(f"  {step}")


def _next_steps(folder: Path, campus: Template) -> tuple[str, ...]:
    describe = "edit fazri.toml, zones.csv and contracts/      # docs/guides/add-a-source.md"
    return (
        f"cd {folder}",
        *((describe,) if campus is Template.BLANK else ()),
        "fazri doctor                     # what is configured and reachable",
        "fazri ingest PATH                # the files that the contracts match",
        "fazri run                        # every stage, then publish",
    )
