"""Structured log lines on standard error: readable on a terminal, JSON elsewhere, never with a personal value."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

import structlog

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


def configure(level: str = "info", *, as_json: bool | None = None) -> None:
    """Set up logging for this process.

    Args:
        level: lowest level shown, as "info".
        as_json: one JSON object a line; None decides by whether standard error is a terminal.
    """
    machine = not sys.stderr.isatty() if as_json is None else as_json
    renderer = structlog.processors.JSONRenderer() if machine else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def is_json() -> bool:
    """Tell whether lines of this process are JSON, for processes that it starts."""
    return isinstance(structlog.get_config()["processors"][-1], structlog.processors.JSONRenderer)


def get(name: str) -> structlog.typing.FilteringBoundLogger:
    """Return the logger of one part of Fazri; give values as key=value, never inside the text."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(part=name)
    return logger


def quiet(what: str, done: int, total: int) -> None:
    """Show no progress: the default of every workflow that takes a `Progress`."""
