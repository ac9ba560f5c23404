"""Log lines of the libraries that serve: brought into our form, without the values in them.

Tornado writes addresses with their query, Bokeh whole messages of widgets, SQLAlchemy parameters. So what a line says
is left out: only the library, its text before values are put in, the place in its code and the type of error are told.
With log level debug the whole line is.
"""

from __future__ import annotations

import logging
from typing import Any

from fazri_lib import log

_LOUD = ("tornado.access", "uvicorn.access")  # a line a request: ours is written by `access_log`
_HINTS = ("bokeh.core.validation",)  # on how a page is laid out, without a word that may be told
_SEEN = ("uvicorn", "uvicorn.error", "uvicorn.asgi", "sqlalchemy", "alembic")  # Panel's and its kin: see `redaction`
_log = log.get("serving.libraries")


class ForeignLines(logging.Handler):
    """Sends lines of the standard library's logging to ours.

    Attributes:
        is_whole: lines are told with their values.
    """

    def __init__(self, *, is_whole: bool = False) -> None:
        super().__init__(logging.DEBUG if is_whole else logging.WARNING)
        self.is_whole = is_whole

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        told: dict[str, Any] = {"library": record.name, "at": f"{record.filename}:{record.lineno}"}
        if record.exc_info and record.exc_info[0]:
            told["error"] = record.exc_info[0].__name__
        if self.is_whole:
            told["text"] = record.getMessage()
        elif record.args and isinstance(record.msg, str):
            told["text"] = record.msg
        name = record.levelname.lower()
        getattr(_log, name if name in _LEVELS else "error")("library", **told)


_LEVELS = {"debug", "info", "warning", "error", "critical"}


def take_over(level: str) -> None:
    """Send the lines of all libraries of this process through `ForeignLines`; for Panel's own processes, too.

    Args:
        level: the setting `log_level`; with "debug" lines are whole.
    """
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, ForeignLines):
            root.removeHandler(handler)
    root.addHandler(ForeignLines(is_whole=level == "debug"))
    for name in _SEEN:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in _HINTS:
        logging.getLogger(name).setLevel(level.upper() if level == "debug" else logging.ERROR)
    for name in _LOUD:
        logging.getLogger(name).disabled = True
