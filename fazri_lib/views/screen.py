"""Making charts visible in a notebook, with every script inside the page: nothing is fetched from outside."""

from __future__ import annotations

from functools import cache

import panel as pn  # noqa: TID251 - views is where Panel belongs


@cache
def enable() -> None:
    """Load the drawing scripts into this notebook; once a process, and without effect outside notebooks."""
    pn.extension(inline=True)
