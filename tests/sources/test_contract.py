from pathlib import PurePosixPath

import pytest

from fazri_lib.errors import ContractError
from fazri_lib.settings import shipped
from fazri_lib.sources import contract_for, contracts_of, lists_of_one_holder, load_contract, traits
from fazri_lib.sources.contract import DEFAULT_FORMATS

SWIPES = """source = "swipes"
kind = "observation"
files = "swipes-*.csv"
[columns]
ts = "at"
zone_id = "place"
id_value = "card"
[constants]
id_type = "card_id"
"""


@pytest.fixture
def written(tmp_path):
    """Write a contract and read it back."""

    def write(text, name="one.toml"):
        path = tmp_path / "contracts" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return load_contract(path)

    return write


def test_a_contract_says_what_its_file_says(written):
    """Keys arrive under their names; what is not said has its default."""
    found = written(SWIPES)
    assert (found.source, found.kind, found.files, found.origin) == (
        "swipes", "observation", ("swipes-*.csv",), "contracts/one.toml",
    )  # fmt: skip
    assert found.time.formats == DEFAULT_FORMATS
    assert found.time.zone == "campus"
    assert found.file_columns == ("card", "at", "place")
    assert found.time_columns == ("at",)
    assert found.presence_min == 15


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("kind =", "kinds ="), "unknown key kinds (did you mean kind?)"),
        (("[constants]", "[constant]"), "unknown key constant (did you mean constants?)"),
        (('ts = "at"', 'tss = "at"'), "[columns] tss is no column of kind observation (did you mean ts?)"),
        (('ts = "at"\n', ""), "[columns] ts is missing"),
        (('zone_id = "place"\n', ""), "[columns] zone_id is missing"),
        (('id_type = "card_id"', 'category = "x"'), "[constants] id_type is missing"),
        (('"observation"', '"observations"'), "kind: "),
        (('"swipes"', '"Swipes!"'), "source: "),
        (('files = "swipes-*.csv"', "files = []"), "files: "),
        (('files = "swipes-*.csv"', 'files = "a"\ntable = "zones"'), "table names the campus file"),
        (('files = "swipes-*.csv"', 'files = "a"\nzone_from = "access_points"'), "[columns] sensor_id is missing"),
        (("[constants]", '[time]\nformat = "x"\n[constants]'), "unknown key time.format (did you mean formats?)"),
        (("[constants]", '[time]\nformats = "hh:mm"\n[constants]'), "expected a format as %d/%m/%Y %H:%M"),
        (("[constants]", '[time]\nformats = "%z%Y"\n[constants]'), "%z must stand at the end"),
        (("[constants]", '[time]\nzone = "Mars/Base"\n[constants]'), "expected campus, UTC or an IANA name"),
        (("[constants]", '[values.text]\na = "b"\n[constants]'), "[values.text] maps values of a column that"),
        (("[constants]", "[values.zone_id]\na = true\n[constants]"), "[values.zone_id] expected text"),
        (("[constants]", '[constants]\nts = "x"'), "[constants] ts cannot be constant"),
        (("[constants]", '[identifiers.card_id]\ncolumn = "card"\n[constants]'), "[identifiers] belongs to kind"),
        (("[constants]", "[constants"), "is not valid TOML"),
    ],
)  # fmt: skip
def test_a_wrong_contract_is_refused_in_one_line(written, change, says):
    """The line names the contract's file, the key and, of an unknown one, the nearest that there is."""
    with pytest.raises(ContractError) as error:
        written(SWIPES.replace(*change))
    assert says in str(error.value)
    assert str(error.value).startswith("contracts/one.toml")
    assert "\n" not in str(error.value)


PEOPLE = """source = "people"
kind = "directory"
files = "people.csv"
[columns]
record_key = "no"
[identifiers.KIND]
column = "x"
identifies = true
"""


@pytest.mark.parametrize("kind", ["name", "department", "born_on", "record_id", "directory", "known_at"])
def test_an_identifying_kind_is_no_column_of_a_record(written, kind):
    """Numbers called as a name would stand in for names; addresses may identify, and who identifies nobody is free."""
    with pytest.raises(ContractError, match=rf"\[identifiers\.{kind}\] identifies and is called as a column"):
        written(PEOPLE.replace("KIND", kind))
    assert written(PEOPLE.replace("KIND", "email")).identifiers["email"].identifies
    assert not written(PEOPLE.replace("KIND", kind).replace("true", "false")).identifiers[kind].identifies


def test_a_zone_is_either_given_or_looked_up(written):
    """zone_from beside zone_id would leave open which of them counts."""
    with pytest.raises(ContractError, match="zone_id is given although"):
        written(
            SWIPES.replace("[columns]", '[columns]\nsensor_id = "s"').replace("kind", 'zone_from="access_points"\nkind')
        )


def test_a_contract_that_is_not_there(tmp_path):
    """Its path is named."""
    with pytest.raises(ContractError, match=r"no\.toml cannot be read: No such file"):
        load_contract(tmp_path / "no.toml")


def test_two_contracts_for_one_file(written):
    """They are both named; a file that none matches has none."""
    contracts = (written(SWIPES), written(SWIPES.replace("swipes-*", "*-09"), "two.toml"))
    assert contract_for(PurePosixPath("raw/swipes-08.csv"), contracts) is contracts[0]
    assert contract_for(PurePosixPath("raw/wifi-08.csv"), contracts) is None
    with pytest.raises(ContractError, match=r"contracts/one\.toml and contracts/two.toml match it"):
        contract_for(PurePosixPath("raw/swipes-09.csv"), contracts)


def test_patterns_may_name_a_folder(written):
    """A pattern with a slash matches the end of the path."""
    found = written(SWIPES.replace("swipes-*.csv", "doors/*.csv"))
    assert found.matches(PurePosixPath("/any/where/doors/a.csv"))
    assert not found.matches(PurePosixPath("/any/where/gates/a.csv"))


def test_traits_of_timed_sources_only(written, tmp_path):
    """Directories have none; hold_min is the kind's unless the contract says otherwise."""
    written(SWIPES)
    written(SWIPES.replace('"swipes"', '"wifi"').replace("kind", "hold_min = 20\nkind"), "b.toml")
    written('source = "people"\nkind = "directory"\nfiles = "p"\n[columns]\nrecord_key = "k"\n', "c.toml")
    written('source = "notes"\nkind = "note"\nfiles = "n"\n[columns]\nts = "t"\n', "d.toml")
    rows = traits(contracts_of(tmp_path / "contracts"))
    assert rows.to_numpy().tolist() == [
        ["notes", "note", 0.0],
        ["swipes", "observation", 15.0],
        ["wifi", "observation", 20.0],
    ]


def test_contracts_of_one_source_agree(written, tmp_path):
    """A source may have two layouts, but one kind and one hold_min."""
    written(SWIPES)
    written(SWIPES.replace('"at"', '"stamp"'), "two.toml")
    assert len(contracts_of(tmp_path / "contracts")) == 2
    written(SWIPES.replace("kind", "hold_min = 1\nkind"), "three.toml")
    with pytest.raises(ContractError, match="source swipes has two kinds or hold_min"):
        contracts_of(tmp_path / "contracts")


def test_a_folder_without_contracts(tmp_path):
    """It has none, and no traits."""
    assert contracts_of(tmp_path / "nowhere") == ()
    assert list(traits(()).columns) == ["source", "kind", "hold_min"]


def test_the_digest_is_of_what_a_contract_says(written):
    """Comments and its place do not count, every value does."""
    one = written(SWIPES)
    assert written("# told otherwise\n" + SWIPES, "two.toml").digest == one.digest
    assert written(SWIPES.replace('"at"', '"stamp"'), "three.toml").digest != one.digest


def test_the_format_follows_from_the_suffix(written, tmp_path):
    """Unless the contract says it; an unknown suffix is refused."""
    found = written(SWIPES)
    assert found.format_of(tmp_path / "a.NDJSON") == "jsonl"
    with pytest.raises(ContractError, match=r"format of a\.log is not known"):
        found.format_of(tmp_path / "a.log")
    assert written(SWIPES.replace("kind", 'format = "tsv"\nkind')).format_of(tmp_path / "a.log") == "tsv"


@pytest.mark.parametrize(
    ("lines", "is_handed_on"),
    [
        ("", False),
        ('valid_from = "since"', True),
        ('valid_from = "since"\nvalid_to = "until"', False),
        ('valid_to = "until"', False),
        ('valid_from = "since"\none_holder = false', False),
        ('valid_from = "since"\nvalid_to = "until"\none_holder = true', True),
    ],
)
def test_lists_of_one_holder(written, lines, is_handed_on):
    """A list with starts and without ends has one holder at a time, unless the contract says otherwise."""
    text = 'source = "cards"\nkind = "directory"\nfiles = "c.csv"\n[columns]\nrecord_key = "no"\n'
    contract = written(f'{text}[identifiers.card_id]\ncolumn = "card"\n{lines}\n')
    assert lists_of_one_holder([contract]) == ((("cards", "card_id"),) if is_handed_on else ())


@pytest.mark.parametrize("template", ["challenge", "blank"])
def test_shipped_contracts_are_sound(template):
    """Every ready contract can be read."""
    assert contracts_of(shipped("data", "contracts", template, "contracts"))


def test_reference_sources(written):
    """They name a table, map its columns and cannot be JSON lines."""
    text = 'source = "places"\nkind = "reference"\ntable = "zones"\nfiles = "z.csv"\n[columns]\nzone_id = "code"\n'
    assert written(text).time_columns == ()
    with pytest.raises(ContractError, match="zone is no column of kind reference"):
        written(text.replace("zone_id", "zone"))
    with pytest.raises(ContractError, match="jsonl cannot hold"):
        written(text.replace("table", 'format = "jsonl"\ntable'))
