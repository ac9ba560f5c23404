"""A new campus folder from a template that ships with Fazri."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from fazri_lib.errors import FazriError, UnknownNameError, nearest
from fazri_lib.settings import FILE_NAME, describe, shipped

if TYPE_CHECKING:
    from pathlib import Path

ENVIRONMENT_FILE = ".env.example"


def templates() -> tuple[str, ...]:
    """Return the names of the campus templates that ship with Fazri."""
    return tuple(
        sorted(folder.name for folder in shipped("data", "contracts").iterdir() if (folder / FILE_NAME).is_file())
    )


def create_campus(folder: Path, template: str) -> list[Path]:
    """Write a campus folder: settings, places, contracts and an example of the environment.

    Args:
        folder: the folder, made when it is not there; other files in it stay.
        template: one of `templates()`.

    Returns:
        The files written.

    Raises:
        UnknownNameError: there is no such template.
        FazriError: the folder holds one of the files already; nothing was written.
    """
    known = templates()
    if template not in known:
        raise UnknownNameError(
            f"no campus template {template}{nearest(template, known)}; expected one of {', '.join(known)}"
        )
    source = shipped("data", "contracts", template)
    files = sorted(file for file in source.rglob("*") if file.is_file())
    targets = [folder / file.relative_to(source) for file in files]
    _refuse_existing(folder, [folder / FILE_NAME, *targets])
    try:
        for file, target in zip(files, targets, strict=True):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        (folder / ENVIRONMENT_FILE).write_text(_environment(), encoding="utf-8")
    except OSError as error:
        raise FazriError(
            f"{folder} cannot be written: {error.strerror}; expected a folder; give another DIR"
        ) from error
    return [*targets, folder / ENVIRONMENT_FILE]


def _refuse_existing(folder: Path, targets: list[Path]) -> None:
    for target in targets:
        if target.exists():
            name = target.relative_to(folder).as_posix()
            raise FazriError(
                f"{folder} already has {name}; expected a folder without one; give another DIR, or move it away"
            )


def _environment() -> str:
    """Return the variables that can be set, each commented out."""
    lines = [
        "# Environment variables win over fazri.toml. Copy what you need into the environment of the process;",
        "# secrets belong there and never into a file under version control.",
    ]
    for key, variable, default, meaning in describe():
        lines += ["", f"# {key}: {meaning}", f"# {variable}={'' if default == 'None' else default.strip(chr(39))}"]
    return "\n".join(lines) + "\n"
