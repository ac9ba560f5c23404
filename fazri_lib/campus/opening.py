"""Opening a campus for reading."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from fazri_lib import log
from fazri_lib.access import Grant, Scope, reveal_for
from fazri_lib.campus.facade import Campus
from fazri_lib.campus.pool import Pool
from fazri_lib.campus.reading import reading
from fazri_lib.campus.view import moment_of
from fazri_lib.errors import AccessDeniedError
from fazri_lib.settings import find_home, load

if TYPE_CHECKING:
    from fazri_lib.campus.instants import Moment
    from fazri_lib.campus.pool import Lease
    from fazri_lib.campus.reading import Reader


def open(  # noqa: A001 - read as `fazri.open()`
    home: Path | str | None = None, *, as_of: Moment = None, reveal: bool = False, purpose: str | None = None
) -> Campus:
    """Open a campus as it was known at a moment. People are shown under pseudonyms.

    On a dashboard it is opened as the page's reader may see it: people's names are shown when the reader's roles reveal
    them, `as_of` counts in whole minutes, and the extract is shared by all readers.

    Args:
        home: campus folder; by default the nearest one at or above the working directory, else `FAZRI_HOME`.
        as_of: moment to look from, campus time unless it has an offset; by default the latest one.
        reveal: show names, contacts and identifiers. Only for the local analyst, and only with a purpose.
        purpose: why personal values are needed; written to the log.

    Raises:
        CampusNotFoundError: there is no campus folder.
        NotPublishedError: nothing is published yet, or `as_of` is later than what is.
        SettingsError: the settings are wrong, or `reveal` comes without a purpose.
        AccessDeniedError: on a dashboard, `reveal` for a reader who does not hold that scope, or another campus.
    """
    reader = reading()
    if reader is not None:
        return _opened_for(reader, home, as_of, reveal=reveal)
    folder = find_home() if home is None else find_home(Path(home))
    settings = load(folder)
    if not structlog.is_configured():
        log.configure(settings.log_level)
    key = settings.pseudonym_key.get_secret_value() if settings.pseudonym_key else ""
    grant = reveal_for(purpose, key) if reveal else Grant(key=key)
    campus = _opened(Pool(folder, settings, keeps_open=False).lease(), as_of, grant)
    if reveal:
        moment = campus.as_of.replace(tzinfo=None)
        log.get("access").info("personal values revealed", purpose=grant.purpose, as_of=moment.isoformat())
    return campus


def _opened_for(reader: Reader, home: Path | str | None, as_of: Moment, *, reveal: bool) -> Campus:
    """Open the campus of a dashboard's reader, who is given no more than the roles grant."""
    if home is not None and Path(home).resolve() != reader.home.resolve():
        raise AccessDeniedError(
            "a dashboard reads the campus that it is published for, got another folder; leave it out"
        )
    if reveal and not reader.grant.holds(Scope.REVEAL):
        raise AccessDeniedError(
            "names are not yours to see; expected a role that reveals them, as security, got none; "
            "open the campus without reveal=True"
        )
    return _opened(reader.lease(), as_of, reader.grant, reader)


def _opened(lease: Lease, as_of: Moment, grant: Grant, reader: Reader | None = None) -> Campus:
    try:
        moment = moment_of(lease.extract, lease.pool.settings, as_of)
    except BaseException:
        lease.close()
        raise
    return Campus(lease, moment, grant, reader)
