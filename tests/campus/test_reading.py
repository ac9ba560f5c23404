"""A campus on a dashboard: opened as the page's reader may see it."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
import tiny_campus

import fazri_lib as fazri
from fazri_lib.access import ROLES, Grant, Scope, pseudonym
from fazri_lib.campus.pool import Pool
from fazri_lib.campus.reading import Reader, read_by, reading
from fazri_lib.errors import AccessDeniedError, NotPublishedError, UnknownNameError
from fazri_lib.settings import load

pytestmark = pytest.mark.engine


@pytest.fixture
def seen():
    """What the audit log was told."""
    return []


@pytest.fixture
def reader_with(tmp_path, seen):
    """`reader_with("viewer")`: the reader of a page, with one role."""
    home = tiny_campus.make(tmp_path)
    pool = Pool(home, load(home))

    def reader(role: str) -> Reader:
        told = lambda subject, what: seen.append((subject, str(what)))  # noqa: E731 - read where it is used
        return Reader("anna", Grant(ROLES[role]), home, pool.settings, pool, told)

    yield reader
    pool.close()


def opened(reader: Reader, **options) -> fazri.Campus:
    """The campus as a notebook of this reader opens it."""
    with read_by(reader):
        return fazri.open(**options)


def test_there_is_no_reader_elsewhere(reader_with):
    """Only within the block, so that nothing of one reader reaches the next page."""
    reader = reader_with("viewer")
    with read_by(reader):
        assert reading() is reader
    assert reading() is None


def test_the_roles_decide_about_names(reader_with):
    """An analyst sees pseudonyms, security sees names; neither says so in the notebook."""
    assert "name" not in opened(reader_with("analyst")).people().frame
    assert opened(reader_with("security")).people().frame["name"].tolist() == ["Asha Rao", "Ben Iyer", "Chitra Das"]


def test_nobody_reveals_without_the_scope(reader_with):
    """`reveal=True` in a notebook gives nothing that the roles do not."""
    with pytest.raises(AccessDeniedError, match="reveals them"):
        opened(reader_with("analyst"), reveal=True, purpose="curiosity")
    assert opened(reader_with("security"), reveal=True).allows(Scope.REVEAL)


def test_a_question_needs_its_scope(reader_with):
    """A viewer asks about zones; people and single findings are refused, whatever the page says."""
    campus = opened(reader_with("viewer"))
    assert len(campus.zones().frame) == 3
    questions = [campus.people, campus.findings, campus.example_person, campus.things]
    questions += [lambda: campus.person(1), lambda: campus.search("Asha"), lambda: campus.where(1)]
    questions += [lambda: campus.mentions(1), lambda: campus.thing("zone:LIB")]
    for question in questions:
        with pytest.raises(AccessDeniedError, match=r"expected a role with the scope (people|findings)"):
            question()
    manager = opened(reader_with("manager"))
    assert len(manager.findings().frame) == 3
    with pytest.raises(AccessDeniedError):
        manager.findings(entity_id=1)


def test_the_local_analyst_is_not_refused(tmp_path):
    """On a terminal and in JupyterLab every question is answered, names stay hidden."""
    with fazri.open(tiny_campus.make(tmp_path)) as campus:
        assert campus.reader is None
        assert (campus.allows(Scope.PEOPLE), campus.allows(Scope.REVEAL)) == (True, False)
        assert len(campus.people().frame) == 3


def test_a_person_is_reported_once_a_page(reader_with, seen):
    """Whichever questions a page asks about somebody, and however often; under the pseudonym."""
    campus = opened(reader_with("analyst"))
    campus.person(1)
    campus.timeline(pseudonym(1))
    campus.findings(entity_id="1")
    campus.at("2025-09-13T13:00").where(1)
    campus.person(2)
    assert seen == [(pseudonym(1), "person viewed"), (pseudonym(2), "person viewed")]


def test_people_in_the_course_of_a_thing_are_reported(reader_with, seen):
    """Whoever may have booked a room is shown with it, and reported before."""
    reader = reader_with("analyst")
    booking = {"observation_id": 4, "kind": "booking", "zone_id": "LIB", "source": "bookings"}
    rows = pd.DataFrame([booking]).assign(ts=tiny_campus.utc("08:00"), known_at=tiny_campus.utc("08:00"))
    things = pd.DataFrame([{"kind": "zone", "zone_id": "LIB"}])
    things = things.assign(observation_count=1, mention_count=0, holder_count=0)
    tiny_campus.publish(reader.home, tiny_campus.tables() | {"observations": rows, "things": things})
    campus = opened(reader)
    assert campus.thing("zone:LIB").frame["entity_id"].tolist() == [2, 3]
    assert seen == [(pseudonym(2), "person viewed"), (pseudonym(3), "person viewed")]


def test_a_remembered_answer_is_reported_as_well(reader_with, seen):
    """The next reader's page shows the person, too."""
    for _ in range(2):
        opened(reader_with("analyst")).person(1)
    assert seen == [(pseudonym(1), "person viewed")] * 2


def test_lists_with_names_are_reported(reader_with, seen):
    """Only where names are shown."""
    opened(reader_with("analyst")).people()
    assert seen == []
    opened(reader_with("security")).people()
    assert seen == [("", "names revealed")]


def test_a_finding_about_a_person_is_reported(reader_with, seen):
    """A manager looks at findings, not at people: under the pseudonym all the same, once a page."""
    campus = opened(reader_with("manager"))
    for finding_id in (2, 4, 1, 3):
        campus.evidence(finding_id)
    assert seen == [(pseudonym(2), "person viewed"), (pseudonym(1), "person viewed")]


def test_names_behind_a_person_or_a_finding_are_reported(reader_with, seen):
    """Security sees identifiers as they are: whose page it is, and that names are shown, once."""
    campus = opened(reader_with("security"))
    campus.person(1)
    campus.evidence(2)
    campus.claims(2)
    assert seen == [
        (pseudonym(1), "person viewed"),
        ("", "names revealed"),
        (pseudonym(2), "person viewed"),
    ]
    seen.clear()
    opened(reader_with("security")).evidence(3)
    assert seen == [("", "names revealed")]


def test_an_unknown_finding_is_not_reported(reader_with, seen):
    """Nothing was shown."""
    with pytest.raises(UnknownNameError):
        opened(reader_with("security")).evidence(77)
    with pytest.raises(AccessDeniedError):
        opened(reader_with("viewer")).evidence(1)
    assert seen == []


def test_who_cannot_be_reported_is_not_shown(reader_with):
    """An audit log that fails ends the question; the next try reports again."""
    reader = reader_with("analyst")
    campus = opened(reader)
    object.__setattr__(reader, "seen", lambda *_: 1 / 0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            campus.person(1)


def test_moments_are_whole_minutes(reader_with):
    """Readers of the same minute share answers; the latest moment is the extract's own."""
    campus = opened(reader_with("viewer"), as_of="2025-09-13T12:00:42")
    assert campus.as_of == dt.datetime(2025, 9, 13, 6, 30, tzinfo=dt.UTC)
    assert opened(reader_with("viewer")).as_of == dt.datetime(2025, 9, 13, 12, 30, tzinfo=dt.UTC)
    assert campus.at("2025-09-13T12:10:07").as_of == dt.datetime(2025, 9, 13, 6, 40, tzinfo=dt.UTC)


def test_no_other_campus_is_opened(reader_with, tmp_path_factory):
    """A dashboard reads its own campus."""
    other = tiny_campus.make(tmp_path_factory.mktemp("other"))
    with pytest.raises(AccessDeniedError, match="published for"):
        opened(reader_with("viewer"), home=other)


def test_a_newer_extract_is_known_and_opened(reader_with):
    """The page's campus says that it is stale; `latest` is the same reader's campus on the newest extract."""
    reader = reader_with("viewer")
    campus = opened(reader)
    assert not campus.is_stale()
    tiny_campus.publish_again(reader.home, "r2")
    assert campus.is_stale()
    newest = campus.latest()
    assert (newest.is_stale(), newest.reader) == (False, reader)
    assert newest.latest(as_of="2025-09-13T12:00").as_of == dt.datetime(2025, 9, 13, 6, 30, tzinfo=dt.UTC)
    with pytest.raises(NotPublishedError):
        newest.latest(as_of="2025-09-14")


def test_the_end_of_a_page_gives_everything_back(reader_with):
    """Campuses opened, renewed and forgotten by the notebook: their old extract is closed with the page."""
    reader = reader_with("viewer")
    first = opened(reader)
    tiny_campus.publish_again(reader.home, "r2")
    first.latest()
    old = first._view.extract
    reader.close()
    with pytest.raises(Exception, match="closed"):
        old.backend.con.execute("SELECT 1")
