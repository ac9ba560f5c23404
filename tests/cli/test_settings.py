"""Settings: one checked object a campus, the file first, variables over it, secrets from the environment only."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from fazri_lib import settings
from fazri_lib.errors import CampusNotFoundError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(autouse=True)
def no_variables(monkeypatch):
    """No FAZRI_ variable of the machine reaches a test."""
    for name in list(os.environ):
        if name.startswith(settings.PREFIX):
            monkeypatch.delenv(name)


@pytest.fixture
def campus(tmp_path) -> Callable[[str], Path]:
    """`campus(text)`: a folder with that fazri.toml."""

    def make(text: str = "") -> Path:
        (tmp_path / settings.FILE_NAME).write_text(text, encoding="utf-8")
        return tmp_path

    return make


def test_defaults(campus):
    """An empty file gives the defaults."""
    assert settings.load(campus()) == settings.Settings()


def test_file_and_section(campus):
    """Keys of the file and of its sections are taken, the rest of a section keeps its defaults."""
    loaded = settings.load(campus('time_zone = "Asia/Kolkata"\n[presence]\nsettle_h = 3\n'))
    assert loaded.time_zone == "Asia/Kolkata"
    assert (loaded.presence.settle_h, loaded.presence.sure_probability) == (3.0, 0.5)


def test_frozen(campus):
    """Nothing changes a setting after it was read."""
    loaded = settings.load(campus())
    with pytest.raises(ValueError, match="frozen"):
        loaded.engine = "spark"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("time_zonee = 'Asia/Kolkata'", ["unknown setting time_zonee", "did you mean time_zone?", "configuration.md"]),
        ("[presence]\nsettle_hours = 3", ["unknown setting presence.settle_hours", "did you mean presence.settle_h?"]),
        ("qqqqqq = 1", ["unknown setting qqqqqq in fazri.toml;"]),
        ("time_zone = 'Asia/Kolkatta'", ["setting time_zone", "expected an IANA name", "'Asia/Kolkatta'"]),
        ("time_zone = '../etc/passwd'", ["setting time_zone", "expected an IANA name"]),
        ("engine = 'oracle'", ["setting engine", "'duckdb' or 'spark'", "FAZRI_ENGINE"]),
        ("[presence]\nsettle_h = 0", ["setting presence.settle_h", "greater than 0", "FAZRI_PRESENCE__SETTLE_H"]),
        ("[storage]\nmemory_limit = 'much'", ["setting storage.memory_limit"]),
        ("presence = 3", ["setting presence"]),
        ("[serving]\nhost = ''", ["setting serving.host", "at least 1 character"]),
        *(
            (f"[serving]\npublic_url = '{address}'", ["setting serving.public_url: expected http or https, a host"])
            for address in (
                "x.example",
                "ftp://x.example",
                "https://",
                "https://x.example/",
                "https://x.example/fazri",
                "https://x.example?a=1",
                "https://x.example#a",
                "https://ann@x.example",
                "https://x.example:0",
                "https://x.example:99999",
                "https://x.example:https",
                "https://x.example:",
                "https://caf\u00e9.example",
                "https://x.example, https://y.example",
                "https://x.example\\n",
            )
        ),
        ("a = [", ["not valid TOML"]),
        ("pseudonym_key = 'hunter'", ["secret pseudonym_key", "environment only", "set FAZRI_PSEUDONYM_KEY"]),
    ],
)
def test_refused(campus, text, words):
    """A wrong file is refused in one line that names the key, what was expected and what to do."""
    with pytest.raises(SettingsError) as refusal:
        settings.load(campus(text))
    message = str(refusal.value)
    assert "\n" not in message
    assert [word for word in words if word not in message] == []


def test_secret_is_not_repeated(campus):
    """The message about a secret in the file does not hold it."""
    with pytest.raises(SettingsError) as refusal:
        settings.load(campus("pseudonym_key = 'hunter'"))
    assert "hunter" not in str(refusal.value)


def test_no_file(tmp_path):
    """A folder without fazri.toml is refused with the remedy."""
    with pytest.raises(SettingsError, match=r"cannot be read.*fazri init"):
        settings.load(tmp_path)


def test_not_text(tmp_path):
    """A binary fazri.toml is refused, not decoded by guess."""
    (tmp_path / settings.FILE_NAME).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="not valid TOML"):
        settings.load(tmp_path)


def test_variable_wins(campus, monkeypatch):
    """A variable overrides the file, a nested one its section's key alone."""
    monkeypatch.setenv("FAZRI_TIME_ZONE", "Europe/Oslo")
    monkeypatch.setenv("FAZRI_PRESENCE__SETTLE_H", "2")
    loaded = settings.load(campus("time_zone = 'Asia/Kolkata'\n[presence]\nsettle_h = 3\nsure_probability = 0.7\n"))
    assert loaded.time_zone == "Europe/Oslo"
    assert (loaded.presence.settle_h, loaded.presence.sure_probability) == (2.0, 0.7)


def test_wrong_variable(campus, monkeypatch):
    """A wrong value in a variable is refused like one in the file."""
    monkeypatch.setenv("FAZRI_STORAGE__THREADS", "many")
    with pytest.raises(SettingsError, match=r"setting storage\.threads.*FAZRI_STORAGE__THREADS"):
        settings.load(campus())


def test_unknown_variable(campus, monkeypatch):
    """An unknown FAZRI_ variable is refused with the nearest known name."""
    monkeypatch.setenv("FAZRI_TIMEZONE", "UTC")
    with pytest.raises(SettingsError, match=r"unknown variable FAZRI_TIMEZONE \(did you mean FAZRI_TIME_ZONE\?\)"):
        settings.load(campus())


def test_process_variables_are_known(campus, monkeypatch):
    """Variables that are no setting, as FAZRI_HOME, are not refused."""
    for name in settings.PROCESS_VARIABLES:
        monkeypatch.setenv(name, "x")
    assert settings.load(campus()) == settings.Settings()


def test_secret_is_masked(campus, monkeypatch):
    """A secret comes from the environment, and no way of showing the settings shows it."""
    monkeypatch.setenv("FAZRI_PSEUDONYM_KEY", "hunter")
    loaded = settings.load(campus())
    assert loaded.pseudonym_key is not None
    assert loaded.pseudonym_key.get_secret_value() == "hunter"
    shown = f"{loaded!r} {settings.in_force(loaded)} {loaded.model_dump_json()}"
    assert "hunter" not in shown
    assert settings.in_force(loaded)["pseudonym_key"] == "**********"


def test_short_secret(campus, monkeypatch):
    """A secret that can be guessed is refused with the way to draw one, and not repeated."""
    monkeypatch.setenv("FAZRI_SECRET_KEY", "hunter" * 5)
    with pytest.raises(
        SettingsError, match=r"setting secret_key: expected at least 32 characters.*token_urlsafe"
    ) as no:
        settings.load(campus())
    assert "hunter" not in str(no.value)
    monkeypatch.setenv("FAZRI_SECRET_KEY", "h" * 32)
    assert settings.load(campus()).secret_key is not None


def test_in_force_names_what_describe_names(campus):
    """What is in force and what is documented have the same keys, nested ones as section.key."""
    assert list(settings.in_force(settings.load(campus()))) == [key for key, *_ in settings.describe()]


def test_every_setting_says_what_it_means():
    """Every setting has a variable and a meaning."""
    for key, variable, _, meaning in settings.describe():
        assert variable == "FAZRI_" + key.replace(".", "__").upper()
        assert meaning


def test_home_here_and_above(campus):
    """The campus folder is the nearest one at or above the start."""
    home = campus()
    inner = home / "reports" / "daily"
    inner.mkdir(parents=True)
    assert settings.find_home(home) == settings.find_home(inner) == home.resolve()


def test_home_nearest_wins(campus):
    """A campus folder inside another one is its own."""
    home = campus()
    inner = home / "second"
    inner.mkdir()
    (inner / settings.FILE_NAME).touch()
    assert settings.find_home(inner) == inner.resolve()


def test_home_by_variable(campus, tmp_path_factory, monkeypatch):
    """FAZRI_HOME serves outside of any campus folder, the working directory being the default start."""
    home, elsewhere = campus(), tmp_path_factory.mktemp("elsewhere")
    monkeypatch.setenv("FAZRI_HOME", str(home))
    monkeypatch.chdir(elsewhere)
    assert settings.find_home() == home.resolve()


def test_folder_wins_over_variable(campus, tmp_path_factory, monkeypatch):
    """Inside a campus folder FAZRI_HOME is not asked."""
    home, other = campus(), tmp_path_factory.mktemp("other")
    (other / settings.FILE_NAME).touch()
    monkeypatch.setenv("FAZRI_HOME", str(other))
    assert settings.find_home(home) == home.resolve()


@pytest.mark.parametrize(
    ("named", "words"), [(None, "FAZRI_HOME is not set"), ("gone", r"FAZRI_HOME names /\S*/gone, a folder without one")]
)
def test_no_home(tmp_path, monkeypatch, named, words):
    """Without a campus folder the message says what was looked for and what to run."""
    if named:
        monkeypatch.setenv("FAZRI_HOME", str(tmp_path / named))
    with pytest.raises(CampusNotFoundError, match=rf"{words}; run `fazri init DIR`"):
        settings.find_home(tmp_path)


def test_shipped_from_the_source_tree():
    """In a source tree what ships lies beside the package."""
    assert (settings.shipped("pyproject.toml")).is_file()


def test_shipped_inside_the_package(tmp_path, monkeypatch):
    """In an installed package what ships lies inside it."""
    (tmp_path / "fazri_lib" / "shipped").mkdir(parents=True)
    monkeypatch.setattr(settings, "__file__", str(tmp_path / "fazri_lib" / "settings.py"))
    assert settings.shipped("data", "sample") == tmp_path / "fazri_lib" / "shipped" / "data" / "sample"
