"""Opening a campus."""

from __future__ import annotations

import datetime as dt

import pytest
import structlog

import fazri_lib as fazri
from fazri_lib.access import pseudonym
from fazri_lib.errors import CampusNotFoundError, NotPublishedError, SettingsError

AS_OF = dt.datetime(2025, 9, 13, 12, 30, tzinfo=dt.UTC)


def test_the_folder_is_found_from_the_working_directory(tiny_home, monkeypatch):
    """Without an argument the nearest folder with fazri.toml is opened, at the extract's own moment."""
    (tiny_home / "inner").mkdir(exist_ok=True)
    monkeypatch.chdir(tiny_home / "inner")
    with fazri.open() as campus:
        assert campus.as_of == AS_OF
        assert repr(campus) == "Campus Tiny, as known at Sat 13 Sep 2025 18:00 (Asia/Kolkata)"


def test_no_folder_is_an_error(tmp_path, monkeypatch):
    """Outside any campus and without FAZRI_HOME nothing is opened."""
    monkeypatch.delenv("FAZRI_HOME", raising=False)
    with pytest.raises(CampusNotFoundError):
        fazri.open(tmp_path)


def test_a_later_moment_than_the_extract_is_refused(tiny_home):
    """What, expected, got, do: in campus time."""
    with pytest.raises(
        NotPublishedError, match=r"expected up to Sat 13 Sep 2025 18:00, got Sun 14 Sep 2025 00:00.*fazri run"
    ):
        fazri.open(tiny_home, as_of="2025-09-14")


def test_an_earlier_moment_is_looked_from(tiny_home):
    """`as_of` without an offset is campus time; `at` moves on from there."""
    with fazri.open(tiny_home, as_of="2025-09-13T12:00") as campus:
        assert campus.as_of == dt.datetime(2025, 9, 13, 6, 30, tzinfo=dt.UTC)
        assert campus.at("2025-09-13T13:00").as_of == dt.datetime(2025, 9, 13, 7, 30, tzinfo=dt.UTC)
        with pytest.raises(NotPublishedError, match="as_of is later"):
            campus.at("2025-09-13T18:01")


def test_revealing_needs_a_purpose(tiny_home):
    """Names stay hidden unless somebody says why they need them."""
    with pytest.raises(SettingsError, match="purpose"):
        fazri.open(tiny_home, reveal=True)


def test_revealing_is_logged_without_a_personal_value(tiny_home):
    """One line with purpose and moment; the rows then show names."""
    with structlog.testing.capture_logs() as lines, fazri.open(tiny_home, reveal=True, purpose="incident 7") as campus:
        assert campus.people().frame["name"].tolist() == ["Asha Rao", "Ben Iyer", "Chitra Das"]
    assert [line["purpose"] for line in lines] == ["incident 7"]
    assert "Asha" not in str(lines)


def test_a_key_changes_the_pseudonyms(tiny_home, monkeypatch):
    """With a key nobody can compute the label of an id."""
    monkeypatch.setenv("FAZRI_PSEUDONYM_KEY", "campus secret")
    with fazri.open(tiny_home) as campus:
        assert campus.people().frame["pseudonym"].tolist()[0] == pseudonym(1, "campus secret") != pseudonym(1)


def test_logging_is_set_up_once(tiny_home):
    """The first opening of a process that has not set up its log does so."""
    structlog.reset_defaults()
    with fazri.open(tiny_home):
        assert structlog.is_configured()
    structlog.reset_defaults()


def test_the_public_names_are_listed():
    """`dir` shows what is imported when it is first used, and no piece of the module itself."""
    assert {"Answer", "Campus", "board", "matcher", "open", "page"} <= set(dir(fazri))
    assert not {"Any", "TYPE_CHECKING", "import_module", "annotations"} & set(dir(fazri))
