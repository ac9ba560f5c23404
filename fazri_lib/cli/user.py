"""`fazri user`: the accounts of those who sign in to the dashboards."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fazri_lib.cli.operations import actor, open_accounts, open_both
from fazri_lib.cli.options import AsJson
from fazri_lib.cli.screen import complain, say, say_json, say_table
from fazri_lib.cli.session import Session, open_session, read_clock

if TYPE_CHECKING:
    import datetime as dt

    from fazri_lib.access.logins import Account

Name = Annotated[str, typer.Argument(metavar="NAME", help="Login name; capitals do not count.")]
Roles = Annotated[
    list[str],
    typer.Option("--role", metavar="ROLE", help="A role: docs/guides/accounts.md lists them; may be repeated."),
]
_LAST = "nobody is left who can look after accounts on the pages; `fazri user` still can"


def add(name: Name, role: Roles, as_json: AsJson = False) -> None:
    """Add an account and print its one-time password, once.

    The password must be changed at the first login, within seven days.
    """
    with open_accounts() as accounts:
        password = accounts.add(name, role, actor=actor())
    _tell_password(name, "added", password, as_json=as_json)


def reset(name: Name, as_json: AsJson = False) -> None:
    """Give an account a new one-time password and print it, once; its logins end."""
    with open_accounts() as accounts:
        password = accounts.reset(name, actor=actor())
    _tell_password(name, "reset", password, as_json=as_json)


def lock(name: Name, as_json: AsJson = False) -> None:
    """Lock an account until it is unlocked; its logins and open pages end."""
    with open_accounts() as accounts:
        warning = _LAST if accounts.is_last_administrator(name) else ""
        accounts.lock(name, actor=actor(), even_last=True)
    _tell(name, "locked", warning, as_json=as_json)


def unlock(name: Name, as_json: AsJson = False) -> None:
    """Open an account that was locked, by hand or after wrong passwords."""
    with open_accounts() as accounts:
        accounts.unlock(name, actor=actor())
    _tell(name, "unlocked", as_json=as_json)


def roles(name: Name, role: Roles, as_json: AsJson = False) -> None:
    """Give an account these roles and no others; its logins end."""
    with open_accounts() as accounts:
        was_last = accounts.is_last_administrator(name)
        accounts.set_roles(name, role, actor=actor(), even_last=True)
        warning = _LAST if was_last and not accounts.is_last_administrator(name) else ""
    _tell(name, f"has the roles {', '.join(sorted(set(role)))}", warning, as_json=as_json)


def show(as_json: AsJson = False) -> None:
    """List the accounts: roles, state, logins."""
    session = open_session()
    with open_accounts(session) as accounts:
        found = accounts.users()
    if as_json:
        say_json({"accounts": [{**asdict(account), "roles": sorted(account.roles)} for account in found]})
        return
    columns = ("account", "roles", "state", "last login", "open logins")
    say_table(columns, [_row(account, session) for account in found])


def move(as_json: AsJson = False) -> None:
    """Copy accounts, decisions and audit log from state/operations.db to the database that FAZRI_OPERATIONS_URL names.

    That one must be empty. Logins are left behind: everybody signs in again. The file stays; remove it afterwards.
    """
    with open_both() as (source, target):
        from fazri_lib.workflows.moving import move as copy  # noqa: PLC0415 - heavy parts load with their command

        moved = copy(source, target, read_clock, actor=actor())
    if as_json:
        say_json(asdict(moved))
    else:
        say(f"{moved.accounts:,} accounts and {moved.audit_rows:,} audit rows moved; remove state/operations.db")


COMMANDS = {
    "add": (add, ("fazri user add ann --role administrator", "fazri user add ben --role analyst --role security")),
    "reset": (reset, ("fazri user reset ben",)),
    "lock": (lock, ("fazri user lock ben",)),
    "unlock": (unlock, ("fazri user unlock ben",)),
    "roles": (roles, ("fazri user roles ben --role viewer",)),
    "move": (move, ("fazri user move",)),
    "list": (show, ("fazri user list", "fazri user list --json")),
}


def _tell(name: str, what: str, warning: str = "", *, as_json: bool, **more: Any) -> None:
    name = name.strip().lower()
    if warning:
        complain(f"fazri: warning: {warning}")
    if as_json:
        say_json({"account": name, "what": what, **({"warning": warning} if warning else {}), **more})
    else:
        say(f"account {name}: {what}")


def _tell_password(name: str, what: str, password: str, *, as_json: bool) -> None:
    if as_json:
        _tell(name, what, as_json=True, one_time_password=password)
        return
    _tell(name, what, as_json=False)
    say(f"one-time password: {password}")
    say("It is shown this once, holds for seven days, and must be changed at the first login.")


def _row(account: "Account", session: Session) -> tuple[str, str, str, str, int]:
    roles_held = ", ".join(sorted(account.roles))
    last_login = session.spoken(account.last_login_at) if account.last_login_at else "never"
    return account.name, roles_held, _state(account, session), last_login, account.open_logins


def _state(account: "Account", session: Session) -> str:
    if account.is_locked:
        return "locked"
    if account.locked_until:
        return f"locked until {_minute(account.locked_until, session)}"
    return f"one-time password until {_minute(account.one_time_until, session)}" if account.one_time_until else "open"


def _minute(moment: "dt.datetime", session: Session) -> str:
    return session.spoken(moment).partition(" (")[0]
