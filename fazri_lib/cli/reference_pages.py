"""The documentation pages that are made from the code: settings, tables and columns, commands, and who sees what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from typer.main import get_command

from fazri_lib import settings
from fazri_lib.access import ROLES, Scope
from fazri_lib.cli import program
from fazri_lib.schema import EXTRACT_TABLES, LAKE_TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fazri_lib.schema import Table

_MADE = "<!-- Made by `make docs`; change the code, not this page. -->\n"
_ABOUT_SETTINGS = """\
One `fazri.toml` per campus folder. A key with a point stands in a section: `presence.settle_h` is `settle_h` under
`[presence]`. A variable overrides the file. An unknown key or variable is refused, the nearest known name given.
Secrets are taken from variables only. `fazri doctor` shows what is in force, secrets masked."""
_ABOUT_TABLES = """\
Every table and column, as `fazri_lib.schema` defines them. A column has the same name, type and meaning wherever it
stands. Instants (unit UTC) are stored without a zone and written with it by `fazri export`; *campus time* is what the
clocks of the campus show. *Personal* columns are shown only to readers with the scope for them. A view at a moment T
takes the rows with `known_at` <= T < `superseded_at` ([architecture](architecture.md#the-clock))."""
_ABOUT_ACCESS = """\
Who sees what behind `fazri serve`. Each request, socket and file passes one guard, which looks its address up below; an
address that is not listed is refused. A login holds the scopes of its roles, and only `own` while its password is a
one-time one. How accounts are made: [accounts](guides/accounts.md)."""
_ABOUT_DOORS = """\
With the dashboards that ship with Fazri; those of a campus are added by its catalogue, each with the scope that stands
there. An address that ends in `/` leads to the files below it; `public` needs no login."""
_BEHIND = {
    "page": "a page of the front",
    "dashboard": "a dashboard",
    "socket": "the WebSocket of a dashboard",
    "static": "files that dashboards load",
}


def page(name: str) -> str:
    """Return one generated page by its file name in docs/."""
    return f"{_MADE}\n{PAGES[name]()}"


def access() -> str:
    """Return the page of roles, scopes and doors."""
    from fazri_lib.serving.catalog import catalog  # noqa: PLC0415 - as above
    from fazri_lib.serving.doors import access_table, dashboard_doors, route_doors, static_doors  # noqa: PLC0415
    from fazri_lib.serving.front import ROUTERS  # noqa: PLC0415 - heavy, for this page alone
    from fazri_lib.serving.pages.words import ROLE_WORDS, SCOPE_WORDS  # noqa: PLC0415 - as above

    routes = [route for router in ROUTERS for route in router.routes]
    scopes = {dashboard.path: dashboard.scope for dashboard in catalog().values()}
    doors = access_table([*route_doors(routes), *dashboard_doors(scopes), *static_doors()])
    roles = [
        (f"`{role}`", *("yes" if scope in held else "" for scope in Scope), ROLE_WORDS[role])
        for role, held in ROLES.items()
    ]
    opened = [(f"`{path}`", methods, need, _holders(need), _BEHIND[kind]) for path, methods, need, kind in doors]
    return (
        "\n\n".join(
            (
                "# Access",
                _ABOUT_ACCESS,
                "## Scopes",
                _table(("scope", "what it allows"), [(f"`{scope}`", SCOPE_WORDS[scope]) for scope in Scope]),
                "## Roles",
                "An account with several roles holds the scopes of all.",
                _table(("role", *(f"`{scope}`" for scope in Scope), "who"), roles),
                "## Doors",
                _ABOUT_DOORS,
                _table(("address", "methods", "scope", "roles", "what stands there"), opened),
            )
        )
        + "\n"
    )


def _holders(need: str) -> str:
    holders = [role for role, held in ROLES.items() if need in held]
    return "all" if len(holders) == len(ROLES) else ", ".join(holders) or "no login needed"


def configuration() -> str:
    """Return the page of settings."""
    rows = [
        (f"`{key}`", f"`{variable}`", f"`{default}`", meaning)
        for key, variable, default, meaning in settings.describe()
    ]
    others = [(f"`{name}`", meaning) for name, meaning in settings.PROCESS_VARIABLES.items()]
    return (
        "\n\n".join(
            (
                "# Configuration",
                _ABOUT_SETTINGS,
                "## Settings",
                _table(("setting", "variable", "default", "meaning"), rows),
                "## Variables that are no settings",
                _table(("variable", "meaning"), others),
            )
        )
        + "\n"
    )


def data_dictionary() -> str:
    """Return the page of tables and columns."""
    parts = [
        "# Data dictionary",
        _ABOUT_TABLES,
        "Extract: " + ", ".join(f"[{name}](#{name})" for name in EXTRACT_TABLES) + ".  ",
        "Lake: " + ", ".join(f"[{name}](#lake-{name})" for name in LAKE_TABLES) + ".",
        "## Tables of the extract",
        "What notebooks, reports and pages read, and what `fazri export TABLE` writes.",
        *(part for name, table in EXTRACT_TABLES.items() for part in _described(name, table)),
        "## Tables of the lake",
        "What was loaded, append-only. Only runs read them.",
        *(part for name, table in LAKE_TABLES.items() for part in _described(f"lake {name}", table)),
    ]
    return "\n\n".join(parts) + "\n"


def _described(title: str, table: Table) -> tuple[str, str, str]:
    rows = [
        (
            f"`{column.name}`",
            column.type,
            column.unit,
            "yes" if column.name in table.required else "",
            "yes" if column.name in table.personal else "",
            column.meaning,
        )
        for column in table.columns
    ]
    meaning = f"{table.meaning[0].upper()}{table.meaning[1:]}."
    order = f" Sorted by {', '.join(f'`{name}`' for name in table.order)}." if table.order else ""
    return (
        f"### {title}",
        meaning + order,
        _table(("column", "type", "unit", "never empty", "personal", "meaning"), rows),
    )


def command_line() -> str:
    """Return the page of commands."""
    group: Any = get_command(program.app)
    commands = dict(_commands_of(group))
    parts = [
        "# Command line",
        _paragraphs(group.help),
        _table(
            ("command", ""),
            [(f"[`fazri {name}`](#fazri-{name.replace(' ', '-')})", _first_line(c)) for name, c in commands.items()],
        ),
        *(part for name, command in commands.items() for part in _command(name, command)),
    ]
    return "\n\n".join(parts) + "\n"


def _commands_of(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command that is not hidden, those of a group by the group's name and theirs."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands_of(command, f"{before}{name} ")
        elif not command.hidden:
            yield f"{before}{name}", command


def _command(name: str, command: Any) -> Iterator[str]:
    yield f"## fazri {name}"
    yield _paragraphs(command.help)
    rows = [(_spelt(item), _meaning(item)) for item in command.params if item.name != "help"]
    if rows:
        yield _table(("argument or option", "meaning"), rows)
    examples = [line for line in command.epilog.split("\n\n") if line.startswith("fazri ")]
    yield "```sh\n" + "\n".join(examples) + "\n```"


def _spelt(item: Any) -> str:
    if item.param_type_name == "argument":
        return f"`{item.metavar}`"
    takes = "" if item.is_flag else f" {item.metavar}"
    return f"`{', '.join((*item.opts, *item.secondary_opts))}{takes}`"


def _meaning(item: Any) -> str:
    if item.required:
        return f"{item.help} Required."
    default = item.show_default if isinstance(item.show_default, str) else item.default
    is_telling = default is not None and not getattr(item, "is_flag", False)
    return f"{item.help} Default: {getattr(default, 'value', default)}." if is_telling else str(item.help)


def _first_line(command: Any) -> str:
    return str(command.help).split("\n\n")[0].replace("\n", " ")


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text))


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [list(columns), ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


PAGES: dict[str, Callable[[], str]] = {
    "access.md": access,
    "cli.md": command_line,
    "configuration.md": configuration,
    "data-dictionary.md": data_dictionary,
}
"""What makes each page, by its file name in docs/."""
