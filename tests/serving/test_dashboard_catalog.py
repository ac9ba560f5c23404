"""Which dashboards there are."""

from __future__ import annotations

import pytest
from published_campus import ENTRY, write_catalog

from fazri_lib.access import Scope
from fazri_lib.errors import PublishError
from fazri_lib.serving.catalog import catalog


def test_six_dashboards_ship_with_fazri():
    """Each with its path and scope, in the order of the menu."""
    assert [(name, entry.path, entry.scope) for name, entry in catalog().items()] == [
        ("today", "/dash/today", Scope.ZONES),
        ("zones", "/dash/zones", Scope.ZONES),
        ("findings", "/dash/findings", Scope.FINDINGS),
        ("person", "/dash/person", Scope.PEOPLE),
        ("thing", "/dash/thing", Scope.PEOPLE),
        ("review", "/dash/review", Scope.REVIEW),
    ]


def test_a_campus_adds_its_own_and_replaces_by_name(tmp_path):
    """A new name is added, a shipped name is replaced; the notebook lies beside the catalogue."""
    write_catalog(tmp_path, {"zones": "people", "kitchen": "zones"})
    found = catalog(tmp_path)
    assert list(found) == ["today", "findings", "person", "thing", "review", "zones", "kitchen"]
    assert found["zones"].scope is Scope.PEOPLE
    assert found["kitchen"].file == tmp_path / "dashboards" / "kitchen.ipynb"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"scope": "everything"}, "x.scope: Input should be 'own'"),
        ({"path": "/login"}, "x.path: String should match"),
        ({"path": "/dash/../login"}, "x.path: String should match"),
        ({"notebook": "../x.ipynb"}, "x.notebook: String should match"),
        ({"icon": "<b>"}, "x.icon: String should match"),
        ({"title": ""}, "x.title: String should have at least 1"),
        ({"colour": "red"}, "x.colour: Extra inputs are not permitted"),
        ({"order": "first"}, "x.order: Input should be a valid integer"),
    ],
)
def test_an_entry_that_is_not_valid_is_told(tmp_path, changed, message):
    """By file, entry and field."""
    values = {"title": "X", "notebook": "x.ipynb", "path": "/dash/x", "icon": "map", "scope": "zones", "order": 1}
    lines = (f"{key} = {value!r}" for key, value in (values | changed).items())
    (tmp_path / "dashboards").mkdir()
    (tmp_path / "dashboards" / "catalog.toml").write_text("[x]\n" + "\n".join(lines))
    with pytest.raises(PublishError, match=r"catalog.toml: ") as told:
        catalog(tmp_path)
    assert message in str(told.value)


@pytest.mark.parametrize(("text", "message"), [("[x\n", "line 1"), ("x = 1", r"expected a table \[x\]")])
def test_a_file_that_is_no_catalogue_is_told(tmp_path, text, message):
    """With its line or name."""
    (tmp_path / "dashboards").mkdir()
    (tmp_path / "dashboards" / "catalog.toml").write_text(text)
    with pytest.raises(PublishError, match=message):
        catalog(tmp_path)


def test_two_dashboards_need_two_paths(tmp_path):
    """Otherwise one would hide the other, and its scope."""
    (tmp_path / "dashboards").mkdir()
    entry = ENTRY.format(name="other", title="Other", scope="own", order=1).replace("/dash/other", "/dash/person")
    (tmp_path / "dashboards" / "catalog.toml").write_text(entry)
    with pytest.raises(PublishError, match="other and person: expected a path for each, got /dash/person"):
        catalog(tmp_path)
