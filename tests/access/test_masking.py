"""Personal columns are replaced unless the reader may see them."""

from __future__ import annotations

import pandas as pd
import pytest

from fazri_lib.access import DENY, Grant, Scope, mask, pseudonym, reveal_for
from fazri_lib.errors import SettingsError, UnknownNameError
from fazri_lib.schema import EXTRACT_TABLES

PERSON = pd.DataFrame(
    {"entity_id": [1], "name": ["Asha"], "email": ["a@x.org"], "phone": ["+91 1"], "born_on": ["2001-01-01"]}
)


def test_names_and_contacts_become_empty():
    """Without the scope only the opaque id of a person stays."""
    masked = mask(PERSON, "person")
    assert masked["entity_id"].tolist() == [1]
    assert masked[["name", "email", "phone", "born_on"]].isna().all(axis=None)


def test_the_input_is_not_touched():
    """Masking copies."""
    mask(PERSON, "person")
    assert PERSON["name"].tolist() == ["Asha"]


def test_the_scope_shows_everything():
    """A grant with the scope gets the rows as they are."""
    assert mask(PERSON, "person", reveal_for("audit 7"))["name"].tolist() == ["Asha"]


def test_identifiers_become_labels_and_their_key_goes():
    """The same card keeps one label, an empty value stays empty, and the guessable key is gone."""
    frame = pd.DataFrame({"id_type": ["card_id"] * 3, "id_value": ["C1", "C1", None], "id_key": [5, 5, None]})
    masked = mask(frame, "identifiers")
    assert masked["id_value"].iloc[0] == masked["id_value"].iloc[1] != "C1"
    assert masked["id_value"].isna().tolist() == [False, False, True]
    assert masked["id_key"].isna().all()


def test_ends_of_relations_keep_their_kind():
    """Entities get pseudonyms, zones stay, identifiers become labels."""
    frame = pd.DataFrame({"src": ["entity:12", "card_id:C1"], "dst": ["zone:LIB", "entity:12"]})
    masked = mask(frame, "relations", Grant(key="k"))
    assert masked["src"].tolist()[0] == masked["dst"].tolist()[1] == f"entity:{pseudonym(12, 'k')}"
    assert masked["dst"].tolist()[0] == "zone:LIB"
    assert masked["src"].tolist()[1].startswith("card_id:I-")


def test_names_of_zones_stay():
    """A table's contract says which of its columns are not personal."""
    assert mask(pd.DataFrame({"zone_id": ["LIB"], "name": ["Library"]}), "zones")["name"].tolist() == ["Library"]


@pytest.mark.parametrize("table", EXTRACT_TABLES)
def test_no_personal_value_passes_in_any_table(table):
    """A marker put into every personal column is found nowhere after masking."""
    columns = EXTRACT_TABLES[table].personal
    masked = mask(pd.DataFrame({name: ["SECRET", "card_id:SECRET"] for name in columns}), table)
    assert "SECRET" not in masked.to_csv()


def test_a_joined_personal_column_is_hidden_too():
    """A name that was joined to another table does not slip through."""
    assert mask(pd.DataFrame({"entity_id": [1], "name": ["Asha"]}), "entities")["name"].isna().all()


def test_an_unknown_table_is_refused():
    """The nearest name is given."""
    with pytest.raises(UnknownNameError, match="did you mean person"):
        mask(PERSON, "persons")


@pytest.mark.parametrize("purpose", [None, "", "  "])
def test_revealing_needs_a_purpose(purpose):
    """No purpose, no personal values."""
    with pytest.raises(SettingsError, match="purpose"):
        reveal_for(purpose)


def test_nothing_is_granted_by_default():
    """The default grant holds no scope, and a grant does not print its key."""
    assert not any(DENY.holds(scope) for scope in Scope)
    assert "hidden" not in repr(Grant(key="hidden"))
