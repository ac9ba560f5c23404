"""Fazri, the open campus analytics workbench: who is this, where were they, what is unusual, what comes next, how sure.

import fazri_lib as fazri

campus = fazri.open()                   # the campus folder above the working directory, or FAZRI_HOME
campus.occupancy("LIB_ENT").plot()      # every answer has .summary, .frame and .plot()
fazri.page("The library", campus.forecast("LIB_ENT")).servable()
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fazri_lib.campus import Answer, Campus, open  # noqa: A004 - read as `fazri.open()`
    from fazri_lib.campus.board import board
    from fazri_lib.campus.matcher import matcher
    from fazri_lib.views import page

__all__ = ["Answer", "Campus", "board", "matcher", "open", "page"]

_HOMES = {
    "Answer": "campus",
    "Campus": "campus",
    "board": "campus.board",
    "matcher": "campus.matcher",
    "open": "campus",
    "page": "views",
}


def __dir__() -> list[str]:
    """Return the public names, imported or not, and the parts that are loaded."""
    loaded = [name for name, value in globals().items() if name.startswith("__") or isinstance(value, ModuleType)]
    return sorted({*__all__, *loaded})


def __getattr__(name: str) -> Any:
    """Import the public names when they are first used: `import fazri_lib` stays fast and charts stay optional."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
