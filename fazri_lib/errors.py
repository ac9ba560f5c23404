"""Every error that Fazri raises on purpose.

    FazriError                  exit 3: bad input or configuration, one clear line
    |- SettingsError            a setting is unknown, missing or out of range
    |- CampusNotFoundError      no fazri.toml here or above, and FAZRI_HOME is not set
    |- ContractError            a source contract contradicts itself
    |- FileRefusedError         a whole input file is unusable: nothing of it was loaded
    |- WriterBusyError          another process is writing this campus
    |- NotPublishedError        the extract, a table or a moment is not there to read
    |- NotEnoughDataError       an analysis needs more history than there is
    |- ReportError              a report's parameters or its run failed
    |- UnknownNameError         no such table, zone, entity, column or report
    |- AccessDeniedError        the reader holds no scope for this
    |- AccountError             an account cannot be added, changed or used like this
    |- DecisionError            an answer about records contradicts others, or was given already
    |- PublishError             a notebook or its entry cannot be published as a dashboard
    `- DependencyError          an optional part is not installed or not reachable

A message says *what; expected, got; do this* and never holds a value of a personal column.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class FazriError(Exception):
    """Root of all errors that a user can do something about."""

    exit_code = 3


class SettingsError(FazriError):
    """A setting is unknown, missing or out of range."""


class CampusNotFoundError(FazriError):
    """No campus folder at or above the working directory."""


class ContractError(FazriError):
    """A source contract contradicts itself or names what does not exist."""


class FileRefusedError(FazriError):
    """A whole input file is unusable, so nothing of it was loaded."""


class WriterBusyError(FazriError):
    """Another process holds the writer's lock of this campus."""


class NotPublishedError(FazriError):
    """The extract, one of its tables or the asked moment is not there to read."""


class NotEnoughDataError(FazriError):
    """An analysis needs more history than there is."""


class ReportError(FazriError):
    """A report's parameters are wrong or its notebook failed."""


class UnknownNameError(FazriError):
    """No such table, zone, entity, column or report."""


class AccessDeniedError(FazriError):
    """The reader holds no scope for what was asked."""


class AccountError(FazriError):
    """An account cannot be added, changed or used like this.

    Attributes:
        field: what of a form it is about: "old" or "new" password; empty when it is about none.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class DecisionError(FazriError):
    """An answer about two records contradicts other answers, or was given or withdrawn already."""


class PublishError(FazriError):
    """A notebook, or its entry in the catalogue, cannot be published as a dashboard."""


class DependencyError(FazriError):
    """An optional part is not installed or not reachable."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return " (did you mean X?)" for the known name closest to `name`, or nothing when none is close."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f" (did you mean {close[0]}?)" if close else ""
