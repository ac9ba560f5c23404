"""The operations database as `fazri doctor` finds it, without making or changing anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fazri_lib.store.operations import is_private, open_operations, operations_address

if TYPE_CHECKING:
    from pydantic import SecretStr

_ADD = "run `fazri user add NAME --role administrator`"


@dataclass(frozen=True, slots=True)
class State:
    """What was found.

    Attributes:
        is_well: whether people can sign in.
        what: in words.
        remedy: what to do when it is not well.
    """

    is_well: bool
    what: str
    remedy: str = ""


def look(url: SecretStr | None, home: Path) -> State:
    """Look at the operations database of a campus.

    Args:
        url: `settings.operations_url`.
        home: campus folder.

    Raises:
        SettingsError: the URL is of no known form.
        DependencyError: the database does not answer.
    """
    address = operations_address(url, home)
    is_file = address.get_backend_name() == "sqlite"
    file = Path(str(address.database))
    if is_file and not file.exists():
        return State(is_well=False, what="no accounts yet", remedy=_ADD)
    if is_file and not is_private(file):
        return State(is_well=False, what="others than its owner can read it", remedy=f"run chmod 600 {file}")
    with open_operations(url, home, migrate=False) as operations:
        found, expected = operations.revision()
        if found != expected:
            what = f"{operations.kind}, tables at revision {found or 'none'}, expected {expected}"
            return State(
                is_well=False, what=what, remedy="it is brought up to date by `fazri user list` or `fazri serve`"
            )
        with operations.read() as rows:
            users, (count, _) = rows.users.all(), rows.audit.head()
    what = f"{operations.kind}, revision {found}, {len(users)} accounts, {count:,} audit rows"
    return State(is_well=bool(users), what=what, remedy="" if users else _ADD)
