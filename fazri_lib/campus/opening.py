"""Opening a campus for reading."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from fazri_lib import log
from fazri_lib.access import Grant, reveal_for
from fazri_lib.campus.facade import Campus
from fazri_lib.campus.view import moment_of
from fazri_lib.settings import find_home, load
from fazri_lib.store import Extract

if TYPE_CHECKING:
    from fazri_lib.campus.instants import Moment


def open(  # noqa: A001 - read as `fazri.open()`
    home: Path | str | None = None, *, as_of: Moment = None, reveal: bool = False, purpose: str | None = None
) -> Campus:
    """Open a campus as it was known at a moment. People are shown under pseudonyms.

    Args:
        home: campus folder; by default the nearest one at or above the working directory, else `FAZRI_HOME`.
        as_of: moment to look from, campus time unless it has an offset; by default the latest one.
        reveal: show names, contacts and identifiers. Only for the local analyst, and only with a purpose.
        purpose: why personal values are needed; written to the log.

    Raises:
        CampusNotFoundError: there is no campus folder.
        NotPublishedError: nothing is published yet, or `as_of` is later than what is.
        SettingsError: the settings are wrong, or `reveal` comes without a purpose.
    """
    folder = find_home() if home is None else find_home(Path(home))
    settings = load(folder)
    if not structlog.is_configured():
        log.configure(settings.log_level)
    key = settings.pseudonym_key.get_secret_value() if settings.pseudonym_key else ""
    grant = reveal_for(purpose, key) if reveal else Grant(key=key)
    extract = Extract.open(folder / "state", settings.storage.memory_limit, settings.storage.threads)
    try:
        moment = moment_of(extract, settings, as_of)
    except BaseException:
        extract.close()
        raise
    if reveal:
        log.get("access").info("personal values revealed", purpose=grant.purpose, as_of=moment.isoformat())
    return Campus(extract, settings, moment, grant)
