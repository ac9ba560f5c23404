"""`fazri serve`: the dashboards behind the front door."""

import importlib.util
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fazri_lib.cli.screen import complain, say, say_table
from fazri_lib.cli.session import Session, open_session, read_clock
from fazri_lib.errors import DependencyError, SettingsError

if TYPE_CHECKING:
    from fazri_lib.workflows.accounts import Accounts

EXAMPLES = (
    "fazri serve",
    "fazri serve --port 9000 --mode processes",
    "fazri serve --check",
)
_CHECK_FAILED = 1
_NEEDED = {
    "aiohttp": "aiohttp",
    "alembic": "alembic",
    "argon2": "argon2-cffi",
    "bokeh": "bokeh",
    "brotli": "brotli",
    "fastapi": "fastapi",
    "holoviews": "holoviews",
    "httptools": "uvicorn[standard]",
    "itsdangerous": "itsdangerous",
    "jinja2": "jinja2",
    "nbformat": "nbformat",
    "panel": "panel",
    "panel_material_ui": "panel-material-ui",
    "sqlalchemy": "sqlalchemy",
    "uvicorn": "uvicorn",
    "websockets": "uvicorn[standard]",
}  # the extra `serve`: packages by what is imported of them
_HERE = {"127.0.0.1", "localhost", "::1"}
_ALL = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - to say where to find it


class Mode(StrEnum):
    """Where Panel runs."""

    THREAD = "thread"
    PROCESSES = "processes"


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on.", metavar="HOST", show_default="serving.host")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on.", min=1, max=65535, metavar="P", show_default="serving.port")
    ] = None,
    mode: Annotated[
        Mode | None,
        typer.Option(
            help="Panel in a thread of this process, or in processes of its own for many readers.",
            metavar="thread|processes",
            show_default="serving.mode",
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only check the notebooks; exit 1 when one is refused.")
    ] = False,
) -> None:
    """Serve the dashboards to readers who log in, until Ctrl-C or SIGTERM.

    Log lines are JSON on standard error, one a request. For readers on other machines put a proxy that ends https
    before it and set serving.public_url to the address in their browsers.
    """
    session = open_session()
    _require()
    if check:
        raise typer.Exit(_checked(session))
    from fazri_lib import log  # noqa: PLC0415 - heavy parts load with their command

    log.configure(session.settings.log_level, as_json=True)
    perform(_with(session, {"host": host, "port": port, "mode": mode.value if mode else None}))


def perform(session: Session, account: tuple[str, str] | None = None) -> None:
    """Serve until stopped.

    Args:
        session: the campus.
        account: name and one-time password to be told once, with the address; no password once another was chosen.
    """
    _require()
    from fazri_lib.serving.listening import listen  # noqa: PLC0415 - heavy parts load with their command
    from fazri_lib.serving.opening import open_front  # noqa: PLC0415 - as above

    complain("opening the front door: building every page once")
    with open_front(session.home, session.settings, read_clock) as front:

        def is_up() -> None:
            _tell(session, front.desk.accounts, account)

        listen(front.app, session.settings, front.leave, is_up)
    complain("closed")


def address_of(session: Session) -> str:
    """Return the address that readers open."""
    serving = session.settings.serving
    if serving.public_url:
        return serving.public_url
    host = f"[{serving.host}]" if ":" in serving.host else serving.host
    return f"http://{_ALL.get(serving.host, host)}:{serving.port}"


def _tell(session: Session, accounts: "Accounts", account: tuple[str, str] | None) -> None:
    serving = session.settings.serving
    say()
    rows = [("open", address_of(session))]
    if account:
        name, once = account
        rows += [
            ("name", name),
            ("one-time password", f"{once}   (shown once; you choose your own at the login)")
            if once
            else ("password", f"the one you chose; forgotten: cd {session.home} && fazri user reset {name}"),
        ]
    rows += [("stop", "Ctrl-C")]
    say_table(("", ""), rows)
    if not accounts.users():
        say()
        say("There is no account yet. In another terminal, in this folder:")
        say("  fazri user add NAME --role administrator --role analyst")
    if serving.host in _ALL and not serving.public_url:
        complain(
            "fazri: readers on other machines cannot log in: set serving.public_url to the address in their browsers"
        )
    if serving.host not in _HERE and not serving.public_url.startswith("https://"):
        complain("fazri: passwords travel in the clear; put a proxy with https before it and set serving.public_url")


def _with(session: Session, options: dict[str, Any]) -> Session:
    """The session with what the command line says in place of the settings.

    Raises:
        SettingsError: the host is empty.
    """
    if options["host"] == "":
        raise SettingsError("--host: expected an address, got nothing; leave it out or give one, as 127.0.0.1")
    given = {name: value for name, value in options.items() if value is not None}
    serving = session.settings.serving.model_copy(update=given)
    return Session(session.home, session.settings.model_copy(update={"serving": serving}))


def _require() -> None:
    missing = [package for name, package in _NEEDED.items() if importlib.util.find_spec(name) is None]
    if missing:
        raise DependencyError(f'serving: expected {", ".join(missing)}, not installed; run pip install "fazri[serve]"')


def _checked(session: Session) -> int:
    """Say what is wrong with which notebook."""
    from fazri_lib.serving.building import publish  # noqa: PLC0415 - heavy parts load with their command
    from fazri_lib.serving.catalog import catalog  # noqa: PLC0415 - as above

    published = publish(catalog(session.home))
    for refused in published.refused:
        for fault in refused.faults:
            say(f"{refused.dashboard.file}: {fault}")
    say(f"{len(published.pages)} dashboards, {len(published.refused)} refused")
    return _CHECK_FAILED if published.refused else 0
