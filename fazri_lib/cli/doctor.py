"""`fazri doctor`: what is configured, reachable, fresh."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from fazri_lib.cli.options import AsJson
from fazri_lib.cli.screen import say, say_json, say_table
from fazri_lib.cli.session import read_clock
from fazri_lib.errors import CampusNotFoundError, FazriError

EXAMPLES = ("fazri doctor", "fazri doctor --json")
_CHECK_FAILED = 1


def doctor(as_json: AsJson = False) -> None:
    """Check every dependency and show the settings in force; secrets are masked."""
    from fazri_lib.workflows.doctor import examine  # noqa: PLC0415 - heavy parts load with their command

    home = _home()
    checks = examine(home, read_clock())
    in_force = _in_force(home)
    is_well = all(check.ok for check in checks if check.is_required)
    if as_json:
        say_json({"ok": is_well, "home": home, "checks": [asdict(check) for check in checks], "settings": in_force})
    else:
        say(f"campus folder: {home or 'none'}")
        say()
        state = {True: "ok", False: "FAILED"}
        optional = {True: "ok", False: "-"}
        say_table(
            ("check", "", "found", "to do"),
            [(c.name, (state if c.is_required else optional)[c.ok], c.what, "" if c.ok else c.remedy) for c in checks],
        )
        if in_force:
            say()
            say_table(("setting in force", "value"), [(key, str(value)) for key, value in in_force.items()])
    if not is_well:
        raise typer.Exit(_CHECK_FAILED)


def _home() -> Path | None:
    from fazri_lib.settings import find_home  # noqa: PLC0415 - heavy parts load with their command

    try:
        return find_home()
    except CampusNotFoundError:
        return None


def _in_force(home: Path | None) -> dict[str, Any]:
    """Return the settings in force; none when they are wrong, which is a check of its own."""
    from fazri_lib.settings import in_force, load  # noqa: PLC0415 - heavy parts load with their command

    try:
        return in_force(load(home)) if home else {}
    except FazriError:
        return {}
