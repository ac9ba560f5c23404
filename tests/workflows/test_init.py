import pytest

from fazri_lib import settings
from fazri_lib.errors import FazriError, UnknownNameError
from fazri_lib.sources import contracts_of, read_reference, traits
from fazri_lib.workflows.init import create_campus, templates


@pytest.mark.parametrize("template", ["blank", "challenge"])
def test_a_template_is_a_whole_campus(tmp_path, template):
    """Settings, zones and contracts can be read at once."""
    home = tmp_path / "new" / "campus"
    files = create_campus(home, template)
    assert all(file.is_file() for file in files)
    found = settings.load(home)
    assert not read_reference(home, found).zones.empty
    assert contracts_of(home / found.contracts)
    assert (home / ".env.example") in files


def test_the_challenge_campus_has_seven_sources(tmp_path):
    """Six of them timed."""
    create_campus(tmp_path, "challenge")
    contracts = contracts_of(tmp_path / "contracts")
    assert {item.source for item in contracts} == {
        "swipes", "wifi", "cameras", "bookings", "library", "notes", "profiles",
    }  # fmt: skip
    assert len(traits(contracts)) == 6
    assert settings.load(tmp_path).time_zone == "Asia/Kolkata"


def test_the_example_of_the_environment_sets_nothing(tmp_path):
    """Every variable is there, commented out, with its meaning; secrets have no value."""
    create_campus(tmp_path, "blank")
    text = (tmp_path / ".env.example").read_text()
    assert all(line.startswith("#") for line in text.splitlines() if line)
    for key, variable, _, meaning in settings.describe():
        assert f"# {key}: {meaning}\n# {variable}=" in text
    assert "# FAZRI_PSEUDONYM_KEY=\n" in text


def test_an_existing_campus_is_not_overwritten(tmp_path):
    """One clear line, and nothing written."""
    (tmp_path / "fazri.toml").write_text("name = 'mine'\n")
    with pytest.raises(FazriError, match=r"already has fazri\.toml"):
        create_campus(tmp_path, "challenge")
    assert [file.name for file in tmp_path.iterdir()] == ["fazri.toml"]


def test_other_files_stay(tmp_path):
    """Unless the template has one of that name."""
    (tmp_path / "notes.txt").write_text("mine")
    create_campus(tmp_path, "blank")
    (tmp_path / "fazri.toml").unlink()
    with pytest.raises(FazriError, match=r"already has contracts/example\.toml"):
        create_campus(tmp_path, "blank")
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_templates_by_name(tmp_path):
    """An unknown one names the nearest."""
    assert templates() == ("blank", "challenge")
    with pytest.raises(UnknownNameError, match=r"no campus template challange \(did you mean challenge\?\)"):
        create_campus(tmp_path, "challange")


def test_a_file_in_the_way(tmp_path):
    """It cannot become a folder."""
    (tmp_path / "campus").write_text("")
    with pytest.raises(FazriError, match="campus cannot be written"):
        create_campus(tmp_path / "campus", "blank")
