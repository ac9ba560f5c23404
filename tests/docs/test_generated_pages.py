"""The pages that are made from the code say what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from fazri_lib import settings
from fazri_lib.access import ROLES, Scope
from fazri_lib.cli.reference_pages import PAGES, page
from fazri_lib.schema import COLUMNS, EXTRACT_TABLES, LAKE_TABLES

DOCS = Path(__file__).parents[2] / "docs"
HEAVY = {"access.md"}  # it walks the routes of the front
NAMES = [pytest.param(name, marks=pytest.mark.slow) if name in HEAVY else name for name in PAGES]


@pytest.mark.parametrize("name", NAMES)
def test_page_is_current(name):
    """The committed page is the one that the code makes."""
    committed = (DOCS / name).read_text(encoding="utf-8") if (DOCS / name).exists() else ""
    assert committed == page(name), f"docs/{name} is out of date: run `make docs` and commit it"


def test_every_setting_is_listed():
    """The page of settings names each setting and each variable."""
    text = page("configuration.md")
    for key, variable, _, meaning in settings.describe():
        assert f"| `{key}` | `{variable}` |" in text
        assert meaning in text
    assert all(f"`{name}`" in text for name in settings.PROCESS_VARIABLES)


def test_every_column_is_listed():
    """The data dictionary has every table, and every column of the schema stands in one."""
    text = page("data-dictionary.md")
    assert all(f"\n### {name}\n" in text for name in EXTRACT_TABLES)
    assert all(f"\n### lake {name}\n" in text for name in LAKE_TABLES)
    assert [name for name in COLUMNS if f"| `{name}` |" not in text] == []


def test_every_command_is_listed():
    """The page of commands has each command that is not hidden, with examples and every option."""
    text = page("cli.md")
    for name in ("init", "simulate", "ingest", "run", "export", "report", "demo", "serve", "lab", "doctor", "bench"):
        assert f"\n## fazri {name}\n" in text
        assert f"\nfazri {name}" in text.split(f"## fazri {name}\n")[1].split("\n## ")[0]
    assert "## fazri docs" not in text
    assert "`--as-of TIME`" in text
    assert "None" not in text


@pytest.mark.slow
def test_every_role_and_door_is_listed():
    """The page of access has each role with its scopes, and each dashboard, its socket and each route with its need."""
    from fazri_lib.serving.catalog import catalog
    from fazri_lib.serving.front import ROUTERS

    text = page("access.md")
    rows = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| ")]
    scopes = [str(scope) for scope in Scope]
    for role, held in ROLES.items():
        (row,) = [row for row in rows if row[0] == role]
        assert [scope for scope, cell in zip(scopes, row[1:], strict=False) if cell == "yes"] == sorted(
            map(str, held), key=scopes.index
        )
    needed = {row[0]: row[2:4] for row in rows if len(row) == 5}
    for dashboard in catalog().values():
        holders = ", ".join(role for role, held in ROLES.items() if dashboard.scope in held)
        holders = "all" if dashboard.scope is Scope.ZONES else holders
        assert needed[dashboard.path] == needed[f"{dashboard.path}/ws"] == [dashboard.scope, holders]
    assert needed["/login"] == ["public", "no login needed"]
    assert {route.path for router in ROUTERS for route in router.routes} <= needed.keys()
