"""What a command works with: the campus folder, its settings, the moment of the call."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from fazri_lib.settings import Settings


@dataclass(frozen=True, slots=True)
class Session:
    """One call on one campus.

    Attributes:
        home: campus folder.
        settings: its settings.
    """

    home: Path
    settings: Settings

    def instant(self, moment: dt.datetime | None) -> dt.datetime | None:
        """Return a moment of the command line as UTC without a zone; without an offset it was campus time."""
        from fazri_lib.schema import utc_of  # noqa: PLC0415 - heavy parts load with the command that needs them

        if moment is None:
            return None
        return moment.replace(tzinfo=None) if moment.tzinfo else utc_of(moment, self.settings.time_zone)

    def spoken(self, moment: dt.datetime) -> str:
        """Return a UTC moment as campus time in words."""
        from fazri_lib.schema import local_of  # noqa: PLC0415 - as above

        return f"{local_of(moment, self.settings.time_zone):%a %d %b %Y %H:%M} ({self.settings.time_zone})"


def open_session(start: Path | None = None, engine: str | None = None) -> Session:
    """Find the campus folder, read its settings, set up the log.

    Args:
        start: where to look for the folder; default: the working directory.
        engine: overrides the setting of that name.

    Raises:
        CampusNotFoundError: there is no campus folder.
        SettingsError: its settings are wrong.
    """
    from fazri_lib.settings import find_home, load  # noqa: PLC0415 - heavy parts load with the command that needs them

    home = find_home(start)
    settings = load(home)
    configure_log(settings.log_level)
    return Session(home, settings.model_copy(update={"engine": engine}) if engine else settings)


def configure_log(level: str = "info") -> None:
    """Send log lines to standard error; on a terminal a progress bar stands in for those of level info."""
    from fazri_lib import log  # noqa: PLC0415 - heavy parts load with the command that needs them

    log.configure("warning" if level == "info" and sys.stderr.isatty() else level)


def read_clock() -> dt.datetime:
    """Return the machine's time, UTC without a zone. Only commands call this; all below get it as a parameter."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
