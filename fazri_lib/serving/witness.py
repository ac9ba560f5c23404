"""Who looked at whom: what dashboards report goes into the audit log, from whichever process shows them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fazri_lib.settings import load
from fazri_lib.store.operations import open_operations
from fazri_lib.workflows.audit import Audit, Event

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from fazri_lib.serving.readers import Identity


@dataclass(frozen=True, slots=True)
class Witness:
    """Writes what a page shows of a person into the audit log, before it is shown.

    Attributes:
        audit: the log.
    """

    audit: Audit

    def __call__(self, identity: Identity, subject: str, what: str) -> None:
        """Note that a reader saw somebody.

        Args:
            identity: the reader.
            subject: pseudonym of the person; empty for several.
            what: name of an `Event`.
        """
        self.audit.write(Event(what), actor=identity.name, subject=subject, detail={"session": identity.session_id})


def witness_of(home: str, clock: Callable[[], dt.datetime]) -> Witness:
    """Return the witness of this process, with a connection to the operations database of its own.

    Args:
        home: campus folder.
        clock: tells the time, UTC without a zone; a function of a module, as it is sent to other processes.
    """
    folder = Path(home)
    return Witness(Audit(open_operations(load(folder).operations_url, folder, migrate=False), clock))
