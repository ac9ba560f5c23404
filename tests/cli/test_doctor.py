"""`fazri doctor`: what it finds, what it says to do, how it ends."""

from __future__ import annotations

import json
import shutil

import pytest

from fazri_lib import settings
from fazri_lib.settings import shipped
from fazri_lib.workflows import doctor
from fazri_lib.workflows.doctor import Check


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The bundled sample, nothing loaded yet, as the working directory."""
    folder = shutil.copytree(
        shipped("data", "sample"), tmp_path / "town", ignore=shutil.ignore_patterns("raw", "state")
    )
    monkeypatch.chdir(folder)
    return folder


def checks_of(result) -> dict[str, dict]:
    """Checks of `fazri doctor --json` by name."""
    return {check["name"]: check for check in json.loads(result.stdout)["checks"]}


def test_outside_a_campus(fazri):
    """Outside a campus folder the installation is examined; that there is no campus is told, not a failure."""
    result = fazri("doctor", "--json")
    checks = checks_of(result)
    assert result.exit_code == 0
    assert checks["python"]["ok"]
    assert not checks["campus"]["ok"]
    assert "fazri init DIR" in checks["campus"]["remedy"]
    assert json.loads(result.stdout)["settings"] == {}


def test_before_anything_is_loaded(fazri, home):
    """On a campus without data the contracts, places and settings are told, and what to run next."""
    result = fazri("doctor", "--json")
    checks = checks_of(result)
    assert result.exit_code == 0
    assert "swipes" in checks["contracts"]["what"]
    assert "zones" in checks["reference files"]["what"]
    assert (checks["lake"]["ok"], checks["lake"]["remedy"]) == (False, "run `fazri ingest PATH`")
    assert not checks["extract"]["ok"]
    assert json.loads(result.stdout)["settings"]["time_zone"] == settings.load(home).time_zone


def test_table(fazri, home):
    """For people it prints a table of checks and one of the settings in force."""
    result = fazri("doctor")
    assert result.exit_code == 0
    assert f"campus folder: {home}" in result.stdout
    assert "presence.settle_h" in result.stdout
    assert "FAILED" not in result.stdout


def test_secret_is_masked(fazri, home, monkeypatch):
    """A secret is said to be set, not shown."""
    monkeypatch.setenv("FAZRI_PSEUDONYM_KEY", "hunter")
    result = fazri("doctor")
    assert "**********" in result.stdout
    assert "hunter" not in result.stdout


def test_wrong_settings(fazri, home):
    """Wrong settings are a failed check with the message of the settings, and end with exit code 1."""
    (home / "fazri.toml").write_text("engin = 'spark'\n")
    result = fazri("doctor", "--json")
    assert result.exit_code == 1
    assert "unknown setting engin" in checks_of(result)["settings"]["what"]


def test_wrong_contract(fazri, home):
    """A contract that cannot be read is a failed check."""
    (home / "contracts" / "swipes.toml").write_text("kind = \n")
    result = fazri("doctor")
    assert result.exit_code == 1
    assert "FAILED" in result.stdout
    assert "swipes.toml" in result.stdout


def test_no_contract(fazri, home):
    """Without a contract nothing can be loaded: a failed check."""
    shutil.rmtree(home / "contracts")
    assert fazri("doctor").exit_code == 1


def test_missing_parts(fazri, home, monkeypatch):
    """A missing optional part is told with what to install; it fails only when the settings ask for it."""
    monkeypatch.setattr(doctor.shutil, "which", lambda _: None)
    monkeypatch.setitem(doctor._OPTIONAL, "lab", ("no_such_package",))
    checks = checks_of(result := fazri("doctor", "--json"))
    assert result.exit_code == 0
    assert checks["fazri[lab]"]["what"] == "not installed: no_such_package"
    assert "Java" in checks["fazri[spark]"]["what"]
    monkeypatch.setenv("FAZRI_ENGINE", "spark")
    assert fazri("doctor").exit_code == 1


def test_little_space(home, monkeypatch):
    """A disk that is almost full is a failed check."""
    monkeypatch.setattr(doctor, "FREE_LEAST_GB", 1e9)
    check = doctor._disk(home)
    assert (check.ok, check.is_required) == (False, True)


def test_message_is_split():
    """The last part of a message says what to do, the rest what is wrong."""
    error = settings.SettingsError("a is wrong; expected b, got c; mend it")
    assert doctor._failed("settings", error) == Check(
        "settings", ok=False, what="a is wrong; expected b, got c", remedy="mend it"
    )
