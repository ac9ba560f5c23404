"""What fails inside Panel: a reference id for the reader, its place for the log, its values for nobody."""

from __future__ import annotations

import logging
import secrets
import traceback
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from bokeh.application.handlers.function import FunctionHandler
from bokeh.document.events import MessageSentEvent
from bokeh.models.widgets import Div
from bokeh.protocol.messages.error import error as ErrorMessage  # noqa: N812 - Bokeh's class is in lower case
from bokeh.server.connection import ServerConnection

from fazri_lib import log

if TYPE_CHECKING:
    from collections.abc import Callable

    from bokeh.application import Application
    from bokeh.document import Document

FAILURE_MESSAGE = "fazri-failure"
"""Type of the message by which our script in the page learns of a failure; its data is the reference id."""

_FRAMES = 6
_LOGGERS = ("bokeh", "panel", "tornado", "param", "asyncio")
_log = log.get("serving.panel")


def install() -> None:
    """Redact whatever fails in this process from now on. Panel must be imported."""
    import panel as pn  # noqa: PLC0415, TID251 - takes a second; only where Panel serves

    pn.config.exception_handler = report_to_reader
    ServerConnection.error = _redacted_error  # type: ignore[method-assign]
    handler = _Redacted()
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(logging.WARNING)


def report(error: BaseException) -> str:
    """Log where something failed and with which type of error; return the reference id that stands there."""
    reference = secrets.token_hex(4)
    _log.error("page failed", reference=reference, error=type(error).__name__, at=places(error))
    return reference


def report_to_reader(error: BaseException) -> None:
    """Log a failed callback and show its reference id on the page it belongs to."""
    import panel as pn  # noqa: PLC0415, TID251 - as above

    reference = report(error)
    document = pn.state.curdoc
    if document is not None and document.session_context is not None:
        document.add_next_tick_callback(lambda: _tell(document, reference))


def contain(application: Application) -> None:
    """Have a page that cannot be built show a reference id. Panel would show the whole traceback, and print it."""
    for handler in application.handlers:
        if isinstance(handler, FunctionHandler):
            handler._func = _contained(handler._func)  # noqa: SLF001 - Bokeh has no other way to a page's function


def places(error: BaseException) -> list[str]:
    """Return file and line of the innermost frames, without any value."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return [f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames]


class _Redacted(logging.Handler):
    """Says where a library logged and what type of error it saw; its own words hold values, messages and users."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        told: dict[str, Any] = {"at": f"{record.module}:{record.lineno}", "logger": record.name}
        if error is not None:
            told |= {"error": type(error).__name__, "raised_at": places(error)}
        _log.log(record.levelno, "library", **told)


def _contained(build: Callable[[Document], Any]) -> Callable[[Document], None]:
    def contained(document: Document) -> None:
        try:
            build(document)
        except Exception as error:  # noqa: BLE001 - whatever a page raises ends here
            reference = report(error)
            document.clear()
            document.title = "This page failed"
            document.add_root(Div(text=f"<h1>This page failed</h1><p>Reference {reference}</p>"))

    return contained


def _redacted_error(self: ServerConnection, message: Any, text: str) -> ErrorMessage:  # noqa: ARG001 - Bokeh's method
    reference = secrets.token_hex(4)
    _log.error("message failed", reference=reference, message=message.msgtype)
    header = ErrorMessage.create_header(request_id=message.header["msgid"])
    return ErrorMessage(header, {}, {"text": f"failed, reference {reference}", "traceback": None})


def _tell(document: Document, reference: str) -> None:
    document.callbacks.trigger_on_change(MessageSentEvent(document, FAILURE_MESSAGE, reference))
