"""Making charts visible in a notebook, with every script inside the page: nothing is fetched from outside."""

from __future__ import annotations

from functools import cache
from typing import Any

import holoviews as hv
import panel as pn  # noqa: TID251 - views is where Panel belongs

_CONFIG: Any = pn.config  # settable, although its types say otherwise


@cache
def enable() -> None:
    """Load the drawing scripts into this notebook; once a process, and without effect outside notebooks."""
    _CONFIG.inline = True
    hv.extension("bokeh", inline=True, logo=False)
