"""docs/guides/add-a-source.md says all that there is, and its examples load."""

import re
import tomllib
from pathlib import Path

import pytest

from fazri_lib.sources.contract import Contract, Identifier, Time, known_keys
from fazri_lib.sources.kinds import KINDS

GUIDE = (Path(__file__).parents[2] / "docs/guides/add-a-source.md").read_text(encoding="utf-8")


def block(language):
    """The code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, flags=re.DOTALL)


@pytest.mark.parametrize("name", [*known_keys(Contract), *known_keys(Time), *known_keys(Identifier), *KINDS])
def test_every_key_and_kind_is_explained(name):
    """In the words of the contract."""
    assert re.search(rf"`\[?{name}\b|^{name} = ", GUIDE, re.MULTILINE)


@pytest.mark.parametrize("column", sorted({column for kind in KINDS.values() for column in kind.columns}))
def test_every_canonical_column_is_named(column):
    """So that a reader can map it."""
    assert f"`{column}`" in GUIDE


@pytest.mark.parametrize(
    "rule",
    ["unknown_zone", "missing_key", "unreadable_time", "ends_before_start", "bad_value", "ragged_row", "line_too_long"],
)
def test_every_rule_is_named(rule):
    """As it stands in the quarantine."""
    assert f"`{rule}`" in GUIDE


@pytest.mark.parametrize("text", block("toml"))
def test_contracts_of_the_page_are_sound(text):
    """They can be copied."""
    assert Contract(**tomllib.loads(text)).source in {"doors", "staff"}


def test_the_worked_example_loads(load):
    """Day first is proven, raw doors become zones, nobody's card is no fault."""
    doors = tomllib.loads(block("toml")[0])
    zones = {"Front": "LAB", "Pool": "GYM"}
    found = load(block("csv")[0], **doors | {"values": {"zone_id": zones}})
    assert found.ts == ["2025-09-01 07:58:00", "2025-09-13 08:02:00", "2025-09-13 08:03:00"]
    assert found.observations["zone_id"].tolist() == ["LAB", "GYM", "GYM"]
    assert found.observations["id_value"].fillna("-").tolist() == ["C1001", "C1002", "-"]
    assert found.rules == []
