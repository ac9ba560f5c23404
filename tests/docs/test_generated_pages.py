"""The pages that are made from the code say what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from fazri_lib import settings
from fazri_lib.cli.reference_pages import pages
from fazri_lib.schema import COLUMNS, EXTRACT_TABLES, LAKE_TABLES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", sorted(pages()))
def test_page_is_current(name):
    """The committed page is the one that the code makes."""
    committed = (DOCS / name).read_text(encoding="utf-8") if (DOCS / name).exists() else ""
    assert committed == pages()[name], f"docs/{name} is out of date: run `make docs` and commit it"


def test_every_setting_is_listed():
    """The page of settings names each setting and each variable."""
    text = pages()["configuration.md"]
    for key, variable, _, meaning in settings.describe():
        assert f"| `{key}` | `{variable}` |" in text
        assert meaning in text
    assert all(f"`{name}`" in text for name in settings.PROCESS_VARIABLES)


def test_every_column_is_listed():
    """The data dictionary has every table, and every column of the schema stands in one."""
    text = pages()["data-dictionary.md"]
    assert all(f"\n### {name}\n" in text for name in EXTRACT_TABLES)
    assert all(f"\n### lake {name}\n" in text for name in LAKE_TABLES)
    assert [name for name in COLUMNS if f"| `{name}` |" not in text] == []


def test_every_command_is_listed():
    """The page of commands has each command that is not hidden, with examples and every option."""
    text = pages()["cli.md"]
    for name in ("init", "simulate", "ingest", "run", "export", "report", "demo", "serve", "lab", "doctor", "bench"):
        assert f"\n## fazri {name}\n" in text
        assert f"\nfazri {name}" in text.split(f"## fazri {name}\n")[1].split("\n## ")[0]
    assert "## fazri docs" not in text
    assert "`--as-of TIME`" in text
    assert "None" not in text
