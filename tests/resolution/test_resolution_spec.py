"""The spec: what it accepts, and the one line that says what is wrong with it."""

import pytest

from fazri_lib.errors import ContractError
from fazri_lib.resolution.spec import read_spec

NAME = {"kind": "name", "given": "first", "family": "last"}
PLACE = {"kind": "place", "columns": ["postcode", "city", "first"]}


def test_columns_stand_once_in_the_order_of_the_fields():
    """A column that two fields name is one column."""
    spec = read_spec({"fields": {"name": NAME, "home": PLACE}}, "a.toml")
    assert spec.columns() == ("first", "last", "postcode", "city")
    assert spec.record_id == "record_id"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"fields": {}}, "fields"),
        ({"fields": {"name": {"kind": "name"}}}, "expected one of given, family, full"),
        ({"fields": {"name": {"kind": "nam", "full": "n"}}}, "fields.name"),
        ({"fields": {"born": {"kind": "date"}}}, "fields.born.date.column"),
        ({"fields": {"born": {"kind": "date", "column": "dob", "threshold": 0.9}}}, "threshold"),
        ({"fields": {"Name": NAME}}, "fields.Name"),
        ({"fields": {"name": NAME}, "cut": 3}, "cut"),
        ({"fields": {"m": {"kind": "email", "colum": "m"}}}, "fields.m: unknown key `colum`; did you mean `column`?"),
        ({"fields": {"home": {"kind": "place", "column": "x"}}}, "unknown key `column`; did you mean `columns`?"),
        ({"fields": {"m": {"kind": "mail", "column": "m"}}}, "fields.m: unknown kind `mail`; did you mean `email`?"),
        ({"fields": {"m": {"kind": "x", "column": "m"}}}, "unknown kind `x`; expected one of name, date, email"),
        ({"fields": {"m": {"knid": "email", "column": "m"}}}, "unknown key `knid`; did you mean `kind`?"),
        ({"fields": {"m": {"column": "m"}}}, "fields.m: no kind; expected name, date, email"),
        ({"fields": {"m": "email"}}, "fields.m"),
        ({"fields": {"name": NAME}, "recordid": "x"}, "the spec: unknown key `recordid`; did you mean `record_id`?"),
    ],
)
def test_a_wrong_spec_is_refused_in_one_line(content, words):
    """The line names the file and the place; thresholds have no place in a spec."""
    with pytest.raises(ContractError) as error:
        read_spec(content, "a.toml")
    assert str(error.value).startswith("a.toml: ")
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_sources_with_one_record_a_person():
    """True means all of them, a list those, and a stem that is not there is refused with the nearest."""
    fields = {"fields": {"name": NAME}}
    assert read_spec({**fields, "one_per_person": True}, "s").single_sources(["a", "b"]) == {"a", "b"}
    assert read_spec({**fields, "one_per_person": "a"}, "s").single_sources(["a", "b"]) == {"a"}
    assert read_spec(fields, "s").single_sources(["a", "b"]) == set()
    with pytest.raises(ContractError, match=r"did you mean staff\?"):
        read_spec({**fields, "one_per_person": ["staf"]}, "s").single_sources(["staff"])
