"""The program: its commands, what becomes of errors, and the exit codes.

0 done; 1 a check failed or an internal error; 2 usage; 3 bad input or configuration, one clear line; 130 interrupted.
"""

from __future__ import annotations

import importlib.metadata
import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from fazri_lib.cli import (
    audit,
    bench,
    demo,
    docs,
    doctor,
    export,
    ingest,
    init,
    lab,
    report,
    resolve,
    review,
    run,
    serve,
    simulate,
    user,
)
from fazri_lib.cli.screen import complain
from fazri_lib.errors import FazriError

if TYPE_CHECKING:
    from types import ModuleType, TracebackType

_ABOUT = """Fazri, the open campus analytics workbench: who is this, where were they, what is unusual, what comes next,
and how sure are we.

Commands work on the campus folder: the nearest one at or above the working directory that holds fazri.toml, else
FAZRI_HOME.

Exit codes: 0 done, 1 a check failed, 2 usage, 3 bad input or configuration (one line says what to do)."""
_COMMANDS: tuple[ModuleType, ...] = (
    init,
    simulate,
    ingest,
    run,
    resolve,
    export,
    report,
    demo,
    serve,
    lab,
    doctor,
    bench,
)
_GROUPS: tuple[ModuleType, ...] = (user, audit, review)


class _Program(TyperGroup):
    def invoke(self, ctx: Any) -> Any:
        """Run a command; an error that a user can do something about becomes one line and exit code 3."""
        try:
            return super().invoke(ctx)
        except FazriError as error:
            complain(f"fazri: {' '.join(str(error).split())}")
            raise typer.Exit(error.exit_code) from error
        except BrokenPipeError:  # the reader of our output has gone: Typer ends quietly
            raise
        except OSError as error:
            where = error.filename or "a file"
            complain(f"fazri: {where}: {error.strerror}; check the path, its permissions and the free space")
            raise typer.Exit(FazriError.exit_code) from error


def _tell_version(*, is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"fazri {importlib.metadata.version('fazri')}")
        raise typer.Exit


app = typer.Typer(
    name="fazri",
    cls=_Program,
    help=_ABOUT,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _program(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Take the options of the program itself."""


for _module in _COMMANDS:
    _name = _module.__name__.rpartition(".")[2]
    app.command(_name, epilog="\n\n".join(("Examples:", *_module.EXAMPLES)))(getattr(_module, _name))
for _module in _GROUPS:
    _about = str(_module.__doc__).partition(": ")[2].strip()
    _group = typer.Typer(help=_about[0].upper() + _about[1:], no_args_is_help=True)
    for _name, (_function, _examples) in _module.COMMANDS.items():
        _group.command(_name, epilog="\n\n".join(("Examples:", *_examples)))(_function)
    app.add_typer(_group, name=_module.__name__.rpartition(".")[2])
app.command("docs", hidden=True)(docs.docs)


def main() -> None:
    """Run the program."""
    sys.excepthook = tell_internal_error
    get_command(app)(prog_name="fazri")  # calling the app itself would put Typer's own hook in place of ours


def tell_internal_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say that Fazri itself failed, without values; the traceback, which may hold some, only when asked for."""
    if os.environ.get("FAZRI_LOG_LEVEL", "").lower() == "debug":
        sys.__excepthook__(kind, error, trace)
    complain(
        f"fazri: internal error {kind.__name__}; run again with FAZRI_LOG_LEVEL=debug for the traceback, and report it"
    )
