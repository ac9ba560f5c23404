"""Who may ask why, and what the audit log is told."""

import pytest
import tiny_records

import fazri_lib as fazri
from fazri_lib.access import ROLES, Grant, pseudonym, record_label
from fazri_lib.campus.pool import Pool
from fazri_lib.campus.reading import Reader, Sight, read_by
from fazri_lib.errors import AccessDeniedError
from fazri_lib.settings import load

pytestmark = pytest.mark.engine
S1, T1 = record_label("students", "S1"), record_label("staff", "T1")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The folder."""
    return tiny_records.make(tmp_path_factory.mktemp("scopes"))


def seen_by(home, role, ask):
    """What a page of somebody with one role told the audit log."""
    seen = []
    settings = load(home)
    with read_by(
        Reader("ada", Grant(ROLES[role]), home, settings, Pool(home, settings), lambda *one: seen.append(one))
    ):
        ask(fazri.open())
    return seen


def test_both_people_are_told_to_the_audit_log(home):
    """A question about two rows shows two people; with names shown that is told, too."""
    people = {(pseudonym(1), Sight.PERSON), (pseudonym(2), Sight.PERSON)}
    assert set(seen_by(home, "analyst", lambda campus: campus.why(S1, T1))) == people
    assert set(seen_by(home, "analyst", lambda campus: campus.why_not(1, 2))) == people
    assert set(seen_by(home, "analyst", lambda campus: campus.how(1))) == {(pseudonym(1), Sight.PERSON)}
    assert set(seen_by(home, "security", lambda campus: campus.why(S1, T1))) == people | {("", Sight.NAMES)}


def test_the_nearest_person_is_told_too(home):
    """Whoever asks who is near somebody sees the one who is."""
    told = seen_by(home, "analyst", lambda campus: campus.why_not(1))
    assert (pseudonym(3), Sight.PERSON) in told


@pytest.mark.parametrize("question", ["how", "why", "why_not", "own_pairs", "near"])
def test_without_the_scope_nothing_is_told(home, question):
    """A viewer sees figures about places only."""
    with pytest.raises(AccessDeniedError):
        seen_by(home, "viewer", lambda campus: getattr(campus, question)(1))
